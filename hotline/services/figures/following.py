"""The clock keeps the figures ready: whatever happened to an order, its rows are folded anew from its first event on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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
    """Follows the events by position; one process does.

    When two do for a moment, each writing part waits for the other one's, and the one that finds the figures further than it
    left them gives up: what it folded may be older than what is there.
    """

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
            found = {name: work.marks.mark(name) for name in (BASIS, POSITION)}
            events = work.events.since(int(found[POSITION] or 0), AT_ONCE)
            if not events or found[BASIS] != basis_of(pack):
                return 0
            rows = fold_of(work, pack, sorted({event.order_id for _, event in events}))
        return len(rows) if self._written(rows, found, {POSITION: str(events[-1][0])}) else 0

    def _all_anew(self, pack: Pack) -> int:
        """Fold every order once, by number, going on where it broke off; what happens meanwhile is followed afterwards."""
        begun = self._begun(pack)
        if begun is None:
            return 0
        anew, done = begun, 0
        _, position, after = anew.split(" ", 2)
        with self._store.read() as work:
            left = [order_id for order_id in work.events.orders_after(0) if order_id > after]
        for at in range(0, len(left), ANEW_AT_ONCE):
            part = left[at : at + ANEW_AT_ONCE]
            with self._store.read() as work:
                rows = fold_of(work, pack, part)
            come = f"{basis_of(pack)} {position} {part[-1]}"
            if not self._written(rows, {ANEW: anew}, {ANEW: come}):
                return done
            anew, done = come, done + len(part)
        self._written([], {ANEW: anew}, {POSITION: position, BASIS: basis_of(pack), ANEW: ""})
        return done

    def _begun(self, pack: Pack) -> str | None:
        """Return how far folding everything anew has come (``ANEW``), None when another one has done it."""
        with self._store.write() as work:
            work.figures.one_keeps()
            if work.marks.mark(BASIS) == basis_of(pack):
                return None
            anew = work.marks.mark(ANEW) or ""
            if anew.startswith(f"{basis_of(pack)} "):
                return anew
            anew = f"{basis_of(pack)} {work.events.settled()} "
            work.figures.forget()
            work.marks.set_mark(BASIS, "")
            work.marks.set_mark(ANEW, anew)
            work.commit()
        return anew

    def _written(self, rows: Sequence[Figured], found: Mapping[str, str | None], become: Mapping[str, str]) -> bool:
        """Keep rows and marks while the marks are as they were ``found``; return whether they were."""
        with self._store.write() as work:
            work.figures.one_keeps()
            if any(work.marks.mark(name) != value for name, value in found.items()):
                return False
            work.figures.replace(rows)
            for name, value in become.items():
                work.marks.set_mark(name, value)
            work.commit()
        return True
