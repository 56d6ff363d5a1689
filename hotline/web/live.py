"""Who listens to what happens: one reader of the events a process, its last thousand kept for all, a bounded number of listeners.

Every listener has its own place, an event's position; a slow one lags behind and then reads from the database. Nothing waits for
a listener: not the reader, not the others, not the process that is asked to stop.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

import orjson
from starlette.concurrency import run_in_threadpool

from hotline.domain.roles import Actor
from hotline.errors import HotlineError, TooManyListeners
from hotline.services.live import Live, Told, sees

MOST_LISTENERS: Final = 500
MOST_OF_ONE: Final = 12
"""Listeners of one key: a clerk has some pages open, and each that is looked at listens."""
READ_SECONDS: Final = 0.5
BEAT_SECONDS: Final = 5.0
"""How often an idle line says that it lives, and a listener's key is looked at again."""
MOST_BEHIND: Final = 10_000
"""Events: who comes back further behind than this is told to load its list anew instead."""
_AT_ONCE: Final = 500
_KEPT: Final = 1000
_TOLD: Final = ("order_id", "seq", "kind", "at", "state", "unit")

StillThere = Callable[[], Awaitable[object]]


class Hub:
    """Tells listeners what they may hear; for one event loop."""

    def __init__(
        self, live: Live, *, most: int = MOST_LISTENERS, most_of_one: int = MOST_OF_ONE, read: float = READ_SECONDS,
        beat: float = BEAT_SECONDS,
    ) -> None:  # fmt: skip
        self._live, self._most, self._most_of_one, self._read, self._beat = live, most, most_of_one, read, beat
        self._bells: dict[asyncio.Event, Actor] = {}
        self._recent: deque[Told] = deque(maxlen=_KEPT)
        self._known: int | None = None  # everything after this position is among the recent
        self._reader: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._bells)

    @property
    def following(self) -> bool:
        """Whether the events are read for the listeners now."""
        return self._known is not None

    def stop(self) -> None:
        """Let every listener end now, and no new one begin: the process is to stop."""
        self._stopping = True
        self._ring()

    def room_for(self, by: Actor) -> None:
        """Raise ``TooManyListeners`` when nobody more, or nobody more of this key, can be told."""
        if self._stopping or len(self._bells) >= self._most or Counter(self._bells.values())[by] >= self._most_of_one:
            raise TooManyListeners(len(self._bells))

    async def listen(self, by: Actor, since: int | None, still_there: StillThere) -> AsyncIterator[bytes]:
        """Yield server-sent events of what happens after a position (None = from now on) until the key goes or we stop."""
        bell = asyncio.Event()
        self._bells[bell] = by
        try:
            async for line in self._lines(bell, by, since, still_there):
                yield line
        except HotlineError:
            return  # the store is away or the key was revoked: the listener comes again, or is refused then
        finally:
            del self._bells[bell]

    async def _lines(self, bell: asyncio.Event, by: Actor, since: int | None, still_there: StillThere) -> AsyncIterator[bytes]:
        now = await run_in_threadpool(self._live.position)
        at = now if since is None else min(since, now)
        behind = now - at > MOST_BEHIND
        at = now if behind else at
        yield b"retry: 3000\n" + _message(at, "reset" if behind else "")
        looked = asyncio.get_running_loop().time()
        while not self._stopping:
            bell.clear()
            self._wake()
            told = await self._after(at)
            for one in told:
                if sees(one, by):
                    yield _message(one.position, "order", one)
            at = told[-1].position if told else at
            rang = bool(told) or await self._rung(bell)
            if asyncio.get_running_loop().time() - looked >= self._beat or not rang:
                await still_there()
                looked = asyncio.get_running_loop().time()
                yield b": .\n" + _message(at, "")

    async def _rung(self, bell: asyncio.Event) -> bool:
        try:
            await asyncio.wait_for(bell.wait(), self._beat)
        except TimeoutError:
            return False
        return True

    async def _after(self, position: int) -> Sequence[Told]:
        if self._known is not None and position >= self._known:
            return [one for one in self._recent if one.position > position]
        return await run_in_threadpool(self._live.after, position, _AT_ONCE)

    # -- the one reader ------------------------------------------------------------------------------------------------
    def _wake(self) -> None:
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        try:
            at = self._known = await run_in_threadpool(self._live.position)
            self._recent.clear()
            self._ring()
            while self._bells and not self._stopping:
                told = await run_in_threadpool(self._live.after, at, _AT_ONCE)
                at = self._keep(told, at)
                if len(told) < _AT_ONCE:
                    await asyncio.sleep(self._read)
        except HotlineError:
            self._ring()  # the store is away: listeners ask it themselves, and are told so
            await asyncio.sleep(self._read)
        finally:
            self._known = None

    def _keep(self, told: Sequence[Told], at: int) -> int:
        if not told:
            return at
        self._recent.extend(told)
        if len(self._recent) == _KEPT:
            self._known = self._recent[0].position
        self._ring()
        return told[-1].position

    def _ring(self) -> None:
        for bell in self._bells:
            bell.set()


def _message(position: int, event: str, told: Told | None = None) -> bytes:
    """Return one server-sent event; without a name and data only the listener's place moves on."""
    lines = [f"id: {position}"]
    if event:
        lines.append(f"event: {event}")
    if told is not None:
        lines.append(f"data: {orjson.dumps({name: getattr(told, name) for name in _TOLD}).decode()}")
    elif event:
        lines.append("data: {}")
    return ("\n".join(lines) + "\n\n").encode()
