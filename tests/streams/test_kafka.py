"""The same on Apache Kafka."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from streams.topics import CALLS, INTAKE, KAFKA_PARTITIONS, ORDERS, bootstrap_servers, ensure_topics
from tests.streams.kafka_server import KafkaServer
from tests.streams.running import handled, send_calls, worker
from tests.waiting import wait_until

pytestmark = pytest.mark.kafka


async def partitions(url: str) -> dict[str, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers(url))
    await admin.start()
    try:
        return {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics([CALLS, ORDERS, INTAKE])}
    finally:
        await admin.close()


def test_the_missing_topics_are_created_once_with_twelve_partitions(kafka: KafkaServer) -> None:
    assert asyncio.run(ensure_topics(kafka.url, durable=True)) == [CALLS, ORDERS, INTAKE]
    assert asyncio.run(ensure_topics(kafka.url, durable=True)) == []
    assert asyncio.run(partitions(kafka.url)) == dict.fromkeys((CALLS, ORDERS, INTAKE), KAFKA_PARTITIONS)


def test_a_worker_goes_on_after_kafka_was_killed_and_started_again(kafka: KafkaServer, tmp_path: Path) -> None:
    asyncio.run(ensure_topics(kafka.url, durable=True))
    with worker(kafka.url, tmp_path / "w", "--durable"):
        send_calls(kafka.url, "a", 1000)
        wait_until(lambda: handled(tmp_path / "w") == 1000, 60.0)
        kafka.kill()
        kafka.start()
        send_calls(kafka.url, "b", 1000)
        wait_until(lambda: handled(tmp_path / "w") == 2000, 60.0)


def test_what_a_killed_worker_left_on_kafka_is_done_by_its_successor(kafka: KafkaServer, tmp_path: Path) -> None:
    asyncio.run(ensure_topics(kafka.url, durable=True))
    with worker(kafka.url, tmp_path / "w", "--durable", "--slow", "0.2") as first:
        send_calls(kafka.url, "a", 2000)
        wait_until(lambda: handled(tmp_path / "w") > 0, 60.0)
        first.kill()
        with worker(kafka.url, tmp_path / "w", "--durable"):
            wait_until(lambda: handled(tmp_path / "w") == 2000, 60.0)
