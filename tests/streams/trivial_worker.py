"""A whole worker process with a trivial handler, for tests that kill it: one SQLite row for each handled message."""

from __future__ import annotations

import argparse
import logging
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry

from hotline.errors import StoreUnavailable
from streams.agents import BatchSize, add_triage
from streams.app import GROUP, build_app, raw_topic
from streams.broker import read_broker_start
from streams.guard import Guard, Pauses
from streams.health import HealthServer
from streams.lag import LagReader
from streams.progress import Progress
from streams.records import decode_call_id
from streams.topics import CALLS
from streams.verdict import Limits, Verdict
from streams.worker import Watchdog, run_worker, wait_for_broker

SCHEMA = """
CREATE TABLE IF NOT EXISTS handled (call_id TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS aside (raw BLOB NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL);
"""


class Inserts:
    """Triage's place-holder: writes every id it is given; a file named ``away`` in the folder is a database that is away."""

    def __init__(self, folder: Path, slow: float) -> None:
        self.folder, self.slow = folder, slow
        with closing(self._open()) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.executescript(SCHEMA)

    def handle(self, call_ids: Sequence[str]) -> int:
        if (self.folder / "away").exists():
            raise StoreUnavailable("away")
        time.sleep(self.slow)
        with closing(self._open()) as database, database:
            database.executemany("INSERT INTO handled VALUES (?, ?)", [(call_id, time.time()) for call_id in call_ids])
        return len(call_ids)

    def set_aside(self, raw: bytes, topic: str, reason: str) -> None:
        with closing(self._open()) as database, database:
            database.execute("INSERT INTO aside VALUES (?, ?, ?)", (raw, topic, reason))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "handled.db", timeout=10)


def main() -> int:
    ask = argparse.ArgumentParser()
    ask.add_argument("--broker", required=True)
    ask.add_argument("--folder", type=Path, required=True)
    ask.add_argument("--broker-folder", type=Path)
    ask.add_argument("--durable", action="store_true")
    ask.add_argument("--port", type=int, default=0)
    ask.add_argument("--slow", type=float, default=0.0)
    ask.add_argument("--stalled", type=float, default=300.0)
    ask.add_argument("--grace", type=float, default=120.0)
    ask.add_argument("--loglevel", default="WARNING")
    given = ask.parse_args()
    logging.basicConfig(level=given.loglevel, format="%(asctime)s %(process)d %(name)s %(levelname)s %(message)s")
    start = partial(read_broker_start, given.broker_folder) if given.broker_folder else lambda: None
    inserts, progress = Inserts(given.folder, given.slow), Progress()
    wait_for_broker(given.broker, durable=given.durable)
    app = build_app(broker_url=given.broker, data_dir=given.folder, progress=progress)
    guard = Guard(
        topic=CALLS, decode=decode_call_id, set_aside=inserts.set_aside, progress=progress, pauses=Pauses(first=0.05, longest=0.5)
    )
    add_triage(app, raw_topic(app, CALLS), inserts, guard, BatchSize())
    lag = LagReader(broker_url=given.broker, group=GROUP, topics=[CALLS])
    watchdog = Watchdog(
        progress=progress, lag=lag, broker_start=start, every=0.5,
        limits=Limits(stalled=given.stalled, rebalance_grace=given.grace),
    )  # fmt: skip

    def ready() -> Verdict:
        return Verdict() if progress.partitions else Verdict(("no partition yet",))

    with HealthServer(port=given.port, registry=CollectorRegistry(), healthz=watchdog.verdict, readyz=ready):
        return run_worker(app, watchdog, loglevel=given.loglevel)


if __name__ == "__main__":
    raise SystemExit(main())
