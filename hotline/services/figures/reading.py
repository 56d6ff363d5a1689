"""Reading the figures: who may ask what, and the answers out of one state of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from hotline.domain.indicators import OFFICIAL, RATE_NAMES, RATES, Rate
from hotline.domain.roles import Actor, May, may
from hotline.errors import InvalidInput, NotAllowed
from hotline.services.books import Books
from hotline.services.figures.at_once import AtOnce, Table
from hotline.services.figures.calibration import Decile, calibration
from hotline.services.figures.differences import Differs
from hotline.services.figures.rows import Asked, Stayed, Wanted
from hotline.services.ports import Clock, Store
from hotline.services.recusal import keys_of

LONGEST_PERIOD: Final = timedelta(days=800)
"""Two years and their edges: a year's sheet beside the year before."""

MOST_LATE: Final = 5_000
"""Orders whose figures a reader counts on the spot while they are not ready; the gauges' reader counts them however many."""


class Figures:
    """The one source of every figure: API, pages, bulletin, gauges and the command line ask here."""

    def __init__(self, store: Store, clock: Clock, books: Books, *, most: int | None = MOST_LATE) -> None:
        self._store, self._clock, self._books, self._most = store, clock, books, most

    def asked(self, start: datetime, end: datetime, *, by: Actor, **more: object) -> Asked:
        """Return a question that ``by`` may ask: a unit's person asks of its own unit, nobody of what complains about himself.

        A unit is blind for what citizens said of open orders: it could tell each one's rating by asking twice.
        Raises ``NotAllowed``, and ``InvalidInput`` for a period that is none or too long.
        """
        if not start < end or end - start > LONGEST_PERIOD:
            raise InvalidInput("the period", message=f"统计区间的起点须早于终点,且不能超过 {LONGEST_PERIOD.days} 天")
        if by.role is not None and not by.of_unit and not may(by.role, May.RATES):
            raise NotAllowed(f"{by.name} may not see rates")
        wanted = replace(Asked(start=start, end=end, now=self._clock.now()), **more)  # type: ignore[arg-type]  # its own fields
        if by.of_unit:
            wanted = replace(wanted, units=frozenset({by.unit or ""}), blind=True)
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
        with self.at_once() as now:
            return [now.rates(one, level=level, wanted=wanted) for one in asked]

    @contextmanager
    def at_once(self) -> Iterator[AtOnce]:
        """Open one state of the store, for questions whose answers have to agree.

        Raises ``FiguresNotReady`` while the figures of too many orders are not ready: for a whole store that is minutes' work.
        """
        pack = self._books.current()
        with self._store.read() as work:
            yield AtOnce(work, pack, most=self._most)

    def behind(
        self, asked: Asked, rate: Rate, *, key: str | None, good: bool | None, exact: bool = False, after: str = "",
        limit: int = 200,
    ) -> list[str]:  # fmt: skip
        """Return the ids of the orders behind a figure, by id, beyond ``after``; those of the last minute are among them.

        ``key`` is one of the grouping's own keys (a unit's code, a path), None = all; a path stands for everything below it
        unless ``exact``. ``good`` True = counted, False = missed.
        """
        with self.at_once() as now:
            return now.behind(asked, Wanted(rate=rate, key=key, good=good, exact=exact), after=after, limit=limit)

    def differences(
        self, asked: Asked, rate: Rate, *, contrary: bool = False, after: str = "", limit: int = 200
    ) -> list[Differs]:  # fmt: skip
        """Return the orders from above that the two books count differently, by id, beyond ``after``.

        ``contrary`` = those alone of which both books speak. Raises ``InvalidInput`` for a rate that only our own book has.
        """
        if rate not in OFFICIAL:
            raise InvalidInput(f"{rate} is in one book only", message=f"上级口径没有{RATE_NAMES[rate]},无从比较")
        with self.at_once() as now:
            return now.differences(asked, rate, contrary=contrary, after=after, limit=limit)

    def calibration(self, asked: Asked) -> list[Decile]:
        """Return how often the model's first class and unit still stand, by decile of its confidence."""
        return calibration(self._store, asked)

    def stays(self, asked: Asked) -> list[Stayed]:
        """Return the stays that ended in the period, of the units, category and place asked for."""
        with self.at_once() as now:
            return now.stays(asked)
