"""Live updates: what happens is told once, in the order of commits, to whom it may be told; nobody is waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from hotline.domain.roles import Role
from hotline.store.memory import MemoryStore
from hotline.web.app import create_app
from hotline.web.live import Hub
from hotline.web.serve import server
from tests.api.city import City
from tests.waiting import wait_until

LIVE = "/api/v1/live"


class Served:
    """The city's application behind a real server: a test client would wait for the end of an answer that has none."""

    def __init__(self, city: City, **limits: Any) -> None:
        self.city, self.app = city, create_app(city.parts)
        self.hub = self.app.state.live = Hub(city.parts.live, **{"read": 0.02, "beat": 0.1, **limits})
        self._server = server(self.app, "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started, what="the web server")
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> bool:
        """Stop; return whether it had stopped within five seconds."""
        self._server.should_exit = True
        self._thread.join(5)
        return not self._thread.is_alive()

    @contextmanager
    def listening(self, key: str, **headers: str) -> Iterator[Iterator[dict[str, str]]]:
        """Listen with a key; yields the named events as they come."""
        with (
            httpx.Client(base_url=self.url, timeout=10, headers={"Authorization": f"Bearer {key}", **headers}) as client,
            client.stream("GET", LIVE) as answer,
        ):
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield named(answer.iter_lines())

    def status(self, key: str) -> int:
        """How a listener is answered."""
        with httpx.stream("GET", self.url + LIVE, headers={"Authorization": f"Bearer {key}"}) as answer:
            return answer.status_code


def told_of(client: TestClient) -> set[str]:
    """The orders whose events a key is told, from the first on."""
    return {one["order_id"] for one in client.get("/api/v1/changes").json()["changes"]}


def named(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Read server-sent events as a browser does; those without data only move its place on."""
    event = dict[str, str]()
    for line in lines:
        name, _, value = line.partition(": ")
        if line and name:
            event[name] = value
        elif not line and "data" in event:
            yield event
            event = {}


@pytest.fixture
def served() -> Iterator[Served]:
    one = Served(City(MemoryStore()))
    yield one
    one.stop()


def test_a_unit_hears_of_its_own_orders_only_ids_and_codes(served: Served) -> None:
    city = served.city
    with served.listening(city.clerks["CGJ"]) as events:
        wait_until(lambda: served.hub.listeners)
        city.dispatched("SCJG")
        own = city.dispatched("CGJ", text="有一件事想请你们管一管,电话13847212345")
        city.clock_ticks()
        told = [next(events) for _ in range(2)]
    assert [own in one["data"] for one in told] == [True, True]
    assert {one["event"] for one in told} == {"order"}
    assert not any("1384721" in one["data"] or "请你们" in one["data"] for one in told)


def test_who_comes_back_hears_what_was_missed_once(served: Served) -> None:
    city = served.city
    first, second = city.dispatched("CGJ"), city.dispatched("CGJ")
    city.clock_ticks()
    with served.listening(city.keys[Role.DISPATCHER], **{"Last-Event-ID": "0"}) as events:
        heard = [next(events) for _ in range(4)]
    assert [one["id"] for one in heard] == ["1", "2", "3", "4"]
    with served.listening(city.keys[Role.DISPATCHER], **{"Last-Event-ID": heard[1]["id"]}) as events:
        assert [next(events)["id"] for _ in range(2)] == ["3", "4"]
    assert first in heard[0]["data"]
    assert second in heard[2]["data"]


def test_new_listeners_hear_from_now_on(served: Served) -> None:
    city = served.city
    city.dispatched("CGJ")
    city.clock_ticks()
    with served.listening(city.keys[Role.AGENT], **{"Last-Event-ID": "none of ours"}) as events:
        wait_until(lambda: served.hub.following, what="the reader")
        order = city.dispatched("CGJ")
        city.clock_ticks()
        assert order in next(events)["data"]


def test_the_list_says_where_to_go_on(small_city: City) -> None:
    small_city.dispatched("CGJ")
    small_city.clock_ticks()
    position = small_city.as_("CGJ").get("/api/v1/orders").json()["position"]
    order = small_city.dispatched("CGJ")
    small_city.dispatched("SCJG")
    small_city.clock_ticks()
    page = small_city.as_("CGJ").get("/api/v1/changes", params={"since": position}).json()
    assert {one["order_id"] for one in page["changes"]} == {order}
    assert (page["position"], page["more"]) == (position + 4, False)
    assert small_city.as_("CGJ").get("/api/v1/changes", params={"since": page["position"]}).json()["changes"] == []


def test_an_accused_unit_and_an_accused_person_are_told_nothing_of_the_order(small_city: City) -> None:
    name = next(key.name for key in small_city.access.keys() if key.role is Role.REVIEWER)  # noqa: SIM118  # a method of ours
    accusing, other = small_city.dispatched("CGJ"), small_city.dispatched("CGJ")
    named = {"units": ["CGJ"], "persons": [name]}
    small_city.as_(Role.DISPATCHER).post(f"/api/v1/orders/{accusing}/accused", json=named)
    small_city.clock_ticks()
    heard = [told_of(small_city.as_(who)) for who in ("CGJ", Role.REVIEWER, Role.DISPATCHER)]
    assert heard == [{other}, {other}, {accusing, other}]


def test_who_comes_back_after_too_long_is_told_to_load_the_list_anew(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.web.live.MOST_BEHIND", 3)
    served.city.dispatched("CGJ"), served.city.dispatched("CGJ")
    served.city.clock_ticks()
    with served.listening(served.city.clerks["CGJ"], **{"Last-Event-ID": "0"}) as events:
        assert next(events) == {"retry": "3000", "id": "4", "event": "reset", "data": "{}"}


def test_a_listener_does_not_keep_the_process_from_stopping(served: Served) -> None:
    with served.listening(served.city.keys[Role.AGENT]) as events:
        wait_until(lambda: served.hub.listeners)
        assert served.stop()
        assert list(events) == []


def test_a_revoked_key_is_told_nothing_more(served: Served) -> None:
    city = served.city
    key = city.access.new_key(Role.CLERK, unit="CGJ", name="gone")
    with served.listening(key) as events:
        wait_until(lambda: served.hub.listeners)
        keys = city.access.keys()
        city.access.revoke(next(one.id for one in keys if one.name == "gone"))
        assert list(events) == []
    assert served.hub.listeners == 0


def test_so_many_may_listen_and_no_more() -> None:
    served = Served(City(MemoryStore()), most=3, most_of_one=2)
    agent, admin, reviewer = (served.city.keys[role] for role in (Role.AGENT, Role.ADMIN, Role.REVIEWER))
    with served.listening(agent), served.listening(agent):
        wait_until(lambda: served.hub.listeners == 2)
        assert served.status(agent) == 503
        with served.listening(admin):
            wait_until(lambda: served.hub.listeners == 3)
            assert served.status(reviewer) == 503
    wait_until(lambda: served.hub.listeners == 0, what="those who left to be forgotten")
    assert served.status(agent) == 200
    served.stop()


def test_who_may_not_read_orders_may_not_listen(small_city: City) -> None:
    assert small_city.as_(Role.OPERATIONS).get(LIVE).status_code == 403
    assert small_city.client().get(LIVE).status_code == 401
