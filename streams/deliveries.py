"""Webhook deliveries in a thread of their own, in the worker process: every endpoint is a task, so none waits for another.

What is lent and what came of it stands in the database (``hotline.services.webhook_queue``); here is nothing that a killed
process could take along. The database is asked in threads of this module's own, so that slow names of hosts, which are looked
up in the loop's default ones, hold up nobody.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Protocol, Self, TypeVar

from hotline.services.api_rows import Delivery, Endpoint
from hotline.services.webhook_queue import Batch, Outcome
from streams.relay import kind_of

log = logging.getLogger(__name__)

EVERY: Final = timedelta(milliseconds=500)
AT_ONCE: Final = 4  # orders whose events are in flight to one endpoint
_LONGEST_PAUSE_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 15.0
T = TypeVar("T")


class Queue(Protocol):
    """Where deliveries are lent from; everything may raise ``StoreUnavailable``."""

    def claim(self, holder: str, busy: Collection[str] = ()) -> list[Batch]:
        """Lend what is due."""

    def settle(self, endpoint_id: str, tried: Sequence[tuple[Delivery, Outcome | None]], holder: str) -> None:
        """Write what came of it."""


class Post(Protocol):
    """Sends one delivery; never raises for what the network does."""

    async def post(self, endpoint: Endpoint, delivery: Delivery, at: datetime) -> Outcome:
        """Return what came of it."""

    async def close(self) -> None:
        """Close every connection."""


class Deliveries:
    """Runs until stopped. ``seen`` is told every outcome, for figures; ``now`` is the time that signatures carry."""

    def __init__(
        self, queue: Queue, post: Post, *, holder: str, now: Callable[[], datetime], every: timedelta = EVERY,
        seen: Callable[[Outcome], object] = lambda _outcome: None,
    ) -> None:  # fmt: skip
        self._queue, self._post, self._holder, self._now, self._seen = queue, post, holder, now, seen
        self._every = every.total_seconds()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._freed = asyncio.Event()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks")

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set, then let what is in flight end."""
        seconds = self._every
        while not stop.is_set():
            try:
                begun, seconds = await self.once(), self._every
            except Exception as problem:
                begun, seconds = 0, min(seconds * 2, _LONGEST_PAUSE_SECONDS)
                log.warning("webhooks wait: %s", kind_of(problem))
            if not begun:
                await self._rest(stop, seconds)
        await self.finish()
        await self.close()

    async def once(self) -> int:
        """Begin to send what is due to endpoints that nothing is being sent to; return to how many."""
        self._freed.clear()
        batches = await self._ask(lambda: self._queue.claim(self._holder, tuple(self._busy)))
        for batch in batches:
            ident = batch.endpoint.id
            task = self._busy[ident] = asyncio.create_task(self._send(batch), name=f"webhook {ident}")
            task.add_done_callback(lambda _done, ident=ident: self._free(ident))  # type: ignore[misc]
        return len(batches)

    async def finish(self) -> None:
        """Wait until nothing is in flight."""
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def close(self) -> None:
        """Close connections and threads, for good."""
        await self._post.close()
        self._threads.shutdown(wait=False)

    async def _send(self, batch: Batch) -> None:
        """Send a batch, four orders at a time, the events of one order after each other, and keep what came of it."""
        room, failed = asyncio.Semaphore(AT_ONCE), asyncio.Event()
        by_order: dict[str, list[Delivery]] = {}
        for delivery in batch.deliveries:
            by_order.setdefault(delivery.order_id, []).append(delivery)
        parts = await asyncio.gather(*(self._in_turn(batch.endpoint, part, room, failed) for part in by_order.values()))
        tried = [one for part in parts for one in part]
        try:
            await self._ask(lambda: self._queue.settle(batch.endpoint.id, tried, self._holder))
        except Exception as problem:  # they are sent again when the loan is over
            log.warning("what came of %d deliveries could not be kept: %s", len(tried), kind_of(problem))

    async def _in_turn(
        self, endpoint: Endpoint, deliveries: Sequence[Delivery], room: asyncio.Semaphore, failed: asyncio.Event
    ) -> list[tuple[Delivery, Outcome | None]]:
        """Send the events of one order; after any failure what has not begun goes back untried."""
        tried: list[tuple[Delivery, Outcome | None]] = []
        async with room:
            for delivery in deliveries:
                outcome = None if failed.is_set() else await self._post.post(endpoint, delivery, self._now())
                tried.append((delivery, outcome))
                if outcome is not None:
                    self._seen(outcome)
                    if not outcome.ok:
                        failed.set()
        return tried

    def _free(self, ident: str) -> None:
        self._busy.pop(ident, None)
        self._freed.set()

    async def _rest(self, stop: asyncio.Event, seconds: float) -> None:
        """Wait ``seconds``, less when an endpoint is free again or ``stop`` is set."""
        waits = [asyncio.ensure_future(event.wait()) for event in (stop, self._freed)]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()

    async def _ask(self, ask: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, ask)


class DeliveryThread:
    """Runs deliveries beside the worker's own loop; stopping lets those in flight end."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="deliveries", daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        """Stop and wait, at most 15 s."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_STOP_SECONDS)

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._deliveries.run(self._stop)
