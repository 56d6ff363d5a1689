"""Ratings and notices, in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from hotline.domain.ratings import Rating
from hotline.services.notice_rows import Notice
from hotline.store.memory.order_lists import hides
from hotline.store.memory.state import State

COUNTED = 100


class MemoryRatings:
    """``closing_ports.Ratings`` in memory."""

    def __init__(self, state: State) -> None:
        self._ratings = state.ratings

    def add(self, rating: Rating) -> bool:
        """Keep a rating; False where its round and channel has one."""
        return self._ratings.setdefault(rating.key, rating) is rating

    def of_order(self, order_id: str) -> list[Rating]:
        """Return an order's ratings, oldest first."""
        return [one for one in self._ratings.values() if one.order_id == order_id]


class MemoryNotices:
    """``closing_ports.Notices`` in memory."""

    def __init__(self, state: State) -> None:
        self._notices, self._orders = state.notices, state.orders

    def add(self, notices: Sequence[Notice]) -> int:
        """Keep notices; return how many are new."""
        before = len(self._notices)
        for notice in notices:
            self._notices.setdefault(notice.id, notice)
        return len(self._notices) - before

    def page(
        self, to: Collection[str], now: datetime, *, unread: bool, limit: int, hidden_from: frozenset[str] = frozenset()
    ) -> list[Notice]:
        """Return notices shown by ``now``, newest first."""
        shown = self._shown(to, now, hidden_from, unread=unread)
        return sorted(shown, key=lambda one: (one.at, one.id), reverse=True)[:limit]

    def unread(self, to: Collection[str], now: datetime, *, hidden_from: frozenset[str] = frozenset()) -> int:
        """How many nobody has read."""
        return len(list(islice(self._shown(to, now, hidden_from, unread=True), COUNTED)))

    def get(self, ident: str) -> Notice | None:
        """Return one."""
        return self._notices.get(ident)

    def mark_read(self, ident: str, at: datetime, by: str) -> bool:
        """Note who read it first."""
        notice = self._notices.get(ident)
        if notice is None or notice.read_at is not None:
            return False
        self._notices[ident] = replace(notice, read_at=at, read_by=by)
        return True

    def _shown(
        self, to: Collection[str], now: datetime, hidden_from: frozenset[str], *, unread: bool
    ) -> Iterator[Notice]:  # fmt: skip
        found = (one for one in self._notices.values() if one.addressee in to and one.show_from <= now)
        found = (one for one in found if hidden_from.isdisjoint(hides(self._orders[one.order_id])))
        return (one for one in found if one.read_at is None or not unread)
