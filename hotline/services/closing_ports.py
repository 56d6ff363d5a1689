"""The rooms of the store for what follows an answer: ratings, and notices to units and people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from hotline.domain.ratings import Rating
from hotline.services.notice_rows import Notice


class Ratings(Protocol):
    """Ratings 好差评; the room only grows."""

    def add(self, rating: Rating) -> bool:
        """Keep a rating; False, and nothing is changed, where its order's round and channel has one."""

    def of_order(self, order_id: str) -> list[Rating]:
        """Return an order's ratings, oldest first."""


class Notices(Protocol):
    """Notices, each once."""

    def add(self, notices: Sequence[Notice]) -> int:
        """Keep notices; one whose id is there already is left out. Return how many are new."""

    def page(
        self, to: Collection[str], now: datetime, *, unread: bool, limit: int, hidden_from: frozenset[str] = frozenset()
    ) -> list[Notice]:
        """Return notices shown by ``now`` to one of these addressees, newest first.

        Those of orders that complain about one of ``hidden_from`` are left out (``OrderFilter.hidden_from``).
        """

    def unread(self, to: Collection[str], now: datetime, *, hidden_from: frozenset[str] = frozenset()) -> int:
        """How many of these nobody has read; not counted further than 100."""

    def get(self, ident: str) -> Notice | None:
        """Return one."""

    def mark_read(self, ident: str, at: datetime, by: str) -> bool:
        """Note who read it first; False when somebody had, or there is none."""
