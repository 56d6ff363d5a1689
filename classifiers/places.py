"""Places named in a text: streets, communities, villages, roads and estates, as people say them, in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ahocorasick_rs as ac

from classifiers.place_names import EXACT, ROAD, STREET, Form, estate_forms, is_counted, place_forms
from classifiers.spoken import canonical, canonical_all
from classifiers.strangers import SUFFIXES, estate_named
from hotline.domain.reading import PlaceFound
from routing_rules.places import Estate, Place

LOOKED_AT = 5_000
"""Characters of a text in which places are looked for."""
_DISTRICT = 0


@dataclass(frozen=True, slots=True)
class _Target:
    """What a name means: how exact it is, the path of codes, the name to show, the estate's id."""

    rank: int
    path: str
    name: str
    estate: str | None = None


Group = tuple[_Target, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """What a text says of places: the most exact one, and names like an estate's that the pack does not know."""

    found: PlaceFound | None = None
    unknown: tuple[str, ...] = ()


NOWHERE = Places()


class PlaceFinder:
    """Finds a pack's places. Building takes milliseconds; finding changes nothing: threads may share it."""

    def __init__(self, places: Sequence[Place], estates: Sequence[Estate]) -> None:
        """Take the pack's places (district, streets, communities) and estates."""
        self._places = {place.code: place for place in places}
        self._home = next((place.code for place in places if place.level == "district"), "")
        forms: defaultdict[str, dict[_Target, None]] = defaultdict(dict)
        for form, target in (*self._of_places(places), *self._of_estates(estates)):
            forms[form][target] = None
        self._forms: list[tuple[str, Group]] = [(form, tuple(targets)) for form, targets in forms.items() if form]
        self._forms += [(suffix, ()) for suffix in SUFFIXES if suffix not in forms]
        names = [form for form, _ in self._forms]
        self._automaton = ac.AhoCorasick(names, matchkind=ac.MATCHKIND_LEFTMOST_LONGEST, implementation=ac.Implementation.DFA)

    def find(self, text: str, *, folded: bool = False) -> PlaceFound | None:
        """Return the most exact place named in ``text``, with the other readings when it is not clear which is meant.

        ``folded`` = the text went through ``text.fold`` already.
        """
        return self.look(text, folded=folded).found

    def unknown(self, text: str, *, folded: bool = False) -> tuple[str, ...]:
        """Return the names in ``text`` that look like an estate's and are not in the pack: for the office to add."""
        return self.look(text, folded=folded).unknown

    def look(self, text: str, *, folded: bool = False) -> Places:
        """Return both: the place that is named, and the estates nobody knows."""
        return self.look_plain(canonical(text[:LOOKED_AT], folded=folded))

    def look_all(self, folded: Sequence[str]) -> list[Places]:
        """Return what each folded text says of places: faster than one by one."""
        return [self.look_plain(plain) for plain in canonical_all([text[:LOOKED_AT] for text in folded])]

    def look_plain(self, plain: str) -> Places:
        """Return what a text in canonical form says of places."""
        hits = self._automaton.find_matches_as_indexes(plain)
        if not hits:
            return NOWHERE
        named, strange, last = [], [], -1
        for which, start, end in hits:
            form, group = self._forms[which]
            if group:
                if not is_counted(form, plain, start, end):
                    named.append(group)
            elif start != last and (name := estate_named(plain, start, end)):
                strange.append(name)
            last = end
        return Places(self._clearest(named) if named else None, tuple(dict.fromkeys(strange)))

    def _clearest(self, named: Sequence[Group]) -> PlaceFound:
        best = max(group[0].rank for group in named)
        if best == ROAD:
            return self._along([group for group in named if group[0].rank == ROAD])
        streets = {target.path for group in named for target in group if target.rank == STREET}
        chosen = [target for group in named if group[0].rank == best for target in _within(group, streets)]
        # the estate says more than its community
        first = min(chosen, key=lambda one: (one.path != chosen[0].path, one.estate is None))
        others = {target.path for target in chosen if target.path != first.path} | self._strangers(first, named)
        others = {path for path in others if not first.path.startswith(f"{path}/")}
        return PlaceFound(first.path, first.name, None if others else first.estate, tuple(sorted(others)))

    def _along(self, roads: Sequence[Group]) -> PlaceFound:
        """Return the streets that the roads run through, all of them where they cross; a road alone is not an address."""
        known = [{target.path for target in group} - {self._home} for group in roads]
        through = [paths for paths in known if paths]
        both = set.intersection(*through) if through else set()
        paths = both or {path for some in through for path in some}
        own = [target for group in roads for target in group if target.path in paths and _is_office_of(self._places, target)]
        if not paths or not own:
            return PlaceFound(self._home, roads[0][0].name, None, tuple(sorted(paths)))
        others = paths - {own[0].path} or {self._home}
        return PlaceFound(own[0].path, self._places[own[0].path.rsplit("/", 1)[-1]].name, None, tuple(sorted(others)))

    def _strangers(self, first: _Target, named: Sequence[Group]) -> set[str]:
        """Return the other districts that the text names too."""
        district = first.path.split("/", maxsplit=1)[0]
        return {
            target.path for group in named for target in group
            if target.rank == _DISTRICT and target.path not in (district, self._home)
        }  # fmt: skip

    def _of_places(self, places: Sequence[Place]) -> Iterator[tuple[str, _Target]]:
        for place in places:
            path = self._path(place.code)
            yield from ((form, _Target(rank, path, place.name)) for form, rank in place_forms(place))
            yield from ((canonical(road), _Target(ROAD, path, road)) for road in place.roads)

    def _of_estates(self, estates: Sequence[Estate]) -> Iterator[tuple[str, _Target]]:
        for estate in estates:
            path = self._path(estate.community) if estate.community else self._home
            forms: dict[Form, None] = dict.fromkeys(
                form for name in (estate.name, *estate.aliases) for form in estate_forms(name)
            )
            yield from ((form, _Target(EXACT, path, estate.name, estate.id)) for form in forms)

    def _path(self, code: str | None) -> str:
        parts: list[str] = []
        while code and code in self._places and code not in parts:
            parts.append(code)
            code = self._places[code].parent
        return "/".join(reversed(parts)) or self._home


def _within(group: Group, streets: set[str]) -> Group:
    """Return the readings that lie in a street the text names too; all of them when none does."""
    inside = tuple(one for one in group if any(one.path.startswith(street) for street in streets))
    return inside or group


def _is_office_of(places: dict[str, Place], target: _Target) -> bool:
    """Return whether a road's target is the street office that bears its name."""
    place = places[target.path.rsplit("/", 1)[-1]]
    return place.level == "street" and (target.name == place.name or place.name.startswith(target.name))
