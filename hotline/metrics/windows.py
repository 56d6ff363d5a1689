"""The windows of the rates: whole local days up to and with today, so that an API's from–to of dates means the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WINDOWS = ("today", "7d", "30d", "month")
OFFICIAL_WINDOWS = ("30d", "month")
"""The platform above speaks of an order weeks later: its book has no shorter windows."""
Windows = Mapping[str, tuple[datetime, datetime]]


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant ``day`` begins in ``zone``, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def rate_windows(now: datetime, zone: ZoneInfo) -> dict[str, tuple[datetime, datetime]]:
    """Return ``{window: (start, end)}``, half-open: ``7d`` is today and the six days before, ``month`` begins on the first."""
    today = now.astimezone(zone).date()
    end = local_midnight(today + timedelta(days=1), zone)
    week, thirty = today - timedelta(days=6), today - timedelta(days=29)
    first_days = dict(zip(WINDOWS, (today, week, thirty, today.replace(day=1)), strict=True))
    return {window: (local_midnight(day, zone), end) for window, day in first_days.items()}
