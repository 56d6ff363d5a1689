"""What a commit promised is sent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer

from hotline.errors import BrokerUnavailable, StoreUnavailable
from hotline.services.rows import OutboxRow
from streams.broker import BrokerStart, EmbeddedBroker, read_broker_start
from streams.lag import LagReader
from streams.records import decode_call_id
from streams.reemission import Reemission
from streams.relay import Relay
from streams.sender import SenderThread
from streams.topics import CALLS, bootstrap_servers
from tests.streams.kafka_server import free_port
from tests.streams.running import call_bytes
from tests.waiting import wait_until

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
NOWHERE = "kafka://127.0.0.1:1"


def row(number: int, topic: str = CALLS) -> OutboxRow:
    call_id = f"c{number}"
    return OutboxRow(topic=topic, key=b"k%d" % number, value=call_bytes(call_id), ref=call_id, id=number)


class Outbox:
    """An outbox in memory."""

    def __init__(self, *topics: str) -> None:
        self.rows = {number: row(number, topic) for number, topic in enumerate(topics, 1)}
        self.sent: dict[int, datetime] = {}
        self.away, self.reads = 0, 0
        self.lock = threading.Lock()

    def unsent(self, limit: int) -> Sequence[OutboxRow]:
        self.reads += 1
        if self.away:
            self.away -= 1
            raise StoreUnavailable("away")
        with self.lock:
            return [row for number, row in self.rows.items() if number not in self.sent][:limit]

    def mark_sent(self, ids: Sequence[int], at: datetime) -> None:
        with self.lock:
            self.sent |= dict.fromkeys(ids, at)


class Emissions:
    """Calls without an order, in memory."""

    def __init__(self, lost: int, seen: str | None = None) -> None:
        self.lost, self.seen, self.before = lost, seen, list[datetime]()

    def seen_start(self) -> str | None:
        return self.seen

    def remember_start(self, start_id: str) -> None:
        self.seen = start_id

    def reopen_untriaged(self, limit: int, emitted_before: datetime) -> int:
        self.before.append(emitted_before)
        found, self.lost = min(limit, self.lost), max(0, self.lost - limit)
        return found


def relay_of(url: str, outbox: Outbox, **options: object) -> Relay:
    return Relay(broker_url=url, durable=False, outbox=outbox, now=lambda: NOON, **options)  # type: ignore[arg-type]


def reemission_of(port: Emissions, start: BrokerStart | None) -> Reemission:
    lag = LagReader(broker_url=NOWHERE, group="g", topics=[CALLS])
    return Reemission(port=port, lag=lag, broker_start=lambda: start, now=lambda: NOON)


def ended(url: str) -> int:
    """How many messages the topic has."""

    async def read() -> int:
        async with LagReader(broker_url=url, group="nobody", topics=[CALLS]) as reader:
            return sum(position.end for position in (await reader.read()).values())

    return asyncio.run(read())


def read_all(url: str) -> set[str]:
    """The ids of all calls on the topic."""

    async def read() -> set[str]:
        consumer = AIOKafkaConsumer(CALLS, bootstrap_servers=bootstrap_servers(url), auto_offset_reset="earliest")
        await consumer.start()
        found: set[str] = set()
        try:
            while batch := await consumer.getmany(timeout_ms=1000):
                found |= {decode_call_id(message.value) for messages in batch.values() for message in messages}
        finally:
            await consumer.stop()
        return found

    return asyncio.run(read())


@pytest.mark.stream
def test_every_row_is_sent_once_and_marked(broker: EmbeddedBroker) -> None:
    outbox = Outbox(*[CALLS] * 2500)
    with SenderThread(relay_of(broker.url, outbox)):
        wait_until(lambda: len(outbox.sent) == 2500)
    assert ended(broker.url) == 2500


@pytest.mark.stream
def test_a_row_for_an_unknown_topic_does_not_hold_up_the_others(broker: EmbeddedBroker) -> None:
    outbox = Outbox(CALLS, "hotline.nowhere", CALLS)
    with SenderThread(relay_of(broker.url, outbox)):
        wait_until(lambda: set(outbox.sent) == {1, 3})


@pytest.mark.stream
def test_rows_wait_for_a_broker_that_is_away(tmp_path: Path) -> None:
    outbox, port = Outbox(*[CALLS] * 500), free_port()
    with SenderThread(relay_of(f"kafka://127.0.0.1:{port}", outbox)):
        wait_until(lambda: outbox.reads >= 3)
        assert outbox.sent == {}
        with EmbeddedBroker(port=port, data_dir=tmp_path) as broker:
            wait_until(lambda: len(outbox.sent) == 500, 20.0)
            assert ended(broker.url) == 500


@pytest.mark.stream
def test_rows_written_while_the_broker_restarts_are_sent_afterwards(broker: EmbeddedBroker, tmp_path: Path) -> None:
    outbox = Outbox(CALLS)
    with SenderThread(relay_of(broker.url, outbox, broker_start=lambda: read_broker_start(tmp_path / "broker"))):
        wait_until(lambda: len(outbox.sent) == 1)
        broker.stop()
        outbox.rows = {number: row(number) for number in range(1, 101)}
        broker.start()
        wait_until(lambda: len(outbox.sent) == 100, 60.0)
    assert {f"c{number}" for number in range(2, 101)} <= read_all(broker.url)


@pytest.mark.stream
def test_the_relay_goes_on_when_the_database_is_back(broker: EmbeddedBroker) -> None:
    outbox = Outbox(CALLS)
    outbox.away = 2
    with SenderThread(relay_of(broker.url, outbox)):
        wait_until(lambda: len(outbox.sent) == 1)


def test_nothing_is_marked_without_a_broker() -> None:
    outbox = Outbox(CALLS)
    with pytest.raises(BrokerUnavailable):
        asyncio.run(relay_of(NOWHERE, outbox).once())
    assert outbox.sent == {}


def test_a_process_that_may_not_send_reads_nothing() -> None:
    outbox, asked = Outbox(CALLS), list[int]()

    def active() -> bool:
        asked.append(1)
        return False

    with SenderThread(relay_of(NOWHERE, outbox, active=active)):
        wait_until(lambda: len(asked) >= 3)
    assert outbox.reads == 0


def test_a_new_start_is_remembered_when_all_was_sent_again() -> None:
    port = Emissions(lost=1500)
    reemission = reemission_of(port, BrokerStart("s1", NOON))
    assert asyncio.run(reemission.once()) == 1000
    assert port.seen is None
    assert asyncio.run(reemission.once()) == 500
    assert port.seen == "s1"


def test_only_what_was_sent_before_the_start_is_sent_again() -> None:
    port = Emissions(lost=1)
    asyncio.run(reemission_of(port, BrokerStart("s1", NOON)).once())
    assert port.before == [NOON]


def test_nothing_is_sent_again_while_the_broker_is_away() -> None:
    port = Emissions(lost=1, seen="s1")
    assert asyncio.run(reemission_of(port, BrokerStart("s1", NOON)).once()) == 0
    assert port.before == []
