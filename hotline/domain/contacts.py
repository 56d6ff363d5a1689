"""When a citizen counts as contacted: reached once, or tried in as many half-days as the pack says (DESIGN §5, 联系)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from hotline.domain.order import Order

NOON = 12  # the half-day's boundary, o'clock, local
Result = Literal["reached", "no_answer", "off", "wrong_number", "refused"]
Rule = Literal["reached", "attempts"]
RESULTS: tuple[Result, ...] = ("reached", "no_answer", "off", "wrong_number", "refused")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to contact the citizen, at an aware time."""

    at: datetime
    result: Result


@dataclass(frozen=True, slots=True)
class Contacted:
    """When the duty to contact was done, and by which rule."""

    at: datetime
    rule: Rule


def contacted(attempts: Iterable[Attempt], needed: int, zone: ZoneInfo) -> Contacted | None:
    """Return when the duty was done, at the earliest, or None while it is not.

    ``needed`` is in how many different half-days the citizen must have been tried in vain; 0 = only who was reached counts.
    """
    tried: set[tuple[date, bool]] = set()
    for one in sorted(attempts, key=lambda attempt: attempt.at):
        if one.result == "reached":
            return Contacted(one.at, "reached")
        tried.add(half_day(one.at, zone))
        if needed and len(tried) >= needed:
            return Contacted(one.at, "attempts")
    return None


def half_day(at: datetime, zone: ZoneInfo) -> tuple[date, bool]:
    """Return the local day of a time, and whether it lies in its afternoon."""
    local = at.astimezone(zone)
    return local.date(), local.hour >= NOON


def no_duty(order: Order) -> str:
    """Return why nobody has to contact or call back this order's citizen, in Chinese; empty = it is a duty."""
    if order.anonymous:
        return "匿名工单,不需联系和回访"
    return "" if order.reply_needed else "来电人不需要回复,不需联系和回访"
