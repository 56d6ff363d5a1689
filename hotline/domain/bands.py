"""How near a due time is: the bands every page, metric and list uses (UX.md, "Clock text")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hotline.domain.order import Flag, Order
from hotline.domain.transitions import STAGES

Band = Literal["overdue", "urgent", "warn", "later", "paused"]
BANDS: tuple[Band, ...] = ("overdue", "urgent", "warn", "later", "paused")

CLOCK_OF_STAGE = {"desk": "dispatch", "sign": "answer", "handling": "answer", "review": "review", "callback": "callback"}
"""The clock that runs in a stage; the unit's answer is due however long it leaves the order unsigned (DOMAIN.md)."""


@dataclass(frozen=True, slots=True)
class BandLimits:
    """When a clock turns yellow and orange: the smaller of a fixed time and a share of the limit (default 鄂托克旗's 48/24 h)."""

    warn: timedelta = timedelta(hours=48)
    warn_share: float = 0.4
    urgent: timedelta = timedelta(hours=24)
    urgent_share: float = 0.2


def running_due(order: Order) -> datetime | None:
    """Return the due time of the clock that runs now, or None when none runs."""
    stage = STAGES.get(order.state)
    if stage == "handling" and Flag.RECTIFYING in order.flags:
        return order.due.get("rectification")
    return order.due.get(CLOCK_OF_STAGE[stage]) if stage else None


def band(now: datetime, due: datetime | None, started: datetime, limits: BandLimits, *, paused: bool = False) -> Band:
    """Return the band of a clock started at ``started`` and due at ``due``; a clock without a due time is ``later``."""
    if paused:
        return "paused"
    if due is None:
        return "later"
    left, limit = due - now, max(due - started, timedelta(0))
    if left < timedelta(0):
        return "overdue"
    if left <= min(limits.urgent, limit * limits.urgent_share):
        return "urgent"
    return "warn" if left <= min(limits.warn, limit * limits.warn_share) else "later"


def order_band(order: Order, now: datetime, limits: BandLimits) -> Band:
    """Return the band of the order's running clock."""
    started = order.dispatched_at or order.received_at
    return band(now, running_due(order), min(started, order.received_at), limits, paused=Flag.PAUSED in order.flags)
