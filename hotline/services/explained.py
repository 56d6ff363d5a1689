"""An explained order as lines a person reads, in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from routing_rules.names import CLOCK_NAMES, FACT_NAMES
from routing_rules.pack import Pack
from routing_rules.wording import cell_words, fact_words

_KINDS: Final[Mapping[str, str]] = {
    "registered": "登记并分析", "dispatched": "派单", "return_granted": "同意退单", "reopened": "发回重办", "answered": "答复",
    "return_applied": "申请退单", "due_changed": "时限重新计算",
}  # fmt: skip
_CLOCKS: Final = {**CLOCK_NAMES, "return_window": "退单申请", "upstream": "上级平台"}


def lines(pack: Pack, explained: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of ``Explaining.order``'s answer; ``pack`` names units and places."""
    yield f"工单 {explained['order']}"
    for told in explained["decisions"]:
        yield ""
        yield from _decision(pack, told)


def _decision(pack: Pack, told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{told['seq']}. {_at(told['at'])} {_KINDS[told['kind']]}({told['actor']})" + _to(pack, told)
    in_force = "现行" if told["book_in_force"] else "当日" if told["book_in_database"] else "已不在数据库"
    yield f"   规则包:{told['book'][:12]}({in_force})" if told["book"] else "   规则包:未记录"
    yield from (f"   注意:{note}" for note in told["notes"])
    if told["facts"]:
        yield f"   条件:{';'.join(fact_words(pack, told['facts']))}"
    yield from _dispatch(pack, told)
    for due in told["due"]:
        if due["since"] == told["seq"] or told["kind"] == "dispatched":
            yield from _due(told, due)
    for leg in told["legs"]:
        role = "主办" if leg["role"] == "lead" else "协办"
        yield f"   {role}承办环节:{pack.unit_name(leg['unit'])} {_at(leg['due']) if leg['due'] else '无时限'} 前"
    if told["today"]:
        yield f"   按现行规则包 {told['today']['book'][:12]} 会有不同:"
        yield from (f"     {change}" for change in told["today"]["changes"])


def _to(pack: Pack, told: Mapping[str, Any]) -> str:
    return f":派往 {pack.unit_name(told['unit'])}" if told["unit"] else ""


def _dispatch(pack: Pack, told: Mapping[str, Any]) -> Iterator[str]:
    said = told["dispatch"]
    if said is None:
        if told["row"]:
            yield f"   派单规则:{told['row']} → {pack.unit_name(told['rule']) if told['rule'] else '派单台'}"
        return
    yield f"   派单规则:{said['rule_id']} → {said['lead_name'] or '派单台'}:{said['why']}"
    if said["matched"]:
        cells = (
            f"{FACT_NAMES.get(one['fact'], one['fact'])} {cell_words(pack, one['fact'], one['cell'])}" for one in said["matched"]
        )
        yield f"     命中条件:{';'.join(cells)}"
    yield from (f"     {why}" for why in (said["person"], said["unresolved"]) if why)


def _due(told: Mapping[str, Any], due: Mapping[str, Any]) -> Iterator[str]:
    name, kept = _CLOCKS.get(due["clock"], due["clock"]), f"(第 {due['since']} 步给定)" if due["since"] != told["seq"] else ""
    yield f"   {name}时限:{_at(due['due'])}" + (f" 规则 {due['row']}" if due["row"] else "") + kept
    if due["why"] and not kept:
        yield f"     {due['why']}"


def _at(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
