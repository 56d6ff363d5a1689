"""The slots of the space of facts: which atoms there are, which a cell allows, and a value for each."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Protocol

from hotline.errors import RuleError
from routing_rules.cells import Cell, Clock, OneOf, Range, Season, Under
from routing_rules.verify.values import NEVER_MISSING, OPEN, other

_ANY_YEAR = 8 * 366  # days that hold every date of a year: 29 February is missing for eight years around 1900 and 2100
_MORNING = 9 * 60 + 30
MOST_DAYS = 20_000
"""Kinds of days that validities and seasons together may tell apart: ten years of daily changes are some 15,000."""


class TooInvolved(RuleError):
    """A proof that would take more work than anybody waits for: conditions on sets can be made to encode any puzzle."""

    code = "rules.too_involved"


class Slot(Protocol):
    """Atoms as bits: ``full`` all of them, ``present`` without the one for a missing fact."""

    full: int
    present: int

    def mask(self, cell: Cell) -> int:
        """Return the atoms on which the cell holds."""

    def value(self, mask: int) -> Any:
        """Return the value to show for one of the atoms in ``mask``, which is not empty."""


def bits(mask: int) -> Iterable[int]:
    """Yield the positions of the bits set, the lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


class Texts:
    """A text: its known values, another one where the vocabulary is open, and missing where it may be."""

    def __init__(self, fact: str, known: Sequence[str], named: set[str]) -> None:
        values: list[str | None] = [*known, *sorted(named - set(known))]
        if fact in OPEN:
            values.append(other(fact, {*known, *named}))
        if fact not in NEVER_MISSING:
            values.append(None)
        self.values = tuple(values)
        self._bit = {value: 1 << bit for bit, value in enumerate(values)}
        self.full = (1 << len(values)) - 1
        self.present = self.full & ~self._bit.get(None, 0)
        self._usual = 0 if fact in NEVER_MISSING else self._bit[None]
        self._rare = fact in ("estate", "accused", "caller_kind")  # mostly unknown: missing when it may be

    def mask(self, cell: Cell) -> int:
        """Return the atoms on which the cell holds."""
        found = 0
        for term in cell.terms:
            if isinstance(term, OneOf):
                for value in term.values:
                    found |= self._bit[value]
        return self.present & ~found if cell.negated else found

    def at(self, value: str | None) -> int:
        """Return the atom of one value; none when it is not known."""
        return self._bit.get(value, 0)

    def value(self, mask: int) -> str | None:
        """Return the missing value when nothing is asked, else the value that comes first."""
        usual = mask & self._usual
        return self.values[_lowest(usual if usual and (mask == self.full or self._rare) else mask)]


class Paths:
    """Paths of a tree in order, so that everything below one is a run of bits; the last atom is a missing path."""

    def __init__(self, paths: Sequence[str], leaves: frozenset[str]) -> None:
        self._paths = sorted(paths, key=lambda path: path.split("/"))
        self._keys = [path.split("/") for path in self._paths]
        self.values = (*self._paths, None)
        self.present = (1 << len(self._paths)) - 1
        self.full = (1 << len(self.values)) - 1
        self._leaves = sum(1 << bit for bit, path in enumerate(self._paths) if path in leaves)

    def mask(self, cell: Cell) -> int:
        """Return the atoms on which the cell holds."""
        found = 0
        for term in cell.terms:
            if isinstance(term, Under):
                found |= self.below(term.path)
            elif isinstance(term, OneOf):
                for path in term.values:
                    found |= self.at(path)
        return self.present & ~found if cell.negated else found

    def at(self, path: str | None) -> int:
        """Return the atom of one path, or of a missing one; none when it is not in the tree."""
        if path is None:
            return self.full & ~self.present
        bit = bisect_left(self._keys, path.split("/"))
        return 1 << bit if bit < len(self._paths) and self._paths[bit] == path else 0

    def below(self, path: str) -> int:
        """Return the atoms of a path and of everything below it."""
        key = path.split("/")
        first = bisect_left(self._keys, key)
        last = bisect_right(self._keys, key, lo=first, key=lambda other: other[: len(key)])
        return (1 << last) - (1 << first)

    def value(self, mask: int) -> str | None:
        """Return None when nothing is asked or nothing else is left, else a path, the lowest level first."""
        known = mask & self.present
        return None if mask == self.full or not known else self._paths[_lowest(known & self._leaves or known)]


class Numbers:
    """Numbers cut at the bounds that cells name: rounds are whole and from 1, a confidence is 0…1 or missing."""

    def __init__(self, fact: str, cells: Iterable[Cell]) -> None:
        bounds = {bound for cell in cells for term in cell.terms if isinstance(term, Range) for bound in (term.low, term.high)}
        cuts = sorted(bound for bound in bounds if bound is not None and math.isfinite(bound))
        whole = fact == "round"
        self._from_above = not whole  # a usual example is of the first round, and sure
        self._numbers = _whole(cuts) if whole else _shares(cuts)
        missing = [] if fact in NEVER_MISSING else [None]
        self._values: list[float | None] = [*self._numbers, *missing]
        self.present = (1 << len(self._numbers)) - 1
        self.full = (1 << len(self._values)) - 1

    def mask(self, cell: Cell) -> int:
        """Return the atoms on which the cell holds."""
        found = 0
        for term in cell.terms:
            if isinstance(term, Range):
                found |= self._run(term)
        return self.present & ~found if cell.negated else found

    def _run(self, term: Range) -> int:
        """Return the atoms within a range: a run of the numbers in order."""
        first, last = 0, len(self._numbers)
        if term.low is not None:
            first = (bisect_left if term.low_in else bisect_right)(self._numbers, term.low)
        if term.high is not None:
            last = (bisect_right if term.high_in else bisect_left)(self._numbers, term.high)
        return (1 << last) - (1 << first) if first < last else 0

    def value(self, mask: int) -> float | None:
        """Return the lowest round or the highest confidence; a missing one when nothing is asked."""
        if mask == self.full != self.present:
            return None
        known = mask & self.present
        return self._numbers[known.bit_length() - 1 if self._from_above else _lowest(known)] if known else None


def _whole(cuts: Sequence[float]) -> list[float]:
    """A whole number at each bound and between any two, from 1, and one beyond them all."""
    near = {1}
    for cut in cuts:
        near |= {math.floor(cut), math.floor(cut) + 1, math.ceil(cut) - 1}
    return sorted(number for number in near if number >= 1)


def _shares(cuts: Sequence[float]) -> list[float]:
    """Each bound within 0…1 and a number between any two, where there is one."""
    points = sorted({0.0, 1.0, *(cut for cut in cuts if 0 <= cut <= 1)})
    between = (_between(low, high) for low, high in pairwise(points))
    return sorted({*points, *(number for number in between if number is not None)})


def _between(low: float, high: float) -> float | None:
    for digits in range(1, 17):
        if low < (number := round((low + high) / 2, digits)) < high:
            return number
    number = math.nextafter(low, high)
    return number if number < high else None


class Minutes:
    """Minutes of the day that every time of day in the tables treats alike; the first atom is the nearest to the morning."""

    def __init__(self, clocks: Sequence[Clock]) -> None:
        cuts = sorted({0, *(clock.since % 1440 for clock in clocks), *(clock.to % 1440 for clock in clocks)})
        spans = list(zip(cuts, [*cuts[1:], 1440], strict=True))
        self._minutes = sorted((min(max(_MORNING, low), high - 1) for low, high in spans), key=lambda at: abs(at - _MORNING))
        self.full = self.present = (1 << len(spans)) - 1

    def mask(self, cell: Cell) -> int:
        """Return the atoms on which the cell holds, whatever the day."""
        holds = cell.predicate()
        times = (datetime(2024, 1, 1, minute // 60, minute % 60) for minute in self._minutes)  # noqa: DTZ001  # a wall clock
        return sum(1 << bit for bit, moment in enumerate(times) if holds(moment))

    def value(self, mask: int) -> int:
        """Return a minute of the day."""
        return self._minutes[_lowest(mask)]


@dataclass(frozen=True, slots=True)
class _Span:
    first: date
    last: date


class Days:
    """Days that every validity and every season treats alike; the last atom is a missing date where that may be."""

    def __init__(self, seasons: Sequence[Season], cuts: set[date], reference: date, *, missing: bool) -> None:
        self._kinds = _kinds_of_day(seasons)
        starts = [date.min, *sorted(cuts - {date.min})]
        if len(starts) * len(set(self._kinds.values())) > MOST_DAYS:
            raise TooInvolved("too many days to tell apart", message="有效期的起止日和季节太多,组合起来无法逐一核对")
        ends = [start - timedelta(days=1) for start in starts[1:]] + [date.max]
        self._days: list[date] = []
        self._first_bit: dict[date, int] = {}
        self.starts = tuple(starts)
        for start, end in zip(starts, ends, strict=True):
            self._first_bit[start] = len(self._days)
            self._days.extend(_representatives(_Span(start, end), self._kinds, reference))
        self.present = (1 << len(self._days)) - 1
        self.full = (self.present << 1) | 1 if missing else self.present
        self._reference = self._first_bit[starts[bisect_right(starts, reference) - 1]]

    def mask(self, cell: Cell) -> int:
        """Return the atoms on which the cell's seasons hold, whatever the hour."""
        holds = cell.predicate()
        return sum(1 << bit for bit, day in enumerate(self._days) if holds(datetime(day.year, day.month, day.day)))  # noqa: DTZ001

    def between(self, first: date, last: date) -> int:
        """Return the atoms of the days from ``first`` to ``last``, which are cuts of this slot."""
        start = self._first_bit[first]
        after = bisect_right(self.starts, last)
        end = self._first_bit[self.starts[after]] if after < len(self.starts) else len(self._days)
        return (1 << end) - (1 << start)

    def value(self, mask: int) -> date | None:
        """Return a day near the reference or the next one after it; None for a missing date when nothing is asked."""
        if mask == self.full != self.present or not mask & self.present:
            return None
        later = (mask & self.present) >> self._reference << self._reference
        return self._days[_lowest(later) if later else (mask & self.present).bit_length() - 1]


def _kinds_of_day(seasons: Sequence[Season]) -> dict[int, int]:
    """Map each month × 100 + day to the kind of day it is for all seasons together."""
    kinds: dict[tuple[bool, ...], int] = {}
    found: dict[int, int] = {}
    for offset in range(366):
        day = date(2024, 1, 1) + timedelta(days=offset)
        number = day.month * 100 + day.day
        within = tuple(_in_season(season, number) for season in seasons)
        found[number] = kinds.setdefault(within, len(kinds))
    return found


def _in_season(season: Season, number: int) -> bool:
    if season.first <= season.last:
        return season.first <= number <= season.last
    return number >= season.first or number <= season.last


def _representatives(span: _Span, kinds: dict[int, int], reference: date) -> list[date]:
    """Return the day nearest to ``reference`` for each kind of day that the span holds."""
    near = min(max(span.first, reference), span.last)
    found: dict[int, date] = {}
    wanted = len(set(kinds.values()))
    reach = max((near - span.first).days, (span.last - near).days) + 1
    for distance in range(min(reach, _ANY_YEAR)):
        for ordinal in (near.toordinal() + distance, near.toordinal() - distance):
            if span.first.toordinal() <= ordinal <= span.last.toordinal():
                day = date.fromordinal(ordinal)
                found.setdefault(kinds[day.month * 100 + day.day], day)
        if len(found) == wanted:
            break
    return [found[kind] for kind in sorted(found)]
