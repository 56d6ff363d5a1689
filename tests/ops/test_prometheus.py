"""Debian's Prometheus reads the exporters of a simulated month, and every figure on the boards is there and true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hotline.domain.indicators import RATES, Book, Rate
from hotline.metrics.families import OFFICIAL_RATES
from hotline.metrics.registry import new_registry
from hotline.metrics.units import UnitLabels
from hotline.metrics.web import WebMetrics
from hotline.metrics.windows import OFFICIAL_WINDOWS, WINDOWS, rate_windows
from hotline.services.backups import backup_done
from streams.health import HealthServer
from streams.verdict import Verdict
from tests.needs import need
from tests.ops.boards import names, queries, rules
from tests.ops.city import ADMIN, City
from tests.ops.prometheus_server import Prometheus, prometheus
from tests.waiting import wait_until

pytestmark = pytest.mark.prometheus
EACH = queries()
each_rule = pytest.mark.parametrize("rule", rules(), ids=[str(rule.get("alert") or rule["record"]) for rule in rules()])


@dataclass
class Watched:
    """A city and the Prometheus that reads it."""

    city: City
    server: Prometheus


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, month: City) -> Iterator[Watched]:
    need("prometheus")
    city = month
    city.calls(2)
    backup_done(city.store, city.clock.at)
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


@pytest.mark.parametrize(
    ("family", "book", "rates", "window"),
    [
        *(("hotline_rate", "own", RATES, window) for window in WINDOWS),
        *(("hotline_official_rate", "official", OFFICIAL_RATES, window) for window in OFFICIAL_WINDOWS),
    ],
)
def test_the_rates_in_prometheus_are_the_services_own(
    watched: Watched, family: str, book: Book, rates: tuple[Rate, ...], window: str
) -> None:
    pack = watched.city.books.current()
    units, asked = UnitLabels(pack.units), rate_windows(watched.city.clock.at, pack.zone)[window]
    wanted = {(rate, unit): [0.0, 0.0] for rate in rates for unit in units.all}
    for unit, row in watched.city.figures.within(*asked, by=ADMIN, book=book).items():
        for rate in rates:
            wanted[rate, units.of(unit)][0] += row[rate].numerator
            wanted[rate, units.of(unit)][1] += row[rate].denominator
    read = [
        watched.server.query(f'sum by (rate, unit) ({family}_{part}{{job="hotline-clock",window="{window}"}})')
        for part in ("numerator", "denominator")
    ]
    keys = {key: frozenset({("rate", key[0]), ("unit", key[1])}) for key in wanted}
    assert wanted == {key: [part[labels] for part in read] for key, labels in keys.items()}


@pytest.mark.parametrize("rate", RATES)
def test_no_rate_of_the_month_before_today_is_trivial(watched: Watched, rate: Rate) -> None:
    of = f'{{job="hotline-clock",rate="{rate}",window="30d"}}'
    (upper,), (lower,) = (watched.server.query(f"sum(hotline_rate_{part}{of})").values() for part in ("numerator", "denominator"))
    assert 0 < upper < lower or rate == "callback"
    assert lower > 30


@pytest.mark.parametrize("rate", ["resolution", "satisfaction"])
def test_the_platform_above_has_its_say_in_the_month_too(watched: Watched, rate: Rate) -> None:
    of = f'{{job="hotline-clock",rate="{rate}",window="30d"}}'
    assert sum(watched.server.query(f"sum(hotline_official_rate_denominator{of})").values()) > 0


def test_the_growth_of_a_counter_is_seen_though_it_began_at_zero(watched: Watched) -> None:
    grown = watched.server.query('sum(increase(hotline_orders_accepted_total{job="hotline-clock",channel="app"}[5m]))')
    assert next(iter(grown.values())) > 0


def test_every_rule_is_loaded_and_none_fails(watched: Watched) -> None:
    groups = watched.server.get("/api/v1/rules")["data"]["groups"]
    loaded = [rule for group in groups for rule in group["rules"]]
    assert len(loaded) == len(rules())
    assert {rule["health"] for rule in loaded} <= {"ok", "unknown"}


@each_rule
def test_a_rule_can_be_asked_and_what_it_asks_of_our_processes_is_there(watched: Watched, rule: dict[str, str]) -> None:
    watched.server.query(rule["expr"])  # refused = AssertionError
    ours = {name for name in names(rule["expr"]) if name.startswith("hotline_")}
    assert {name for name in ours if not watched.server.query(f"count({name})")} == set()


def test_only_what_is_true_fires(watched: Watched) -> None:
    def firing() -> set[str]:
        alerts = watched.server.get("/api/v1/alerts")["data"]["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    wait_until(lambda: "Watchdog" in firing(), 30, what="the watchdog")
    assert firing() == {"Watchdog"}
