"""Calls whose message was lost are sent again.

The database knows which calls have no order; Kafka may forget, the embedded broker always does when it stops. A call sent
twice makes one order, so the only harm of sending too often is work.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from hotline.errors import BrokerUnavailable
from streams.broker import BrokerStart
from streams.lag import LagReader
from streams.relay import kind_of, pause
from streams.topics import CALLS

log = logging.getLogger(__name__)

#: A message that was sent so long ago, while nothing waits on the topic, will not come any more.
LOST_AFTER = timedelta(minutes=10)
LIMIT = 1000


class EmissionPort(Protocol):
    """What was sent, and what became of it; called in a thread; each may raise `StoreUnavailable`."""

    def seen_start(self) -> str | None:
        """Return the broker start id that was remembered last."""

    def remember_start(self, start_id: str) -> None:
        """Remember that everything from before this start was sent again."""

    def reopen_untriaged(self, limit: int, emitted_before: datetime) -> int:
        """Make the outbox rows of at most ``limit`` calls unsent again and return how many.

        Those calls have no order, were not set aside, and were last emitted before ``emitted_before``; oldest first.
        """


def lost_before(*, seen: str | None, current: BrokerStart | None, calls_lag: int | None, now: datetime) -> datetime | None:
    """Return the time before which an emission without an order counts as lost; None when none does.

    ``current`` is None on a durable Kafka; ``calls_lag`` is None while the broker does not answer.
    """
    if current is not None and current.start_id != seen:
        return current.at
    if calls_lag == 0:
        return now - LOST_AFTER
    return None


class Reemission:
    """Looks every 10 s (every second while a full round was found) for calls to send again, at most 1,000 a round."""

    def __init__(
        self,
        *,
        port: EmissionPort,
        lag: LagReader,
        broker_start: Callable[[], BrokerStart | None],
        now: Callable[[], datetime],
        active: Callable[[], bool] = lambda: True,
        every: timedelta = timedelta(seconds=10),
    ) -> None:
        self._port, self._lag, self._broker_start = port, lag, broker_start
        self._now, self._active, self._every = now, active, every.total_seconds()

    async def run(self, stop: asyncio.Event) -> None:
        """Look until ``stop`` is set; errors are logged and tried again."""
        while not stop.is_set():
            full = False
            try:
                full = self._active() and await self.once() >= LIMIT
            except Exception as problem:
                log.warning("re-emission waits: %s", kind_of(problem))
            await pause(stop, min(1.0, self._every) if full else self._every)
        await self._lag.close()

    async def once(self) -> int:
        """Look once; return how many calls were reopened."""
        current = self._broker_start()
        seen = await asyncio.to_thread(self._port.seen_start)
        before = lost_before(seen=seen, current=current, calls_lag=await self._calls_lag(), now=self._now())
        if before is None:
            return 0
        reopened = await asyncio.to_thread(self._port.reopen_untriaged, LIMIT, before)
        if reopened:
            log.warning("%d calls without an order are sent again", reopened)
        if current is not None and current.start_id != seen and reopened < LIMIT:
            await asyncio.to_thread(self._port.remember_start, current.start_id)
        return reopened

    async def _calls_lag(self) -> int | None:
        try:
            positions = await self._lag.read()
        except BrokerUnavailable:
            return None
        return sum(position.lag for (topic, _), position in positions.items() if topic == CALLS)
