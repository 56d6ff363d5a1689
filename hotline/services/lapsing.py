"""What passing time does to applications: a limit that ran out undecided is told once, a pause that is over ends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from hotline.domain.actions import Action
from hotline.domain.applications import ASKS_NAMES, STEPS, Application, Asks
from hotline.domain.lifecycle import Change, apply, refusal
from hotline.domain.order import Flag, Order
from hotline.domain.roles import CLOCK
from hotline.errors import ChangedMeanwhile, InvalidInput, StoreUnavailable
from hotline.services import change
from hotline.services.books import Books
from hotline.services.disputes import asked_for
from hotline.services.granting import Decision, Granting
from hotline.services.notices import told_by
from hotline.services.pausing import ends_at, granted_until, resumed
from hotline.services.ports import Store, UnitOfWork
from hotline.services.rows import OrderFilter

log = logging.getLogger(__name__)
AT_ONCE: Final = 200
TO: Final = {"dispatcher": "desk", "supervisor": "supervisor", "two": "supervisor", "upstream": "desk"}
"""Who is told that nobody decided."""
Make = Callable[[UnitOfWork, Order], Sequence[Change]]


def lapse(store: Store, books: Books, now: datetime) -> int:
    """Say once of each application whose limit ran out that nobody decided, and do what its row says; returns how many."""
    return _each(store, books, _all(store, "*"), lambda work, one: _lapsed(books, work, one, now))


def wake(store: Store, books: Books, now: datetime) -> int:
    """Take up every order whose pause is over; returns how many."""
    pack = books.current()

    def over(work: UnitOfWork, order: Order) -> list[Change]:
        until = granted_until(work.events.of_order(order.id))
        if Flag.PAUSED not in order.flags or not until or (end := ends_at(until, pack)) > now:
            return []
        return [resumed(books, work, order, at=now, by=CLOCK, reason="挂账到期,恢复计时", to=end)]

    return _each(store, books, _all(store, None), over)


def _all(store: Store, waits: str | None) -> list[Order]:
    """Return every order with an application that waits, or (None) every open order that is paused."""
    wanted = OrderFilter(waits=waits) if waits else OrderFilter(flags=frozenset({Flag.PAUSED}), open_only=True)
    found, cursor = list[Order](), None
    with store.read() as work:
        while True:
            page = work.orders.page(wanted, cursor, AT_ONCE)
            found += page.orders
            if (cursor := page.cursor) is None:
                return found


def _each(store: Store, books: Books, orders: Sequence[Order], make: Make) -> int:
    """Write what ``make`` says of each order; one that cannot be counted keeps no other from its turn."""
    done = 0
    for order in orders:
        try:
            done += _written(store, books, order, make)
        except ChangedMeanwhile:
            continue
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("order %s is passed over by the clock", order.id)
    return done


def _written(store: Store, books: Books, order: Order, make: Make) -> int:
    """Write what ``make`` says of the order as it is now, and the notices of it, in one commit; a person who was quicker wins.

    Nobody waits for a transaction that writes nothing: whether anything is due is read first.
    """
    with store.read() as work:
        if not make(work, order):
            return 0
    with store.write() as work:
        fresh = work.orders.get(order.id)
        changes = make(work, fresh) if fresh is not None and fresh.version == order.version else ()
        if changes:
            change.write(work, changes)
            work.notices.add(list(told_by(books.current(), changes)))
            work.commit()
    return 1 if changes else 0


def _lapsed(books: Books, work: UnitOfWork, order: Order, now: datetime) -> list[Change]:
    done = list[Change]()
    for application in order.applications:
        mark = f"{order.round}|{application.asks}|lapse|{application.due_at.isoformat() if application.due_at else ''}"
        ran_out = application.due_at is not None and application.due_at <= now
        if not ran_out or mark in order.steps or application not in order.applications:
            continue
        done += _one(books, work, order, application, mark, now)
        order = done[-1].order  # given back, nothing of that unit's waits any more
    return done


def _one(books: Books, work: UnitOfWork, order: Order, application: Application, mark: str, now: datetime) -> Iterator[Change]:
    asks, then = application.asks, application.unanswered
    data: dict[str, Any] = {
        "asks": str(asks), "why": f"{ASKS_NAMES[asks]}申请逾期未批", "then": then, "decider": application.decider,
        "row": application.row, "to": [TO[application.decider]], "step": "lapsed", "mark": mark,
        "decide_by": application.due_at.isoformat() if application.due_at else None,
    }  # fmt: skip
    told = apply(order, Action.LAPSE, at=now, by=CLOCK, data=data, steps=order.steps | {mark})
    yield told
    yield from _then(books, work, told.order, asks, then, application.row, now)


def _then(books: Books, work: UnitOfWork, order: Order, asks: Asks, then: str, row: str, now: datetime) -> Iterator[Change]:
    """What the row says of silence; where the order's own state forbids it by now, a reminder is all there is."""
    reason = f"逾期未批,按规则 {row}"
    data = {"asks": str(asks), "row": row, "lapsed": True}
    if then == "refuse" and refusal(order, STEPS[asks].refuse, CLOCK) is None:
        yield apply(order, STEPS[asks].refuse, at=now, by=CLOCK, data={**data, "reason": f"{reason}视为不同意"})
    elif then == "ruling" and refusal(order, Action.ASK_RULING, CLOCK) is None:
        yield from asked_for(books, work, order, at=now, by=CLOCK, reason=f"{reason}转裁定")
    elif then == "grant" and refusal(order, STEPS[asks].grant, CLOCK) is None:
        decision = Decision(at=now, by=CLOCK, data={**data, "reason": f"{reason}视为同意"})
        try:
            yield from Granting(books, work).changes(order, asks, decision)
        except InvalidInput:
            return  # an extension nobody said the length of
