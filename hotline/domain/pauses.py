"""When the clock stands still: pauses of an order, half-open, merged into the stretches in which it runs.

A pause belongs to the order, not to a limit: every limit of the order is computed with the same pauses. One that has no end yet
(``None``) still stands.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from hotline.domain.calendar import Interval, WorkCalendar
from hotline.errors import InvalidInput, StillPaused

Pause = tuple[datetime, datetime | None]
"""Half-open, aware; no end = it still stands."""
LONGEST_PAUSED = timedelta(days=20_000)
_NEVER = datetime(9999, 1, 1)  # noqa: DTZ001  # later than any calendar reaches; given a zone where it is used


class Pauses:
    """An order's pauses in the calendar's zone: sorted, those that touch joined, empty ones dropped."""

    def __init__(self, pauses: Sequence[Pause], calendar: WorkCalendar) -> None:
        self._never = _NEVER.replace(tzinfo=calendar.zone)
        self.merged = _merged(pauses, calendar, self._never) if pauses else ()
        self._starts = [since for since, _ in self.merged]

    def __bool__(self) -> bool:
        return bool(self.merged)

    @property
    def open_since(self) -> datetime | None:
        """Since when the clock stands still without an end, if it does."""
        return self.merged[-1][0] if self.merged and self.merged[-1][1] == self._never else None

    def runs_from(self, start: datetime) -> Iterator[Interval]:
        """Yield the stretches from ``start`` on in which the clock runs; none behind a pause without an end."""
        since = start
        for stop, to in self.merged:
            if stop > since:
                yield since, stop
            since = max(since, to)
        if since < self._never:
            yield since, self._never

    def stands_at(self, moment: datetime) -> bool:
        """Whether the clock stands still at ``moment``; raises ``StillPaused`` when nobody knows for how long."""
        before = bisect_right(self._starts, moment)
        if not before or self.merged[before - 1][1] <= moment:
            return False
        if before == len(self.merged) and self.open_since is not None:
            raise StillPaused(self.open_since)
        return True

    def cuts(self, since: datetime, to: datetime) -> bool:
        """Whether a pause takes anything from ``[since, to)``."""
        before = bisect_left(self._starts, to)
        return bool(before) and since < to and self.merged[before - 1][1] > since


def _merged(pauses: Sequence[Pause], calendar: WorkCalendar, forever: datetime) -> tuple[Interval, ...]:
    merged: list[Interval] = []
    for since, to in sorted((calendar.local(since), forever if to is None else calendar.local(to)) for since, to in pauses):
        if to <= since:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to))
        else:
            merged.append((since, to))
    if sum((to - since for since, to in merged if to != forever), timedelta(0)) > LONGEST_PAUSED:
        raise InvalidInput("a pause that does not end", message="暂停时间过长")
    return tuple(merged)
