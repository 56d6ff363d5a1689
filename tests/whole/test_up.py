"""`hotline up` and `hotline demo` from nothing: they start, they serve, they end and leave nothing behind."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from hotline.domain.roles import ROLE_NAMES
from hotline.services.messages import CALLS
from tests.needs import need
from tests.streams.running import call_bytes, send
from tests.waiting import wait_until
from tests.whole.city import START_SECONDS, up
from tests.whole.deployment import Deployment, kill, left_running, ready

pytestmark = pytest.mark.stream

GARBAGE = [b"\xff\xfe\x00 no JSON", b"{", b'{"call_id": 7}', b"[]", b"", call_bytes("no such call")]
END_SECONDS = 60.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, int]]:
    need("broker")
    deployment = Deployment(tmp_path_factory.mktemp("up") / "data")
    with up(deployment) as pid:
        yield deployment, pid


@pytest.fixture(scope="module")
def client(running: tuple[Deployment, int]) -> Iterator[httpx.Client]:
    """A client with a dispatcher's key, made as an administrator would."""
    deployment, _ = running
    key = deployment.run("key", "new", "--role", "dispatcher").stdout.strip()
    with httpx.Client(base_url=deployment.web, headers={"Authorization": f"Bearer {key}"}, timeout=30) as opened:
        yield opened


def call(client: httpx.Client, message_id: str) -> dict[str, Any]:
    """Post a call and return it when it has its order."""
    message = {"source": "phone", "message_id": message_id, "text": "昆区青年路某小区三号楼暖气不热,家里只有十二度"}
    posted = client.post("/api/v1/calls", json=message)
    assert posted.status_code == 202, posted.text
    url = f"/api/v1/calls/{posted.json()['call_id']}"
    wait_until(lambda: client.get(url).json()["order_id"], END_SECONDS, what="the order")
    found: dict[str, Any] = client.get(url).json()
    return found


def test_a_call_posted_with_a_key_becomes_an_order(client: httpx.Client) -> None:
    order = client.get(f"/api/v1/orders/{call(client, 'm-1')['order_id']}").json()
    assert order["history"][0]["kind"] == "registered"


def test_the_same_call_again_is_answered_with_its_order(client: httpx.Client) -> None:
    first = call(client, "m-2")
    again = client.post("/api/v1/calls", json={"source": "phone", "message_id": "m-2", "text": first["text"]})
    assert (again.status_code, again.json()["order_id"]) == (200, first["order_id"])


def test_bytes_that_are_no_message_are_set_aside_and_the_rest_goes_on(
    running: tuple[Deployment, int], client: httpx.Client
) -> None:
    send(f"kafka://127.0.0.1:{running[0].ports[3]}", GARBAGE, CALLS)
    assert call(client, "m-3")["order_id"]
    wait_until(lambda: len(listed(client)) == len(GARBAGE), END_SECONDS, what="the garbage is listed")
    assert {one["kind"] for one in listed(client)} <= {"topic", "call"}
    assert client.get("/readyz").status_code == 200


def listed(client: httpx.Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/api/v1/set-aside").json()["items"]
    return items


@pytest.mark.parametrize("name", ["clock", "broker"])
def test_a_process_that_was_killed_is_started_again(running: tuple[Deployment, int], client: httpx.Client, name: str) -> None:
    kill(running[1], name)
    wait_until(lambda: ready(running[0].ports[0]), START_SECONDS, what="the web process")
    assert call(client, f"after {name}")["order_id"]


def test_a_replay_beside_running_processes_uses_them(running: tuple[Deployment, int], tmp_path: Path) -> None:
    file = tmp_path / "来件.csv"
    file.write_text("title,detail\n路灯,青年路路灯不亮\n停水,友谊大街停水两天\n", "utf-8")
    said = running[0].json("replay", str(file), "--json")
    assert (said["orders"], said["startup_seconds"] < 20) == (2, True)


def test_up_from_nothing_ends_on_ctrl_c_and_leaves_nothing_running(embedded: Deployment) -> None:
    with embedded.running("up") as process:
        wait_until(lambda: all(map(ready, embedded.ports[:3])), START_SECONDS, what=f"all processes, see {embedded.log}")
        below = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(END_SECONDS) in (0, 130)
    assert len(below) == 5  # four of ours, and Tansu
    assert [one for one in below if one.is_running()] == []
    assert left_running(embedded) == []


def test_what_up_started_ends_even_when_up_is_killed(embedded: Deployment) -> None:
    with embedded.running("up") as process:
        wait_until(lambda: all(map(ready, embedded.ports[:3])), START_SECONDS, what=f"all processes, see {embedded.log}")
        process.kill()
        wait_until(lambda: left_running(embedded) == [], END_SECONDS, what="nothing is left running")


def test_ctrl_c_while_up_still_starts_leaves_nothing_running(embedded: Deployment) -> None:
    with embedded.running("up") as process:
        wait_until(lambda: shown(embedded, process), START_SECONDS, what="the address is shown")
        process.send_signal(signal.SIGINT)
        assert process.wait(END_SECONDS) in (0, 130)
    assert left_running(embedded) == []


def test_the_demo_shows_its_addresses_and_a_key_a_role_and_ends_cleanly(embedded: Deployment) -> None:
    with embedded.running("demo") as process:
        wait_until(lambda: shown(embedded, process), 2 * START_SECONDS, what="the demo's addresses")
        keys = dict(re.findall(r"^ *(\w+)\S* +([A-Za-z0-9_-]{43}) *$", embedded.said(), re.MULTILINE))
        signed_in = [httpx.get(f"{embedded.web}/api/v1/orders", headers=bearer(key)).status_code for key in keys.values()]
        process.send_signal(signal.SIGINT)
        assert process.wait(END_SECONDS) in (0, 130)
    assert embedded.web in embedded.said()
    assert set(keys) == set(ROLE_NAMES.values())
    assert set(signed_in) <= {200, 403}
    assert "Traceback" not in embedded.said()
    assert left_running(embedded) == []


def shown(deployment: Deployment, process: subprocess.Popen[bytes]) -> bool:
    """Whether a process has told how to stop it; fails when it has ended instead."""
    assert process.poll() is None, deployment.said()[-2000:]
    return "按 Ctrl-C 停止" in deployment.said()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
