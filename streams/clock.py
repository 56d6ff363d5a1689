"""The process `hotline clock`: one is active by a lease; it relays the outbox, sends lost calls again and does the chores.

Everything that acts on passing time runs here and nowhere else (DESIGN §3), so reminders are written once.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from streams.reemission import Reemission
from streams.relay import Relay, kind_of, pause

log = logging.getLogger(__name__)

LEASE = "clock"
LEASE_SECONDS = 15.0
RENEW_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done every so often, in a thread; ``always`` also while another clock is the active one."""

    name: str
    every: timedelta
    run: Callable[[], object]
    always: bool = False


class LeasePort(Protocol):
    """The lease row; either may raise `StoreUnavailable`."""

    def take(self, name: str, seconds: float) -> bool:
        """Take or renew the lease for this process; False while another holds it."""

    def release(self, name: str) -> None:
        """Give it up."""


class Ticking:
    """Holds the lease and runs relay, re-emission and chores until told to stop."""

    def __init__(self, lease: LeasePort) -> None:
        self._lease = lease
        self._held = False

    def active(self) -> bool:
        """Whether this process is the active clock."""
        return self._held

    async def run(self, relay: Relay, reemission: Reemission, chores: Sequence[Chore]) -> None:
        """Run until SIGTERM or SIGINT; for the main thread."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await self._renew()
        tasks = [self._keep(stop), relay.run(stop), reemission.run(stop), *(self._do(chore, stop) for chore in chores)]
        await asyncio.gather(*tasks)
        await self._give_up()

    async def _keep(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await pause(stop, RENEW_SECONDS)
            await self._renew()

    async def _renew(self) -> None:
        try:
            self._held = await asyncio.to_thread(self._lease.take, LEASE, LEASE_SECONDS)
        except Exception as problem:
            self._held = False  # a lease that cannot be renewed runs out; acting on it would make two clocks
            log.warning("the lease cannot be renewed: %s", kind_of(problem))

    async def _give_up(self) -> None:
        if self._held:
            try:
                await asyncio.to_thread(self._lease.release, LEASE)
            except Exception as problem:
                log.warning("the lease runs out by itself: %s", kind_of(problem))

    async def _do(self, chore: Chore, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                if chore.always or self._held:
                    await asyncio.to_thread(chore.run)
            except Exception as problem:
                log.warning("%s failed and is tried again: %s", chore.name, kind_of(problem))
            await pause(stop, chore.every.total_seconds())
