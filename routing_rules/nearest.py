"""Names that a question uses and the pack does not know: refused with the nearest it knows, never answered by the fallback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from heapq import nlargest

from hotline.domain.facts import Facts
from hotline.errors import InvalidInput
from routing_rules.pack import Pack

SHOWN = 3
_ALIKE = 0.5
"""Names that share less than half their characters are no help."""


def refuse_unknown(pack: Pack, facts: Facts) -> None:
    """Raise ``InvalidInput`` when the facts' category or place is none of the pack's, naming the nearest."""
    if facts.category and facts.category not in pack.categories:
        raise _unknown("category", facts.category, nearest(facts.category, ((one, one) for one in pack.categories)))
    if facts.place and facts.place != pack.geography.path(code := facts.place.rpartition("/")[2]):
        if code in pack.geography.places:
            raise _unknown("place", facts.place, (_place(pack, code),))
        raise _unknown("place", facts.place, nearest(facts.place, _places(pack)))


def nearest(name: str, known: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return what to show of the known names (name, shown) nearest to ``name``, the nearest first."""
    alike = ((_likeness(name, one), shown) for one, shown in known)
    found = nlargest(SHOWN * 2, (pair for pair in alike if pair[0] >= _ALIKE))
    return tuple(dict.fromkeys(shown for _, shown in found))[:SHOWN]


def _likeness(name: str, known: str) -> float:
    """0…1: as the whole, or a little less as the last part of a path, or within it."""
    own, last = name.rpartition("/")[2], known.rpartition("/")[2]
    held = 0.9 if len(own) > 1 and own in last else 0.0
    return max(_ratio(name, known), 0.95 * _ratio(own, last), held)


def _ratio(one: str, two: str) -> float:
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE else 0.0


def _places(pack: Pack) -> Iterator[tuple[str, str]]:
    """Yield each place by its path, its name and its other names, with how it is written."""
    for place in pack.places:
        shown = _place(pack, place.code)
        for name in (pack.geography.path(place.code), place.name, *place.aliases):
            yield name, shown


def _place(pack: Pack, code: str) -> str:
    return f"{pack.geography.path(code)}({pack.geography.places[code].name})"


def _unknown(fact: str, name: str, near: tuple[str, ...]) -> InvalidInput:
    called = {"category": "类别", "place": "地点"}[fact]
    told = f",相近的有:{'、'.join(near)}" if near else ""
    return InvalidInput(f"{fact} {name!r} is not in the pack", message=f"规则包中没有{called}“{name}”{told}")
