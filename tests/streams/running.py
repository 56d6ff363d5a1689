"""Running workers and brokers for tests: what was started here is ended here."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from aiokafka import AIOKafkaProducer

from hotline.services.messages import CALLS, source_key
from streams.topics import bootstrap_servers

ROOT = Path(__file__).parents[2]


def call_bytes(call_id: str) -> bytes:
    """A message of `hotline.calls`."""
    return json.dumps({"call_id": call_id, "source_key": "k" * 32, "recorded_at": "2026-11-23T08:00:00+00:00"}).encode()


def send(url: str, values: Iterable[bytes], topic: str = CALLS) -> None:
    """Write messages to a topic and wait until the broker has them."""
    asyncio.run(_send(url, list(values), topic))


def send_calls(url: str, prefix: str, count: int) -> None:
    """Write ``count`` calls named prefix + number."""
    send(url, (call_bytes(f"{prefix}{number}") for number in range(count)))


async def _send(url: str, values: list[bytes], topic: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers(url), acks="all")
    await producer.start()
    try:
        waiting = [await producer.send(topic, value, key=source_key("test", str(n)).encode()) for n, value in enumerate(values)]
        await asyncio.gather(*waiting)
    finally:
        await producer.stop()


class Worker:
    """A worker process of `tests.streams.trivial_worker`."""

    def __init__(self, url: str, folder: Path, *options: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "tests.streams.trivial_worker", "--broker", url, "--folder", str(folder), *options]
        with (folder / "worker.log").open("ab") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    @property
    def log(self) -> str:
        """What all workers of this folder wrote."""
        return (self.folder / "worker.log").read_text("utf-8")

    def terminate(self) -> int:
        """Ask it to stop and return its exit code."""
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        """End it without warning."""
        self.process.kill()
        self.process.wait()


@contextmanager
def worker(url: str, folder: Path, *options: str) -> Iterator[Worker]:
    """Run a worker that is killed at the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    running = Worker(url, folder, *options)
    try:
        yield running
    finally:
        running.kill()


def handled(folder: Path) -> int:
    """How many different messages were handled."""
    return _count(folder, "SELECT count(DISTINCT call_id) FROM handled")


def set_aside(folder: Path) -> int:
    """How many messages were set aside."""
    return _count(folder, "SELECT count(*) FROM aside")


def _count(folder: Path, query: str) -> int:
    path = folder / "handled.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=10)) as database:
        try:
            return int(database.execute(query).fetchone()[0])
        except sqlite3.OperationalError:  # not created yet
            return 0
