"""Every unit that a row's target can mean, and the places, estates and accused units for which it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hotline.domain.facts import Facts
from routing_rules.decide import resolve
from routing_rules.pack import Pack

_ANY_DAY = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Way:
    """A unit, and cells as in a table under which a target resolves to it."""

    unit: str
    where: Mapping[str, str] = field(default_factory=dict)


class Targets:
    """Targets resolved over the pack's registries, each once."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._known: dict[str, tuple[Way, ...]] = {}

    def ways(self, target: str) -> tuple[Way, ...]:
        """Return the units that a code or token can mean; a code means one, whatever the facts."""
        if target not in self._known:
            found: dict[tuple[str, tuple[str, ...]], dict[str, list[str]]] = {}
            for unit, where in self._found(target):
                cells = found.setdefault((unit, tuple(where)), defaultdict(list))
                for fact, value in where.items():
                    cells[fact].append(value)
            self._known[target] = tuple(
                Way(unit, {fact: "|".join(dict.fromkeys(values)) for fact, values in cells.items()})
                for (unit, _), cells in found.items()
            )
        return self._known[target]

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
        if target.startswith("@estate."):
            yield from self._each(target, "estate", list(geography.estates))
        yield from self._each(target, "place", paths)
        if not target.startswith("@estate."):
            yield from self._by_estate(target, [path for path in paths if "/" not in path])

    def _each(self, target: str, fact: str, values: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
        for value in values:
            if (unit := self._asked(target, **{fact: value})) is not None:
                yield unit, {fact: value}

    def _by_estate(self, target: str, districts: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """A district alone says less than the estate does."""
        for estate in self._pack.geography.estates if districts else ():
            if (unit := self._asked(target, estate=estate, place=districts[0])) is not None:
                for district in districts:
                    yield unit, {"place": district, "estate": estate}

    def _asked(self, target: str, **known: str) -> str | None:
        return resolve(self._pack, Facts(received_at=_ANY_DAY, **known), target)  # type: ignore[arg-type]  # codes are texts
