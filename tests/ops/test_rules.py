"""Rules and alerts: checked and tried by promtool, each alert actionable and with a page of its own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.needs import need
from tests.ops.boards import DEPLOY, RULES, names, rules
from tests.ops.exported import FOREIGN, by_job

PROMETHEUS = DEPLOY / "prometheus"
RUNBOOKS = Path(__file__).parents[2] / "hotline" / "web" / "runbooks"
ALERTS = [rule for rule in rules() if "alert" in rule]
RULE_TESTS = sorted((PROMETHEUS / "tests").glob("*.test.yml"))
ALERTMANAGER = yaml.safe_load((DEPLOY / "alertmanager/alertmanager.yml").read_text("utf-8"))
each_alert = pytest.mark.parametrize("alert", ALERTS, ids=[alert["alert"] for alert in ALERTS])
each_rule = pytest.mark.parametrize("rule", rules(), ids=[str(rule.get("alert") or rule["record"]) for rule in rules()])


def promtool(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run promtool."""
    need("prometheus")
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.mark.prometheus
def test_the_rules_pass_every_lint() -> None:
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", *RULES)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.prometheus
@pytest.mark.parametrize("name", ["prometheus.yml", "prometheus.compose.yml"])
def test_the_configuration_is_valid(name: str) -> None:
    done = promtool("check", "config", "--syntax-only", PROMETHEUS / name)  # a container's secret is not on this machine
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.prometheus
@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.name.removesuffix(".test.yml"))
def test_alerts_fire_when_they_should_and_stay_quiet_otherwise(path: Path) -> None:
    done = promtool("test", "rules", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tried() -> None:
    tried = {alert for path in RULE_TESTS for alert in re.findall(r"alertname: (\w+)", path.read_text("utf-8"))}
    assert {alert["alert"] for alert in ALERTS} == tried


@each_alert
def test_an_alert_says_how_grave_it_is_and_whose(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in ("page", "ticket", "info")
    assert alert["labels"]["team"] in ("ops", "business")


@each_alert
def test_an_alert_speaks_chinese(alert: dict[str, Any]) -> None:
    assert re.search(r"[\u4e00-\u9fff]", alert["annotations"]["summary"])
    assert re.search(r"[\u4e00-\u9fff]", alert["annotations"]["description"])


@each_alert
def test_an_alert_has_its_page(alert: dict[str, Any]) -> None:
    assert alert["annotations"]["runbook_url"] == f"/runbooks/{alert['alert']}"
    page = (RUNBOOKS / f"{alert['alert']}.md").read_text("utf-8")
    assert re.match(r"# .+\n\n.+\n\n## 先看\n\n- .+", page)
    assert "## 处理" in page


def test_no_page_is_left_without_an_alert() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == {alert["alert"] for alert in ALERTS}


@each_rule
def test_a_rule_asks_for_what_is_exported_or_recorded(rule: dict[str, Any]) -> None:
    recorded = {one["record"] for one in rules() if "record" in one}
    assert names(rule["expr"]) <= frozenset().union(*by_job().values()) | recorded | FOREIGN


def test_the_demos_and_composes_prometheus_watch_the_same_processes() -> None:
    one, city = (yaml.safe_load((PROMETHEUS / name).read_text("utf-8")) for name in ("prometheus.yml", "prometheus.compose.yml"))
    jobs = {job["job_name"] for job in one["scrape_configs"]}
    assert jobs == {"hotline-web", "hotline-worker", "hotline-clock"}
    assert jobs <= {job["job_name"] for job in city["scrape_configs"]}


def test_amtool_accepts_the_routes() -> None:
    need("amtool")
    path = DEPLOY / "alertmanager/alertmanager.yml"
    done = subprocess.run(["amtool", "check-config", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["alertname=TargetDown", "severity=page", "team=ops"], "duty"),
        (["alertname=OnTimeRateLow", "severity=ticket", "team=business"], "supervision"),
        (["alertname=DeadLetters", "severity=ticket", "team=ops"], "operations"),
        (["alertname=OverdueNow", "severity=info", "team=business"], "board"),
        (["alertname=Watchdog", "severity=info", "team=ops"], "watchdog"),
    ],
)
def test_an_alert_reaches_whom_it_is_for(labels: list[str], receiver: str) -> None:
    need("amtool")
    config = f"--config.file={DEPLOY / 'alertmanager/alertmanager.yml'}"
    done = subprocess.run(["amtool", "config", "routes", "test", config, *labels], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == receiver


def test_every_route_ends_at_a_receiver() -> None:
    routes = [ALERTMANAGER["route"], *ALERTMANAGER["route"]["routes"]]
    assert {route["receiver"] for route in routes} == {one["name"] for one in ALERTMANAGER["receivers"]}


def test_tickets_wait_for_office_hours_and_pages_do_not() -> None:
    held = {route["receiver"] for route in ALERTMANAGER["route"]["routes"] if "active_time_intervals" in route}
    assert held == {"supervision", "operations"}
