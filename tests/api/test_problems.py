"""Whatever goes wrong is told in one shape, in Chinese, without what was sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from hotline import errors
from hotline.domain.roles import Role
from hotline.errors import HotlineError, StoreUnavailable
from hotline.web.app import create_app
from hotline.web.problems import MEDIA_TYPE, STATUS, status_of
from tests.api.city import City

SECRET = "家住中冶世家的王建国13847212345"
NEEDED = {"type", "title", "status", "detail", "code", "instance"}


def every(kind: type[HotlineError]) -> Iterator[type[HotlineError]]:
    for child in kind.__subclasses__():
        yield child
        yield from every(child)


@pytest.mark.parametrize("kind", sorted(every(HotlineError), key=lambda kind: kind.__name__))
def test_every_error_has_a_status(kind: type[HotlineError]) -> None:
    assert any(parent in STATUS for parent in kind.__mro__)


def test_every_code_is_its_own() -> None:
    codes = [kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, HotlineError)]
    assert len(codes) == len(set(codes))


def test_a_subclass_has_its_parents_status() -> None:
    assert status_of(errors.UnknownUnit("X")) == 422


def problem(client: TestClient, method: str, path: str, **sent: object) -> dict[str, object]:
    answer = client.request(method, path, **sent)  # type: ignore[arg-type]
    assert answer.headers["content-type"] == MEDIA_TYPE
    document: dict[str, object] = answer.json()
    assert document["status"] == answer.status_code
    assert document.keys() >= NEEDED
    assert document["type"] == f"urn:hotline:problem:{document['code']}"
    assert document["instance"] == path
    return document


def test_a_problem_is_a_problem_document(small_city: City) -> None:
    found = problem(small_city.as_(Role.AGENT), "GET", "/api/v1/orders/KDL2026112300001")
    assert (found["status"], found["code"], found["title"]) == (404, "not_found", "没有找到 KDL2026112300001")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b"{"}, 422), ({"content": b""}, 422), ({"content": b'"\xff"'}, 400), ({"content": b"[" * 200_000}, 400),
        ({"content": b'{"a":' * 100_000}, 400), ({"content": b"null"}, 422),
        ({"content": b'"text"'}, 422), ({"content": b"NaN"}, 422),
        ({"content": b'{"text": "\\ud800", "source": "a", "message_id": "b"}'}, 422),
        ({"content": b"x" * 5_000_000}, 413), ({"content": iter([b" " * 1_000_000] * 6)}, 413),
        ({"content": b"text=1", "headers": {"Content-Type": "text/plain"}}, 422),
    ],
    ids=["half", "nothing", "no utf-8", "deep list", "deep object", "null", "string", "NaN", "half a character", "large",
         "large without a length", "no json"],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_a_problem(small_city: City, sent: dict[str, object], status: int) -> None:
    sent = {"headers": {"Content-Type": "application/json"}, **sent}
    assert problem(small_city.as_(Role.AGENT), "POST", "/api/v1/calls", **sent)["status"] == status


def test_a_batch_may_be_larger_than_a_call_but_not_without_end(small_city: City) -> None:
    rows = [small_city.message(text="我" * 10_000) for _ in range(300)]
    assert small_city.as_(Role.AGENT).post("/api/v1/calls/batch", json=rows).status_code == 200
    headers = {"Content-Type": "application/json"}
    sent = {"content": b" " * 17_000_000, "headers": headers}
    assert problem(small_city.as_(Role.AGENT), "POST", "/api/v1/calls/batch", **sent)["status"] == 413


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/v1/nowhere", 404), ("DELETE", "/api/v1/orders", 405)])
def test_what_is_not_there_is_a_problem(small_city: City, method: str, path: str, status: int) -> None:
    assert problem(small_city.as_(Role.AGENT), method, path)["status"] == status


def test_fields_are_named_in_chinese(small_city: City) -> None:
    found = problem(small_city.as_(Role.AGENT), "POST", "/api/v1/calls", json={"source": "a", "text": 5})
    assert found["errors"] == [{"field": "message_id", "message": "不能为空"}, {"field": "text", "message": "应为文字"}]
    assert found["title"] == "消息编号(message_id)不能为空;诉求内容(text)应为文字"


def test_what_was_sent_is_not_repeated(small_city: City) -> None:
    answer = small_city.as_(Role.AGENT).post("/api/v1/calls", json={"source": "a", "message_id": "b", "text": [SECRET]})
    assert SECRET not in answer.text


@pytest.fixture
def broken(small_city: City, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(small_city.intake, "record", fail)
    return small_city.as_(Role.AGENT)


def test_an_unexpected_error_gets_a_number_that_stands_in_the_log(broken: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    found = problem(broken, "POST", "/api/v1/calls", json={"source": "a", "message_id": "b", "text": "停水"})
    assert (found["status"], found["code"]) == (500, "internal")
    assert str(found["id"]) in caplog.text


def test_an_unexpected_error_says_nothing_of_a_citizen(broken: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = broken.post("/api/v1/calls", json={"source": "a", "message_id": "b", "text": SECRET})
    assert "王建国" not in answer.text + caplog.text
    assert "13847212345" not in answer.text + caplog.text


def test_no_log_line_holds_what_was_asked(small_city: City, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hotline")
    order = small_city.order(text=SECRET, caller={"name": "王建国", "phone": "13847212345"})
    small_city.as_(Role.AGENT).get("/api/v1/orders", params={"text": SECRET})
    assert "/api/v1/orders 200" in caplog.text
    assert "王建国" not in caplog.text
    assert order not in caplog.text


def test_a_database_that_is_away_is_told_with_a_time_to_wait(small_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise StoreUnavailable("connection refused")

    client = small_city.as_(Role.AGENT)
    client.get("/api/v1/orders")
    monkeypatch.setattr(small_city.store, "read", away)
    answer = client.get("/api/v1/orders")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_the_pages_draw_their_own_errors_but_not_the_apis(small_city: City) -> None:
    from hotline.web.console import add_console

    app = create_app(small_city.parts, pages=add_console)
    client = small_city.client(app)
    assert client.get("/nowhere", headers={"Accept": "text/html"}).headers["content-type"].startswith("text/html")
    assert client.get("/api/v1/orders", headers={"Accept": "text/html"}).headers["content-type"] == MEDIA_TYPE


def test_answers_are_not_kept_and_not_framed(small_city: City) -> None:
    headers = small_city.as_(Role.AGENT).get("/api/v1/orders").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
