"""Servers and deployments for the tests of the whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models import default_model
from tests.needs import need
from tests.postgres_server import PostgresServer
from tests.streams.kafka_server import KafkaServer
from tests.whole.deployment import Deployment


@pytest.fixture(scope="session", autouse=True)
def model() -> Path:
    """The default model, trained before anything is timed."""
    return default_model()


@pytest.fixture(scope="session")
def real_file() -> Path:
    """2,799 real messages."""
    need("real")
    return Path(os.environ["HOTLINE_REAL_DATA"]) / "messages_with_replies.csv"


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL that a test may stop and start."""
    need("postgres")
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """An Apache Kafka that a test may stop and start."""
    need("kafka")
    with KafkaServer(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
def embedded(tmp_path: Path) -> Deployment:
    """The default: embedded broker and SQLite, nothing there yet."""
    need("broker")
    return Deployment(tmp_path / "data")


@pytest.fixture(scope="session")
def replayed(tmp_path_factory: pytest.TempPathFactory, real_file: Path) -> tuple[Deployment, dict[str, float]]:
    """A deployment of the default kind that has replayed the real messages, and what `hotline replay` said."""
    need("broker")
    deployment = Deployment(tmp_path_factory.mktemp("replayed") / "data")
    return deployment, deployment.json("replay", str(real_file), "--speed", "max", "--json")
