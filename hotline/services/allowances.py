"""Who decides an application, until when, and how often it may be asked for: the pack's tables asked for one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from hotline.domain.applications import ASKS_NAMES, Asks
from hotline.domain.due import due_at
from hotline.domain.order import Event, Order
from hotline.errors import AllowanceSpent, InvalidInput, ReturnAllowanceSpent
from hotline.services.clocks import count, facts_of, how_counted, returns_allowed
from routing_rules.approvals import A_DAY, ApprovalRow, Asked, DecisionClock
from routing_rules.deadlines import DeadlineRow
from routing_rules.decide import approval, deadlines
from routing_rules.pack import Pack

CLOCK_OF: Final[dict[Asked, DecisionClock]] = {"return": "return_decision", "extension": "extension"}
"""The clocks of the deadline table that are the decision's own: supervision reminds of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who decides, until when, and the order's fields with that due time."""

    row: ApprovalRow
    due_at: datetime
    fields: dict[str, Any] = field(default_factory=dict)


def approval_of(pack: Pack, order: Order, asks: Asked, at: datetime) -> Approval:
    """Return who decides what is asked at ``at`` and until when; a limit that the deadline table lacks is one working day."""
    row = approval(pack, facts_of(order), asks)
    due, row_id, late = _due(pack, order, row, at)
    if asks not in CLOCK_OF:
        return Approval(row=row, due_at=due)
    clock = CLOCK_OF[asks]
    waiting = {one: how for one, how in order.provisional.items() if one != clock}
    fields = {
        "due": {**order.due, clock: due}, "due_rows": {**order.due_rows, clock: row_id}, "provisional": {**waiting, **late},
    }  # fmt: skip
    return Approval(row=row, due_at=due, fields=fields)


def _due(pack: Pack, order: Order, row: ApprovalRow, at: datetime) -> tuple[datetime, str, dict[str, Any]]:
    limit = row.limit
    if isinstance(limit, str):
        found = deadlines(pack, facts_of(order)).get(limit)
        if found is not None:
            how = how_counted(at, found)
            made = count(how, pack, None)
            return made.due, found.row_id, {limit: how} if made.provisional and CLOCK_OF.get(row.asks) == limit else {}
        limit = A_DAY
    return due_at(at, limit, pack.calendar).due.astimezone(UTC), row.row_id, {}


def allowed(pack: Pack, order: Order, row: ApprovalRow, answer: DeadlineRow | None) -> int | None:
    """Return how often it may be had, the less of what the deadline table and the approvals table say; None = ever.

    A round has its own allowance, but for returns: an order is given back at most so often in all its rounds.
    """
    tables: dict[Asked, int | None] = {
        "return": returns_allowed(pack, order), "extension": answer.extensions if answer is not None else 0,
    }  # fmt: skip
    bounds = [one for one in (tables.get(row.asks), row.allowed) if one is not None]
    return min(bounds) if bounds else None


def used(order: Order, asks: Asks, events: Sequence[Event]) -> int:
    """Return how often it was had: returns since the order began, counted when asked for; the others in this round, extensions
    and pauses counted when granted.
    """
    if asks is Asks.RETURN:
        return order.returns
    if asks is Asks.EXTENSION:
        return order.extensions
    if asks is Asks.PAUSE:
        return len(order.pauses)
    kind, begun = f"{asks}_applied", max((at for at, event in enumerate(events) if event.kind == "reopened"), default=0)
    return sum(1 for event in events[begun:] if event.kind == kind)


def refuse_spent(order: Order, asks: Asks, most: int | None, had: int) -> None:
    """Raise ``AllowanceSpent`` when it was had as often as allowed."""
    if most is None or had < most:
        return
    if asks is Asks.RETURN:
        raise ReturnAllowanceSpent(order.id, most)
    name = ASKS_NAMES[asks]
    told = f"该工单最多可{name} {most} 次,已用完" if most else f"按时限规则,该工单不能{name}"
    raise AllowanceSpent(order.id, most, told)


def refuse_reason(row: DeadlineRow | None, code: str) -> None:
    """Raise ``InvalidInput`` when the answer's row knows no such reason for a pause 挂账."""
    known = row.pause_reasons if row is not None else ()
    if not known:
        raise InvalidInput("no reasons for a pause", message="按时限规则,该工单不能挂账")
    if code not in known:
        raise InvalidInput(f"reason_code {code!r}", message=f"挂账事由应为:{'、'.join(known)}")
