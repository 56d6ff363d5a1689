"""How a counter-example is told in a finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hotline.domain.facts import Facts
from routing_rules.findings import Findings
from routing_rules.names import VALUE_NAMES
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.examples import as_json
from routing_rules.verify.prover import Example
from routing_rules.verify.slots import TooInvolved


def shown(pack: Pack, example: Example | None, which: int = 0) -> Mapping[str, Any]:
    """Return the fields of a finding that show an example: of the first claim's facts, or of those in place ``which``."""
    if example is None:
        return {}
    facts: tuple[Facts, ...] = (example.facts, *example.others)
    return {"example": as_json(facts[which], pack.zone), "order": example.order}


def told_to_repeat(findings: Findings, table: DecisionTable) -> Mapping[str, set[str]]:
    """Return the rows of a table that were told to have the condition of rows above, with these."""
    told: dict[str, set[str]] = {}
    for one in findings:
        if one.file == table.name and one.level == "error" and one.check in ("repeated", "validity"):
            told.setdefault(one.row, set()).update(one.others)
    return told


def attempt(find: Callable[[], Facts | None]) -> Example | None:
    """Return facts that show what is certain without them, where the work allowed is enough to find some."""
    try:
        facts = find()
    except TooInvolved:
        return None
    return Example(facts) if facts else None


def tell_stopped(findings: Findings, table: DecisionTable, row: Row, stopped: TooInvolved, what: str) -> None:
    """Warn that from ``row`` on a table was not looked at for ``what``: the work for it is bounded."""
    sentence = f"{stopped.message}:自 {row.id} 起未核对{what}"
    findings.warn(table.name, row.id, sentence, "unproved")


def unit_words(pack: Pack, code: str) -> str:
    """Return a unit's name with its code."""
    return f"{pack.unit_name(code)}({code})" if code in pack.units else code


def place_words(pack: Pack, facts: Facts) -> str:
    """Return where facts lie, in a clerk's words: the place, else the estate, else nothing."""
    place = pack.geography.places.get((facts.place or "").rpartition("/")[2])
    estate = pack.geography.estate(facts.estate)
    if place is not None and not (estate and facts.place and "/" not in facts.place):
        return place.name
    return estate.name if estate else ""


def value_words(value: str) -> str:
    """Return a code of the facts in a clerk's words."""
    return VALUE_NAMES.get(value, value)
