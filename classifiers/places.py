"""Places named in a text: streets, communities, villages and estates, as people say them, in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ahocorasick_rs as ac

from classifiers.spoken import canonical
from hotline.domain.reading import PlaceFound
from routing_rules.places import Estate, Place

LOOKED_AT = 5_000
"""Characters of a text in which places are looked for."""
_DISTRICT, _ROAD, _STREET, _EXACT = 0, 1, 2, 3
_NUMBERED = re.compile(r"^(\D{1,6}?)(\d+)(?:街坊|小区)?$")
_OFFICE = re.compile(r"(?:社区居民委员会|社区居委会|居民委员会|居委会|社区)$")
_VILLAGE = re.compile(r"(?:村民委员会|村委会)$")
_STREET_SUFFIXES = ("街道", "街道办", "街道办事处", "办事处", "街办")


@dataclass(frozen=True, slots=True)
class _Target:
    """What a name means: how exact it is, the path of codes, the name to show, the estate's id."""

    rank: int
    path: str
    name: str
    estate: str | None = None


class PlaceFinder:
    """Finds a pack's places. Building takes milliseconds; finding changes nothing: threads may share it."""

    def __init__(self, places: Sequence[Place], estates: Sequence[Estate]) -> None:
        """Take the pack's places (district, streets, communities) and estates."""
        self._places = {place.code: place for place in places}
        self._home = next((place.code for place in places if place.level == "district"), "")
        forms: defaultdict[str, dict[_Target, None]] = defaultdict(dict)
        for place in places:
            for form, rank in _place_forms(place):
                forms[form][_Target(rank, self._path(place.code), place.name)] = None
        for estate in estates:
            path = self._path(estate.community) if estate.community else self._home
            for name in (estate.name, *estate.aliases):
                if len(name) >= 2:
                    forms[canonical(name)][_Target(_EXACT, path, estate.name, estate.id)] = None
        self._forms = [(form, tuple(targets)) for form, targets in forms.items() if form]
        self._automaton = ac.AhoCorasick([form for form, _ in self._forms], matchkind=ac.MATCHKIND_LEFTMOST_LONGEST)

    def find(self, text: str, *, folded: bool = False) -> PlaceFound | None:
        """Return the most exact place named in ``text``, with the other readings when it is not clear which is meant.

        ``folded`` = the text went through ``text.fold`` already.
        """
        named = list(self._named(canonical(text[:LOOKED_AT], folded=folded)))
        if not named:
            return None
        streets = [target.path for group in named for target in group if target.rank == _STREET]
        best = max(group[0].rank for group in named)
        chosen = [target for group in named if group[0].rank == best for target in _within(group, streets)]
        # the estate says more than its community
        first = min(chosen, key=lambda one: (one.path != chosen[0].path, one.estate is None))
        others = {target.path for target in chosen if target.path != first.path} | self._strangers(first, named)
        if best == _ROAD:  # a road runs through several streets: the road's name alone is not an address
            others.add(self._home)
        others = {path for path in others if not first.path.startswith(f"{path}/") or best == _ROAD} - {first.path}
        return PlaceFound(first.path, first.name, first.estate, tuple(sorted(others)))

    def _named(self, text: str) -> Iterator[tuple[_Target, ...]]:
        for which, start, end in self._automaton.find_matches_as_indexes(text):
            form, targets = self._forms[which]
            cut = form[-1].isdigit() and end < len(text) and text[end].isdigit()
            if not cut and not (form[0].isdigit() and start and text[start - 1].isdigit()):
                yield targets

    def _strangers(self, first: _Target, named: Sequence[tuple[_Target, ...]]) -> set[str]:
        """Return the other districts that the text names too."""
        district = first.path.split("/", maxsplit=1)[0]
        return {
            target.path for group in named for target in group
            if target.rank == _DISTRICT and target.path not in (district, self._home)
        }  # fmt: skip

    def _path(self, code: str | None) -> str:
        parts: list[str] = []
        while code and code in self._places and code not in parts:
            parts.append(code)
            code = self._places[code].parent
        return "/".join(reversed(parts)) or self._home


def _within(group: tuple[_Target, ...], streets: Sequence[str]) -> tuple[_Target, ...]:
    """Return the readings that lie in a street the text names too; all of them when none does."""
    inside = tuple(one for one in group if any(one.path.startswith(street) for street in streets))
    return inside or group


def _place_forms(place: Place) -> Iterator[tuple[str, int]]:
    """Yield the ways a place is said, in canonical form, each with how exact it is."""
    for name in (place.name, *place.aliases):
        if place.level == "district":
            yield canonical(name), _DISTRICT
        elif place.level == "street":
            yield from _street_forms(name)
        else:
            yield from ((form, _EXACT) for form in _community_forms(canonical(name)))


def _street_forms(name: str) -> Iterator[tuple[str, int]]:
    yield canonical(name), _STREET
    bare = re.sub("(?:街道办事处|街道办|街道|办事处)$", "", name)
    if bare != name:
        yield from ((canonical(bare + suffix), _STREET) for suffix in _STREET_SUFFIXES)
        if len(bare) >= 2:
            yield canonical(bare), _ROAD


def _community_forms(name: str) -> Iterator[str]:
    yield name
    if _VILLAGE.search(name):
        core = _VILLAGE.sub("", name)
        yield core if core.endswith("村") else core + "村"
        return
    core = _OFFICE.sub("", name)
    if core == name and not _NUMBERED.match(name):
        return
    yield core + "社区"
    if numbered := _NUMBERED.match(core):
        base, number = numbered.groups()
        yield from (f"{base}{number}{suffix}" for suffix in ("", "街坊", "小区"))
        yield from (f"{base[0]}{number}{suffix}" for suffix in ("街坊", "社区"))
    elif len(core) >= 4:
        yield core
