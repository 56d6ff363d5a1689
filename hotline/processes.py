"""The long-running processes, wired: web, worker, clock, broker. Each returns when it is asked to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from prometheus_client import CollectorRegistry

from hotline.bootstrap import House
from hotline.errors import ModelError
from hotline.metrics.business import EVERY as EXPORT_EVERY
from hotline.metrics.business import BusinessExporter
from hotline.metrics.drift import Training, first_levels
from hotline.metrics.reading import ClassifierMetrics, MeteredReader
from hotline.metrics.registry import new_registry
from hotline.metrics.shadow import ShadowedReader, ShadowMetrics
from hotline.metrics.stream import WorkerMetrics
from hotline.metrics.web import WebMetrics
from hotline.metrics.webhooks import WebhookMetrics
from hotline.services.barring import Barring
from hotline.services.figures.lists import FigureLists
from hotline.services.figures.reading import Figures
from hotline.services.figures.seeing import Seeing
from hotline.services.triage import Triage
from hotline.settings import Settings
from hotline.upstream.tie import EVERY as TIE_EVERY
from hotline.upstream.webhook_post import WebhookPost
from hotline.web.app import create_app
from hotline.web.console import add_console
from hotline.web.keeping import keep
from hotline.web.parts import WebParts
from hotline.web.serve import run as serve
from streams.agents import BatchSize, add_outside_intake, add_triage
from streams.app import GROUP, build_app, raw_topic
from streams.broker import BrokerStart, read_broker_start
from streams.clock import Chore, Ticking
from streams.deliveries import Deliveries, DeliveryThread
from streams.door import OutboxDoor, this_process
from streams.guard import Guard
from streams.health import HealthServer
from streams.lag import LagReader, Position
from streams.progress import Partition, Progress
from streams.records import decode_call_id, decode_intake
from streams.reemission import Reemission
from streams.relay import Relay
from streams.topics import CALLS, INTAKE
from streams.verdict import Verdict
from streams.worker import Watchdog, run_worker, wait_for_broker

KEEP_SENT = timedelta(days=7)  # messages the broker has; a lost one is sent again within minutes
PURGE_EVERY = timedelta(hours=1)
SWEEP_EVERY = timedelta(minutes=1)
REMIND_EVERY = timedelta(minutes=10)
SETTLE_EVERY = timedelta(milliseconds=200)
INDEX_EVERY = timedelta(seconds=1)
BURSTS_EVERY = timedelta(seconds=5)
DERIVE_EVERY = timedelta(seconds=1)


def run_web(house: House) -> None:
    """Serve API and pages until asked to stop."""
    app = create_app(web_parts(house), pages=add_console)
    keep(house.together.neighbours)
    serve(app, house.settings.web_host, house.settings.web_port)


def web_parts(house: House) -> WebParts:
    """Return what the web application is made of."""
    registry = new_registry()
    return WebParts(
        intake=house.intake, above=house.above, handling=house.handling, inside=house.inside, closing=house.closing,
        followup=house.followup, queries=house.queries, figures=house.figures, bulletins=house.bulletins,
        figure_lists=FigureLists(house.store, house.clock, house.books, house.figures),
        seeing=Seeing(house.clock, house.books, house.figures, house.together.incidents),
        access=house.access, books=house.books, drafts=house.drafts, assessing=house.assessing,
        explaining=house.explaining, suggest=house.suggest,
        set_aside=house.set_aside, repeats=house.repeats, work_list=house.work_list, saved_views=house.saved_views,
        live=house.live, clock=house.clock, registry=registry,
        metrics=WebMetrics(registry, house.model.name), store_ready=house.ready, model_problem=house.reader.problem,
        session=timedelta(hours=house.settings.session_hours), secure_cookies=house.settings.secure_cookies,
        webhooks=house.webhooks, together=house.together,
    )  # fmt: skip


def run_worker_process(house: House) -> int:
    """Triage calls until asked to stop; returns the exit code (75 = start me again)."""
    settings, progress, registry = house.settings, Progress(), new_registry()
    metrics = WorkerMetrics(registry, topics=topics_read(settings), group=GROUP)
    shadowed = ShadowedReader(house.reader, house.shadow, ShadowMetrics(registry))
    reader = MeteredReader(shadowed, ClassifierMetrics(registry, house.model.name))
    triage = Triage(house.store, house.clock, house.books, reader)
    app = build_app(broker_url=settings.broker, data_dir=settings.data_dir, progress=progress)
    batch = BatchSize(settings.batch_size, timedelta(milliseconds=settings.batch_wait_ms))
    guard = partial(Guard, set_aside=house.set_aside.keep, progress=progress, meter=metrics)
    add_triage(app, raw_topic(app, CALLS), triage, guard(topic=CALLS, decode=decode_call_id), batch)
    if not settings.embedded:
        add_outside_intake(app, raw_topic(app, INTAKE), house.outside, guard(topic=INTAKE, decode=decode_intake), batch)
    watchdog = Watchdog(progress=progress, lag=lag_reader(settings, metrics.positions), broker_start=broker_start(settings))
    ready = _worker_ready(house, progress)
    health = HealthServer(
        port=settings.worker_port, registry=registry, healthz=watchdog.verdict, readyz=ready, host=settings.web_host
    )
    with health, DeliveryThread(deliveries(house, registry)):
        wait_for_broker(settings.broker, durable=not settings.embedded)
        return run_worker(app, watchdog)


def deliveries(house: House, registry: CollectorRegistry) -> Deliveries:
    """Return the sending of webhooks; it needs no broker and goes on while that one is away."""
    metrics = WebhookMetrics(registry, house.webhook_queue.state, house.clock.now)
    post = WebhookPost(private=house.settings.webhook_private)
    return Deliveries(house.webhook_queue, post, holder=this_process(), now=house.clock.now, seen=metrics.tried)


def run_clock(house: House) -> None:
    """Relay, sweep and export until asked to stop."""
    settings, registry, door = house.settings, new_registry(), OutboxDoor(house.store)
    ticking = Ticking(door)
    figures = Figures(house.store, house.clock, house.books, most=None)  # the gauges do not fall silent while all is counted anew
    exporter = BusinessExporter(
        store=house.store, clock=house.clock, books=house.books, figures=figures, registry=registry,
        active=ticking.active, trained=partial(training, house),
    )  # fmt: skip
    export = Chore("export", EXPORT_EVERY, exporter.tick, always=True)
    relay = Relay(
        broker_url=settings.broker, durable=not settings.embedded, outbox=door, now=house.clock.now,
        broker_start=broker_start(settings), active=ticking.active,
    )  # fmt: skip
    again = Reemission(
        port=door, lag=lag_reader(settings), broker_start=broker_start(settings), now=house.clock.now, active=ticking.active
    )
    with HealthServer(port=settings.clock_port, registry=registry, healthz=Verdict, readyz=relay.verdict, host=settings.web_host):
        asyncio.run(ticking.run(relay, again, [*chores(house, door), export]))


def chores(house: House, door: OutboxDoor) -> list[Chore]:
    """Return what the clock does besides relaying and exporting, each as often as it must be noticed."""
    usual = [
        Chore("positions", SETTLE_EVERY, house.positions.settle),
        Chore("figures", INDEX_EVERY, house.figure_keeper.follow),
        Chore("report", SWEEP_EVERY, house.report_keeper.keep),
        Chore("search", INDEX_EVERY, house.search_index.follow),
        Chore("webhooks", DERIVE_EVERY, house.webhook_queue.derive),
        Chore("delivered", PURGE_EVERY, house.webhook_queue.purge),
        Chore("bursts", BURSTS_EVERY, house.bursts.follow),
        Chore("recount", SWEEP_EVERY, house.recounting.recount),
        Chore("bar", SWEEP_EVERY, Barring(house.store, house.clock, house.books).fill),
        Chore("sweep", SWEEP_EVERY, house.supervision.sweep),
        Chore("upstream", SWEEP_EVERY, house.above.messages.catch_up),
        Chore("fill_in", REMIND_EVERY, house.above.replies.remind),
        Chore("applications", SWEEP_EVERY, house.handling.applications.sweep),
        Chore("forget", PURGE_EVERY, house.repeats.purge),
        Chore("purge", PURGE_EVERY, lambda: door.purge(house.clock.now() - KEEP_SENT)),
    ]
    return [*usual, Chore("platform", TIE_EVERY, house.tie.tick)] if house.tie else usual


def training(house: House) -> Training:
    """Return what was usual in the training of the model in force; the clock reads no weights for it."""
    for version in house.models.wanted():
        try:
            stated = house.shelf.manifest(version)
        except ModelError:
            continue
        category = stated["heads"]["category"]
        return Training(first_levels(category["labels"], category["prior"]), stated.get("unknown_share"))
    return Training()


def topics_read(settings: Settings) -> list[str]:
    """Return the topics that the worker reads; outside platforms write to a durable Kafka only (DESIGN §2)."""
    return [CALLS] if settings.embedded else [CALLS, INTAKE]


def lag_reader(settings: Settings, seen: Callable[[Mapping[Partition, Position]], object] = lambda _positions: None) -> LagReader:
    """Return a reader of how far the worker is behind on the calls; ``seen`` is told every reading."""
    return LagReader(broker_url=settings.broker, group=GROUP, topics=topics_read(settings), seen=seen)


def broker_start(settings: Settings) -> Callable[[], BrokerStart | None]:
    """Return how to see that the embedded broker has started anew; a durable Kafka forgets nothing."""
    if not settings.embedded:
        return lambda: None
    return lambda: read_broker_start(settings.data_dir)


def _worker_ready(house: House, progress: Progress) -> Callable[[], Verdict]:
    """Ready = book and model in force are loaded and partitions are assigned: a message sent now is handled now."""

    def ready() -> Verdict:
        reasons = [one for one in (house.books.problem, house.reader.problem()) if one]
        return Verdict((*reasons, *(() if progress.partitions else ("no partitions are assigned yet",))))

    return ready
