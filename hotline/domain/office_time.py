"""Office time between many pairs of moments: the same as ``due.working_time`` without pauses, by two look-ups a pair."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime

from hotline.domain.calendar import WorkCalendar


class OfficeTime:
    """Openings of a calendar from ``start`` to ``end`` (aware), summed up once."""

    def __init__(self, calendar: WorkCalendar, start: datetime, end: datetime) -> None:
        self._opens: list[float] = []
        self._before: list[float] = []
        self._lengths: list[float] = []
        total = 0.0
        for opens, closes in calendar.openings_from(start) if start < end else ():
            if opens >= end:
                break
            length = (min(closes, end) - opens).total_seconds()
            self._opens.append(opens.timestamp())
            self._before.append(total)
            self._lengths.append(length)
            total += length

    def between(self, start: datetime, end: datetime) -> float:
        """Return the office time between two moments of the span in seconds; 0 when ``end`` is not after ``start``."""
        return max(0.0, self._until(end.timestamp()) - self._until(start.timestamp()))

    def _until(self, moment: float) -> float:
        place = bisect_right(self._opens, moment) - 1
        return self._before[place] + min(moment - self._opens[place], self._lengths[place]) if place >= 0 else 0.0
