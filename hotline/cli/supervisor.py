"""Runs the processes of one machine as children: started in order, started again when they end, ended together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 12.0
_LONGEST_PAUSE_SECONDS = 10.0
_STEADY_SECONDS = 30.0
_POLL_SECONDS = 0.1


@dataclass(slots=True)
class Child:
    """A process of ours; ``failures`` in a row make the pause before the next start longer."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    restart_at: float = field(default=0.0)


class Supervisor:
    """Children that live as long as the ``with`` block; a child that ends is started again after a growing pause."""

    def __init__(self, env: Mapping[str, str], *, told: Callable[[str], None] = lambda _line: None) -> None:
        self._env, self._told = {**os.environ, **env}, told
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self, name: str, *arguments: str) -> Child:
        """Start ``hotline ARGUMENTS`` as a child."""
        child = Child(name, [sys.executable, "-m", "hotline.cli", *arguments])
        self._children.append(child)
        self._spawn(child)
        return child

    def look(self) -> None:
        """Start again what has ended; to be called a few times a second."""
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and (code := child.process.poll()) is not None:
                child.process = None
                child.failures = 0 if now - child.started_at > _STEADY_SECONDS else child.failures + 1
                child.restart_at = now + min(0.2 * 2**child.failures, _LONGEST_PAUSE_SECONDS)
                self._told(f"{child.name} 已退出(代码 {code}),稍后重新启动")
            if child.process is None and now >= child.restart_at:
                self._spawn(child)

    def wait(self, until: Callable[[], bool], *, deadline: float) -> bool:
        """Look after the children until a condition holds; False after ``deadline`` seconds."""
        end = time.monotonic() + deadline
        while not until():
            if time.monotonic() > end:
                return False
            self.look()
            time.sleep(_POLL_SECONDS)
        return True

    def run(self) -> None:
        """Look after the children until SIGTERM or SIGINT."""
        asked: list[int] = []
        before = {number: signal.signal(number, lambda got, _frame: asked.append(got)) for number in _SIGNALS}
        try:
            while not asked:
                self.look()
                time.sleep(_POLL_SECONDS)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """End the children in the reverse order of their start: a request first, force after 12 seconds."""
        running = [child for child in reversed(self._children) if child.process is not None]
        for child in running:
            _process(child).terminate()
        end = time.monotonic() + _STOP_SECONDS
        for child in running:
            try:
                _process(child).wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                _process(child).kill()
                _process(child).wait()
        self._children.clear()

    def _spawn(self, child: Child) -> None:
        child.started_at = time.monotonic()
        # A session of its own: Ctrl-C in the terminal reaches us alone, and we end the children in order.
        child.process = subprocess.Popen(child.command, env=self._env, stdin=subprocess.DEVNULL, start_new_session=True)


_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def _process(child: Child) -> subprocess.Popen[bytes]:
    if child.process is None:
        raise RuntimeError(f"{child.name} is not running")
    return child.process


def die_with_parent() -> None:
    """Let the kernel end this process when the one that started it is killed: nothing is left running (Linux only)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:  # it was killed before the kernel knew
        sys.exit(0)
