"""Nothing lies with whom it complains about 回避: named, they lose the order at once, and no step gives it back to them."""

from __future__ import annotations

from dataclasses import replace

from hotline.domain.actions import Action
from hotline.domain.applications import Asks
from hotline.domain.order import Flag, Order, State

RECUSED = "recused"
WHY_DESK = "承办单位被反映,须回避,请改派"
GIVES = frozenset({Action.NAME_ACCUSED, Action.REOPEN, Action.RECTIFY, Action.SEND_BACK})
"""What may leave an order with a unit that it complains about."""
_WITH_UNIT = frozenset({State.DISPATCHED, State.SIGNED, State.IN_RULING})


def without_recused(after: Order, action: Action) -> Order:
    """Return the order as it is after ``action`` without the units that must not have it; its answer clock stays as it is.

    Without a lead it is on the desk; a unit below the lead loses it to the unit above; an assisting one assists no more.
    """
    gone = after.recused
    if action not in GIVES or not gone:
        return after
    ruled = None if after.ruled_unit in gone else after.ruled_unit
    kept = replace(after, assists=tuple(one for one in after.assists if one not in gone), ruled_unit=ruled)
    if after.unit in gone:
        return _on_desk(kept, action) if _lies_with_unit(after) else kept
    above = next((at for at, one in enumerate(kept.line) if one in gone), len(kept.line))
    return kept if above == len(kept.line) else replace(kept, line=kept.line[:above], handler="")


def over(before: Order, after: Order) -> tuple[str, tuple[str, ...]] | None:
    """Return how and whose legs end when the accused are named (no unit = all), or None when nobody loses the order."""
    if before.unit is not None and after.unit is None:
        return RECUSED, ()
    lost = set(before.holders + before.assists) - set(after.holders + after.assists)
    return (RECUSED, tuple(sorted(lost))) if lost else None


def _lies_with_unit(order: Order) -> bool:
    unreleased = order.state is State.ANSWERED and len(order.signoffs) < order.signoffs_needed
    return order.state in _WITH_UNIT or unreleased


def _on_desk(order: Order, action: Action) -> Order:
    first = None if action is Action.REOPEN else order.first_dispatched_at
    return replace(
        order, state=State.ON_DESK, unit=None, assists=(), line=(), handler="", why_desk=WHY_DESK, signed_at=None,
        contacted_at=None, answered_at=None, answered_by="", signoffs=(), flags=order.flags - {Flag.RETURN_ASKED},
        applications=tuple(one for one in order.applications if one.asks is Asks.EXCLUSION), first_dispatched_at=first,
    )  # fmt: skip
