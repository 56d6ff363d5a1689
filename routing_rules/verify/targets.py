"""Every unit that a row's target can mean, and the places, estates and accused units for which it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hotline.domain.facts import Facts
from routing_rules.decide import resolve
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row

ANY_DAY = datetime(2026, 1, 5, tzinfo=UTC)
"""Targets mean the same on every day."""


@dataclass(frozen=True, slots=True)
class Way:
    """A unit, and cells as in a table under which a target resolves to it; an empty one asks for a missing fact."""

    unit: str
    where: Mapping[str, str] = field(default_factory=dict)


class Targets:
    """Targets resolved over the pack's registries, each once."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._known: dict[str, tuple[Way, ...]] = {}
        self._same: dict[tuple[str, str], tuple[Mapping[str, str], ...]] = {}

    def ways(self, target: str) -> tuple[Way, ...]:
        """Return the units that a code or token can mean; a code means one, whatever the facts."""
        if target not in self._known:
            by_unit: dict[str, list[Mapping[str, str]]] = defaultdict(list)
            for unit, where in self._found(target):
                by_unit[unit].append(where)
            self._known[target] = tuple(Way(unit, where) for unit, found in by_unit.items() for where in joined(found))
        return self._known[target]

    def same(self, one: str, other: str) -> tuple[Mapping[str, str], ...]:
        """Return the cells under which two targets mean one and the same unit, whichever that is."""
        if (one, other) not in self._same:
            pairs = ((first, second) for first in self.ways(one) for second in self.ways(other) if first.unit == second.unit)
            both = (_both(first.where, second.where) for first, second in pairs)
            self._same[one, other] = joined(where for where in both if where is not None)
        return self._same[one, other]

    def _found(self, target: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield a unit for each value of a registry that gives one."""
        if not target.startswith("@"):
            known = self._asked(target)
            yield from ((known, {}),) if known else ()
            return
        geography = self._pack.geography
        paths = [geography.path(code) for code in geography.places]
        if target == "@parent":
            yield from self._each(target, "accused", list(self._pack.units))
            return
        estates = list(geography.estates)
        if target.startswith("@estate."):
            yield from self._each(target, "estate", estates)
            yield from self._each(target, "place", paths, estate="")
            return
        yield from self._each(target, "place", [path for path in paths if "/" in path])
        for place in ("", *(path for path in paths if "/" not in path)):  # a district alone says less than the estate does
            yield from self._each(target, "estate", ["", *estates], place=place)

    def _each(self, target: str, fact: str, values: list[str], **known: str) -> Iterator[tuple[str, dict[str, str]]]:
        for value in values:
            where = {**known, fact: value}
            if (unit := self._asked(target, **where)) is not None:
                yield unit, where

    def _asked(self, target: str, **known: str) -> str | None:
        facts = {fact: value or None for fact, value in known.items()}
        return resolve(self._pack, Facts(received_at=ANY_DAY, **facts), target)  # type: ignore[arg-type]  # codes are texts


def joined(wheres: Iterable[Mapping[str, str]]) -> tuple[Mapping[str, str], ...]:
    """Put together conditions that differ in one fact only; a missing fact is asked for apart."""
    found = [dict(where) for where in wheres]
    for fact in sorted({fact for where in found for fact in where}):
        alike: dict[tuple[tuple[tuple[str, str], ...], bool | None], dict[str, None]] = {}
        for where in found:
            rest = tuple(sorted((name, text) for name, text in where.items() if name != fact))
            known = bool(where[fact]) if fact in where else None
            alike.setdefault((rest, known), {}).update(dict.fromkeys(where.get(fact, "").split("|")))
        found = [{**dict(rest), **({} if known is None else {fact: "|".join(values)})} for (rest, known), values in alike.items()]
    return tuple(found)


def _both(one: Mapping[str, str], other: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return what both ask for; None when they contradict each other."""
    found = {**one, **other}
    for fact in one.keys() & other.keys():
        values = [value for value in one[fact].split("|") if value in other[fact].split("|")]
        if not values:
            return None
        found[fact] = "|".join(values)
    return found


def within(table: DecisionTable, row: Row, where: Mapping[str, str]) -> dict[str, str] | None:
    """Return ``where`` with the values only that the row's own cells allow; None when there is none."""
    found = {}
    for fact, text in where.items():
        cells = zip(table.inputs, row.inputs, strict=True)
        tests = [cell.predicate() for name, cell in cells if name == fact and not cell.any]
        values = [value for value in text.split("|") if all(test(value or None) for test in tests)]
        if not values:
            return None
        found[fact] = "|".join(values)
    return found
