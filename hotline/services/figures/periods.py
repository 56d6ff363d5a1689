"""Periods of bulletins and boards: a month, an ISO week, or some days; with the one before and the same a year ago."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from hotline.errors import InvalidInput

Span = Literal["month", "week", "days"]
SPAN_NAMES: Final[dict[Span, str]] = {"month": "月报", "week": "周报", "days": "专报"}
ONE_DAY: Final = timedelta(days=1)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9]{4}-[0-9]{2}-[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """Local dates, both included, of an office in ``zone``."""

    span: Span
    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The first moment, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it, in UTC."""
        return _midnight(self.last + ONE_DAY, self.zone)

    @property
    def key(self) -> str:
        """The period as it is asked for: ``2026-10``, ``2026-W43``, ``2026-10-01_2026-10-20``."""
        if self.span == "month":
            return f"{self.first:%Y-%m}"
        if self.span == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.first}_{self.last}"

    @property
    def name(self) -> str:
        """The period in words."""
        if self.span == "month":
            return f"{self.first.year}年{self.first.month}月"
        if self.span == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year}年第{week}周({_day(self.first)}至{_day(self.last)})"
        return f"{self.first.year}年{_day(self.first)}至{self.last.year}年{_day(self.last)}"

    @property
    def words(self) -> str:
        """``2026-10`` for a whole month, the day for one day, otherwise both days."""
        if self.span == "month":
            return self.key
        return f"{self.first}" if self.first == self.last else f"{self.first} 至 {self.last}"

    def goes_on(self, today: date) -> bool:
        """Whether it is not over yet: its figures are not final."""
        return self.last >= today

    @property
    def days(self) -> tuple[date, ...]:
        """Every date in it."""
        return tuple(self.first + timedelta(days=shift) for shift in range((self.last - self.first).days + 1))

    def before(self) -> Period:
        """Return the period of its kind that ends the day before."""
        last = self.first - ONE_DAY
        first = last.replace(day=1) if self.span == "month" else last - (self.last - self.first)
        return Period(self.span, first, last, self.zone)

    def year_ago(self) -> Period:
        """Return the same month, the same ISO week or the same dates of the year before."""
        if self.span == "week":
            year, week, _ = self.first.isocalendar()
            first = date.fromisocalendar(year - 1, min(week, _weeks(year - 1)), 1)
            return Period("week", first, first + 6 * ONE_DAY, self.zone)
        first = _earlier_year(self.first)
        last = _month_end(first) if self.span == "month" else _earlier_year(self.last)
        return Period(self.span, first, last, self.zone)

    def cut(self, days: int) -> Period:
        """Return its first days, at most so many: a period that still runs is compared with as much of another."""
        return Period(self.span, self.first, min(self.last, self.first + timedelta(days=max(days, 1) - 1)), self.zone)


def read_period(text: str, zone: ZoneInfo) -> Period:
    """Read ``2026-10``, ``2026-W43`` or ``2026-10-01_2026-10-20``. Raises ``InvalidInput``."""
    if found := _DAYS.fullmatch(text):
        return days_of(found[1], found[2], zone)
    return week_of(text, zone) if "W" in text else month_of(text, zone)


def month_of(text: str, zone: ZoneInfo) -> Period:
    """Return the month ``YYYY-MM``. Raises ``InvalidInput``."""
    try:
        first = date(*(int(part) for part in _MONTH.fullmatch(text).groups()), day=1)  # type: ignore[union-attr,misc]
    except (AttributeError, ValueError):
        raise InvalidInput(f"{text!r} is no month", message=f"月份“{text}”应写成 YYYY-MM,例如 2026-10") from None
    return _checked(Period("month", first, _month_end(first), zone))


def week_of(text: str, zone: ZoneInfo) -> Period:
    """Return the ISO week ``YYYY-Www``, Monday to Sunday. Raises ``InvalidInput``."""
    try:
        first = date.fromisocalendar(*(int(part) for part in _WEEK.fullmatch(text).groups()), 1)  # type: ignore[union-attr,call-arg]
    except (AttributeError, ValueError):
        raise InvalidInput(f"{text!r} is no week", message=f"周“{text}”应写成 YYYY-Www,例如 2026-W43") from None
    return _checked(Period("week", first, first + 6 * ONE_DAY, zone))


def days_of(first: str, last: str, zone: ZoneInfo) -> Period:
    """Return the days from ``first`` to ``last``, both included. Raises ``InvalidInput``."""
    try:
        period = Period("days", date.fromisoformat(first), date.fromisoformat(last), zone)
    except ValueError:
        told = f"起止日期“{first}”“{last}”应写成 YYYY-MM-DD,例如 2026-10-01"
        raise InvalidInput(f"{first!r} or {last!r} is no date", message=told) from None
    if period.first > period.last:
        raise InvalidInput(f"{first} is after {last}", message="起始日期不能晚于截止日期")
    return _checked(period)


def from_to(first: date, last: date, zone: ZoneInfo) -> Period:
    """Return the days from ``first`` to ``last``, both included; a whole month where that is what they are."""
    month = first.day == 1 and last == _month_end(first)
    return Period("month" if month else "days", first, last, zone)


def _checked(period: Period) -> Period:
    if not EARLIEST <= period.first <= period.last < LATEST:
        raise InvalidInput("too early or too late", message=f"日期应在 {EARLIEST.year} 年至 {LATEST.year - 1} 年之间")
    return period


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - ONE_DAY


def _earlier_year(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def _weeks(year: int) -> int:
    return date(year, 12, 28).isocalendar().week
