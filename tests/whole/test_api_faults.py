"""The API under `hotline up` while its processes are killed: nothing done twice, no event that does not arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.api.receiver import Receiver
from tests.needs import need
from tests.waiting import wait_until
from tests.whole.city import up
from tests.whole.deployment import Deployment, kill

pytestmark = pytest.mark.stream
HEATING = "昆区青年路某小区三号楼暖气不热,家里只有十二度"
ACTS = 60
END_SECONDS = 120.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, int]]:
    need("broker")
    deployment = Deployment(tmp_path_factory.mktemp("api") / "data")
    with up(deployment) as pid:
        yield deployment, pid


@pytest.fixture(scope="module")
def client(running: tuple[Deployment, int]) -> Iterator[httpx.Client]:
    """A client with an administrator's key."""
    key = running[0].run("key", "new", "--role", "admin").stdout.strip()
    with httpx.Client(base_url=running[0].web, headers={"Authorization": f"Bearer {key}"}, timeout=30) as opened:
        yield opened


def ordered(client: httpx.Client, message_id: str) -> str:
    """Post a call for a unit; return its order's number when it has one."""
    message = {"source": "phone", "message_id": message_id, "text": HEATING, "chosen_unit": "ZJJ"}
    posted = client.post("/api/v1/calls", json=message)
    assert posted.status_code == 202, posted.text
    url = f"/api/v1/calls/{posted.json()['call_id']}"
    wait_until(lambda: client.get(url).json()["order_id"], END_SECONDS, what="the order")
    return str(client.get(url).json()["order_id"])


def answered(client: httpx.Client, path: str, body: dict[str, str], key: str) -> int:
    """Post until there is an answer, as a careful client does: the same key each time; return its status."""
    statuses: list[int] = []

    def tried() -> bool:
        try:
            statuses.append(client.post(path, json=body, headers={"Idempotency-Key": key}).status_code)
        except httpx.TransportError:
            return False
        return statuses[-1] not in (409, 502, 503)

    wait_until(tried, END_SECONDS, what=f"an answer under {key}")
    return statuses[-1]


def test_what_is_sent_again_after_the_web_process_was_killed_is_done_once(
    running: tuple[Deployment, int], client: httpx.Client
) -> None:
    order = ordered(client, "m-once")
    path = f"/api/v1/orders/{order}/contact"
    with ThreadPoolExecutor(8) as several:
        asked = [several.submit(answered, client, path, {"result": "no_answer", "note": str(n)}, f"k-{n}") for n in range(ACTS)]
        wait_until(lambda: sum(one.done() for one in asked) >= ACTS // 4, END_SECONDS, what="some answers")
        kill(running[1], "web")
        assert {one.result() for one in asked} == {200}
    history = client.get(f"/api/v1/orders/{order}").json()["history"]
    notes = [event["data"]["note"] for event in history if event["kind"] == "contacted"]
    assert sorted(notes, key=int) == [str(n) for n in range(ACTS)]


def test_every_event_arrives_though_the_worker_is_killed(running: tuple[Deployment, int], client: httpx.Client) -> None:
    with Receiver() as receiver:
        client.post("/api/v1/webhooks", json={"url": receiver.url, "kinds": ["contacted"]}).raise_for_status()
        order = ordered(client, "m-hooks")
        for n in range(ACTS):
            client.post(f"/api/v1/orders/{order}/contact", json={"result": "no_answer", "note": str(n)}).raise_for_status()
            if n == ACTS // 2:
                wait_until(lambda: receiver.got, END_SECONDS, what="the first event")
                kill(running[1], "worker")
        mine = {event["seq"] for event in client.get(f"/api/v1/orders/{order}").json()["history"] if event["kind"] == "contacted"}
        wait_until(lambda: versions(receiver, order) >= mine, 3 * END_SECONDS, what="every event")
        assert versions(receiver, order) == mine


def versions(receiver: Receiver, order: str) -> set[int]:
    told = [json.loads(one.body)["data"] for one in list(receiver.got)]
    return {one["version"] for one in told if one["order_id"] == order}
