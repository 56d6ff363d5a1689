"""A deployment that runs, and the faults that strike it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from classifiers import corpus
from hotline.domain.call import NewCall
from tests.postgres_server import PostgresServer
from tests.streams.kafka_server import KafkaServer
from tests.waiting import wait_until
from tests.whole.deployment import Deployment, kill, ready
from tests.whole.ledger import orders_of

START_SECONDS = 120.0
END_SECONDS = 240.0
RECEIVED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class Faults(Protocol):
    """What can go wrong beneath a deployment that runs."""

    def restart_broker(self) -> None:
        """End the broker without warning; it is started again."""

    def database_away(self) -> AbstractContextManager[None]:
        """Nothing can be written inside the block."""


@dataclass(frozen=True, slots=True)
class City:
    """A deployment under `hotline up` (process ``pid``), and the faults that can strike it."""

    deployment: Deployment
    faults: Faults
    pid: int

    def record(self, calls: Sequence[NewCall]) -> None:
        """Record calls as the web process does."""
        house = self.deployment.house()
        house.intake.record_many(calls)
        house.store.close()

    def kill_worker(self) -> None:
        """End the worker without warning; the supervisor starts it again."""
        kill(self.pid, "worker")

    def orders(self, source: str) -> int:
        """How many orders a source's calls have."""
        return orders_of(self.deployment, source)

    def wait_for(self, source: str, count: int) -> None:
        """Wait until a source has so many orders."""
        said = self.deployment.log
        wait_until(lambda: self.orders(source) >= count, END_SECONDS, what=f"{count} orders of {source}, see {said}")


class EmbeddedFaults:
    """The embedded broker and SQLite."""

    def __init__(self, deployment: Deployment, pid: int) -> None:
        self._deployment, self._pid = deployment, pid

    def restart_broker(self) -> None:
        """Kill Tansu: its memory is lost, and the supervisor starts another."""
        kill(self._pid, "tansu")

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """Hold the one write lock."""
        with closing(sqlite3.connect(self._deployment.data_dir / "hotline.db", isolation_level=None, timeout=60)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")


class ServerFaults:
    """Apache Kafka and PostgreSQL."""

    def __init__(self, kafka: KafkaServer, postgres: PostgresServer) -> None:
        self._kafka, self._postgres = kafka, postgres

    def restart_broker(self) -> None:
        """Kill Kafka and start it with its data."""
        self._kafka.kill()
        self._kafka.start()

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """Stop PostgreSQL and start it with its data."""
        self._postgres.stop()
        yield
        self._postgres.start()


@contextmanager
def up(deployment: Deployment) -> Iterator[int]:
    """Have ``hotline up`` run and ready; yields its process id."""
    with deployment.running("up") as process:
        web, worker, *_ = deployment.ports
        wait_until(lambda: ready(web) and ready(worker), START_SECONDS, what=f"all processes, see {deployment.log}")
        yield process.pid


def sample(source: str, count: int) -> list[NewCall]:
    """Return calls that say the corpus' texts."""
    texts = [*corpus.test_part(), *corpus.train_part()][:count]
    return [
        NewCall(source=source, message_id=str(number), received_at=RECEIVED, text=one.text or one.title, title=one.title)
        for number, one in enumerate(texts)
    ]


def pass_seconds(seconds: float) -> None:
    """Wait until the clock shows so many seconds more: how long an outage lasts is its condition."""
    end = time.monotonic() + seconds
    wait_until(partial(_reached, end), seconds + 5)


def _reached(end: float) -> bool:
    return time.monotonic() >= end
