"""The clock's business exporter: one reading of the store every 30 s, served until the next.

Only the active clock exports, so that panels may sum (operations handbook, business exporter). A reading that fails leaves the
last one standing: its timestamp grows old, and that is what the alert watches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from hotline.domain.bands import order_band, running_due
from hotline.domain.indicators import BOOKS, Book
from hotline.domain.order import Flag, Order
from hotline.domain.transitions import STAGES
from hotline.metrics.drift import Trained, Training
from hotline.metrics.families import RateTables, Snapshot, families
from hotline.metrics.past import Past
from hotline.metrics.unfilled import Unfilled
from hotline.metrics.units import UnitLabels
from hotline.metrics.windows import OFFICIAL_WINDOWS, Windows, local_midnight, rate_windows
from hotline.services.backups import last_backups
from hotline.services.books import Books
from hotline.services.figures.reading import Figures
from hotline.services.figures.rows import Asked
from hotline.services.ports import Clock, Store, UnitOfWork
from routing_rules.pack import Pack

EVERY = timedelta(seconds=30)
_EVENTS_AT_ONCE = 5_000
_YEARS_AHEAD = 10


class BusinessExporter(Collector):
    """Reads orders and events and keeps them as metric families; ``tick`` is the clock's chore, safe beside scrapes."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        books: Books,
        figures: Figures,
        registry: CollectorRegistry,
        active: Callable[[], bool] = lambda: True,
        trained: Trained = Training,
    ) -> None:
        self._trained = trained
        self._store, self._clock, self._books, self._figures = store, clock, books, figures
        self._active = active
        self._past = Past()
        self._unfilled = Unfilled(store, clock, books)
        self._families: tuple[Metric, ...] = ()
        registry.register(self)

    def tick(self) -> None:
        """Read anew, or fall silent while another clock is the active one. Raises ``StoreUnavailable``."""
        if self._active():
            self.refresh()
        else:
            self._families = ()

    def refresh(self) -> None:
        """Read the store once and replace what is exported."""
        began, now, pack = monotonic(), self._clock.now(), self._books.current()
        units = UnitLabels(pack.units)
        with self._store.read() as work:
            self._catch_up(work, pack)
            orders, counts, backups = work.orders.open(), work.events.counts(), last_backups(work)
        windows = rate_windows(now, pack.zone)
        rates, above = self._rates(now, windows)
        snapshot = Snapshot(
            at=now, took=timedelta(seconds=monotonic() - began), units=units, open=_open(orders, now, pack, units),
            overdue=_overdue(orders, now, units), unacknowledged=sum(Flag.UNACKNOWLEDGED in order.flags for order in orders),
            unfilled=self._unfilled.counts(), today=self._past.on(now.astimezone(pack.zone).date()), rates=rates, above=above,
            counts=counts, past=self._past, calendar_until=known_until(pack, now), backups=backups,
            trained=self._trained(), today_is=now.astimezone(pack.zone).date(),
        )  # fmt: skip
        self._families = tuple(families(snapshot))

    def collect(self) -> Iterable[Metric]:
        """Yield the families of the last reading."""
        yield from self._families

    def describe(self) -> Iterator[Metric]:
        """Announce nothing: before the first reading the names are not known."""
        yield from ()

    def _rates(self, now: datetime, windows: Windows) -> tuple[RateTables, RateTables]:
        """Return the rates by window of our own book and of the platform's above, all from one state of the store."""
        wanted: list[tuple[Book, str]] = [
            *(("own", window) for window in windows), *(("official", window) for window in OFFICIAL_WINDOWS)
        ]  # fmt: skip
        asked = [Asked(start=windows[one][0], end=windows[one][1], now=now, book=book) for book, one in wanted]
        found = dict(zip(wanted, self._figures.several(asked), strict=True))
        own, above = ({window: table for (of, window), table in found.items() if of == book} for book in BOOKS)
        return own, above

    def _catch_up(self, work: UnitOfWork, pack: Pack) -> None:
        while rows := work.events.since(self._past.position, _EVENTS_AT_ONCE):
            self._past.see(rows, pack)


def known_until(pack: Pack, now: datetime) -> datetime:
    """Return when the published holidays end: midnight after the last year of an unbroken run, this year's start if none."""
    year = now.astimezone(pack.zone).year
    last = year + _YEARS_AHEAD
    while year < last and pack.calendar.published(year):
        year += 1
    return local_midnight(datetime(year, 1, 1, tzinfo=UTC).date(), pack.zone)


def _open(orders: Iterable[Order], now: datetime, pack: Pack, units: UnitLabels) -> Counter[tuple[str, ...]]:
    limits = pack.settings.bands
    return Counter(
        (units.of(order.unit), STAGES[order.state], order_band(order, now, limits)) for order in orders if order.state in STAGES
    )


def _overdue(orders: Iterable[Order], now: datetime, units: UnitLabels) -> dict[str, timedelta]:
    """Return the longest time over a running due time, by unit label; a paused clock does not run over."""
    longest: dict[str, timedelta] = {}
    for order in orders:
        due = running_due(order)
        if due is not None and due < now and Flag.PAUSED not in order.flags:
            unit = units.of(order.unit)
            longest[unit] = max(longest.get(unit, timedelta()), now - due)
    return longest
