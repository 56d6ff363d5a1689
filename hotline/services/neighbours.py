"""Orders that may tell of the same 疑似重复: one caller again, or many callers on one thing. Proposals: people merge.

The index of the open orders lives in the process that is asked, filled from the store and kept fresh by the events' positions;
what is lost with the process is built again.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hotline.domain.call import Call
from hotline.domain.order import Order
from hotline.domain.roles import Actor, May, may
from hotline.errors import NotAllowed
from hotline.services import change, recusal
from hotline.services.neighbours_ports import LikeOrders, Told
from hotline.services.own_words import own_words
from hotline.services.ports import Store, UnitOfWork
from hotline.services.rows import OrderFilter

AT_ONCE: Final = 500
MOST: Final = 5
HEARD_ANEW: Final = frozenset({"split", "reopened", "rectification_begun"})
"""After these an order says something else, or is open again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An open order that may tell of the same: ``likeness`` 0…1, ``shared`` the words that both say."""

    order: Order
    likeness: float
    shared: tuple[str, ...]
    same_caller: bool


class Neighbours:
    """Searches the open orders. Threads may share it."""

    def __init__(self, store: Store, index: LikeOrders) -> None:
        self._store, self._index = store, index
        self._salt = secrets.token_bytes(16)  # callers' keys mean nothing outside this process
        self._position: int | None = None
        self._following = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether every order that was open at the start is held."""
        return self._position is not None

    def __len__(self) -> int:
        """Return how many orders are held."""
        return len(self._index)

    def fill(self) -> int:
        """Hold all open orders; return how many. What happens meanwhile is taken in afterwards."""
        with self._following:
            with self._store.read() as work:
                position = work.events.settled()
            cursor, more = None, True
            while more:
                with self._store.read() as work:
                    page = work.orders.page(OrderFilter(open_only=True), cursor, AT_ONCE)
                    self._hold(work, page.orders)
                cursor, more = page.cursor, page.cursor is not None
            self._position = position
        return len(self._index)

    def follow(self) -> int:
        """Take in what happened since; return how many events. Fills first where that was not done."""
        if not self.ready:
            self.fill()
        with self._following:
            seen, part = 0, AT_ONCE
            while part == AT_ONCE:
                part = self._next()
                seen += part
        return seen

    def of(self, order_id: str, *, by: Actor, most: int = MOST) -> list[Neighbour]:
        """Return the open orders most like this one that ``by`` may see, the most alike first.

        For the office alone: a unit learns nothing of others' orders. Empty while the index is being filled.
        """
        if by.of_unit or (by.role is not None and not may(by.role, May.READ_ALL)):
            raise NotAllowed(f"{by.name} may not see other orders")
        with self._store.read() as work:
            order = change.visible(work, order_id, by)
            call = work.calls.get([order.call_id]).get(order.call_id)
        if call is None or not self.ready:
            return []
        found = self._index.like(self._told(order, call), most * 2)
        with self._store.read() as work:
            orders = work.orders.get_many([one.order for one in found])
        seen = [one for one in found if one.order in orders and not recusal.hides(orders[one.order], by)]
        return [
            Neighbour(order=orders[one.order], likeness=one.likeness, shared=one.shared, same_caller=one.same_caller)
            for one in seen
            if orders[one.order].open
        ][:most]

    def _next(self) -> int:
        with self._store.read() as work:
            rows = work.events.since(self._position or 0, AT_ONCE)
            orders = work.orders.get_many(list(dict.fromkeys(event.order_id for _, event in rows)))
            said = {event.order_id for _, event in rows if event.seq == 1 or event.kind in HEARD_ANEW}
            self._hold(work, [order for order in orders.values() if order.open and order.id in said])
        for order in orders.values():
            if not order.open:
                self._index.remove(order.id)
        self._position = rows[-1][0] if rows else self._position
        return len(rows)

    def _hold(self, work: UnitOfWork, orders: Sequence[Order]) -> None:
        calls = work.calls.get(list({order.call_id for order in orders}))
        for order in orders:
            if order.call_id in calls:
                self._index.add(self._told(order, calls[order.call_id]))

    def _told(self, order: Order, call: Call) -> Told:
        new = own_words(order, call).new
        return Told(order.id, new.title, new.text, caller_key(call, self._salt))


def caller_key(call: Call, salt: bytes) -> str:
    """Return what tells one caller from another and nothing else; empty for an anonymous one."""
    phone = call.new.caller.phone
    return hashlib.blake2b(phone.encode(), key=salt, digest_size=12).hexdigest() if phone else ""
