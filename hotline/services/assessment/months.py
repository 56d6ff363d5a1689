"""Local months: where they begin and end, and which of them rank a month."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hotline.errors import InvalidInput

QUARTER = 3
FIRST, LAST = 2000, 2099


def month_of(written: str) -> date:
    """Return the first day of ``2026-10``. Raises ``InvalidInput``."""
    year, dash, number = written.partition("-")
    plain = len(written) == len("2026-10") and dash and year.isascii() and year.isdecimal() and number.isascii()
    if not (plain and number.isdecimal() and FIRST <= int(year) <= LAST and 1 <= int(number) <= 12):
        raise InvalidInput(f"{written[:20]!r} is no month", message="月份应写成 2026-10")
    return date(int(year), int(number), 1)


def moved(month: date, by: int) -> date:
    """Return the first day of the month so many months later (negative = earlier)."""
    years, number = divmod(month.month - 1 + by, 12)
    return date(month.year + years, number + 1, 1)


def edges(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instant of the month and of the next one, in UTC."""
    first, last = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (month, moved(month, 1)))
    return first, last


def ranked_by(month: date, quarters: bool) -> tuple[date, ...]:
    """Return the months whose figures rank this one: it alone, or with the two before it, oldest first."""
    return tuple(moved(month, -back) for back in reversed(range(QUARTER if quarters else 1)))
