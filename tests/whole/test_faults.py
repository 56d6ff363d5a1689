"""What fails while calls become orders changes nothing about the orders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.domain.call import NewCall
from hotline.services.intake import BATCH
from hotline.upstream.replay import read_messages
from tests.needs import need
from tests.postgres_server import PostgresServer
from tests.streams.kafka_server import KafkaServer
from tests.whole.city import City, EmbeddedFaults, ServerFaults, pass_seconds, sample, up
from tests.whole.deployment import Deployment
from tests.whole.ledger import Ledger, decisions, ledger

CALLS = 1_200
OUTAGE_SECONDS = 20.0  # twice as long as a writer waits for a lock
SMALL_BATCHES = {"HOTLINE_BATCH_SIZE": "20", "HOTLINE_LOG_LEVEL": "warning"}  # many commits, so that a fault falls between them

pytestmark = pytest.mark.stream
KINDS = [pytest.param("embedded_city"), pytest.param("server_city", marks=[pytest.mark.kafka, pytest.mark.postgres])]


@pytest.fixture(scope="module")
def embedded_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    need("broker")
    deployment = Deployment(tmp_path_factory.mktemp("embedded") / "data", more=SMALL_BATCHES)
    with up(deployment) as pid:
        yield City(deployment, EmbeddedFaults(deployment, pid), pid)


@pytest.fixture(scope="module")
def server_city(tmp_path_factory: pytest.TempPathFactory, kafka: KafkaServer, postgres: PostgresServer) -> Iterator[City]:
    url = postgres.address(postgres.database())
    deployment = Deployment(tmp_path_factory.mktemp("servers") / "data", url, kafka.url, more=SMALL_BATCHES)
    with up(deployment) as pid:
        yield City(deployment, ServerFaults(kafka, postgres), pid)


@pytest.fixture(params=KINDS)
def city(request: pytest.FixtureRequest) -> City:
    found: City = request.getfixturevalue(request.param)
    return found


def in_the_middle(city: City, source: str, count: int) -> None:
    """Record so many calls and return when some, but not all, have become orders."""
    city.record(sample(source, count))
    city.wait_for(source, 1)
    assert city.orders(source) < count, "too fast for a fault in the middle"


def test_a_worker_killed_in_the_middle_is_started_again_and_makes_the_same_orders(city: City) -> None:
    in_the_middle(city, "killed", CALLS)
    city.kill_worker()
    city.wait_for("killed", CALLS)
    assert ledger(city.deployment, "killed") == Ledger.of(CALLS)


def test_a_database_away_for_20_seconds_costs_no_order(city: City) -> None:
    in_the_middle(city, "away", CALLS)
    with city.faults.database_away():
        pass_seconds(OUTAGE_SECONDS)
    city.wait_for("away", CALLS)
    assert ledger(city.deployment, "away") == Ledger.of(CALLS)


def test_a_broker_restarted_in_the_middle_costs_no_order(city: City) -> None:
    in_the_middle(city, "restarted", CALLS)
    city.faults.restart_broker()
    city.wait_for("restarted", CALLS)
    assert ledger(city.deployment, "restarted") == Ledger.of(CALLS)


@pytest.mark.real
def test_real_messages_struck_by_every_fault_become_the_same_orders(
    city: City, real_file: Path, replayed: tuple[Deployment, dict[str, float]]
) -> None:
    messages = real_calls(city, real_file)
    city.record(messages)
    city.wait_for("replay:", 1)
    city.kill_worker()
    city.wait_for("replay:", len(messages) // 3)
    city.faults.restart_broker()
    city.wait_for("replay:", len(messages) // 2)
    with city.faults.database_away():
        pass_seconds(OUTAGE_SECONDS)
    city.wait_for("replay:", len(messages))
    assert ledger(city.deployment, "replay:") == Ledger.of(len(messages))
    assert decisions(city.deployment, "replay:") == decisions(replayed[0], "replay:")


def real_calls(city: City, file: Path) -> list[NewCall]:
    house = city.deployment.house()
    found = [one for one in read_messages(file, house.books.current().calendar, house.clock.now()) if isinstance(one, NewCall)]
    house.store.close()
    assert len(found) > 2 * BATCH
    return found
