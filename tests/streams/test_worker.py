"""What happens when a worker, the database or the embedded broker goes away. Whole processes, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from hotline.errors import BrokerUnavailable
from streams.app import GROUP
from streams.broker import BrokerStart, EmbeddedBroker
from streams.lag import LagReader, Position
from streams.progress import Partition, Progress
from streams.topics import CALLS
from streams.verdict import Limits
from streams.worker import EXIT_RESTART, Watchdog, wait_for_broker
from tests.streams.running import call_bytes, handled, send, send_calls, set_aside, worker
from tests.waiting import wait_until

START_SECONDS = 30.0  # measured: 5 s for a first start, 13 s after a worker that was killed


class Positions(LagReader):
    """A broker that always gives the same answer."""

    def __init__(self, committed: int, end: int) -> None:
        super().__init__(broker_url="127.0.0.1:1", group="g", topics=[])
        self.answer = {(CALLS, 0): Position(end=end, committed=committed)}

    async def read(self) -> Mapping[Partition, Position]:
        return self.answer


@pytest.mark.stream
def test_every_message_is_handled_and_a_bad_one_set_aside(broker: EmbeddedBroker, tmp_path: Path) -> None:
    send_calls(broker.url, "a", 200)
    send(broker.url, [b"not ours"])
    send_calls(broker.url, "b", 200)
    with worker(broker.url, tmp_path / "w"):
        wait_until(lambda: handled(tmp_path / "w") == 400 and set_aside(tmp_path / "w") == 1, START_SECONDS)


@pytest.mark.stream
def test_a_worker_listens_on_its_health_port_only(broker: EmbeddedBroker, tmp_path: Path) -> None:
    send(broker.url, [call_bytes("a")])
    with worker(broker.url, tmp_path / "w") as running:
        wait_until(lambda: handled(tmp_path / "w") == 1, START_SECONDS)
        listening = [c for c in psutil.Process(running.process.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert [connection.laddr.ip for connection in listening] == ["127.0.0.1"]


@pytest.mark.stream
def test_what_a_killed_worker_left_is_done_by_its_successor(broker: EmbeddedBroker, tmp_path: Path) -> None:
    with worker(broker.url, tmp_path / "w", "--slow", "0.2") as first:
        send_calls(broker.url, "a", 2000)
        wait_until(lambda: handled(tmp_path / "w") > 0, START_SECONDS)
        first.kill()
        send_calls(broker.url, "b", 500)
        with worker(broker.url, tmp_path / "w"):
            wait_until(lambda: handled(tmp_path / "w") == 2500, START_SECONDS)


@pytest.mark.stream
def test_a_batch_that_was_cut_off_comes_again(broker: EmbeddedBroker, tmp_path: Path) -> None:
    """Faust's `take` acknowledges a batch whose agent was cancelled: without `HoldingStream` 500 of these were lost."""
    folder = tmp_path / "w"
    with worker(broker.url, folder) as first:
        send_calls(broker.url, "a", 100)
        wait_until(lambda: handled(folder) == 100, START_SECONDS)
        (folder / "away").touch()
        send_calls(broker.url, "b", 1000)
        wait_until(lambda: "database away" in first.log, START_SECONDS)
        assert first.terminate() == 0
    (folder / "away").unlink()
    with worker(broker.url, folder):
        wait_until(lambda: handled(folder) == 1100, START_SECONDS)


@pytest.mark.stream
def test_a_worker_goes_on_when_the_database_is_back(broker: EmbeddedBroker, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "away").touch()
    send_calls(broker.url, "a", 1000)
    with worker(broker.url, folder) as running:
        wait_until(lambda: "database away" in running.log, START_SECONDS)
        (folder / "away").unlink()
        wait_until(lambda: handled(folder) == 1000, START_SECONDS)
    assert set_aside(folder) == 0


@pytest.mark.stream
def test_a_worker_ends_itself_when_the_embedded_broker_starts_anew(broker: EmbeddedBroker, tmp_path: Path) -> None:
    folder, options = tmp_path / "w", ("--broker-folder", str(tmp_path / "broker"))
    with worker(broker.url, folder, *options) as first:
        send_calls(broker.url, "a", 500)
        wait_until(lambda: handled(folder) == 500, START_SECONDS)
        broker.stop()
        broker.start()
        assert first.process.wait(START_SECONDS) == EXIT_RESTART
        send_calls(broker.url, "b", 500)
        with worker(broker.url, folder, *options):
            wait_until(lambda: handled(folder) == 1000, START_SECONDS)


@pytest.mark.stream
def test_a_single_waiting_message_counts_as_lag(broker: EmbeddedBroker) -> None:
    """Tansu's own answer to "where does the partition end" leaves the last batch out."""

    async def lag() -> int:
        async with LagReader(broker_url=broker.url, group=GROUP, topics=[CALLS]) as reader:
            return sum(position.lag for position in (await reader.read()).values())

    send_calls(broker.url, "a", 1)
    assert asyncio.run(lag()) == 1


def test_positions_of_a_broker_that_is_away_cannot_be_read() -> None:
    async def read() -> None:
        async with LagReader(broker_url="127.0.0.1:1", group=GROUP, topics=[CALLS]) as reader:
            await reader.read()

    with pytest.raises(BrokerUnavailable):
        asyncio.run(read())


def test_waiting_for_a_broker_ends_when_it_is_told_to() -> None:
    answers = iter([False, True])
    wait_for_broker("127.0.0.1:1", durable=False, stop=lambda: next(answers))


def test_the_watchdog_ends_a_worker_that_has_work_and_does_nothing() -> None:
    progress, codes = Progress(), list[int]()
    progress.assigned([(CALLS, 0)])
    dog = Watchdog(
        progress=progress, lag=Positions(committed=5, end=9), broker_start=lambda: None, every=0.01,
        limits=Limits(stalled=0.05, rebalance_grace=0.05), end=codes.append,
    )  # fmt: skip
    dog.start()
    wait_until(lambda: codes == [EXIT_RESTART])
    dog.stop()


def test_the_watchdog_lets_a_worker_with_nothing_to_do_live() -> None:
    codes, looks = list[int](), list[int]()

    def start() -> BrokerStart | None:
        looks.append(1)
        return None

    dog = Watchdog(
        progress=Progress(), lag=Positions(committed=9, end=9), broker_start=start, every=0.01,
        limits=Limits(stalled=0.0, rebalance_grace=0.0), end=codes.append,
    )  # fmt: skip
    dog.start()
    wait_until(lambda: len(looks) > 10)
    dog.stop()
    assert codes == []
