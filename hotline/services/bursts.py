"""Bursts: many callers on one matter in one place within hours are proposed as an incident 事件, once.

The clock follows the events by position; after a start the watch first sees what came in during its memory, and proposes
nothing of it again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from hotline.domain.order import Order
from hotline.services.incident_proposals import IncidentProposals
from hotline.services.neighbours import caller_key
from hotline.services.neighbours_ports import Burst, Sighted, Watch
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.rows import OrderFilter

MARK: Final = "bursts:position"
AT_ONCE: Final = 500
MEMORY: Final = timedelta(days=14)
LATE: Final = timedelta(hours=2)
"""An order received longer ago than this before the last one (an imported list) says nothing of now."""


class Bursts:
    """Watches the orders that come in; one process does."""

    def __init__(self, store: Store, clock: Clock, incidents: IncidentProposals, watch: Callable[[], Watch]) -> None:
        self._store, self._clock, self._incidents, self._new_watch = store, clock, incidents, watch
        self._salt = secrets.token_bytes(16)
        self._watch: Watch | None = None
        self._last: datetime | None = None

    def follow(self) -> int:
        """See what came in since; return how many bursts were told."""
        if self._watch is None:
            self._remember()
        told, part = 0, AT_ONCE
        while part == AT_ONCE:
            part, found = self._next()
            told += found
        return told

    def _remember(self) -> None:
        """Show a new watch what came in before the marked position."""
        self._watch, since = self._new_watch(), self._clock.now() - MEMORY
        with self._store.write() as work:
            if work.marks.mark(MARK) is None:
                work.marks.set_mark(MARK, str(work.events.settled()))
                work.commit()
        seen, cursor, more = list[Order](), None, True
        while more:
            with self._store.read() as work:
                page = work.orders.page(OrderFilter(received_from=since), cursor, AT_ONCE)
            seen += page.orders
            cursor, more = page.cursor, page.cursor is not None
        for start in range(len(seen), 0, -AT_ONCE):  # newest first in the list
            with self._store.read() as work:
                self._see(work, list(reversed(seen[max(start - AT_ONCE, 0) : start])))

    def _next(self) -> tuple[int, int]:
        with self._store.read() as work:
            rows = work.events.since(int(work.marks.mark(MARK) or 0), AT_ONCE)
            fresh = [event.order_id for _, event in rows if event.seq == 1]
            orders = work.orders.get_many(fresh)
            found = self._see(work, sorted(orders.values(), key=lambda order: (order.received_at, order.id)))
        for burst in found:
            self._incidents.propose(burst)
        if rows:
            with self._store.write() as work:
                work.marks.set_mark(MARK, str(rows[-1][0]))
                work.commit()
        return len(rows), len(found)

    def _see(self, work: UnitOfWork, orders: Sequence[Order]) -> list[Burst]:
        """Show orders to the watch; return the bursts, the last one of each matter and place."""
        assert self._watch is not None  # noqa: S101  # made by ``follow``
        calls = work.calls.get([order.call_id for order in orders])
        found: dict[tuple[str, str], Burst] = {}
        for order in orders:
            if order.category is None or order.place is None or order.place_unsure or self._late(order):
                continue
            self._last = max(self._last or order.received_at, order.received_at)
            caller = caller_key(calls[order.call_id], self._salt) if order.call_id in calls else ""
            place = f"{order.place}/{order.estate}" if order.estate else order.place
            burst = self._watch.see(Sighted(order.id, order.category, place, self._last, caller))
            if burst is not None:
                found[burst.matter, burst.place] = burst
        return list(found.values())

    def _late(self, order: Order) -> bool:
        return self._last is not None and order.received_at < self._last - LATE
