"""Questions to a pack as JSON objects: what the command line reads line by line and the API takes as items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from hotline.domain.calendar import WorkCalendar
from hotline.domain.due import TimeLimit, due_at
from hotline.domain.pauses import Pause
from hotline.errors import InvalidInput
from routing_rules.cases import facts_from
from routing_rules.explain import explain
from routing_rules.nearest import refuse_unknown
from routing_rules.pack import Pack

LIMIT_FIELDS: Final = ("amount", "unit", "count_from", "ends", "rolls", "receipt")
_DUE_FIELDS: Final = ("id", "at", *LIMIT_FIELDS, "pauses")


def explain_asked(pack: Pack, asked: Mapping[str, Any], *, trace: bool = False) -> dict[str, Any]:
    """Return which rows answer an object's facts, flat (``{"id", fact: value…}``) or under ``facts``; see ``explain``.

    Raises ``UnknownFact`` naming a fact that does not exist, and ``InvalidInput`` naming one that cannot be read or a category
    or place that the pack does not know.
    """
    facts = facts_from(_facts(asked), pack.zone)
    refuse_unknown(pack, facts)
    return explain(pack, facts, trace=trace)


def due_asked(calendar: WorkCalendar, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return when an object's limit runs out: ``{"due", "counted", "skipped", "provisional"}``, times in the calendar's zone.

    The object has ``at`` (ISO 8601 with an offset), ``amount`` and ``unit``; what else a ``TimeLimit`` has, and ``pauses``
    (``[[from, to], …]``; ``to`` null = it still stands), may be left out. ``counted`` holds dates for days, half-open
    intervals for hours. Raises ``StillPaused`` when such a pause leaves the due time open, and ``InvalidInput``.
    """
    if unknown := asked.keys() - {*_DUE_FIELDS}:
        told = f"不认识的字段“{'、'.join(sorted(unknown))}”(可用:{'、'.join(_DUE_FIELDS)})"
        raise InvalidInput(f"unknown {sorted(unknown)}", message=told)
    for needed in ("at", "amount", "unit"):
        if asked.get(needed) is None:
            raise InvalidInput(f"{needed} is missing", message=f"缺少 {needed}")
    limit = _limit(*(_scalar(field, asked.get(field)) for field in LIMIT_FIELDS))
    found = due_at(_time("at", asked["at"]), limit, calendar, tuple(_pauses(asked.get("pauses"))))
    return {
        "due": found.due.isoformat(),
        "counted": [_told(one) for one in found.counted],
        "skipped": [{"date": day.date.isoformat(), "why": day.why} for day in found.skipped],
        "provisional": found.provisional,
    }


@lru_cache(maxsize=1024, typed=True)  # typed: true is no 1
def _limit(*values: Any) -> TimeLimit:
    how = {field: value for field, value in zip(LIMIT_FIELDS, values, strict=True) if value is not None}
    if not isinstance(how.get("rolls", False), bool):
        raise InvalidInput(f"rolls {how['rolls']!r} is neither true nor false", message="rolls 应为 true 或 false")
    return TimeLimit(**how)


def _scalar(field: str, value: Any) -> Any:
    if isinstance(value, list | dict):
        raise InvalidInput(f"{field} is no single value", message=f"{field} 的取值有误")
    return value


def _pauses(value: Any) -> Iterator[Pause]:
    if value is not None and not isinstance(value, list):
        raise InvalidInput("pauses is no list", message="pauses 应是 [[起, 止], …]")
    for number, pause in enumerate(value or (), start=1):
        if not isinstance(pause, list) or len(pause) != 2:
            raise InvalidInput(f"pause {number} is no pair", message=f"pauses 第 {number} 段应是 [起, 止]")
        since = _time(f"pauses 第 {number} 段的起", pause[0])
        to = None if pause[1] is None else _time(f"pauses 第 {number} 段的止", pause[1])
        if to is not None and to < since:
            raise InvalidInput(f"pause {number} ends before it begins", message=f"pauses 第 {number} 段的止早于起")
        yield since, to


def _time(name: str, value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidInput(f"{name} {value!r} is no time", message=f"{name} 不是时间,应写成 2026-02-13T16:00:00+08:00") from None
    if moment.tzinfo is None:
        raise InvalidInput(f"{name} {value!r} has no offset", message=f"{name} 缺少时区,应写成 2026-02-13T16:00:00+08:00")
    return moment


def _told(counted: Any) -> Any:
    return [one.isoformat() for one in counted] if isinstance(counted, tuple) else counted.isoformat()


def _facts(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of an object, flat or under ``facts``; the two forms do not mix."""
    if "facts" not in asked:
        return {name: value for name, value in asked.items() if name != "id"}
    if more := asked.keys() - {"id", "facts"}:
        raise InvalidInput(f"{sorted(more)} beside facts", message=f"已有 facts,不应另有“{'、'.join(sorted(more))}”")
    if not isinstance(asked["facts"], dict):
        raise InvalidInput("facts is no object", message="facts 应是一个 JSON 对象")
    return asked["facts"]
