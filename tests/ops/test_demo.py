"""``hotline demo``, read by Debian's Prometheus: every panel shows something, and the rates are those of the API."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.models import default_model
from tests.needs import need
from tests.ops.boards import queries
from tests.ops.prometheus_server import Prometheus, free_port, prometheus
from tests.waiting import wait_until

pytestmark = [pytest.mark.prometheus, pytest.mark.stream]
RATES = ("response", "resolution", "satisfaction", "on_time")


@dataclass
class Demo:
    """The running demo: the port of its API, a key for it, and the Prometheus that reads it."""

    web: int
    key: str
    server: Prometheus

    def indicators(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return what the API says of this month."""
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        url = f"http://127.0.0.1:{self.web}/api/v1/indicators?from={today.replace(day=1)}&to={today}&by=unit"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.load(answer))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    need("prometheus")
    need("broker")
    folder = tmp_path_factory.mktemp("demo")
    ports = {job: free_port() for job in ("hotline-web", "hotline-worker", "hotline-clock", "broker")}
    log = folder / "log"
    with log.open("wb") as told, subprocess.Popen(
        [sys.executable, "-m", "hotline.cli", "demo"], stdout=told, stderr=told, env=_environment(folder, ports)
    ) as process:  # fmt: skip
        try:
            wait_until(lambda: process.poll() is not None or "管理员" in log.read_text("utf-8"), 180, what="the demo has started")
            keys = re.findall(r"管理员\s+(\S+)", log.read_text("utf-8"))
            assert keys, log.read_text("utf-8")
            with prometheus(tmp_path_factory.mktemp("prometheus"), ports) as server:
                yield Demo(ports["hotline-web"], keys[0], server)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _environment(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    ours = {
        "HOTLINE_DATA_DIR": str(folder / "data"), "HOTLINE_WEB_PORT": str(ports["hotline-web"]),
        "HOTLINE_WORKER_PORT": str(ports["hotline-worker"]), "HOTLINE_CLOCK_PORT": str(ports["hotline-clock"]),
        "HOTLINE_BROKER_PORT": str(ports["broker"]), "HOTLINE_MODEL": str(default_model()),
    }  # fmt: skip
    return {**os.environ, **ours}


def test_every_panel_shows_something_within_a_minute(demo: Demo) -> None:
    asked = [(where, expr) for where, expr in queries() if "hotline_official_rate" not in expr]  # nobody stands above the demo

    def empty() -> list[str]:
        return [where for where, expr in asked if not demo.server.query(expr)]

    wait_until(lambda: not empty(), 60, what="every panel has a sample")


@pytest.mark.parametrize("part", ["numerator", "denominator"])
def test_the_rates_are_those_of_the_api(demo: Demo, part: str) -> None:
    def shown() -> dict[str, float]:
        found = demo.server.query(f'sum by (rate) (hotline_rate_{part}{{job="hotline-clock",window="month"}})')
        return {dict(labels)["rate"]: value for labels, value in found.items()}

    def same() -> bool:
        api, gauges = demo.indicators(), shown()
        return all(gauges.get(rate) == sum(unit[rate][part] for unit in api.values()) for rate in RATES)

    wait_until(same, 90, what="the gauges, read every 30 s, have caught up with the API")
