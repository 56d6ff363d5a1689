"""Facts that show what was found: a point of the space as the facts of a call."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from hotline.domain.facts import Facts
from routing_rules.verify.members import Members
from routing_rules.verify.slots import bits
from routing_rules.verify.space import DAY, DUE_DAY, DUE_MINUTE, MINUTE, SETS, Space

_TRUTHS = ("confidential", "reply_needed")


def facts_at(space: Space, state: dict[str, Any]) -> Facts:
    """Return facts of a call that lie in ``state``, as few and as usual ones as can be."""
    said: dict[str, Any] = {slot: space.slots[slot].value(state[slot]) for slot in space.slots}
    day, minute = said.pop(DAY), said.pop(MINUTE)
    due_day, due_minute = said.pop(DUE_DAY), said.pop(DUE_MINUTE)
    said["received_at"] = _moment(day, minute, space.pack.zone)
    if due_day is not None:
        said["upstream_due"] = _moment(_after(due_day, day), due_minute, space.pack.zone)
    for fact in _TRUTHS:
        said[fact] = said[fact] == "yes"
    for fact in SETS:
        said[fact] = frozenset(space.members[fact][bit] for bit in bits(_members(state[fact])))
    return Facts(**said)


def as_json(facts: Facts, zone: ZoneInfo) -> dict[str, Any]:
    """Return the facts as ``hotline rules explain`` reads them: what is missing or as usual is left out, times are local."""
    found: dict[str, Any] = {}
    for one in fields(Facts):
        value = getattr(facts, one.name)
        if one.name != "received_at" and value == one.default:
            continue
        if isinstance(value, datetime):
            value = value.astimezone(zone).isoformat()
        elif isinstance(value, frozenset):
            value = sorted(value)
        found[one.name] = value
    return found


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone)


def _after(due: date, received: date) -> date:
    """Move a date within the year to the first such year after the day of receipt: its year is asked by nobody."""
    for year in range(received.year, min(received.year + 9, date.max.year)):
        try:
            moved = due.replace(year=year)
        except ValueError:  # 29 February
            continue
        if moved > received:
            return moved
    return due


def _members(known: Members) -> int:
    """Take the members that are in, and for each clause that asks for one the first that may be."""
    into, out, clauses = known
    for clause in clauses:
        if not clause & into:
            free = clause & ~out
            into |= free & -free
    return into
