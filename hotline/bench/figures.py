"""Figures of a very busy month: the lives of a simulated month many times over, then every table a bulletin is made of.

The copies are written past every service, calls, orders and the figures kept of them; their events are folded in memory instead,
which is the thing to beat: a fold over the same lives, for one table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from time import perf_counter
from typing import Final

from sqlalchemy import text

from hotline.bench.sample_life import City
from hotline.domain.call import Call
from hotline.domain.order import Order
from hotline.domain.roles import Actor, Role
from hotline.services.figures.bulletins import Bulletins
from hotline.services.figures.following import FigureKeeper, fold_of
from hotline.services.figures.periods import Period
from hotline.services.figures.reading import Figures
from hotline.services.figures.rows import Asked, Figured, Grouping, counted, figured
from hotline.services.ports import Store
from hotline.store.sql.dialects import make_engine

TABLES: Final[tuple[Grouping, ...]] = ("unit", "category", "month", "street", "channel", "tag")
BATCH: Final = 500  # orders the clock takes in at once
ASKER: Final = Actor("bench", Role.SUPERVISOR)
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresFigures:
    """Seconds, but ``anew_per_second`` = orders folded and kept from nothing, ``lives`` = orders that the copies are of.

    ``batch_seconds`` = taking in ``BATCH`` orders to which something happened, ``fold_seconds`` = the fold over all of them in
    memory for one table, ``ratio`` = that over the slowest table.
    """

    orders: int
    lives: int
    fill_seconds: float
    anew_per_second: float
    batch_seconds: float
    unit_seconds: float
    category_seconds: float
    month_seconds: float
    street_seconds: float
    channel_seconds: float
    tag_seconds: float
    bulletin_seconds: float
    fold_seconds: float
    ratio: float

    def as_dict(self) -> dict[str, float]:
        """Return JSON-able values."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def bench_figures(
    city: City, figures: Figures, keeper: FigureKeeper, bulletins: Bulletins, *, url: str, orders: int, period: Period, told: Told
) -> FiguresFigures:
    """Copy the lives in the city's store until it holds ``orders`` orders and ask for the tables of ``period``."""
    begun = perf_counter()
    lives = keeper.follow()
    anew = lives / (perf_counter() - begun)
    calls, rows = _originals(city)
    begun = perf_counter()
    _fill(city.store, calls, rows, orders // lives, told)
    _analyse(url)
    filled = perf_counter() - begun
    asked = figures.asked(period.start, period.end, by=ASKER)
    tables = {by: _timed(lambda by=by: figures.rates(replace(asked, by=by))) for by in TABLES}  # type: ignore[misc]
    folding = _folding(city, orders // lives, asked)
    return FiguresFigures(
        orders=orders // lives * lives, lives=lives, fill_seconds=filled, anew_per_second=anew,
        batch_seconds=_batch(city, rows), **{f"{by}_seconds": seconds for by, seconds in tables.items()},
        bulletin_seconds=_timed(lambda: bulletins.make(period, by=ASKER)), fold_seconds=folding,
        ratio=folding / max(tables.values()),
    )  # fmt: skip


def _originals(city: City) -> tuple[dict[str, tuple[Call, Order]], list[Figured]]:
    """Return the orders that were lived, each with its call, and their figures."""
    with city.store.read() as work:
        ids = work.events.orders_after(0)
        found = work.orders.get_many(ids)
        calls = work.calls.get([order.call_id for order in found.values()])
        rows = fold_of(work, city.books.current(), ids)
    return {order.id: (calls[order.call_id], order) for order in found.values()}, rows


def _fill(store: Store, lived: dict[str, tuple[Call, Order]], rows: Sequence[Figured], times: int, told: Told) -> None:
    for number in range(1, times):
        copies = [_copied(call, order, number) for call, order in lived.values()]
        with store.write() as work:
            work.calls.add([call for call, _ in copies])
            work.orders.add([order for _, order in copies])
            work.figures.replace([replace(row, order_id=f"{row.order_id}-{number}") for row in rows])
            work.commit()
        told(number * len(rows), times * len(rows))


def _copied(call: Call, order: Order, number: int) -> tuple[Call, Order]:
    """Return another call and order of the same life; a call of several matters gets a copy for each."""
    mark = f"-{number}"
    ident, upstream = order.id + mark, order.upstream_no and order.upstream_no + mark
    new = replace(call.new, message_id=ident, upstream_no=upstream)
    return replace(call, id=ident, new=new, order_id=ident), replace(order, id=ident, call_id=ident, upstream_no=upstream)


def _batch(city: City, rows: Sequence[Figured]) -> float:
    """Take in ``BATCH`` orders: their events are read and folded, their rows take the place of those there were."""
    part = [rows[at % len(rows)].order_id for at in range(BATCH)]
    begun = perf_counter()
    with city.store.read() as work:
        found = [
            row for at in range(0, BATCH, len(rows)) for row in fold_of(work, city.books.current(), part[at : at + len(rows)])
        ]
    with city.store.write() as work:
        work.figures.replace([replace(row, order_id=f"{row.order_id}-{1 + at // len(rows)}") for at, row in enumerate(found)])
        work.commit()
    return perf_counter() - begun


def _folding(city: City, times: int, asked: Asked) -> float:
    """Fold every life as often as it was copied, and count; the events are in memory before the time begins."""
    pack = city.books.current()
    with city.store.read() as work:
        events = work.events.of_orders(work.events.orders_after(0))
        orders = work.orders.get_many(sorted({event.order_id for event in events}))
    begun = perf_counter()
    for _ in range(times):
        counted(figured(events, orders, pack.settings.rates, pack.zone), asked)
    return perf_counter() - begun


def _timed(what: Callable[[], object]) -> float:
    begun = perf_counter()
    what()
    return perf_counter() - begun


def _analyse(url: str) -> None:
    engine = make_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
