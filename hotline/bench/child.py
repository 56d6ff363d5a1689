"""A worker that reads a filled topic once and says how long it took: bare, or making orders."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from time import perf_counter
from typing import Protocol

import orjson

from hotline.bootstrap import open_house
from hotline.logs import set_up_logs
from hotline.settings import Settings
from streams.agents import BatchSize, add_triage
from streams.app import build_app, raw_topic
from streams.guard import Guard
from streams.lag import LagReader
from streams.progress import Progress
from streams.records import decode_call_id
from streams.worker import Watchdog, run_worker

ENDED_BADLY = "请看标准错误输出"


class Work(Protocol):
    """What is done with a batch of call ids."""

    def handle(self, call_ids: Sequence[str]) -> int:
        """Return the number of orders made."""


class Nothing:
    """The bare agent's work."""

    def handle(self, call_ids: Sequence[str]) -> int:
        """Count."""
        return len(call_ids)


class Timed:
    """Times from the first batch's begin to the last one's commit, tells it on standard output and ends the process."""

    def __init__(self, work: Work, calls: int) -> None:
        self._work, self._calls = work, calls
        self._begun: float | None = None
        self._seen: set[str] = set()

    def handle(self, call_ids: Sequence[str]) -> int:
        """Do the work of one batch."""
        if self._begun is None:
            self._begun = perf_counter()
        made = self._work.handle(call_ids)
        self._seen.update(call_ids)
        if len(self._seen) >= self._calls:
            self._tell(perf_counter() - self._begun)
        return made

    def _tell(self, seconds: float) -> None:
        total = getattr(self._work, "total", None)
        row = {"seconds": seconds, "on_desk": getattr(total, "on_desk", 0)}
        sys.stdout.write(orjson.dumps(row).decode() + "\n")
        sys.stdout.flush()
        os._exit(0)


def main(kind: str, calls: int, topic: str) -> int:
    """Read ``calls`` messages of ``topic`` as a consumer group of its own."""
    settings = Settings.load()
    set_up_logs("warning")
    house = open_house(settings)
    work: Work = Nothing() if kind == "bare" else house.triage
    progress = Progress()
    group = f"bench-{kind}"
    folder = settings.data_dir / kind
    folder.mkdir(exist_ok=True)
    app = build_app(broker_url=settings.broker, data_dir=folder, progress=progress, group=group)
    guard = Guard(topic=topic, decode=decode_call_id, set_aside=house.set_aside.keep, progress=progress)
    batch = BatchSize(settings.batch_size, timedelta(milliseconds=settings.batch_wait_ms))
    add_triage(app, raw_topic(app, topic), Timed(work, calls), guard, batch)
    lag = LagReader(broker_url=settings.broker, group=group, topics=[topic])
    return run_worker(app, Watchdog(progress=progress, lag=lag, broker_start=lambda: None))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
