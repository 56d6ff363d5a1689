"""The queue of the callback desk 回访台: who is to be called, who is not, and which bad ratings wait for a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from hotline.domain.contacts import half_day
from hotline.domain.order import Flag, Order, State
from hotline.domain.ratings import Rating
from hotline.domain.roles import Actor, May, may
from hotline.domain.sampling import OWED, Owed, owed
from hotline.errors import NotAllowed
from hotline.services.books import Books
from hotline.services.ports import Clock, Store
from hotline.services.recusal import keys_of
from hotline.services.rows import OrderFilter

SHOWN: Final = 200
TABS: Final[Mapping[str, OrderFilter]] = {
    "call": OrderFilter(states=frozenset({State.IN_CALLBACK}), by_due=True),
    "uncalled": OrderFilter(states=frozenset({State.IN_CALLBACK}), by_due=True),
    "checks": OrderFilter(flags=frozenset({Flag.BAD_RATING})),
}
"""``call`` = to be called back, ``uncalled`` = closed without a call (not in the sample, nobody to call), ``checks`` = 差评."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An order of the queue: why it is called, when it was tried last, and whether a try now would not count (same half day)."""

    order: Order
    why: Owed
    tried_at: datetime | None = None
    too_soon: bool = False
    rating: Rating | None = None


class CallbackQueue:
    """Lists what waits for the citizen's word; units see none of it."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def waiting(self, tab: str, *, by: Actor) -> list[Waiting]:
        """Return the queue of a tab, the least time left first; of checks the newest."""
        _office(by)
        settings = self._books.current().settings.callback
        wanted = TABS[tab]
        with self._store.read() as work:
            page = work.orders.page(_for(wanted, by), None, SHOWN)
            ids = [order.id for order in page.orders]
            tried = {ident: event.at for ident, event in work.events.latest(ids, "callback_attempted").items()}
            ratings = {ident: work.ratings.of_order(ident) for ident in ids} if tab == "checks" else {}
        found = [self._row(order, tried.get(order.id), ratings.get(order.id, [])) for order in page.orders]
        if tab == "checks":
            return found
        called = [one for one in found if (owed(one.order, settings) in OWED) == (tab == "call")]
        return [one for one in called if tab != "call" or Flag.PRECALLED not in one.order.flags]

    def counts(self, *, by: Actor) -> dict[str, int]:
        """How many orders each tab has, of the first 200 of its state."""
        return {tab: len(self.waiting(tab, by=by)) for tab in TABS}

    def _row(self, order: Order, tried_at: datetime | None, ratings: list[Rating]) -> Waiting:
        pack, now = self._books.current(), self._clock.now()
        since = order.answered_at or order.received_at
        tried = tried_at if tried_at is not None and tried_at >= since else None
        same = tried is not None and half_day(tried, pack.zone) == half_day(now, pack.zone)
        bad = next((one for one in reversed(ratings) if one.bad and one.round == order.round), None)
        soon = same and pack.settings.callback.half_days
        return Waiting(order=order, why=owed(order, pack.settings.callback), tried_at=tried, too_soon=soon, rating=bad)


def _for(wanted: OrderFilter, by: Actor) -> OrderFilter:
    return replace(wanted, hidden_from=keys_of(by))


def _office(by: Actor) -> None:
    if by.role is None or not may(by.role, May.READ_ALL):
        raise NotAllowed(f"{by.name} may not see the callbacks")
