"""Probes over HTTP."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from prometheus_client import CollectorRegistry, Counter

from streams.health import HealthServer
from streams.verdict import Verdict

DEAD = Verdict(("hotline.calls/0 has work and no progress for 301 s",))


def fetch(server: HealthServer, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_a_healthy_process_answers_200() -> None:
    with HealthServer(port=0, registry=CollectorRegistry(), healthz=Verdict, readyz=lambda: DEAD) as server:
        assert fetch(server, "/healthz") == (200, '{"ok":true,"reasons":[]}')


def test_a_process_that_is_not_ready_says_why() -> None:
    with HealthServer(port=0, registry=CollectorRegistry(), healthz=Verdict, readyz=lambda: DEAD) as server:
        status, body = fetch(server, "/readyz")
    assert (status, json.loads(body)["reasons"]) == (503, list(DEAD.reasons))


def test_a_probe_that_fails_counts_as_dead() -> None:
    def broken() -> Verdict:
        raise KeyError("x")

    with HealthServer(port=0, registry=CollectorRegistry(), healthz=broken, readyz=Verdict) as server:
        assert fetch(server, "/healthz")[0] == 503


def test_metrics_are_those_of_the_given_registry() -> None:
    registry = CollectorRegistry()
    Counter("hotline_tests", "Tests.", registry=registry).inc()
    with HealthServer(port=0, registry=registry, healthz=Verdict, readyz=Verdict) as server:
        assert "hotline_tests_total 1.0" in fetch(server, "/metrics")[1]


@pytest.mark.parametrize("path", ["/", "/secrets", "/healthz/x"])
def test_there_are_no_other_pages(path: str) -> None:
    with HealthServer(port=0, registry=CollectorRegistry(), healthz=Verdict, readyz=Verdict) as server:
        assert fetch(server, path)[0] == 404
