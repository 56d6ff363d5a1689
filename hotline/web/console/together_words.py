"""What binds orders together, in the timeline's words: split, merged, part of an incident; and what was asked of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hotline.web.console.clocktext import Times
from routing_rules.pack import Pack

Said = Mapping[str, Any]
EVENTS: Final[Mapping[str, str]] = {
    "withdrawn": "来电人撤回", "asked_above": "请上级补充", "split": "拆分", "merged": "并单", "unmerged": "解除并单",
    "joined_incident": "并入事件", "left_incident": "移出事件", "spot_checked": "抽查系统派单",
}  # fmt: skip


def _asked(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield str(said.get("question") or "")


def _split(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    if "orders" not in said:
        yield "原来电含多个事项,本工单为其中一件"  # a unit reads its own part only
        return
    yield f"拆为 {len(said.get('parts', ()))} 件,另立工单:{'、'.join(map(str, said.get('orders', ())))}"


def _merged(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"并入主单 {said.get('into', '')}" + ("" if said.get("one_caller") else ",来电人不同,由人确认")
    yield str(said.get("reason") or "")


def _unmerged(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"原主单 {said.get('from') or ''}"
    yield str(said.get("reason") or "")


def _incident(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"事件:{said.get('title') or said.get('incident') or ''}"
    yield str(said.get("reason") or "")


def _reason(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield str(said.get("reason") or said.get("note") or "")


def _spot_checked(said: Said, pack: Pack, _times: Times) -> Iterator[str]:
    right = "派单正确" if said.get("right") else "派单有误"
    unit = "" if said.get("right") or not said.get("unit") else f",应派 {pack.unit_name(str(said['unit']))}"
    yield right + unit
    yield str(said.get("reason") or "")


WRITERS: Final[Mapping[str, Callable[[Said, Pack, Times], Iterator[str]]]] = {
    "withdrawn": _reason, "asked_above": _asked, "split": _split, "merged": _merged, "unmerged": _unmerged,
    "joined_incident": _incident, "left_incident": _incident, "spot_checked": _spot_checked,
}  # fmt: skip
