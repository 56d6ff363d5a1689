"""Runs a built app as the process `hotline worker`, under a watchdog that ends the process rather than let it hang.

Faust workers are known to stay alive and read nothing after a broker's hiccup (faust#175, #523, #629). A supervisor starts
the process again; what was unfinished comes again.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
from collections.abc import Callable
from time import monotonic

import faust
from faust.types import AppT

from hotline.errors import BrokerUnavailable
from streams.broker import BrokerStart
from streams.lag import LagReader
from streams.progress import Progress
from streams.topics import ensure_topics
from streams.verdict import Limits, Stalls, Verdict, alive

log = logging.getLogger(__name__)

#: sysexits' EX_TEMPFAIL: nothing is wrong with the program, start it again.
EXIT_RESTART = 75
_LONGEST_PAUSE_SECONDS = 5.0
_COLLECT_AFTER = 100_000  # objects


class Watchdog:
    """Reads the group's positions every few seconds in a thread of its own and ends the process when the worker is dead.

    Dead is what `streams.verdict.alive` says, or that the embedded broker has started anew: its offsets begin at 0 again.
    """

    def __init__(
        self,
        *,
        progress: Progress,
        lag: LagReader,
        broker_start: Callable[[], BrokerStart | None],
        limits: Limits | None = None,
        every: float = 2.0,
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self._progress, self._lag, self._broker_start = progress, lag, broker_start
        self._limits, self._every, self._end = limits or Limits(), every, end
        self._stalls = Stalls()
        self._first = broker_start()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; for an orderly end."""
        self._stop.set()

    def verdict(self) -> Verdict:
        """Return whether the worker lives, for /healthz; safe from any thread."""
        start = self._broker_start()
        self._first = self._first or start
        if start is not None and self._first is not None and start.start_id != self._first.start_id:
            return Verdict(("the embedded broker has started anew",))
        return alive(self._progress, self._stalls, self._limits, monotonic())

    def _run(self) -> None:
        asyncio.run(self._watch())

    async def _watch(self) -> None:
        async with self._lag:
            while not self._stop.is_set():
                await self._look()
                verdict = self.verdict()
                if not verdict.ok and not self._stop.is_set():
                    log.critical("the worker ends itself to be started again: %s", "; ".join(verdict.reasons))
                    self._end(EXIT_RESTART)
                    return
                await asyncio.sleep(self._every)

    async def _look(self) -> None:
        try:
            self._stalls.see(await self._lag.read(), monotonic())
        except BrokerUnavailable:
            self._stalls.forget()
        except Exception as problem:  # the watchdog itself must not die: it would be silence again
            log.warning("positions could not be read: %s", type(problem).__name__)
            self._stalls.forget()


def wait_for_broker(url: str, *, durable: bool, stop: Callable[[], bool] = lambda: False) -> None:
    """Wait until the broker answers and the topics exist; return early when ``stop()``."""
    pause = 0.1
    waiter = threading.Event()
    while not stop():
        try:
            asyncio.run(ensure_topics(url, durable=durable))
            return
        except BrokerUnavailable as problem:
            log.warning("the worker waits for the broker: %s", problem)
        waiter.wait(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


def run_worker(app: AppT, watchdog: Watchdog, *, loglevel: str = "WARNING") -> int:
    """Run ``app`` in this thread, the main one, until SIGTERM or SIGINT; return the exit code.

    Logging is left as the caller set it up. The watchdog ends the process with `EXIT_RESTART`.
    """
    _settle_memory()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = faust.Worker(app, loop=loop, quiet=True, loglevel=loglevel, override_logging=False)
    worker.spinner = None
    watchdog.start()
    try:
        worker.execute_from_commandline()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    finally:
        watchdog.stop()


def _settle_memory() -> None:
    """Keep the collector away from what is loaded by now (model, tables, libraries): it stays until the end.

    A batch of 500 makes hundreds of thousands of objects without a cycle among them; at Python's defaults the collector walked
    the whole heap several times a batch, a quarter of the time of a call.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 100)
