"""Writing a change: order, event, legs and the message about it, in the caller's one commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hotline.domain.lifecycle import Change
from hotline.domain.order import Order
from hotline.domain.roles import Actor, Role
from hotline.errors import ChangedMeanwhile, NotFound
from hotline.services import expected
from hotline.services.messages import event_row
from hotline.services.ports import Store, UnitOfWork
from hotline.services.recusal import hides

T = TypeVar("T")
AT_ONCE = 200  # orders a commit


def write(work: UnitOfWork, changes: Sequence[Change]) -> None:
    """Write changes of orders, in order; several of one order must follow each other by version.

    Raises ``ChangedMeanwhile`` when somebody else wrote one of the orders since it was read.
    """
    for change in changes:
        work.orders.save([change.order])
        if change.ends is not None:
            for unit in change.ends_of or (None,):
                work.legs.end(change.order.id, change.event.at, change.ends, unit)
        if change.rest is not None:
            work.legs.end(change.order.id, change.event.at, change.rest)
        if change.moved is not None:
            work.legs.move(change.order.id, change.moved)
    work.legs.add([leg for change in changes for leg in change.legs])
    work.events.add([change.event for change in changes])
    work.outbox.add([event_row(change.event) for change in changes])
    for change in changes:
        expected.wrote(change.order)


def written(changes: Sequence[T], write_part: Callable[[list[T]], bool]) -> list[T]:
    """Write a process's changes, one or several of each order, in parts, a commit each; returns those written.

    Where people work there is always one order that was changed meanwhile: it alone waits for the next time.
    """
    done: list[T] = []
    for start in range(0, len(changes), AT_ONCE):
        part = list(changes[start : start + AT_ONCE])
        done += part if write_part(part) else [one for one in part if write_part([one])]
    return done


def committed(store: Store, part: list[Change]) -> bool:
    """Write a part, or nothing of it when a person changed one of its orders meanwhile."""
    try:
        with store.write() as work:
            write(work, part)
            work.commit()
    except ChangedMeanwhile:
        return False
    return True


def visible(work: UnitOfWork, order_id: str, by: Actor) -> Order:
    """Return the order if ``by`` may see it; a clerk sees what its unit has or had. Raises ``NotFound`` otherwise.

    A stranger's order and no order look the same: order numbers can be counted through. Raises ``VersionDiffers`` when the
    caller acts on another version than this one (``expected``).
    """
    return expected.met(_seen(work, order_id, by))


def _seen(work: UnitOfWork, order_id: str, by: Actor) -> Order:
    order = work.orders.get(order_id)
    if order is None or hides(order, by) or (by.role is Role.UPSTREAM and order.origin != "upstream"):
        raise NotFound("order", order_id)
    if not by.of_unit or by.unit in (*order.holders, *order.assists):
        return order
    if by.unit not in {leg.unit for leg in work.legs.of_order(order_id)}:
        raise NotFound("order", order_id)
    return order
