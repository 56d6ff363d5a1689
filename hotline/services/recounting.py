"""Due times that wait for a year's holidays: counted again, once, when a book in force publishes the year (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Leg, LegDues, Order, Provisional
from hotline.domain.roles import CLOCK
from hotline.services import change
from hotline.services.books import Books
from hotline.services.clocks import LEG, UPSTREAM, count, ended, leg_dues
from hotline.services.ports import Clock, Store
from routing_rules.pack import Pack

WHY = "放假安排已公布,暂定的时限重新计算"


@dataclass(slots=True)
class _Moved:
    """What changes of an order: ``moved`` holds (old, new, how it was counted), ``waiting`` what stays provisional."""

    waiting: dict[str, Provisional]
    moved: dict[str, tuple[datetime, datetime, str]] = field(default_factory=dict)
    legs: LegDues | None = None

    def due(self, order: Order) -> dict[str, datetime]:
        """The order's due times afterwards."""
        return {**order.due, **{clock: new for clock, (_, new, _) in self.moved.items() if clock != LEG}}


class Recounting:
    """Counts provisional due times of open orders again. A due time that has passed is never touched."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def recount(self) -> int:
        """Count again what the book in force can count for good; each order's change is one event. Returns how many."""
        pack, now = self._books.current(), self._clock.now()
        with self._store.read() as work:
            orders = work.orders.provisional()
            legs = {order.id: work.legs.of_order(order.id) for order in orders if LEG in order.provisional}
        changes = [_change(order, found, pack, now) for order in orders if (found := _moved(order, legs, pack, now)).moved]
        return len(change.written(changes, lambda part: change.committed(self._store, part)))


def _moved(order: Order, legs: dict[str, list[Leg]], pack: Pack, now: datetime) -> _Moved:
    found = _Moved(waiting=dict(order.provisional))
    for clock, how in order.provisional.items():
        if clock == LEG or (old := order.due.get(clock)) is None or old <= now:
            continue
        new = count(how, pack, order.due.get(UPSTREAM) if clock == "answer" else None, ended(order.pauses))
        if not new.provisional:
            found.moved[clock] = (old, new.due, new.why)
            del found.waiting[clock]
    running = [leg for leg in legs.get(order.id, ()) if leg.ended_at is None and leg.due_at is not None]
    for leg in (leg for leg in running if leg.role == "lead"):
        _move_legs(order, leg, found, pack, now)
    return found


def _move_legs(order: Order, leg: Leg, found: _Moved, pack: Pack, now: datetime) -> None:
    """The lead's leg follows the order's answer, the assistants' follow the lead's."""
    how, old = order.provisional[LEG], leg.due_at
    new = count(how, pack, found.due(order).get("answer"), ended(order.pauses))
    certain = not new.provisional and "answer" not in found.waiting
    if old is None or old <= now or not (certain or "answer" in found.moved):
        return
    found.moved[LEG] = (old, new.due, new.why)
    found.legs = leg_dues(how, new.due)
    if certain:
        del found.waiting[LEG]


def _change(order: Order, found: _Moved, pack: Pack, now: datetime) -> Change:
    due = found.due(order)
    data: dict[str, Any] = {
        "why": WHY, "book": pack.content_hash, "changed": dict(_told(found)), "rows": dict(order.due_rows),
        "due": {clock: at.isoformat() for clock, at in due.items()},
    }  # fmt: skip
    fields: dict[str, Any] = {"due": due, "provisional": found.waiting}
    return apply(order, Action.CHANGE_DUE, at=now, by=CLOCK, data=data, legs_due=found.legs, **fields)


def _told(found: _Moved) -> Iterator[tuple[str, dict[str, str]]]:
    for clock, (old, new, why) in found.moved.items():
        yield clock, {"old": old.isoformat(), "new": new.isoformat(), "why": why}
