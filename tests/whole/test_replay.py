"""A file of real messages, replayed: one order a message, none twice, whatever runs beneath and whatever fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import need
from tests.postgres_server import PostgresServer
from tests.streams.kafka_server import KafkaServer
from tests.whole.deployment import Deployment

MESSAGES = 2_799


@pytest.fixture(scope="module")
def real_file() -> Path:
    need("real")
    return Path(os.environ["HOTLINE_REAL_DATA"]) / "messages_with_replies.csv"


@pytest.fixture
def embedded(tmp_path: Path) -> Deployment:
    need("broker")
    return Deployment(tmp_path / "data")


@pytest.fixture
def city(tmp_path: Path, kafka: KafkaServer, postgres: PostgresServer) -> Iterator[Deployment]:
    with postgres.database() as url:
        yield Deployment(tmp_path / "data", database_url=url, broker_url=kafka.url)


@pytest.mark.real
@pytest.mark.stream
def test_every_real_message_becomes_one_order_on_the_embedded_default(embedded: Deployment, real_file: Path) -> None:
    done = embedded.json("replay", str(real_file), "--speed", "max", "--json")
    assert (done["sent"], done["orders"], done["duplicates"]) == (MESSAGES, MESSAGES, 0)


@pytest.mark.real
@pytest.mark.stream
def test_the_same_file_again_makes_no_order_twice(embedded: Deployment, real_file: Path) -> None:
    embedded.json("replay", str(real_file), "--json")
    again = embedded.json("replay", str(real_file), "--json")
    assert (again["orders"], again["duplicates"], embedded.house().queries_count()) == (MESSAGES, MESSAGES, MESSAGES)


@pytest.mark.real
@pytest.mark.kafka
@pytest.mark.postgres
def test_every_real_message_becomes_one_order_on_kafka_and_postgresql(city: Deployment, real_file: Path) -> None:
    done = city.json("replay", str(real_file), "--speed", "max", "--json")
    assert (done["sent"], done["orders"], done["duplicates"]) == (MESSAGES, MESSAGES, 0)


def test_a_file_that_is_no_table_gives_one_line(embedded: Deployment, tmp_path: Path) -> None:
    picture = tmp_path / "图片.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe")
    done = embedded.run("replay", str(picture))
    assert (done.returncode, done.stderr.count("错误:"), "Traceback" in done.stderr) == (1, 1, False)
    shutil.rmtree(embedded.data_dir, ignore_errors=True)
