"""Brokers for the tests of streams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.broker import EmbeddedBroker
from tests.needs import need
from tests.streams.kafka_server import KafkaServer, free_port


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """An embedded broker on a free port, its files in ``tmp_path``/broker."""
    need("broker")
    with EmbeddedBroker(port=free_port(), data_dir=tmp_path / "broker") as running:
        yield running


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[KafkaServer]:
    """An Apache Kafka of one node without topics."""
    need("kafka")
    with KafkaServer(tmp_path / "kafka") as running:
        yield running
