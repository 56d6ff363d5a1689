"""Figures out of one state of the store: rows kept ready, and orders with newer events folded on the spot, so none is behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from operator import attrgetter

from hotline.domain.indicators import RATES, Rate, Ratio, table
from hotline.errors import FiguresNotReady
from hotline.services.figures.differences import Differs, differing
from hotline.services.figures.following import BASIS, POSITION, basis_of, fold_of
from hotline.services.figures.grouping import grouped
from hotline.services.figures.rows import Asked, Counts, Crossed, Figured, Stayed, Wanted, behind, counted, crossed, stayed
from hotline.services.ports import UnitOfWork
from routing_rules.pack import Pack

Table = dict[str, dict[Rate, Ratio]]


class AtOnce:
    """Answers of one unit of work; all of them agree with each other."""

    def __init__(self, work: UnitOfWork, pack: Pack, *, most: int | None = None) -> None:
        """Fold what is not ready; raises ``FiguresNotReady`` for more than ``most`` orders, None = however many."""
        self.work, self._pack = work, pack
        self._late, self._rows, self._ready = fresh_rows(work, pack, most)
        self._again = frozenset(self._late)

    def rates(self, asked: Asked, *, level: int | None = None, wanted: tuple[Rate, ...] = RATES) -> Table:
        """Return ``{key: {rate: ratio}}``; ``level`` cuts a unit's, a place's or a category's way down there, from 1."""
        asked = asked if asked.rates is not None else replace(asked, rates=frozenset(wanted))  # no others are read
        counts = grouped(self._counts(asked), asked.by, self._pack, level)
        cells = [(key, rate, n if good else 0, n) for (key, rate, good), n in counts.items() if n and rate in wanted]
        return table(cells, wanted)

    def crossed(self, asked: Asked) -> Crossed:
        """Return how many observations of what is asked for there are by class and place."""
        if not self._ready:
            return crossed(self._rows, asked)
        found = self.work.figures.crossed(asked)
        if self._late:
            found.subtract(self.work.figures.crossed(asked, self._late))
            found.update(crossed(self._rows, asked))
        return +found

    def of_orders(self, asked: Asked, order_ids: Collection[str]) -> Table:
        """Return the rates of these orders alone: what they would leave if they were taken out."""
        kept = [one for one in order_ids if one not in self._again] if self._ready else []
        counts: Counts = self.work.figures.counts(asked, kept) if kept else Counter()
        counts.update(counted((row for row in self._rows if row.order_id in order_ids), asked))
        cells = [(key, rate, n if good else 0, n) for (key, rate, good), n in counts.items() if n]
        return table(cells)

    def behind(self, asked: Asked, wanted: Wanted, *, after: str = "", limit: int) -> list[str]:
        """Return the ids of the orders behind a figure, by id, beyond ``after``."""
        kept = self.work.figures.behind(asked, wanted, after, limit + len(self._late)) if self._ready else []
        now = {row.order_id for row in self._rows if row.order_id > after and behind(row, asked, wanted)}
        return sorted({*kept} - self._again | now)[:limit]

    def differences(self, asked: Asked, rate: Rate, *, contrary: bool, after: str, limit: int) -> list[Differs]:
        """Return the orders from above that the two books count differently, by id, beyond ``after``."""
        most = limit + len(self._late)
        kept = self.work.figures.differences(asked, rate, contrary, after, most) if self._ready else []
        now = [one for row in self._rows if (one := differing(row, asked, rate, contrary=contrary)) and one.order_id > after]
        found = [*(one for one in kept if one.order_id not in self._again), *now]
        return sorted(found, key=attrgetter("order_id"))[:limit]

    def stays(self, asked: Asked) -> list[Stayed]:
        """Return the stays that ended in the period, of what is asked for."""
        kept = self.work.figures.stays(asked) if self._ready else []
        ready = [one for one in kept if one.order_id not in self._again]
        return ready + [one for row in self._rows for one in stayed(row, asked)]

    def _counts(self, asked: Asked) -> Counts:
        if not self._ready:
            return counted(self._rows, asked)
        counts = self.work.figures.counts(asked)
        if self._late:
            counts.subtract(self.work.figures.counts(asked, self._late))
            counts.update(counted(self._rows, asked))
        return counts


def fresh_rows(work: UnitOfWork, pack: Pack, most: int | None) -> tuple[list[str], list[Figured], bool]:
    """Return the orders whose rows are not ready yet, their rows as of now, and whether any rows are ready at all."""
    ready = work.marks.mark(BASIS) == basis_of(pack)
    position = int(work.marks.mark(POSITION) or 0) if ready else 0
    late = work.events.orders_after(position)
    if most is not None and len(late) > most:
        raise FiguresNotReady(f"{len(late)} orders' figures are counted anew")
    return late, fold_of(work, pack, late), ready
