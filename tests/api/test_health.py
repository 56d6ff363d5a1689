"""Probes and metrics."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from hotline.domain.roles import Role
from hotline.errors import StoreUnavailable
from hotline.services.rows import Book
from hotline.web.app import create_app
from tests.api.city import City


def away() -> None:
    raise StoreUnavailable("connection refused")


def from_address(city: City, host: str) -> TestClient:
    return TestClient(city.app, client=(host, 50000))


def test_alive_and_ready_need_no_key(city: City) -> None:
    assert city.client().get("/healthz").json() == {"status": "ok"}
    assert city.client().get("/readyz").json() == {"status": "ok", "checks": {"database": "ok", "model": "ok", "rules": "ok"}}


def test_without_a_database_it_is_alive_but_not_ready(small_city: City) -> None:
    client = small_city.client(create_app(replace(small_city.parts, store_ready=away)))
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == StoreUnavailable.message


def test_without_a_model_it_is_not_ready(small_city: City) -> None:
    client = small_city.client(create_app(replace(small_city.parts, model_problem=lambda: "模型文件缺失")))
    assert client.get("/readyz").json()["checks"]["model"] == "模型文件缺失"


def test_with_a_book_that_cannot_be_loaded_it_is_not_ready(small_city: City) -> None:
    now = small_city.clock.now()
    small_city.books.refresh()
    broken = Book(hash="abc", files={"pack.toml": b"?"}, effective_at=now, published_at=now, published_by="test")
    with small_city.store.write() as work:
        work.books.add(broken)
        work.commit()
    small_city.books.refresh()
    answer = small_city.client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["rules"].startswith("abc")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_prometheus_on_this_machine_needs_no_key(small_city: City, host: str) -> None:
    assert from_address(small_city, host).get("/metrics").status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_proxy_on_this_machine_does_not_open_the_metrics(small_city: City, header: str) -> None:
    assert from_address(small_city, "127.0.0.1").get("/metrics", headers={header: "10.1.2.3"}).status_code == 401


def test_another_machine_needs_a_key_that_may_read_metrics(small_city: City) -> None:
    client = from_address(small_city, "10.1.2.3")
    keys = small_city.keys
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {keys[Role.AGENT]}"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": f"Bearer {keys[Role.OPERATIONS]}"}).status_code == 200


def test_metrics_can_be_closed_to_this_machine_too(small_city: City) -> None:
    app = create_app(replace(small_city.parts, metrics_open=False))
    assert TestClient(app, client=("127.0.0.1", 1)).get("/metrics").status_code == 401


def test_metrics_are_what_prometheus_reads(small_city: City) -> None:
    text = from_address(small_city, "127.0.0.1").get("/metrics").text
    names = {family.name for family in text_string_to_metric_families(text)}
    assert names >= {
        "hotline_http_requests", "hotline_http_request_duration_seconds", "hotline_suggest_duration_seconds", "hotline_suggest",
        "hotline_dispatch_choice", "hotline_classifier_confidence", "hotline_classifier_info",
    }  # fmt: skip


def test_every_route_counts_from_zero(small_city: City) -> None:
    for path in small_city.app.openapi()["paths"]:
        assert small_city.registry.get_sample_value("hotline_http_requests_total", {"route": path, "code": "500"}) == 0


def test_a_request_counts_under_its_routes_template(small_city: City) -> None:
    small_city.as_(Role.AGENT).get("/api/v1/orders/KDL2026112300001")
    labels = {"route": "/api/v1/orders/{order_id}", "code": "404"}
    assert small_city.registry.get_sample_value("hotline_http_requests_total", labels) == 1


def test_a_path_is_never_a_label(small_city: City) -> None:
    small_city.client().get("/13847212345")
    labels = {"route": "unmatched", "code": "404"}
    assert small_city.registry.get_sample_value("hotline_http_requests_total", labels) == 1


def test_there_are_no_documentation_pages_that_load_from_elsewhere(small_city: City) -> None:
    assert [small_city.client().get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]
