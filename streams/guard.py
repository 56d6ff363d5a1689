"""Between Faust and the services: a batch always ends well, or does not end.

Faust acknowledges a message whose agent raised, and stops reading a typed topic after one message it cannot decode, without
a word. So agents hand raw bytes to a guard, and a guard never raises: what cannot be read or handled is set aside with its
reason and the rest goes on; while the database is away the batch waits, unacknowledged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from hotline.errors import HotlineError, StoreUnavailable
from streams.meter import SilentMeter, StreamMeter
from streams.progress import Partition, Progress

log = logging.getLogger(__name__)

M = TypeVar("M")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came; ``at`` is when the broker got it, Unix seconds."""

    topic: str
    partition: int
    offset: int
    value: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds between two attempts while the database is away: doubled each time, up to ``longest``."""

    first: float = 0.25
    longest: float = 10.0


class SetAside(Protocol):
    """Keeps a message that cannot be processed, visible and retriable; idempotent by (topic, raw)."""

    def __call__(self, raw: bytes, topic: str, reason: str) -> None:
        """Write it in one commit; raise `StoreUnavailable` while the database is away."""


class Guard(Generic[M]):
    """Runs a handler over batches of one topic, in one thread of its own so that heartbeats go on.

    ``decode`` turns bytes into what the handler takes and raises `hotline.errors.UnreadableMessage`.
    """

    def __init__(
        self,
        *,
        topic: str,
        decode: Callable[[bytes], M],
        set_aside: SetAside,
        progress: Progress,
        meter: StreamMeter | None = None,
        pauses: Pauses | None = None,
    ) -> None:
        self._topic, self._decode, self._set_aside = topic, decode, set_aside
        self._progress = progress
        self._meter: StreamMeter = meter or SilentMeter()
        self._pauses = pauses or Pauses()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"guard-{topic}")

    async def run(self, handle: Callable[[Sequence[M]], int], batch: Sequence[Received]) -> int:
        """Handle ``batch`` to the end and return the sum of what ``handle`` returned; never raises, may wait for ever.

        Only a cancellation of the task comes through: then the batch must not be acknowledged.
        """
        readable, unreadable = self._sort(batch)
        for message, problem in unreadable:
            await self._put_aside(message, problem)
        made, failed = await self._halve(handle, readable)
        self._account(batch, dead=len(unreadable) + failed)
        return made

    def close(self) -> None:
        """Let the thread end after what it is doing."""
        self._thread.shutdown(wait=False)

    def _sort(self, batch: Sequence[Received]) -> tuple[list[tuple[Received, M]], list[tuple[Received, Exception]]]:
        readable: list[tuple[Received, M]] = []
        unreadable: list[tuple[Received, Exception]] = []
        for message in batch:
            try:
                readable.append((message, self._decode(message.value)))
            except Exception as problem:  # a decoder's bug must not stop the topic either
                unreadable.append((message, problem))
        return readable, unreadable

    async def _halve(self, handle: Callable[[Sequence[M]], int], items: list[tuple[Received, M]]) -> tuple[int, int]:
        """Return (made, set aside): a part that fails is halved until the message at fault is alone."""
        made = failed = 0
        parts = [items] if items else []
        while parts:
            part = parts.pop()
            try:
                made += await self._patiently(partial(handle, [value for _, value in part]), len(part))
            except Exception as problem:
                if len(part) == 1:
                    failed += 1
                    await self._put_aside(part[0][0], problem)
                else:
                    half = len(part) // 2
                    parts += [part[half:], part[:half]]  # the earlier half is taken first: order is kept
        return made, failed

    async def _patiently(self, work: Callable[[], R], size: int) -> R:
        """Do ``work`` in the thread, again and again while the database is away; other errors rise."""
        pause = self._pauses.first
        while True:
            try:
                done = await asyncio.get_running_loop().run_in_executor(self._thread, work)
            except StoreUnavailable as problem:
                self._progress.waits_for_database(True)
                self._meter.processed(self._topic, "retry", size)
                log.warning("database away, %d messages of %s wait %.2g s: %s", size, self._topic, pause, problem.code)
            except Exception:
                self._progress.waits_for_database(False)  # it answered
                raise
            else:
                self._progress.waits_for_database(False)
                return done
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._pauses.longest)

    async def _put_aside(self, message: Received, problem: Exception) -> None:
        """Set ``message`` aside. If even that fails it is tried for ever: a stop is seen, a loss is not."""
        reason = reason_of(problem)
        where = f"{message.topic}/{message.partition}@{message.offset}"
        log.error("message %s set aside: %s", where, type(problem).__name__)
        pause = self._pauses.first
        while True:
            try:
                await self._patiently(partial(self._set_aside, message.value, message.topic, reason), 1)
                return
            except Exception as refused:
                log.critical("message %s could not be set aside: %s", where, type(refused).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._pauses.longest)

    def _account(self, batch: Sequence[Received], *, dead: int) -> None:
        reached: Mapping[Partition, int] = {(message.topic, message.partition): message.offset for message in batch}
        self._progress.handled(reached)
        if not batch:
            return
        now = time.time()
        self._meter.processed(self._topic, "ok", len(batch) - dead)
        if dead:
            self._meter.processed(self._topic, "dead", dead)
        for topic, number in reached:
            self._meter.progressed(topic, number, now)
        self._meter.aged(self._topic, max(0.0, now - min(message.at for message in batch)))


def reason_of(problem: Exception) -> str:
    """Return why, without a person's words: our own errors speak for themselves, others only say their kind and place."""
    if isinstance(problem, HotlineError):
        return f"{problem.code}: {problem}"[:500]
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else ""
    return f"{type(problem).__name__}{where}"
