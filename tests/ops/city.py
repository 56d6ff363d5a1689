"""A small city lived through the real services, so that every figure on the boards has something to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import cast

from prometheus_client import CollectorRegistry

from hotline.domain.call import Caller, NewCall
from hotline.domain.roles import Actor, Role
from hotline.metrics.business import BusinessExporter
from hotline.metrics.drift import Training
from hotline.metrics.reading import ClassifierMetrics, MeteredReader
from hotline.metrics.registry import new_registry
from hotline.metrics.stream import WorkerMetrics
from hotline.metrics.webhooks import WebhookMetrics
from hotline.services.books import Books
from hotline.services.closing import Callback, Closing
from hotline.services.figures.following import FigureKeeper
from hotline.services.figures.reading import Figures
from hotline.services.figures.report import ReportKeeper
from hotline.services.handling import Handling
from hotline.services.intake import Intake
from hotline.services.ports import Reader, Store
from hotline.services.positions import Positions
from hotline.services.queries import Queries
from hotline.services.triage import Triage
from hotline.services.webhook_queue import WebhookQueue
from hotline.simulation.month import AFTERWARDS, simulate
from hotline.store import MemoryStore
from routing_rules.pack import load_pack, pack_files
from streams.lag import Position
from tests.readers import WordReader

DISPATCHER = Actor("派单员", Role.DISPATCHER)
REVIEWER = Actor("审核员", Role.REVIEWER)
ADMIN = Actor("管理员", Role.ADMIN)
TOPIC = "hotline.calls"


class HandClock:
    """A clock moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at


class _Exporter(BusinessExporter):
    """The exporter of a clock whose other chore has just been done: every event has its position."""

    def refresh(self) -> None:
        """Read the store once and replace what is exported."""
        Positions(self._store).settle()
        super().refresh()


class City:
    """Real services over a store, with the worker's and the clock's collectors in registries of their own."""

    def __init__(self, start: datetime, store: Store | None = None) -> None:
        self.clock, self.store = HandClock(start), store or MemoryStore()
        self.books = Books(self.store, self.clock)
        self.books.publish_first(pack_files("kundulun"))
        self.worker, self.business = new_registry(), new_registry()
        hooks = WebhookQueue(self.store, self.clock, lambda: 0.5)
        self.webhooks = WebhookMetrics(self.worker, hooks.state, self.clock.now)
        self.streams = WorkerMetrics(self.worker, topics=[TOPIC], group="hotline-worker", now=self._seconds)
        self.reader: Reader = WordReader(load_pack("kundulun"))
        reader = MeteredReader(self.reader, ClassifierMetrics(self.worker, "words-1"))
        self.intake = Intake(self.store, self.clock)
        self.triage = Triage(self.store, self.clock, self.books, reader)
        self.handling = Handling(self.store, self.clock, self.books)
        self.closing = Closing(self.store, self.clock, self.books)
        self.queries = Queries(self.store, self.clock, self.books)
        self.figures = Figures(self.store, self.clock, self.books)
        self.exporter = self.exporter_into(self.business)
        self._messages = 0

    def _seconds(self) -> float:
        return self.clock.at.timestamp()

    def exporter_into(self, registry: CollectorRegistry, active: Callable[[], bool] = lambda: True) -> BusinessExporter:
        """Return an exporter as a clock that starts now would have it."""
        return _Exporter(
            store=self.store, clock=self.clock, books=self.books, figures=self.figures, registry=registry, active=active,
            trained=lambda: Training({"城乡建设": 0.9, "劳动和社会保障": 0.1}, 0.25),
        )  # fmt: skip

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.clock.at += timedelta(**time)

    def calls(self, count: int, text: str = "楼前一直没人管", channel: str = "phone") -> list[str]:
        """Take calls and triage them as the worker does; return the orders they became."""
        ids = [self._call(text, channel) for _ in range(count)]
        self.triage.handle(ids)
        now = self.clock.at.timestamp()
        self.streams.processed(TOPIC, "ok", count)
        self.streams.progressed(TOPIC, 0, now)
        self.streams.aged(TOPIC, 0.3)
        self.streams.positions({(TOPIC, 0): Position(self._messages, self._messages)})
        return [str(self.queries.call(ident, by=ADMIN).order_id) for ident in ids]

    def _call(self, text: str, channel: str) -> str:
        self._messages += 1
        number = self._messages
        new = NewCall(
            source="test", message_id=str(number), received_at=self.clock.at, text=f"{text},第 {number} 次反映", channel=channel,
            caller=Caller(name="张某", phone=f"1390000{number:04}"), upstream_no=f"BT{number}" if channel == "upstream" else None,
        )  # fmt: skip
        return self.intake.record(new).call_id

    def dispatched(self, orders: Sequence[str], unit: str) -> None:
        """Send orders to a unit."""
        for order in orders:
            self.handling.dispatch(order, unit=unit, by=DISPATCHER)

    def answered(self, orders: Sequence[str], unit: str) -> None:
        """Sign, contact and answer."""
        clerk = Actor("经办人", Role.CLERK, unit)
        for order in orders:
            self.handling.sign(order, by=clerk)
            self.handling.contact(order, by=clerk)
            self.handling.answer(order, text="已处理", by=clerk)

    def returned(self, orders: Sequence[str], unit: str) -> None:
        """Apply to give back, and grant it."""
        for order in orders:
            self.handling.apply_return(order, reason="不属于本单位职责", by=Actor("经办人", Role.CLERK, unit))
            self.handling.decide_return(order, granted=True, by=DISPATCHER)

    def called_back(self, orders: Sequence[str], *, solved: str = "yes", rating: int = 5) -> None:
        """Ask the citizens; not solved is done again."""
        for order in orders:
            said = Callback(reached=True, responded=solved != "no", solved=solved, rating=rating)
            self.handling.review(order, passed=True, by=REVIEWER)
            self.closing.callback(order, said, by=REVIEWER)


def a_month(now: datetime, orders: int = 150) -> City:
    """Return a city that lived a simulated month, whose last orders came 15 days before ``now``, and two weeks after that."""
    city = City(now - timedelta(days=60))
    simulate(city, orders=orders, seed=7, end=now - AFTERWARDS)
    city.clock.at = now - timedelta(days=14)
    live(city)
    return kept(city, now)


def copied(city: City, store: Store) -> City:
    """Return a city that has the calls, orders and events of one in memory in a store of its own."""
    made, seen = City(city.clock.at, store), cast(MemoryStore, city.store).state
    with store.write() as work:
        work.calls.add(list(seen.calls.values()))
        work.orders.add(list(seen.orders.values()))
        work.events.add(seen.events)
        work.commit()
    return kept(made, city.clock.at)


def kept(city: City, now: datetime) -> City:
    """Do the clock's chores at ``now``."""
    city.clock.at = now
    Positions(city.store).settle()
    FigureKeeper(city.store, city.books).follow()
    ReportKeeper(city.store, city.books).keep()
    return city


def live(city: City) -> None:
    """Live two weeks: 供水 leaves six orders lying, 城管局 answers 24, does two again and gives two back; three are new."""
    city.dispatched(city.calls(6, channel="web"), "GSGS")
    city.wait(days=10)
    orders = city.calls(26)
    city.dispatched(orders, "CGJ")
    city.wait(hours=20)
    city.returned(orders[24:], "CGJ")
    city.answered(orders[:24], "CGJ")
    city.wait(days=1)
    city.called_back(orders[:18], rating=5)
    city.called_back(orders[18:22], solved="partly", rating=2)
    city.called_back(orders[22:24], solved="no", rating=1)
    city.wait(days=2)
    city.calls(3, text="暖气不热", channel="upstream")
