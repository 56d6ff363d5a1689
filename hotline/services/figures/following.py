"""The clock keeps the figures ready: whatever happened to an order, its rows are folded anew from its first event on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from hotline.services.books import Books
from hotline.services.figures.rows import Figured, figured
from hotline.services.ports import Store, UnitOfWork
from routing_rules.pack import Pack

POSITION: Final = "figures:position"
BASIS: Final = "figures:basis"
VERSION: Final = 2
"""Counts up when the fold changes: then everything is folded anew."""
ANEW: Final = "figures:anew"
"""How far folding everything anew has come: the basis, the position to go on from, the last order done."""
AT_ONCE: Final = 2_000  # events
ANEW_AT_ONCE: Final = 500  # orders


def basis_of(pack: Pack) -> str:
    """Return what the rows depend on beside the events: the pack's definitions and the fold's own version."""
    return hashlib.sha256(f"{VERSION} {pack.settings.rates} {pack.zone}".encode()).hexdigest()[:32]


def fold_of(work: UnitOfWork, pack: Pack, order_ids: Sequence[str]) -> list[Figured]:
    """Return orders' rows as their events have them now."""
    orders = work.orders.get_many(order_ids)
    events = [event for event in work.events.of_orders(order_ids) if event.order_id in orders]
    return list(figured(events, orders, pack.settings.rates, pack.zone))


class FigureKeeper:
    """Follows the events by position; one process does."""

    def __init__(self, store: Store, books: Books) -> None:
        self._store, self._books = store, books

    def follow(self) -> int:
        """Take in what happened since; return how many orders were folded. Raises ``StoreUnavailable``."""
        pack, done, part = self._books.current(), 0, 1
        with self._store.read() as work:
            ready = work.marks.mark(BASIS) == basis_of(pack)
        if not ready:
            done = self._all_anew(pack)
        while part:
            part = self._next(pack)
            done += part
        return done

    def _next(self, pack: Pack) -> int:
        with self._store.read() as work:
            position = int(work.marks.mark(POSITION) or 0)
            events = work.events.since(position, AT_ONCE)
            if not events:
                return 0
            rows = fold_of(work, pack, sorted({event.order_id for _, event in events}))
        with self._store.write() as work:
            work.figures.replace(rows)
            work.marks.set_mark(POSITION, str(events[-1][0]))
            work.commit()
        return len(rows)

    def _all_anew(self, pack: Pack) -> int:
        """Fold every order once, by number, going on where it broke off; what happens meanwhile is followed afterwards."""
        position, after = self._begun(pack)
        with self._store.read() as work:
            left = [order_id for order_id in work.events.orders_after(0) if order_id > after]
        for at in range(0, len(left), ANEW_AT_ONCE):
            part = left[at : at + ANEW_AT_ONCE]
            with self._store.read() as work:
                rows = fold_of(work, pack, part)
            with self._store.write() as work:
                work.figures.replace(rows)
                work.marks.set_mark(ANEW, f"{basis_of(pack)} {position} {part[-1]}")
                work.commit()
        with self._store.write() as work:
            work.marks.set_mark(POSITION, str(position))
            work.marks.set_mark(BASIS, basis_of(pack))
            work.marks.set_mark(ANEW, "")
            work.commit()
        return len(left)

    def _begun(self, pack: Pack) -> tuple[int, str]:
        """Return from which position on events are followed afterwards, and up to which order everything is folded."""
        with self._store.write() as work:
            basis, _, rest = (work.marks.mark(ANEW) or "").partition(" ")
            if basis == basis_of(pack):
                position, _, after = rest.partition(" ")
                return int(position), after
            settled = work.events.settled()
            work.figures.forget()
            work.marks.set_mark(BASIS, "")
            work.marks.set_mark(ANEW, f"{basis_of(pack)} {settled} ")
            work.commit()
        return settled, ""
