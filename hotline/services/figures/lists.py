"""The orders behind a figure: exactly those its numerator, its missed ones or its denominator count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from hotline.domain.indicators import NOTHING, Book, Rate, Ratio
from hotline.domain.order import Order
from hotline.domain.roles import Actor, May, may
from hotline.errors import NotAllowed
from hotline.services.books import Books
from hotline.services.figures.grouping import STREET, within_cut
from hotline.services.figures.reading import Figures
from hotline.services.figures.rows import HEARD, Asked, Grouping
from hotline.services.ports import Clock, Store
from hotline.services.rows import Viewed
from hotline.services.secrecy import listed
from hotline.services.work_list import MOST_LISTED

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Which figure: a rate of a book and a period (``start`` ≤ at < ``end``, aware), under a key of a grouping (None = all).

    ``level`` is how deep the grouping was cut, None = as it is; ``good`` True = counted, False = missed, None = both.
    ``category`` and ``place`` narrow to there and below, ``tag`` to the orders that bear it; ``apart`` are classes left out with
    everything below them.
    """

    rate: Rate
    start: datetime
    end: datetime
    book: Book = "own"
    by: Grouping = "unit"
    key: str | None = None
    level: int | None = None
    good: bool | None = None
    category: str = ""
    place: str = ""
    tag: str = ""
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureOrders:
    """The figure, how often the orders asked for count in it, how many orders that are, and a page of them.

    ``blind`` = open orders are not counted: the asker is not to know yet what the citizen said. ``total`` counts to
    ``MOST_LISTED``.
    """

    ratio: Ratio
    counted: int
    total: int
    blind: bool
    orders: Sequence[Order]


class FigureLists:
    """Lists and exports the orders behind figures, to those who may see both."""

    def __init__(self, store: Store, clock: Clock, books: Books, figures: Figures) -> None:
        self._store, self._clock, self._books, self._figures = store, clock, books, figures

    def page(self, figure: Figure, *, start: int = 0, limit: int = 50, by: Actor) -> FigureOrders:
        """Return the figure and its orders from the ``start``-th on (from 0). Raises ``NotAllowed`` and ``InvalidInput``."""
        ids, ratio = self._found(figure, by)
        with self._store.read() as work:
            found = work.orders.get_many(ids[start : start + limit])
        counted = {True: ratio.numerator, False: ratio.denominator - ratio.numerator, None: ratio.denominator}[figure.good]
        orders = [listed(found[one], by) for one in ids[start : start + limit] if one in found]
        blind = by.of_unit and figure.rate in HEARD
        return FigureOrders(ratio=ratio, counted=counted, total=len(ids), blind=blind, orders=orders)

    def export(self, figure: Figure, *, by: Actor) -> Iterator[Order]:
        """Return all its orders, ``MOST_LISTED`` at most, after recording who took them."""
        ids, _ = self._found(figure, by)
        ref = f"figure:{figure.rate}:{figure.book}:{figure.by}:{figure.key or ''}"
        with self._store.write() as work:
            work.access.viewed(Viewed(at=self._clock.now(), actor=by.name, what="export", ref=ref))
            work.commit()
        for at in range(0, len(ids), _AT_ONCE):
            with self._store.read() as work:
                found = work.orders.get_many(ids[at : at + _AT_ONCE])
            yield from (listed(found[one], by) for one in ids[at : at + _AT_ONCE] if one in found)

    def _found(self, figure: Figure, by: Actor) -> tuple[list[str], Ratio]:
        if by.role is not None and not (may(by.role, May.READ_ALL) or may(by.role, May.READ_OWN)):
            raise NotAllowed(f"{by.name} may not read orders")
        asked, level, key = self._asked(figure, by)
        ids, ratio = self._counted(figure, asked, level, key)
        for category in figure.apart:
            out, less = self._counted(figure, replace(asked, category=category), level, key)
            ids = sorted({*ids} - {*out})
            ratio = Ratio(ratio.numerator - less.numerator, ratio.denominator - less.denominator)
        return ids, ratio

    def _counted(self, figure: Figure, asked: Asked, level: int | None, key: str | None) -> tuple[list[str], Ratio]:
        """Return the orders of one question, and its figure."""
        table = self._figures.rates(asked, level=level, wanted=(figure.rate,))
        rows = table.values() if key is None else [table.get(key, {})]
        ratio = sum((row.get(figure.rate, NOTHING) for row in rows), NOTHING)
        exact = key is not None and level is not None and _depth(key) < level
        return self._figures.behind(asked, figure.rate, key=key, good=figure.good, exact=exact, limit=MOST_LISTED), ratio

    def _asked(self, figure: Figure, by: Actor) -> tuple[Asked, int | None, str | None]:
        """Return the question, the level of its keys and the key; a unit's key with a level means all units cut to it."""
        told = {"book": figure.book, "category": figure.category, "place": figure.place, "tag": figure.tag}
        asked = replace(self._figures.asked(figure.start, figure.end, by=by, **told), by=figure.by)
        key, level = None if figure.by == "all" else figure.key, figure.level
        if key is None:
            return replace(asked, by="all"), None, None
        if figure.by == "unit" and level is not None:
            units = within_cut(key, level, self._books.current())
            return replace(asked, by="all", units=units & asked.units if asked.units is not None else units), None, None
        if figure.by == "street":
            level = level or STREET
        if figure.by == "category":
            level = level or max(_depth(key), 1)
        return asked, level, key


def _depth(key: str) -> int:
    return len(key.split("/")) if key else 0
