"""Debian's Prometheus reads the running exporters, and every figure on the boards is there and true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from hotline.domain.indicators import RATES
from hotline.metrics.registry import new_registry
from hotline.metrics.units import UnitLabels
from hotline.metrics.web import WebMetrics
from hotline.metrics.windows import WINDOWS, rate_windows
from streams.health import HealthServer
from streams.verdict import Verdict
from tests.needs import need
from tests.ops.boards import queries, rules
from tests.ops.city import ADMIN, City, live
from tests.ops.prometheus_server import Prometheus, prometheus
from tests.waiting import wait_until

pytestmark = pytest.mark.prometheus
EACH = queries()


@dataclass
class Watched:
    """A city and the Prometheus that reads it."""

    city: City
    server: Prometheus


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    need("prometheus")
    now = datetime.now(UTC)
    city = City(now - timedelta(days=14))
    live(city)
    city.clock.at = now
    city.exporter.refresh()
    web = new_registry()
    WebMetrics(web)
    registries = {"hotline-web": web, "hotline-worker": city.worker, "hotline-clock": city.business}
    servers = {job: HealthServer(port=0, registry=one, healthz=Verdict, readyz=Verdict) for job, one in registries.items()}
    for one in servers.values():
        one.start()
    with prometheus(tmp_path_factory.mktemp("prometheus"), {job: one.port for job, one in servers.items()}) as server:
        wait_until(lambda: all(server.scrapes(job) >= 2 for job in registries), 60, what="two readings of each process")
        city.calls(4, channel="app")  # something happens between two readings
        city.exporter.refresh()
        done = server.scrapes("hotline-clock") + 2
        wait_until(lambda: server.scrapes("hotline-clock") >= done, 60, what="readings after it")
        yield Watched(city, server)
    for one in servers.values():
        one.stop()


@pytest.mark.parametrize(("where", "expr"), EACH, ids=[where for where, _ in EACH])
def test_every_panel_has_something_to_show(watched: Watched, where: str, expr: str) -> None:
    wait_until(lambda: watched.server.query(expr), 10, what=f"{where}: {expr}")


@pytest.mark.parametrize("window", WINDOWS)
def test_the_rates_in_prometheus_are_the_services_own(watched: Watched, window: str) -> None:
    pack = watched.city.books.current()
    units, asked = UnitLabels(pack.units), rate_windows(watched.city.clock.at, pack.zone)[window]
    wanted = {(rate, unit): [0.0, 0.0] for rate in RATES for unit in units.all}
    for unit, row in watched.city.figures.within(*asked, by=ADMIN).items():
        for rate, ratio in row.items():
            wanted[rate, units.of(unit)][0] += ratio.numerator
            wanted[rate, units.of(unit)][1] += ratio.denominator
    read = [
        watched.server.query(f'sum by (rate, unit) (hotline_rate_{part}{{job="hotline-clock",window="{window}"}})')
        for part in ("numerator", "denominator")
    ]
    keys = {key: frozenset({("rate", key[0]), ("unit", key[1])}) for key in wanted}
    assert wanted == {key: [part[labels] for part in read] for key, labels in keys.items()}


def test_the_three_rates_of_the_month_before_today_are_not_trivial(watched: Watched) -> None:
    shown = watched.server.query(
        'sum by (rate) (hotline_rate_numerator{job="hotline-clock",window="30d"})'
        ' / sum by (rate) (hotline_rate_denominator{job="hotline-clock",window="30d"})'
    )
    assert shown[frozenset({("rate", "resolution")})] == 18 / 24
    assert shown[frozenset({("rate", "satisfaction")})] == 18 / 24


def test_the_growth_of_a_counter_is_seen_though_it_began_at_zero(watched: Watched) -> None:
    grown = watched.server.query('sum(increase(hotline_orders_accepted_total{job="hotline-clock",channel="app"}[5m]))')
    assert next(iter(grown.values())) > 0


def test_every_rule_is_loaded_and_none_fails(watched: Watched) -> None:
    groups = watched.server.get("/api/v1/rules")["data"]["groups"]
    loaded = [rule for group in groups for rule in group["rules"]]
    assert len(loaded) == len(rules())
    assert {rule["health"] for rule in loaded} <= {"ok", "unknown"}


def test_only_what_is_true_fires(watched: Watched) -> None:
    def firing() -> set[str]:
        alerts = watched.server.get("/api/v1/alerts")["data"]["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    wait_until(lambda: "Watchdog" in firing(), 30, what="the watchdog")
    assert firing() == {"Watchdog"}
