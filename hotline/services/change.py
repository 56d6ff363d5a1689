"""Writing a change: order, event, legs and the message about it, in the caller's one commit."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.domain.lifecycle import Change
from hotline.domain.order import Order
from hotline.domain.roles import Actor, Role
from hotline.errors import NotFound
from hotline.services.messages import event_row
from hotline.services.ports import UnitOfWork


def write(work: UnitOfWork, changes: Sequence[Change]) -> None:
    """Write changes of orders, in order; several of one order must follow each other by version.

    Raises ``ChangedMeanwhile`` when somebody else wrote one of the orders since it was read.
    """
    for change in changes:
        work.orders.save([change.order])
        if change.ends is not None:
            work.legs.end(change.order.id, change.event.at, change.ends)
    work.legs.add([leg for change in changes for leg in change.legs])
    work.events.add([change.event for change in changes])
    work.outbox.add([event_row(change.event) for change in changes])


def visible(work: UnitOfWork, order_id: str, by: Actor) -> Order:
    """Return the order if ``by`` may see it; a clerk sees what its unit has or had. Raises ``NotFound`` otherwise.

    A stranger's order and no order look the same: order numbers can be counted through.
    """
    order = work.orders.get(order_id)
    if order is None:
        raise NotFound("order", order_id)
    if by.role is not Role.CLERK or by.unit in (order.unit, *order.assists):
        return order
    if by.unit not in {leg.unit for leg in work.legs.of_order(order_id)}:
        raise NotFound("order", order_id)
    return order
