"""A deployment of its own for a test: data folder, ports, and `hotline …` as a person would call it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from hotline.bootstrap import House, open_house
from hotline.settings import Settings
from tests.models import default_model


def free_ports(count: int) -> list[int]:
    """Return ports that nobody uses now, all different."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@dataclass
class Deployment:
    """Settings as environment; commands run in it."""

    data_dir: Path
    database_url: str = ""
    broker_url: str = ""
    ports: list[int] = field(default_factory=lambda: free_ports(4))

    @property
    def env(self) -> dict[str, str]:
        names = ("WEB_PORT", "WORKER_PORT", "CLOCK_PORT", "BROKER_PORT")
        own = {f"HOTLINE_{name}": str(port) for name, port in zip(names, self.ports, strict=True)}
        own |= {"HOTLINE_DATA_DIR": str(self.data_dir), "HOTLINE_MODEL": str(default_model())}
        own |= {"HOTLINE_DATABASE_URL": self.database_url, "HOTLINE_BROKER_URL": self.broker_url}
        return {**os.environ, **own}

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    def house(self) -> House:
        """Open the services over this deployment's database."""
        before = dict(os.environ)
        os.environ.update(self.env)
        try:
            return open_house(Settings.load())
        finally:
            os.environ.clear()
            os.environ.update(before)

    def run(self, *arguments: str, deadline: float = 300) -> subprocess.CompletedProcess[str]:
        """Run ``hotline ARGUMENTS`` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "hotline.cli", *arguments], env=self.env, capture_output=True, text=True, timeout=deadline,
            check=False,
        )  # fmt: skip

    def json(self, *arguments: str, deadline: float = 600) -> dict[str, Any]:
        """Run a command whose last line is JSON and return it."""
        done = self.run(*arguments, deadline=deadline)
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Have ``hotline ARGUMENTS`` run; Ctrl-C at the end."""
        log = (self.data_dir.parent / f"{arguments[0]}.log").open("ab")
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


def child_running(parent: int, argument: str) -> psutil.Process | None:
    """Return the child of a process that runs ``hotline ARGUMENT``, or None while there is none."""
    try:
        children: Sequence[psutil.Process] = psutil.Process(parent).children(recursive=True)
    except psutil.NoSuchProcess:
        return None
    for child in children:
        try:
            if child.cmdline()[-1:] == [argument]:
                return child
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return None
