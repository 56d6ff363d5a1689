"""A calendar for tests, and an oracle that walks it minute by minute knowing nothing of how the product does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.domain.calendar import OfficeHours, WorkCalendar, YearDays

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
OFF = {
    date(2026, 2, 16): "农历除夕", date(2026, 2, 17): "春节", date(2026, 2, 18): "春节", date(2026, 2, 19): "春节",
    date(2026, 2, 20): "调休", date(2026, 2, 23): "调休", date(2026, 4, 6): "清明节", date(2026, 5, 1): "劳动节",
}  # fmt: skip
MAKE_UP = frozenset({date(2026, 2, 14), date(2026, 2, 28)})


def hours(opens: str, closes: str) -> tuple[timedelta, timedelta]:
    """Read ``09:00`` as time since midnight."""
    since, to = ((int(text[:2]), int(text[3:])) for text in (opens, closes))
    return timedelta(hours=since[0], minutes=since[1]), timedelta(hours=to[0], minutes=to[1])


OFFICE = tuple(
    OfficeHours(weekday, *hours(*opening)) for weekday in range(5) for opening in (("09:00", "12:00"), ("13:30", "17:00"))
)


def year_days(year: int) -> YearDays:
    """The days of 2026 that the tests speak of; 2026 is published, no other year is."""
    off = {day: name for day, name in OFF.items() if day.year == year}
    return YearDays(off, frozenset(day for day in MAKE_UP if day.year == year), published=year == 2026)


def calendar() -> WorkCalendar:
    """Monday to Friday 9–12 and 13:30–17."""
    return WorkCalendar(ZONE, OFFICE, year_days)


def at(text: str) -> datetime:
    """Read a local time of the office."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def worked(day: date) -> bool:
    """The oracle's working day."""
    return day in MAKE_UP or (day.weekday() < 5 and day not in OFF)


def open_at(moment: datetime) -> bool:
    """The oracle's open minute."""
    minute = moment.hour * 60 + moment.minute
    return worked(moment.date()) and (540 <= minute < 720 or 810 <= minute < 1020)


def paused_at(moment: datetime, pauses: list[tuple[datetime, datetime]]) -> bool:
    """Whether the clock stands still at ``moment``."""
    return any(since <= moment < to for since, to in pauses)
