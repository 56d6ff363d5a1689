"""Debian's Prometheus, started with the committed configuration on ports of this test."""

from __future__ import annotations

import json
import math
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.ops.boards import DEPLOY
from tests.waiting import wait_until

Series = dict[frozenset[tuple[str, str]], float]


class Prometheus:
    """A running server, asked over its HTTP interface."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Return the answer to a GET; raises ``AssertionError`` with Prometheus' own words when it refuses."""
        try:
            with urllib.request.urlopen(f"{self._url}{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{query}: {problem.read().decode()}") from problem

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            return urllib.request.urlopen(f"{self._url}/-/ready", timeout=2).status == 200
        except OSError:
            return False

    def query(self, expr: str) -> Series:
        """Return what an expression gives now, by its labels; NaN is left out."""
        found = self.get("/api/v1/query", query=expr)["data"]["result"]
        series = {frozenset(one["metric"].items()): float(one["value"][1]) for one in found}
        return {labels: value for labels, value in series.items() if not math.isnan(value)}

    def scrapes(self, job: str) -> float:
        """Return how often a job was read."""
        return sum(self.query(f'count_over_time(up{{job="{job}"}}[1h])').values())


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def prometheus(folder: Path, ports: Mapping[str, int]) -> Iterator[Prometheus]:
    """Run Prometheus over ``ports`` by job, every 3 seconds instead of every 15, until the block ends."""
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    config["global"] = {"scrape_interval": "3s", "scrape_timeout": "3s", "evaluation_interval": "3s"}
    config["rule_files"] = [str(DEPLOY / "prometheus/rules/*.yml")]
    del config["alerting"]
    for job in config["scrape_configs"]:
        job["static_configs"] = [{"targets": [f"127.0.0.1:{ports[job['job_name']]}"]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
    port, log = free_port(), (folder / "prometheus.log").open("wb")
    command = [
        "prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    with log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            server = Prometheus(port)
            wait_until(server.ready, 30, what="Prometheus answers")
            yield server
        finally:
            process.terminate()
