"""Orders on which the two books differ: what we know ourselves, and what the platform above says of what it sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hotline.domain.indicators import Book, Rate, Ratio
from hotline.services.figures.rows import Asked, Figured, matching

MARK: Final[Rate] = "excluded"
"""Every order from above has an observation of this rate in the official book, and no other order has."""


@dataclass(frozen=True, slots=True)
class Differs:
    """One order's part in a rate, in each book; a denominator of 0 = that book says nothing of it in the period."""

    order_id: str
    own: Ratio
    official: Ratio

    @property
    def contrary(self) -> bool:
        """Whether both books speak of it, and not alike."""
        return bool(self.own.denominator and self.official.denominator)


def differing(row: Figured, asked: Asked, rate: Rate, *, contrary: bool = False) -> Differs | None:
    """Return how the books differ on one order; None when they agree, or when it did not come from above.

    ``contrary`` = None also for an order of which one book alone speaks. The book and the rates in ``asked`` do not matter.
    """
    if not any(seen.book == "official" and seen.rate == MARK for seen in row.seen):
        return None
    found = Differs(row.order_id, _part(row, asked, rate, "own"), _part(row, asked, rate, "official"))
    return None if found.own == found.official or (contrary and not found.contrary) else found


def _part(row: Figured, asked: Asked, rate: Rate, book: Book) -> Ratio:
    seen = list(matching(row, replace(asked, book=book, rates=frozenset({rate}))))
    return Ratio(sum(one.good for one in seen), len(seen))
