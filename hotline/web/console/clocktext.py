"""Times in words: how long is left, how late, how long it waited; always with the absolute time beside (UX.md, "Clock text").

``static/console.js`` renders the same words every 30 seconds; tests/browser compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.domain.bands import Band, BandLimits, order_band, running_due
from hotline.domain.order import Flag, Order

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueText:
    """A due time ready to be shown; the ISO moments let the browser re-render it from the server's clock."""

    band: Band
    words: str
    absolute: str = ""
    due: str = ""
    urgent_from: str = ""
    warn_from: str = ""


def lasting(span: timedelta) -> str:
    """Return a duration in words, to the nearest minute, its two largest parts at most."""
    minutes = max(int(span / MINUTE + 0.5), 0)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天 {hours} 小时" if hours and days < 3 else f"{days} 天"
    if hours:
        return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
    return f"{rest} 分钟"


def left(now: datetime, due: datetime) -> str:
    """Return how much time is left, or how late it is."""
    return f"剩 {lasting(due - now)}" if due >= now else f"超期 {lasting(now - due)}"


class Times:
    """Shows times in one zone, as of one moment."""

    def __init__(self, zone: ZoneInfo, now: datetime, limits: BandLimits) -> None:
        self.zone, self.now, self._limits = zone, now, limits

    def absolute(self, moment: datetime | None) -> str:
        """Return ``11-23 17:00``, with the year when it is another one."""
        if moment is None:
            return ""
        local = moment.astimezone(self.zone)
        same_year = local.year == self.now.astimezone(self.zone).year
        return f"{local:%m-%d %H:%M}" if same_year else f"{local:%Y-%m-%d %H:%M}"

    def full(self, moment: datetime | None) -> str:
        """Return ``2026-11-23 17:00:05``."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M:%S}" if moment else ""

    def clock(self, moment: datetime | None = None) -> str:
        """Return ``14:02``, of ``moment`` or of now."""
        return f"{(moment or self.now).astimezone(self.zone):%H:%M}"

    def since(self, moment: datetime) -> str:
        """Return how long ago ``moment`` was."""
        return lasting(self.now - moment)

    @staticmethod
    def between(first: datetime, second: datetime) -> str:
        """Return how long lay between two moments; empty under a minute."""
        return lasting(second - first) if second - first >= MINUTE else ""

    def moment(self, due: datetime) -> DueText:
        """Return any due time in words, coloured only when it is past."""
        band: Band = "overdue" if due < self.now else "later"
        return DueText(band=band, words=left(self.now, due), absolute=self.absolute(due), due=due.isoformat())

    def of_order(self, order: Order) -> DueText:
        """Return the order's running clock in words."""
        due = running_due(order)
        band = order_band(order, self.now, self._limits)
        if Flag.PAUSED in order.flags:
            return DueText(band="paused", words="暂停", absolute=self.absolute(due))
        if due is None or not order.open:
            return DueText(band="later", words="—" if not order.open else "无时限")
        started = min(order.dispatched_at or order.received_at, order.received_at)
        limit = max(due - started, timedelta(0))
        return DueText(
            band=band, words=left(self.now, due), absolute=self.absolute(due), due=due.isoformat(),
            urgent_from=(due - min(self._limits.urgent, limit * self._limits.urgent_share)).isoformat(),
            warn_from=(due - min(self._limits.warn, limit * self._limits.warn_share)).isoformat(),
        )  # fmt: skip
