"""The application behind a real socket."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from hotline.domain.roles import Role
from hotline.web.serve import server
from tests.api.city import City
from tests.waiting import wait_until


@pytest.fixture
def served(small_city: City) -> Iterator[tuple[City, uvicorn.Server, str]]:
    running = server(small_city.app, "127.0.0.1", 0)
    thread = threading.Thread(target=running.run)
    thread.start()
    wait_until(lambda: running.started, what="the server listens")
    port = running.servers[0].sockets[0].getsockname()[1]
    yield small_city, running, f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def test_it_answers_over_http(served: tuple[City, uvicorn.Server, str]) -> None:
    city, _, url = served
    headers = {"Authorization": f"Bearer {city.keys[Role.AGENT]}"}
    assert httpx.post(f"{url}/api/v1/calls", json=city.message(), headers=headers).status_code == 202


def test_it_does_not_tell_what_it_is_made_of(served: tuple[City, uvicorn.Server, str]) -> None:
    assert "server" not in httpx.get(f"{served[2]}/healthz").headers


def test_no_query_reaches_the_log(served: tuple[City, uvicorn.Server, str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    city, _, url = served
    headers = {"Authorization": f"Bearer {city.keys[Role.AGENT]}"}
    httpx.get(f"{url}/api/v1/orders", params={"text": "13847212345"}, headers=headers)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("hotline", "uvicorn"))]
    assert any("/api/v1/orders 200" in line for line in ours)
    assert not any("13847212345" in line for line in ours)


@pytest.mark.parametrize("length", ["-1", "many", "99999999999"])
def test_a_length_that_cannot_be_is_refused(served: tuple[City, uvicorn.Server, str], length: str) -> None:
    city, _, url = served
    head = [
        "POST /api/v1/calls HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {city.keys[Role.AGENT]}",
        f"Content-Length: {length}",
    ]
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=10) as wire:
        wire.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
        assert wire.recv(1000).split()[1] in (b"400", b"413")
