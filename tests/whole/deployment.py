"""A deployment of its own for a test: data folder, ports, and `hotline …` as a person would call it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from hotline.bootstrap import House, open_house
from hotline.settings import Settings
from tests.models import default_model
from tests.streams.kafka_server import free_port


def free_ports(count: int) -> list[int]:
    """Return ports that nobody uses now, all different, below those the system gives to outgoing connections."""
    ports: set[int] = set()
    while len(ports) < count:
        ports.add(free_port())
    return sorted(ports)


@dataclass
class Deployment:
    """Settings as environment; commands run in it."""

    data_dir: Path
    database_url: str = ""
    broker_url: str = ""
    ports: list[int] = field(default_factory=lambda: free_ports(4))
    more: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        names = ("WEB_PORT", "WORKER_PORT", "CLOCK_PORT", "BROKER_PORT")
        own = {f"HOTLINE_{name}": str(port) for name, port in zip(names, self.ports, strict=True)}
        own |= {"HOTLINE_DATA_DIR": str(self.data_dir), "HOTLINE_MODEL": str(default_model())}
        own |= {"HOTLINE_DATABASE_URL": self.database_url, "HOTLINE_BROKER_URL": self.broker_url}
        return {**os.environ, **own, **self.more}

    @property
    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.data_dir / 'hotline.db'}"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def log(self) -> Path:
        """What the processes that ran wrote."""
        return self.data_dir.parent / "running.log"

    def said(self) -> str:
        """Return what the processes that ran wrote."""
        return self.log.read_text("utf-8", errors="replace")

    def house(self) -> House:
        """Open the services over this deployment's database."""
        before = dict(os.environ)
        os.environ.update(self.env)
        try:
            return open_house(Settings.load())
        finally:
            os.environ.clear()
            os.environ.update(before)

    def run(self, *arguments: str, deadline: float = 300, given: str | bytes = "") -> subprocess.CompletedProcess[str]:
        """Run ``hotline ARGUMENTS`` to its end, ``given`` on standard input."""
        sent = given if isinstance(given, bytes) else given.encode()
        command = [sys.executable, "-m", "hotline.cli", *arguments]
        done = subprocess.run(command, env=self.env, input=sent, capture_output=True, timeout=deadline, check=False)
        said, told = done.stdout.decode(), done.stderr.decode()
        return subprocess.CompletedProcess(command, done.returncode, said, told)

    def json(self, *arguments: str, deadline: float = 600) -> dict[str, Any]:
        """Run a command whose last line is JSON and return it."""
        done = self.run(*arguments, deadline=deadline)
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Have ``hotline ARGUMENTS`` run, its output in `log`; Ctrl-C at the end."""
        log = self.log.open("ab")
        process = subprocess.Popen([sys.executable, "-m", "hotline.cli", *arguments], env=self.env, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()


def ready(port: int) -> bool:
    """Whether the process behind a port says that it is ready."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def child(parent: int, name: str) -> psutil.Process | None:
    """Return the process below ``parent`` that runs ``hotline NAME``, or the program NAME; None while there is none."""
    for process in psutil.Process(parent).children(recursive=True):
        try:
            if process.cmdline()[-1:] == [name] or process.name() == name:
                return process
        except psutil.NoSuchProcess:
            continue
    return None


def kill(parent: int, name: str) -> None:
    """Kill the one process below ``parent`` of that name, without warning."""
    found = child(parent, name)
    assert found is not None, f"no {name} is running"
    found.kill()


def left_running(deployment: Deployment) -> list[str]:
    """Return the command lines of processes that work in a deployment's data folder or have it in their settings."""
    return [
        " ".join(process.info["cmdline"] or ())
        for process in psutil.process_iter(["cmdline", "environ", "cwd"])
        if process.pid != os.getpid() and _of(deployment, process.info)
    ]


def _of(deployment: Deployment, process: dict[str, Any]) -> bool:
    folder = str(deployment.data_dir)
    return (process["environ"] or {}).get("HOTLINE_DATA_DIR", "").startswith(folder) or (process["cwd"] or "").startswith(folder)
