"""Orders that named an accused unit before orders were hidden from anybody 回避: hidden now, once, a part at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Order
from hotline.domain.roles import CLOCK
from hotline.services import change
from hotline.services.books import Books
from hotline.services.ports import Clock, Store
from hotline.services.recusal import barred, named

MARK: Final = "recusal.filled"
DONE: Final = "done"
AT_ONCE: Final = 500  # orders a commit
WHY: Final = "补登被反映单位,工单须回避"


class Barring:
    """The clock's one-time chore: it notes how far it came, so that a crash costs one part at most."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books
        self._over = False

    def fill(self) -> int:
        """Hide every such order from whom it accuses and those below; return how many. Again, and nothing happens."""
        count = 0
        while not self._over:
            with self._store.read() as work:
                reached = work.marks.mark(MARK) or ""
                orders = [] if reached == DONE else work.orders.unbarred(reached, AT_ONCE)
            self._over = reached == DONE
            if not self._over and not self._written(orders):
                break  # somebody changed one meanwhile: this part is done again the next time
            count += len(orders)
        return count

    def _written(self, orders: list[Order]) -> bool:
        changes, quiet = self._moved(orders), [one for one in orders if not self._lies_wrong(one)]
        with self._store.write() as work:
            if work.orders.bar([self._barred(one) for one in quiet]) < len(quiet):
                return False
            change.write(work, changes)
            work.marks.set_mark(MARK, orders[-1].id if orders else DONE)
            work.commit()
        return True

    def _moved(self, orders: list[Order]) -> list[Change]:
        """What still lies with whom it accuses leaves them, as when the accused are named: an event tells it."""
        pack, at = self._books.current(), self._clock.now()
        wrong = [(one, str(one.accused)) for one in orders if self._lies_wrong(one)]
        data = {"persons": [], "reason": WHY}
        return [
            apply(one, Action.NAME_ACCUSED, at=at, by=CLOCK, data={**data, "units": [unit]}, **named(pack, one, [unit], ()))
            for one, unit in wrong
        ]

    def _barred(self, order: Order) -> Order:
        units = frozenset({str(order.accused)})
        return replace(order, accused_units=units, recused=barred(self._books.current(), units))

    def _lies_wrong(self, order: Order) -> bool:
        return order.open and not self._barred(order).recused.isdisjoint((*order.holders, *order.assists))
