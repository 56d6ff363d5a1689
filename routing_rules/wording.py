"""Cells and outputs of the rules as a clerk reads them: names for codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from routing_rules.approvals import DECIDER_NAMES
from routing_rules.names import CLOCK_NAMES, FACT_NAMES, START_NAMES, STEP_NAMES, VALUE_NAMES
from routing_rules.pack import Pack

_TOKENS: Final = {
    "@street": "所在街道", "@community": "所在社区", "@parent": "被反映单位的上级", "@estate.heating": "小区供热单位",
    "@estate.water": "小区供水单位", "@estate.gas": "小区燃气单位", "@estate.property": "小区物业企业",
}  # fmt: skip
_LIMIT_UNITS: Final = {
    "hour": "小时", "work_hour": "工作小时", "working_day": "工作日", "calendar_day": "日", "percent": "%", "times": "次"
}  # fmt: skip
_WHEN: Final = {"before": "到期前", "after": "到期后", "share": "剩余时限占比", "reopened": "重办次数", "passed": "经手单位数"}
_ROLES: Final = {"unit": "承办单位", "parent": "上级单位", "desk": "派单台", "supervisor": "督办员", "office": "热线办"}
_OUTPUTS: Final[Mapping[str, Mapping[str, str]]] = {
    "clock": CLOCK_NAMES, "starts": START_NAMES, "step": STEP_NAMES, "unit": _LIMIT_UNITS, "when": _WHEN,
    "count_from": {"next_day": "次日起算", "same_day": "当日起算"}, "ends": {"close": "下班时", "midnight": "24:00"},
    "decider": {str(one): name for one, name in DECIDER_NAMES.items()},
    "unanswered": {"remind": "提醒", "grant": "视为同意", "refuse": "视为不同意", "ruling": "转裁定"},
    "receipt": {"as_is": "按收到时间", "next_opening": "顺至下一办公时间"}, "basis": {"hotline": "热线规定", "statutory": "法定"},
}  # fmt: skip


_CHANNELS: Final[Mapping[str, str]] = {
    "phone": "电话", "web": "网页", "app": "移动端", "letter": "信函", "upstream": "市级平台", "excel": "表格导入",
    "replay": "回放",
}  # fmt: skip


def cell_words(pack: Pack, fact: str, text: str) -> str:
    """Return a condition with names in place of codes: ``not 危急|紧急`` becomes ``不是 危急 或 紧急``."""
    negated = text.startswith("not ")
    parts = [_value(pack, fact, part.strip()) for part in text.removeprefix("not ").split("|")]
    return ("不是 " if negated else "") + " 或 ".join(parts)


def fact_words(pack: Pack, facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield facts as JSON has them with names in place of codes: ``紧急程度 危急``."""
    for fact, value in facts.items():
        texts = value if isinstance(value, list) else [value]
        yield f"{FACT_NAMES.get(fact, fact)} {'、'.join(_fact_value(pack, fact, one) for one in texts)}"


def _fact_value(pack: Pack, fact: str, value: Any) -> str:
    if fact in ("received_at", "upstream_due"):
        return f"{datetime.fromisoformat(value).astimezone(pack.zone):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if fact == "confidence":
        return f"{value:.0%}"
    return cell_words(pack, fact, str(value))


def output_words(pack: Pack, name: str, text: str) -> str:
    """Return an output with names in place of codes."""
    if name in ("lead", "assist", "to"):
        return "、".join(_unit(pack, part.strip()) for part in text.split(";") if part.strip())
    if name in ("auto", "confidential", "rolls", "quiet"):
        return VALUE_NAMES.get(text, text)
    if name == "limit":
        amount, _, unit = text.partition(" ")
        return f"{amount} {_LIMIT_UNITS.get(unit, unit)}" if unit else CLOCK_NAMES.get(text, text)
    return _OUTPUTS.get(name, {}).get(text, text)


def _unit(pack: Pack, code: str) -> str:
    return _TOKENS.get(code) or _ROLES.get(code) or pack.unit_name(code)


def _value(pack: Pack, fact: str, text: str) -> str:
    if fact == "place":
        code, below = text.removesuffix("/*").rpartition("/")[2], text.endswith("/*")
        place = pack.geography.places.get(code)
        return f"{place.name if place else code}{'及以下' if below else ''}"
    if fact == "category":
        return re.sub(r"/\*$", " 及以下", text)
    if fact == "estate":
        estate = pack.geography.estates.get(text)
        return estate.name if estate else text
    if fact in ("accused", "returned_by"):
        return pack.unit_name(text)
    if fact == "channel":
        return _CHANNELS.get(text, text)
    return list_name(pack, text) if fact == "words" else VALUE_NAMES.get(text, text)


def list_name(pack: Pack, name: str) -> str:
    """Return what a word list is called: its Chinese name, or the first of its words, as its code says nothing to a clerk."""
    terms = pack.lexicon.words.get(name)
    return VALUE_NAMES.get(name) or (f"“{terms[0]}”等" if terms else name)
