"""Reading the figures: what the clock keeps ready, with what happened since folded on the spot, so that none is ever behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final

from hotline.domain.indicators import OFFICIAL, RATE_NAMES, RATES, Rate, Ratio, table
from hotline.domain.roles import Actor, May, may
from hotline.errors import InvalidInput, NotAllowed
from hotline.services.books import Books
from hotline.services.figures.differences import Differs, differing
from hotline.services.figures.following import BASIS, POSITION, basis_of, fold_of
from hotline.services.figures.grouping import grouped
from hotline.services.figures.rows import Asked, Counts, Figured, Stayed, Wanted, behind, counted, stayed
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.recusal import keys_of
from routing_rules.pack import Pack

LONGEST_PERIOD: Final = timedelta(days=800)
"""Two years and their edges: a year's sheet beside the year before."""
Table = dict[str, dict[Rate, Ratio]]


class Figures:
    """The one source of every figure: API, pages, bulletin, gauges and the command line ask here."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def asked(self, start: datetime, end: datetime, *, by: Actor, **more: object) -> Asked:
        """Return a question that ``by`` may ask: a unit's person asks of its own unit, nobody of what complains about himself.

        Raises ``NotAllowed``, and ``InvalidInput`` for a period that is none or too long.
        """
        if not start < end or end - start > LONGEST_PERIOD:
            raise InvalidInput("the period", message=f"统计区间的起点须早于终点,且不能超过 {LONGEST_PERIOD.days} 天")
        if by.role is not None and not by.of_unit and not may(by.role, May.RATES):
            raise NotAllowed(f"{by.name} may not see rates")
        wanted = replace(Asked(start=start, end=end, now=self._clock.now()), **more)  # type: ignore[arg-type]  # its own fields
        if by.of_unit:
            wanted = replace(wanted, units=frozenset({by.unit or ""}))
        hidden = keys_of(by)
        if not hidden:
            return wanted
        with self._store.read() as work:
            return replace(wanted, without=work.orders.naming(hidden))

    def rates(self, asked: Asked, *, level: int | None = None, wanted: tuple[Rate, ...] = RATES) -> Table:
        """Return ``{key: {rate: ratio}}``; ``level`` cuts a unit's, a place's or a category's way down there, from 1."""
        return self.several([asked], level=level, wanted=wanted)[0]

    def within(self, start: datetime, end: datetime, *, by: Actor, **more: object) -> Table:
        """Return the rates of a period by unit, or as ``more`` of ``Asked`` says."""
        return self.rates(self.asked(start, end, by=by, **more))

    def several(
        self, asked: Sequence[Asked], *, level: int | None = None, wanted: tuple[Rate, ...] = RATES
    ) -> list[Table]:  # fmt: skip
        """Return a table for each question, all from one state of the store."""
        pack = self._books.current()
        with self._store.read() as work:
            fresh = fresh_rows(work, pack)
            found = [_counts(work, fresh, one) for one in asked]
        return [_table(grouped(counts, one.by, pack, level), wanted) for counts, one in zip(found, asked, strict=True)]

    def behind(
        self, asked: Asked, rate: Rate, *, key: str | None, good: bool | None, exact: bool = False, after: str = "",
        limit: int = 200,
    ) -> list[str]:  # fmt: skip
        """Return the ids of the orders behind a figure, by id, beyond ``after``; those of the last minute are among them.

        ``key`` is one of the grouping's own keys (a unit's code, a path), None = all; a path stands for everything below it
        unless ``exact``. ``good`` True = counted, False = missed.
        """
        pack, wanted = self._books.current(), Wanted(rate=rate, key=key, good=good, exact=exact)
        with self._store.read() as work:
            late, rows, ready = fresh_rows(work, pack)
            kept = work.figures.behind(asked, wanted, after, limit + len(late)) if ready else []
        now = {row.order_id for row in rows if row.order_id > after and behind(row, asked, wanted)}
        return sorted({*kept}.difference(late) | now)[:limit]

    def differences(
        self, asked: Asked, rate: Rate, *, contrary: bool = False, after: str = "", limit: int = 200
    ) -> list[Differs]:  # fmt: skip
        """Return the orders from above that the two books count differently, by id, beyond ``after``.

        ``contrary`` = those alone of which both books speak. Raises ``InvalidInput`` for a rate that only our own book has.
        """
        if rate not in OFFICIAL:
            raise InvalidInput(f"{rate} is in one book only", message=f"上级口径没有{RATE_NAMES[rate]},无从比较")
        pack = self._books.current()
        with self._store.read() as work:
            late, rows, ready = fresh_rows(work, pack)
            kept = work.figures.differences(asked, rate, contrary, after, limit + len(late)) if ready else []
        again = frozenset(late)
        now = [one for row in rows if (one := differing(row, asked, rate, contrary=contrary)) and one.order_id > after]
        found = [*(one for one in kept if one.order_id not in again), *now]
        return sorted(found, key=attrgetter("order_id"))[:limit]

    def stays(self, asked: Asked) -> list[Stayed]:
        """Return the stays that ended in the period, of the units, category and place asked for."""
        pack = self._books.current()
        with self._store.read() as work:
            late, rows, ready = fresh_rows(work, pack)
            kept = work.figures.stays(asked) if ready else []
        again = frozenset(late)
        return [one for one in kept if one.order_id not in again] + [one for row in rows for one in stayed(row, asked)]


def fresh_rows(work: UnitOfWork, pack: Pack) -> tuple[list[str], list[Figured], bool]:
    """Return the orders whose rows are not ready yet, their rows as of now, and whether any rows are ready at all."""
    ready = work.marks.mark(BASIS) == basis_of(pack)
    position = int(work.marks.mark(POSITION) or 0) if ready else 0
    late = work.events.orders_after(position)
    return late, fold_of(work, pack, late), ready


def _counts(work: UnitOfWork, fresh: tuple[list[str], list[Figured], bool], asked: Asked) -> Counts:
    late, rows, ready = fresh
    if not ready:
        return counted(rows, asked)
    counts = work.figures.counts(asked)
    if late:
        counts.subtract(work.figures.counts(asked, late))
        counts.update(counted(rows, asked))
    return counts


def _table(counts: Counts, wanted: tuple[Rate, ...]) -> Table:
    cells = [(key, rate, n if good else 0, n) for (key, rate, good), n in counts.items() if n and rate in wanted]
    return table(cells, wanted)
