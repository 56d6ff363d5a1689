"""What the store keeps for orders of an older program, which named an accused unit and hid the order from nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hotline.domain.order import Order


class Unbarred(Protocol):
    """Orders that complain about a unit and are not hidden from it yet."""

    def unbarred(self, after: str, limit: int) -> list[Order]:
        """Return the next orders by id beyond ``after`` that name an ``accused`` unit and bar nobody, at most ``limit``."""

    def bar(self, orders: Sequence[Order]) -> int:
        """Write ``accused_units`` and ``recused`` alone, of orders still at this version; return how many that was.

        What an order is does not change by it, only who may know of it: no event, no new version.
        """
