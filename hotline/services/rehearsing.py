"""Past orders read for a rehearsal, and as counter-examples of the check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from hotline.domain.facts import Facts
from hotline.domain.order import Order
from hotline.services.clocks import facts_of
from hotline.services.ports import Store, UnitOfWork
from hotline.services.rows import OrderFilter
from routing_rules.pack import Pack
from routing_rules.rehearsal.asking import PastOrder
from routing_rules.rehearsal.figures import Rehearsal
from routing_rules.rehearsal.replay import rehearse

AT_ONCE = 1000
EXAMPLES = 1000

Told = Callable[[int, int], None]
"""Told (orders done, orders in all)."""


def rehearse_orders(
    store: Store, old: Pack, new: Pack, *, since: datetime, on: date, also: str = "", told: Told = lambda _done, _total: None
) -> Rehearsal:
    """Return what would change for the orders received since then if ``new`` took the place of ``old`` (``replay.rehearse``).

    ``also`` is an order that is tried however old it is: the one whose ruling the draft comes from.
    """
    orders = [*past_orders(store, since), *_older(store, also, since)]
    told(0, len(orders))
    return rehearse(old, new, orders, on=on, told=lambda done: told(done, len(orders)))


def past_orders(store: Store, since: datetime) -> Iterator[PastOrder]:
    """Yield the orders received at or after ``since``, newest first, as they were first asked."""
    cursor = None
    while True:
        with store.read() as work:
            page = work.orders.page(OrderFilter(), cursor, AT_ONCE)
        for order in page.orders:
            if order.received_at < since:
                return
            yield _past(order)
        cursor = page.cursor
        if cursor is None:
            return


def _older(store: Store, order_id: str, since: datetime) -> Iterator[PastOrder]:
    """Yield that order if it was received before then."""
    with store.read() as work:
        order = work.orders.get(order_id) if order_id else None
    if order is not None and order.received_at < since:
        yield _past(order)


def _past(order: Order) -> PastOrder:
    return PastOrder(order.id, first_facts(order), _starts(order), order.unit)


def examples(store: Store, since: datetime) -> list[tuple[str, Facts]]:
    """Return the last orders with their facts: the check shows what it finds by one of them where it can."""
    return [(order.number, order.facts) for order in islice(past_orders(store, since), EXAMPLES)]


def any_orders(work: UnitOfWork) -> bool:
    """Whether there is any order to rehearse on."""
    return bool(work.orders.page(OrderFilter(), None, 1).orders)


def first_facts(order: Order) -> Facts:
    """Return the facts of an order's first dispatch: before anybody gave it back, in its first round."""
    return replace(facts_of(order), round=1, returned_by=frozenset())


def _starts(order: Order) -> dict[str, datetime]:
    """Return the starts of the first round that are known; a reopened order has kept only its receipt."""
    starts = {"received": order.received_at}
    if order.round > 1:
        return starts
    known = {
        "first_dispatch": order.first_dispatched_at, "leg_dispatch": order.dispatched_at, "answered": order.answered_at,
        "signed_off": order.answered_at,
    }  # fmt: skip
    return starts | {name: at for name, at in known.items() if at is not None}
