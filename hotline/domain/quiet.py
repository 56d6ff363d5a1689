"""Quiet hours: messages that are not urgent wait for their end (no alarms at night)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.errors import InvalidInput

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Time of day since midnight, half-open, over midnight when ``to`` is before ``since``."""

    since: timedelta
    to: timedelta

    def __post_init__(self) -> None:
        if not (timedelta(0) <= self.since < ONE_DAY and timedelta(0) <= self.to < ONE_DAY and self.since != self.to):
            raise InvalidInput(f"quiet hours {self.since}–{self.to}", message="静默时段的起止有误")

    def ends(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return when a message of ``moment`` (aware) may go out: at once, or at the end of the quiet hours, in ``zone``."""
        local = moment.astimezone(zone)
        midnight = datetime(local.year, local.month, local.day, tzinfo=zone)
        spent = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        if self.since < self.to:
            return midnight + self.to if self.since <= spent < self.to else local
        if spent < self.to:
            return midnight + self.to
        return midnight + ONE_DAY + self.to if spent >= self.since else local
