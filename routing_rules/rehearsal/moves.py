"""Which rows were moved, when only the first that fits answers: the fewest rows whose moving explains the new order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Moved:
    """A row that is tried at another place: ``before`` which row it stands now (empty: last of its series).

    ``overtakes`` are rows that were tried before it and are now tried after it, ``behind`` the other way round; the nearest
    20 of each.
    """

    before: str
    overtakes: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


def moves(old: Sequence[str], new: Sequence[str]) -> dict[str, Moved]:
    """Return the rows that were moved, by id; ids that only one of the orders has play no part."""
    was = {row: place for place, row in enumerate(old)}
    common = [row for row in new if row in was]
    stayed = _longest_rising([was[row] for row in common])
    found: dict[str, Moved] = {}
    for place, row in enumerate(common):
        if place in stayed:
            continue
        after = next((common[i] for i in range(place + 1, len(common)) if i in stayed), "")
        found[row] = Moved(
            after,
            tuple(islice((other for other in islice(common, place + 1, None) if was[other] < was[row]), SHOWN)),
            tuple(islice((other for other in reversed(common[:place]) if was[other] > was[row]), SHOWN)),
        )
    return found


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """Return the places of a longest rising subsequence (patience sorting)."""
    ends: list[int] = []  # the place of the smallest last number of a rising run of each length
    tops: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(tops, number)
        before.append(ends[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place)
            tops.append(number)
        else:
            ends[length], tops[length] = place, number
    found, at = set(), ends[-1] if ends else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return frozenset(found)
