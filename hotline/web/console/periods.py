"""Periods as an address has them: two local days, both meant, or instants; and the ones that a board offers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hotline.errors import InvalidInput
from hotline.services.figures.periods import Period, from_to
from hotline.web.api.fields import EARLIEST, LATEST

DAY: Final = timedelta(days=1)
PRESETS: Final[dict[str, str]] = {"month": "本月", "last": "上月", "7": "近 7 天", "30": "近 30 天", "span": "自选"}
_WRONG: Final = "日期应写成 2026-10-01"


def month_of(day: date, months: int = 0) -> date:
    """Return the first day of the month that is ``months`` after the day's."""
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def whole_month(first: date, zone: ZoneInfo) -> Period:
    """Return the month that begins on a day."""
    return Period("month", first, month_of(first, 1) - DAY, zone)


def preset(name: str, today: date, zone: ZoneInfo) -> Period:
    """Return an offered period; this month is the default. This month ends with its last day, whatever today is."""
    match name:
        case "last":
            return whole_month(month_of(today, -1), zone)
        case "7" | "30":
            return from_to(today - (int(name) - 1) * DAY, today, zone)
        case _:
            return whole_month(month_of(today), zone)


def read_period(first: str, last: str, zone: ZoneInfo) -> Period:
    """Return the days of an address. Raises ``InvalidInput`` for what is none."""
    days = day_of(first), day_of(last)
    if days[0] > days[1]:
        raise InvalidInput("from is after to", message="起始日期不能晚于截止日期")
    return from_to(*days, zone)


def day_of(text: str) -> date:
    """Return a day. Raises ``InvalidInput``."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput("no date", message=f"“{text[:20]}”不是日期,{_WRONG}" if text else f"请填写日期,{_WRONG}") from None
    if not EARLIEST.date() < day < LATEST.date():
        raise InvalidInput("a date out of range", message=f"日期 {day} 超出范围")
    return day
