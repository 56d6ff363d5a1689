"""The working calendar: which dates are worked, when the office is open, and why a date is off.

National holidays and make-up days (调休) come in as plain data, a year at a time; the library that knows them is called
elsewhere. Years are tabulated when first asked for and at most ``YEARS_KEPT`` are held.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hotline.errors import InvalidInput

YEARS_KEPT = 12
ONE_DAY = timedelta(days=1)
MIDNIGHT = timedelta(0)
WEEKDAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_LONGEST_CLOSED = 400  # days without an opening after which the calendar is taken to have no office hours at all
_FARTHEST = 60  # years: more than the largest limit can need

Interval = tuple[datetime, datetime]
"""Half-open: the first moment is inside, the second is not."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """One opening of a weekday (0 = Monday), half-open, as time since midnight; validity in inclusive local dates."""

    weekday: int
    opens: timedelta
    closes: timedelta
    valid_from: date = date.min
    valid_to: date = date.max

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise InvalidInput(f"office hours: weekday {self.weekday} is not 0…6", message="办公时间的星期有误")
        if not MIDNIGHT <= self.opens < self.closes <= ONE_DAY:
            raise InvalidInput(f"office hours: {self.opens}–{self.closes} is no opening", message="办公时间的起止有误")
        if self.valid_from > self.valid_to:
            raise InvalidInput("office hours: valid_from is after valid_to", message="办公时间的有效期有误")


@dataclass(frozen=True, slots=True)
class YearDays:
    """A year's days off (date to name) and make-up working days; ``published`` = the State Council's notice is out."""

    off: Mapping[date, str]
    make_up: frozenset[date]
    published: bool


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A date that did not count, and why, in Chinese."""

    date: date
    why: str


@dataclass(frozen=True, slots=True)
class _Year:
    """A year laid out: working dates, dates off, and for each day of the year how many working dates lie before it."""

    starts: int
    working: tuple[date, ...]
    off: tuple[SkippedDay, ...]
    before: array[int]
    published: bool


@dataclass(frozen=True, slots=True)
class _Period:
    """Office hours between two changes: openings and close of business for each weekday."""

    starts: date
    openings: tuple[tuple[tuple[timedelta, timedelta], ...], ...]
    worked: tuple[bool, ...]
    closes: tuple[timedelta, ...]


class WorkCalendar:
    """Working days and office hours of one office in one time zone.

    A date is worked when its weekday has office hours and it is no day off, or when it is a make-up day; a make-up day has the
    hours of its weekday or, if that has none, those of the week's first working weekday.
    """

    def __init__(self, zone: ZoneInfo, office: Iterable[OfficeHours], year_days: Callable[[int], YearDays]) -> None:
        self.zone = zone
        self._periods = _periods(tuple(office))
        self._starts = [period.starts for period in self._periods]
        self._year_days = year_days
        self._years: dict[int, _Year] = {}

    def local(self, moment: datetime) -> datetime:
        """Return ``moment`` (aware) in the calendar's zone."""
        if moment.tzinfo is None:
            raise InvalidInput("a time without an offset", message="时间缺少时区")
        return moment.astimezone(self.zone)

    def published(self, year: int) -> bool:
        """Whether the year's holidays are official; if not, a due time that used it is provisional."""
        return self._year(year).published

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is worked."""
        year = self._year(day.year)
        index = day.toordinal() - year.starts
        return year.before[index + 1] > year.before[index]

    def why_off(self, day: date) -> str:
        """Return why ``day`` is not worked (``国庆节``, ``周六``), or an empty string when it is."""
        year = self._year(day.year)
        index = day.toordinal() - year.starts
        worked_before = year.before[index]
        return "" if year.before[index + 1] > worked_before else year.off[index - worked_before].why

    def take(self, first: date, amount: int) -> tuple[tuple[date, ...], tuple[SkippedDay, ...]]:
        """Return the next ``amount`` working days from ``first`` on, and the days between that are off."""
        counted: tuple[date, ...] = ()
        skipped: tuple[SkippedDay, ...] = ()
        day = first
        while True:
            year = self._year(day.year)
            index = day.toordinal() - year.starts
            begin = year.before[index]
            end = begin + amount - len(counted)
            if end <= len(year.working):
                last = year.working[end - 1].toordinal() - year.starts
                return counted + year.working[begin:end], skipped + year.off[index - begin : last - end + 1]
            counted, skipped = counted + year.working[begin:], skipped + year.off[index - begin :]
            day = _new_year(day.year + 1)
            if day.year - first.year > _FARTHEST:
                raise InvalidInput(f"fewer than {amount} working days after {first}", message="日历中没有足够的工作日")

    def closing(self, day: date) -> datetime:
        """Return the close of business on ``day``; a date that is off has one too (17:00 on every date, say)."""
        return self._at(day, self._period(day).closes[day.weekday()])

    def midnight_after(self, day: date) -> datetime:
        """Return 24:00 of ``day``, given as 00:00 of the next date."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone) + ONE_DAY

    def openings(self, day: date) -> tuple[Interval, ...]:
        """Return when the office is open on ``day``; nothing when the day is off."""
        if not self.is_working_day(day):
            return ()
        hours = self._period(day).openings[day.weekday()]
        return tuple((self._at(day, opens), self._at(day, closes)) for opens, closes in hours)

    def openings_from(self, moment: datetime) -> Iterator[Interval]:
        """Yield the openings that end after ``moment``, the first cut there; raises ``InvalidInput`` if there are none."""
        local = self.local(moment)
        day, closed = local.date(), 0
        while closed < _LONGEST_CLOSED:
            closed += 1
            for opens, closes in self.openings(day):
                if closes > local:
                    closed = 0
                    yield max(opens, local), closes
            day += ONE_DAY
        raise InvalidInput(f"no office hours after {day}", message="日历中没有可用的办公时间")

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open at ``moment``; the closing minute itself is outside."""
        local = self.local(moment)
        day = local.date()
        if not self.is_working_day(day):
            return False
        since = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return any(opens <= since < closes for opens, closes in self._period(day).openings[day.weekday()])

    def next_opening(self, moment: datetime) -> datetime:
        """Return ``moment`` itself when the office is open, else the next opening."""
        return self.local(moment) if self.is_open(moment) else next(self.openings_from(moment))[0]

    def _at(self, day: date, since_midnight: timedelta) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone) + since_midnight

    def _period(self, day: date) -> _Period:
        return self._periods[bisect_right(self._starts, day) - 1]

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._lay_out(year)
            kept = dict(list(self._years.items())[1 - YEARS_KEPT :])
            self._years = {**kept, year: known}  # replaced as a whole: threads read it without a lock
        return known

    def _lay_out(self, year: int) -> _Year:
        days, day = self._year_days(year), _new_year(year)
        starts, working, off, before = day.toordinal(), [], [], array("H", [0])
        for ordinal in range(starts, date(year, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            worked = day in days.make_up or (day not in days.off and self._period(day).worked[day.weekday()])
            if worked:
                working.append(day)
            else:
                off.append(SkippedDay(day, days.off.get(day, WEEKDAY_NAMES[day.weekday()])))
            before.append(len(working))
        return _Year(starts, tuple(working), tuple(off), before, days.published)


def _new_year(year: int) -> date:
    if not 1 <= year < 9999:
        raise InvalidInput(f"year {year} is outside the calendar", message="日期超出日历范围")
    return date(year, 1, 1)


def _periods(office: tuple[OfficeHours, ...]) -> tuple[_Period, ...]:
    """Cut the time line wherever a row's validity begins or ends."""
    if not office:
        raise InvalidInput("a calendar without office hours", message="没有配置办公时间")
    starts = {date.min} | {row.valid_from for row in office}
    starts |= {row.valid_to + ONE_DAY for row in office if row.valid_to < date.max}
    return tuple(_period(start, [row for row in office if row.valid_from <= start <= row.valid_to]) for start in sorted(starts))


def _period(start: date, rows: list[OfficeHours]) -> _Period:
    own = [tuple(sorted((row.opens, row.closes) for row in rows if row.weekday == weekday)) for weekday in range(7)]
    for hours in own:
        if any(after[0] < before[1] for before, after in pairwise(hours)):
            raise InvalidInput(f"office hours overlap from {start} on", message="办公时间有重叠")
    usual = next((hours for hours in own if hours), ())
    openings = tuple(hours or usual for hours in own)
    closes = tuple(hours[-1][1] if hours else ONE_DAY for hours in openings)
    return _Period(start, openings, tuple(bool(hours) for hours in own), closes)
