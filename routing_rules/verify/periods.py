"""Which of two limits ends first: over every moment of a year, exactly.

When a limit runs out is, as a function of its start, flat or rising with the clock, and jumps only at openings, closings,
midnights and the moments from which such a point is reached. Between two of these moments the difference of two limits is
straight: whoever looks at both ends of every piece has looked at all of it (to the second).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hotline.domain.calendar import ONE_DAY, WorkCalendar
from hotline.domain.due import TimeLimit, due_at

Chain = tuple[TimeLimit, ...]
"""Limits that follow one another: each starts when the one before it runs out."""
_SECOND = timedelta(seconds=1)
_HOUR = timedelta(hours=1)
_REACH = 2  # years laid out: limits that start in the first may end in the second


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where one chain ends before another: ``always``, or at ``moment`` by the most (None = never), ``due`` and ``other``."""

    always: bool = False
    moment: datetime | None = None
    due: datetime | None = None
    other: datetime | None = None

    def __bool__(self) -> bool:
        return self.moment is not None


class Periods:
    """One year of a calendar, whose days are grouped: those that see the same days ahead behave alike."""

    def __init__(self, calendar: WorkCalendar, year: int) -> None:
        self.calendar, self.year = calendar, year
        self._office = _Office(calendar, year)
        self._known: dict[tuple[Chain, Chain], Earlier] = {}
        self._due: dict[TimeLimit, dict[datetime, datetime]] = {}
        self._points: dict[Chain, list[datetime]] = {}
        self._reached: dict[Chain, list[int]] = {}
        self._shortest: dict[Chain, tuple[timedelta, datetime]] = {}

    def due(self, chain: Chain, start: datetime) -> datetime:
        """Return when the last limit of the chain runs out."""
        for limit, known in self._memo(chain):
            start = self._one(limit, known, start)
        return start

    def known_never(self, one: Chain, other: Chain) -> bool:
        """Whether it has been found out already that ``one`` never ends before ``other``."""
        known = self._known.get((one, other))
        return known is not None and not known

    def earlier(self, one: Chain, other: Chain) -> Earlier:
        """Return whether ``one`` ever ends before ``other`` when both start together, always, and where by the most."""
        known = self._known.get((one, other))
        if known is None:
            known = Earlier() if _never(one, other) else self._compare(one, other, self.moments(one, other))
            self._known[one, other] = known
        return known

    def shortest(self, chain: Chain) -> tuple[timedelta, datetime]:
        """Return the least time a chain ever leaves, and a moment from which it does."""
        if chain not in self._shortest:
            self._shortest[chain] = min((self.due(chain, start) - start, start) for start in self.moments(chain, ()))
        return self._shortest[chain]

    def moments(self, one: Chain, other: Chain, *, every_day: bool = False) -> Iterator[datetime]:
        """Yield the ends of all pieces, day by day; days that behave alike once only, unless ``every_day``."""
        points = sorted({*self._breaks(one), *self._breaks(other)})
        for day in self._office.days if every_day else self._unlike(one, other):
            since = self.calendar.midnight_after(day - ONE_DAY)
            until = self.calendar.midnight_after(day)
            inner = points[bisect_left(points, since) : bisect_left(points, until)]
            found = {since, since + _SECOND, until - _SECOND}
            found.update(moment for point in inner for moment in (point - _SECOND, point, point + _SECOND))
            yield from sorted(moment for moment in found if since <= moment < until)

    def _compare(self, one: Chain, other: Chain, moments: Iterable[datetime]) -> Earlier:
        always, best, found = True, timedelta(0), Earlier()
        ones, others = self._memo(one), self._memo(other)
        for moment in moments:
            due = against = moment
            for limit, known in ones:
                due = self._one(limit, known, due)
            for limit, known in others:
                against = self._one(limit, known, against)
            if due >= against:
                always = False
            elif against - due > best:
                best, found = against - due, Earlier(moment=moment, due=due, other=against)
        return replace(found, always=always) if found else found

    def _memo(self, chain: Chain) -> list[tuple[TimeLimit, dict[datetime, datetime]]]:
        return [(limit, self._due.setdefault(limit, {})) for limit in chain]

    def _one(self, limit: TimeLimit, known: dict[datetime, datetime], start: datetime) -> datetime:
        due = known.get(start)
        if due is None:
            if limit.unit == "hour" and limit.receipt == "as_is":
                due = (start.astimezone(UTC) + limit.amount * _HOUR).astimezone(self.calendar.zone)
            else:
                due = due_at(start, limit, self.calendar).due
            known[start] = due
        return due

    def _breaks(self, chain: Chain) -> list[datetime]:
        """Return the moments at which the end of a chain may jump or bend, pulled back through its first limits."""
        if chain not in self._points:
            points: set[datetime] = set()
            for limit in reversed(chain):
                points = self._office.own_breaks(limit) | self._office.pulled_back(limit, points)
            self._points[chain] = sorted(point for point in points if point.year == self.year)
        return self._points[chain]

    def _unlike(self, one: Chain, other: Chain) -> Iterator[date]:
        """Yield a day for each sequence of days, up to the last that a limit from that day on can reach."""
        seen: set[tuple[int, ...]] = set()
        for index, (day, reach, far) in enumerate(zip(self._office.days, self._reach(one), self._reach(other), strict=True)):
            ahead = self._office.kinds[index : index + max(reach, far) + 1]
            if ahead not in seen:
                seen.add(ahead)
                yield day

    def _reach(self, chain: Chain) -> list[int]:
        """Return for each day how many days on a chain ends at the latest that starts on it."""
        if chain not in self._reached:
            ends = ((day, self.due(chain, self.calendar.midnight_after(day))) for day in self._office.days)
            self._reached[chain] = [(end.date() - day).days for day, end in ends]
        return self._reached[chain]


class _Office:
    """A year's days, what kind each is, and the office time laid end to end (the next year's too)."""

    def __init__(self, calendar: WorkCalendar, year: int) -> None:
        first, last = date(year, 1, 1), date(year + _REACH - 1, 12, 31)
        reach = [date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1)]
        self.days = tuple(day for day in reach if day.year == year)
        self.windows = [window for day in reach for window in calendar.openings(day)]
        self._opens = [opens for opens, _ in self.windows]
        self._worked = [timedelta(0)]
        for opens, closes in self.windows:
            self._worked.append(self._worked[-1] + (closes - opens))
        known: dict[object, int] = {}
        self.kinds = tuple(known.setdefault(_kind(calendar, day), len(known)) for day in reach)
        self._edges = {moment for window in self.windows for moment in window}
        self._day_edges = self._edges | {edge for day in reach for edge in (calendar.closing(day), calendar.midnight_after(day))}

    def own_breaks(self, limit: TimeLimit) -> set[datetime]:
        """Return where the end of one limit may jump or bend."""
        if limit.unit == "hour":
            return set() if limit.receipt == "as_is" else self._edges
        if limit.in_days:
            return self._day_edges
        return self._edges | self.pulled_back(limit, self._edges)

    def pulled_back(self, limit: TimeLimit, points: set[datetime]) -> set[datetime]:
        """Return from where a limit reaches one of ``points``; a limit in days reaches none in passing."""
        if limit.in_days:
            return set()
        amount = limit.amount * _HOUR
        if limit.unit == "hour":
            return {(point.astimezone(UTC) - amount).astimezone(point.tzinfo) for point in points}
        return {moment for point in points if (moment := self._back(point, amount)) is not None}

    def _back(self, point: datetime, amount: timedelta) -> datetime | None:
        """Return the moment from which ``amount`` of office time ends at ``point``; None = before the year."""
        index = bisect_left(self._opens, point) - 1
        if index < 0:
            return None
        left = self._worked[index] + min(point, self.windows[index][1]) - self._opens[index] - amount
        if left < timedelta(0):
            return None
        index = max(bisect_left(self._worked, left) - 1, 0)
        return self._opens[index] + (left - self._worked[index])


def _kind(calendar: WorkCalendar, day: date) -> object:
    """What a due time can see of a day: its hours, its close of business and the zone's offset."""
    midnight = calendar.midnight_after(day - ONE_DAY)
    hours = tuple((opens - midnight, closes - midnight) for opens, closes in calendar.openings(day))
    return hours, calendar.closing(day) - midnight, midnight.utcoffset()


def _never(one: Chain, other: Chain) -> bool:
    """Whether ``one`` is the same limit with at least as large an amount: it can then never end earlier."""
    if len(one) != 1 or len(other) != 1:
        return one == other
    return one[0].amount >= other[0].amount and replace(one[0], amount=other[0].amount) == other[0]
