"""Relay and re-emission in a thread of their own, for the clock process, whose other work is synchronous."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Self

from streams.reemission import Reemission
from streams.relay import Relay

_STOP_SECONDS = 15.0


class SenderThread:
    """Runs until stopped; stopping lets the batch in hand finish, up to 15 s."""

    def __init__(self, relay: Relay, reemission: Reemission | None = None) -> None:
        self._relay, self._reemission = relay, reemission
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="sender", daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Stop sending and wait for the end."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_STOP_SECONDS)

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        tasks = [self._relay.run(self._stop)]
        if self._reemission is not None:
            tasks.append(self._reemission.run(self._stop))
        await asyncio.gather(*tasks)
