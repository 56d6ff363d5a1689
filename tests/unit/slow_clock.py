"""An oracle of due times that knows nothing of how the product does it: it walks by minutes, and by seconds where it must.

Times are whole seconds of local time since the beginning of 2026 in a zone without summer time; a day is a number of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hotline.domain.calendar import OfficeHours, WorkCalendar
from tests.unit.working_time import OFFICE, ZONE, hours, worked, year_days

EPOCH = datetime(2026, 1, 1, tzinfo=ZONE)
MINUTE, DAY = 60, 86_400
SUMMER = (date(2026, 5, 1), date(2026, 9, 30))
WINTER_OPEN = ((540, 720), (810, 1020))
SUMMER_OPEN = ((510, 720), (870, 1080))
Stop = tuple[int, int]


def seasonal() -> WorkCalendar:
    """Monday to Friday 9–12 and 13:30–17; from May to September 8:30–12 and 14:30–18."""
    winter = [replace(row, valid_to=date(2026, 4, 30)) for row in OFFICE]
    again = [replace(row, valid_from=date(2026, 10, 1)) for row in OFFICE]
    summer = [
        OfficeHours(weekday, *hours(*opening), *SUMMER)
        for weekday in range(5)
        for opening in (("08:30", "12:00"), ("14:30", "18:00"))
    ]
    return WorkCalendar(ZONE, [*winter, *summer, *again], year_days)


def moment(second: int) -> datetime:
    """Return the oracle's second as a time of the office."""
    return EPOCH + timedelta(seconds=second)


def day_of(number: int) -> date:
    """Return the oracle's day as a date."""
    return date.fromordinal(EPOCH.toordinal() + number)


@dataclass(frozen=True)
class SlowClock:
    """Walks from ``start``; ``how`` are a limit's ``count_from, ends, rolls, receipt``."""

    start: int
    stops: Iterable[Stop] = ()
    same_day: bool = False
    midnight: bool = False
    rolls: bool = False
    next_opening: bool = False

    def hours(self, amount: int, *, office: bool) -> int:
        """Return the second at which ``amount`` hours have run."""
        edges = sorted({edge for stop in self.stops for edge in stop})
        now, left = self._begin(), amount * 3600
        while left:
            step = MINUTE if now % MINUTE == 0 and not any(now < edge < now + MINUTE for edge in edges) and left >= MINUTE else 1
            left -= step if self._runs(now) and (not office or _open(now)) else 0
            now += step
        return now

    def days(self, amount: int, *, working: bool) -> tuple[int, list[date]]:
        """Return the second at which the last of ``amount`` days ends, and the days that counted."""
        begin = self._begin()
        counted = [day for day, _ in zip(self._ends(begin, working), range(amount), strict=False)]
        last = counted[-1]
        while self.rolls and not working and not worked(day_of(last)):
            last += 1
        return self._end(last), [day_of(day) for day in counted]

    def how(self) -> dict[str, Any]:
        """Return the same as the fields of a limit."""
        return {
            "count_from": "same_day" if self.same_day else "next_day", "ends": "midnight" if self.midnight else "close",
            "rolls": self.rolls, "receipt": "next_opening" if self.next_opening else "as_is",
        }  # fmt: skip

    def _begin(self) -> int:
        now = self.start
        while self.next_opening and not _open(now):
            now += MINUTE - now % MINUTE
        return now

    def _ends(self, begin: int, working: bool) -> Iterator[int]:
        """Walk the minutes and yield each day that counts when its end comes."""
        now = begin - begin % MINUTE
        while True:
            now += MINUTE
            day = (now - 1) // DAY
            may = (self.same_day or day > begin // DAY) and (worked(day_of(day)) or not working)
            if now == self._end(day) and may and self._runs(now):
                yield day

    def _end(self, day: int) -> int:
        return (day + 1) * DAY if self.midnight else day * DAY + _opening(day)[-1][1] * MINUTE

    def _runs(self, now: int) -> bool:
        return not any(since <= now < to for since, to in self.stops)


def _opening(day: int) -> tuple[tuple[int, int], ...]:
    return SUMMER_OPEN if SUMMER[0] <= day_of(day) <= SUMMER[1] else WINTER_OPEN


def _open(now: int) -> bool:
    day, second = divmod(now, DAY)
    return any(opens * MINUTE <= second < closes * MINUTE for opens, closes in _opening(day)) and worked(day_of(day))
