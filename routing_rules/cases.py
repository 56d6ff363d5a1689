"""``cases``: facts with the row expected to answer, kept beside the tables and run with the check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hotline.domain.facts import Facts
from hotline.errors import InvalidInput, UnknownFact
from routing_rules.cells import FACTS, fact_type
from routing_rules.findings import Findings
from routing_rules.sheets import Sheet

EXPECTATIONS = ("id", "dispatch", "lead", "assist", "deadline", "supervision", "note")
_MOST_ROUNDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """Facts and what they must give, where it is said: the row, the lead, all assisting units, deadline and supervision rows."""

    id: str
    facts: Facts
    dispatch: str = ""
    lead: str = ""
    deadlines: tuple[str, ...] = ()
    assists: tuple[str, ...] = ()
    supervision: tuple[str, ...] = ()


def read_cases(sheet: Sheet | None, zone: ZoneInfo, findings: Findings) -> tuple[Case, ...]:
    """Read the cases; a fault goes into ``findings`` and its case is left out."""
    cases = []
    for line, cells in sheet.records() if sheet else ():
        name = cells["id"] or f"第 {line} 行"
        try:
            facts = facts_from({head: text for head, text in cells.items() if head not in EXPECTATIONS and text}, zone)
        except (InvalidInput, UnknownFact) as error:
            findings.error("cases", name, error.message, "case")
            continue
        limits, assists, steps = (_listed(cells.get(column, "")) for column in ("deadline", "assist", "supervision"))
        cases.append(Case(name, facts, cells["dispatch"], cells.get("lead", ""), limits, assists, steps))
    return tuple(cases)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def facts_from(values: Mapping[str, Any], zone: ZoneInfo) -> Facts:
    """Build facts from texts or JSON values; a time without an offset is local, a set is a list or joined by ``|``.

    Raises ``UnknownFact`` naming a fact that does not exist, and ``InvalidInput`` naming one that cannot be read.
    """
    read: dict[str, Any] = {}
    for name, value in values.items():
        fact_type(name)  # an unknown fact is refused by name
        if value is not None and value != "":
            read[name] = _value(name, value, zone)
    if "received_at" not in read:
        raise InvalidInput("received_at is missing", message="缺少 received_at(来电时间)")
    return Facts(**read)


def _value(name: str, value: Any, zone: ZoneInfo) -> Any:
    kind, allowed = FACTS[name].kind, FACTS[name].values
    try:
        if kind == "moment":
            return _moment(value, zone)
        if kind == "set":
            return _set(value, allowed)
        if kind == "number":
            return _round(value) if name == "round" else _share(value)
    except (TypeError, ValueError, OverflowError):
        raise _unreadable(name, value) from None
    text = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    if not isinstance(text, str) or (allowed and text not in allowed):
        raise _unreadable(name, value)
    return text == "yes" if name in ("confidential", "reply_needed") else text


def _moment(value: Any, zone: ZoneInfo) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    moment.astimezone(zone)  # a time that has no local date would stop every table: OverflowError here
    return moment


def _round(value: Any) -> int:
    """A round: 1, 2, …; ``1.5`` and ``true`` are none."""
    number = int(value) if isinstance(value, str) else value
    if isinstance(number, bool) or number != int(number) or not 1 <= number <= _MOST_ROUNDS:
        raise ValueError
    return int(number)


def _share(value: Any) -> float:
    share = float(value)
    if isinstance(value, bool) or not 0 <= share <= 1:
        raise ValueError
    return share


def _set(value: Any, allowed: frozenset[str]) -> frozenset[str]:
    members = value.split("|") if isinstance(value, str) else value
    if not isinstance(members, list | tuple | set | frozenset) or not all(isinstance(member, str) for member in members):
        raise TypeError
    found = frozenset(member.strip() for member in members if member.strip())
    if allowed and not found <= allowed:
        raise ValueError
    return found


def _unreadable(name: str, value: Any) -> InvalidInput:
    allowed = f"(可用:{'、'.join(sorted(FACTS[name].values))})" if FACTS[name].values else ""
    return InvalidInput(f"{name} {value!r} cannot be used", message=f"{name} 的值“{value}”无法使用{allowed}")
