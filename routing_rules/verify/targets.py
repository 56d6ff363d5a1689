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
    """A unit, and cells as in a table under which a target resolves to it; an empty one asks for a missing fact."""

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
            found: dict[tuple[str, tuple[tuple[str, bool], ...]], dict[str, list[str]]] = {}
            for unit, where in self._found(target):
                missing = tuple((fact, not value) for fact, value in where.items())
                cells = found.setdefault((unit, missing), defaultdict(list))
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
        return resolve(self._pack, Facts(received_at=_ANY_DAY, **facts), target)  # type: ignore[arg-type]  # codes are texts
