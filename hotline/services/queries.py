"""Questions: lists, one order. Nothing here writes, but who read the original of a secret order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hotline.domain.call import Call
from hotline.domain.order import Order
from hotline.domain.roles import Actor, May, may
from hotline.errors import InvalidInput, NotAllowed, NotFound
from hotline.services import change
from hotline.services.books import Books
from hotline.services.own_words import calls_of
from hotline.services.ports import Clock, Store
from hotline.services.recusal import hides, keys_of
from hotline.services.rows import OrderFilter, OrderView, Page, Viewed
from hotline.services.secrecy import hidden, listed, seen

LARGEST_PAGE = 200
HISTORY = timedelta(days=30)  # a caller's earlier calls (UX.md, caller strip)


class Queries:
    """What may be read, by whom."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def orders(self, wanted: OrderFilter, *, cursor: str | None = None, limit: int = 50, by: Actor) -> Page:
        """List orders; a clerk's list is its unit's."""
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidInput(f"limit must be 1 to {LARGEST_PAGE}", message=f"每页条数应为 1 至 {LARGEST_PAGE}")
        with self._store.read() as work:
            page = work.orders.page(self._own(wanted, by), cursor, limit)
        return Page([listed(order, by) for order in page.orders], page.cursor)

    def count(self, wanted: OrderFilter, *, by: Actor) -> int:
        """How many orders match."""
        with self._store.read() as work:
            return work.orders.count(self._own(wanted, by))

    def some(self, order_ids: Sequence[str], *, by: Actor) -> list[Order]:
        """Return those of these orders that ``by`` may see, as in a list, in the order asked for."""
        self._may_read(by)
        with self._store.read() as work:
            found = work.orders.get_many(order_ids)
            units = work.legs.units(order_ids) if by.of_unit else {}
        kept = [found[one] for one in order_ids if one in found and not hides(found[one], by)]
        seen = [one for one in kept if not by.of_unit or by.unit in {*one.holders, *one.assists, *units.get(one.id, ())}]
        return [listed(order, by) for order in seen]

    def order(self, order_id: str, *, by: Actor) -> OrderView:
        """Return an order with its past; raises ``NotFound`` also for one the asker may not see."""
        self._may_read(by)
        with self._store.read() as work:
            order = change.visible(work, order_id, by)
            found = OrderView(
                order=order, calls=calls_of(work, order), events=work.events.of_order(order_id),
                legs=work.legs.of_order(order_id),
            )  # fmt: skip
        self._note_original(order, by)
        return seen(found, by)

    def call(self, call_id: str, *, by: Actor) -> Call:
        """Return a recorded call; a clerk sees calls of its orders only."""
        self._may_read(by)
        with self._store.read() as work:
            call = work.calls.get([call_id]).get(call_id)
            if call is None:
                raise NotFound("call", call_id)
            order = work.orders.get(call.order_id) if call.order_id else None
            if by.of_unit or order is not None:
                order = change.visible(work, call.order_id or "", by)
        if order is None:
            return call
        self._note_original(order, by)
        return hidden(order, call) if by.of_unit and order.secret else call

    def same_place(self, order: Order, limit: int = 10, *, by: Actor) -> list[Order]:
        """Return other open orders at the same place, newest first."""
        if order.place is None:
            return []
        found = self.orders(OrderFilter(place=order.place, open_only=True), limit=limit + 1, by=by).orders
        return [one for one in found if one.id != order.id][:limit]

    def earlier_calls(self, call: Call, *, by: Actor) -> list[Call]:
        """Return the same caller's calls of the last 30 days, newest first; none for an anonymous caller."""
        if by.role is not None and not may(by.role, May.READ_ALL):
            raise NotAllowed(f"{by.name} may not see a caller's other calls")
        if call.new.caller.anonymous:
            return []
        with self._store.read() as work:
            found = work.calls.of_phone(call.new.caller.phone, self._clock.now() - HISTORY)
        return [one for one in found if one.id != call.id]

    def _own(self, wanted: OrderFilter, by: Actor) -> OrderFilter:
        self._may_read(by)
        wanted = replace(wanted, hidden_from=wanted.hidden_from | keys_of(by))
        return replace(wanted, seen_by=by.unit) if by.of_unit else wanted

    def _note_original(self, order: Order, by: Actor) -> None:
        """Record who read the original of a secret order; units do not, they read the handling text."""
        if not order.secret or by.of_unit or by.machine:
            return
        with self._store.write() as work:
            work.access.viewed(Viewed(at=self._clock.now(), actor=by.name, what="original", ref=order.id))
            work.commit()

    @staticmethod
    def _may_read(by: Actor) -> None:
        if by.role is not None and not (may(by.role, May.READ_ALL) or may(by.role, May.READ_OWN)):
            raise NotAllowed(f"{by.name} may not read orders")
