"""The forms of applications on an order's page: which are shown, what they say, what waits already."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hotline.domain.actions import Action
from hotline.domain.applications import Asks
from hotline.domain.due import UNIT_NAMES
from hotline.domain.lifecycle import allowed
from hotline.domain.order import Flag, Order
from hotline.domain.roles import Actor
from hotline.services.applications import OVERDUE, overdue
from hotline.services.rows import OrderView
from hotline.web.console.application_words import TO_DECIDE
from hotline.web.console.approvals_view import amount_words
from hotline.web.console.clocktext import DueText, Times
from routing_rules.approvals import ASKED_NAMES
from routing_rules.pack import Pack


@dataclass(frozen=True, slots=True)
class Awaited:
    """An application that waits: what it is, who decides until when."""

    name: str
    decider: str
    due: DueText | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Which of the forms are shown, and what they say; ``waiting`` are the applications that wait already."""

    waiting: list[Awaited] = field(default_factory=list)
    extension: bool = False
    pause: bool = False
    exclusion: bool = False
    upward: bool = False
    resume: bool = False
    ruling: bool = False
    had: int = 0
    most: int = 0
    amount: int = 0
    amount_words: str = ""
    unit_words: str = ""
    pause_reasons: tuple[str, ...] = ()
    paused_until: str = ""

    @property
    def any(self) -> bool:
        """Whether anything can be applied for."""
        return self.extension or self.pause or self.exclusion or self.upward


def forms(pack: Pack, found: OrderView, by: Actor, times: Times) -> Forms:
    """Return what ``by`` may apply for on this order, and what waits."""
    order, can = found.order, allowed(found.order, by)
    row = pack.deadlines.limits.get(order.due_rows.get("answer", ""))
    most, amount = (row.extensions, row.extension_amount) if row else (0, 0)
    reasons = row.pause_reasons if row else ()
    return Forms(
        waiting=list(_waiting(order, times)),
        extension=Action.APPLY_EXTENSION in can and extension_refusal(pack, order, times.now) is None,
        pause=Action.APPLY_PAUSE in can and bool(reasons), exclusion=Action.APPLY_EXCLUSION in can,
        upward=Action.APPLY_UPWARD in can, resume=Action.RESUME in can, ruling=Action.ASK_RULING in can, had=order.extensions,
        most=most, amount=amount, amount_words=amount_words(pack, order, amount) if amount else "",
        unit_words=UNIT_NAMES[row.limit.unit] if row else "", pause_reasons=reasons, paused_until=_until(found),
    )  # fmt: skip


def extension_refusal(pack: Pack, order: Order, now: datetime) -> str | None:
    """Return why an extension is not asked for at ``now`` although the order stands where it might be, or None."""
    if overdue(order, now):
        return OVERDUE
    row = pack.deadlines.limits.get(order.due_rows.get("answer", ""))
    most = row.extensions if row else 0
    if not most:
        return "按规则不能延期"
    return None if order.extensions < most else f"已延期 {order.extensions} 次,按规则最多 {most} 次"


def _waiting(order: Order, times: Times) -> list[Awaited]:
    return [
        Awaited(
            ASKED_NAMES[str(one.asks)], TO_DECIDE.get(one.decider, one.decider), times.moment(one.due_at) if one.due_at else None,
            f"/approvals?order={order.id}-{one.asks}",
        )
        for one in order.applications
    ]  # fmt: skip


def _until(found: OrderView) -> str:
    if not (found.order.pauses and found.order.pauses[-1][1] is None):
        return ""
    granted = (event.data for event in reversed(found.events) if event.kind == "pause_granted")
    return str(next(granted, {}).get("until", ""))


def over_when_decided(order: Order) -> dict[str, bool]:
    """Return which clocks of decisions have nothing left to decide."""
    return {
        "return_decision": Flag.RETURN_ASKED not in order.flags,
        "extension": not any(one.asks is Asks.EXTENSION for one in order.applications),
    }


def moved_why(found: OrderView, clock: str) -> str:
    """Return how a due time was counted that an extension or a pause moved last; empty when none did."""
    due = found.order.due[clock].isoformat()
    moved = (event.data.get("changed", {}).get(clock, {}) for event in reversed(found.events))
    return next((str(one["why"]) for one in moved if one.get("new") == due), "")
