"""The one way a test waits: for a condition, up to a deadline; never for a duration."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_POLL_SECONDS = 0.02


def wait_until(condition: Callable[[], object], deadline: float = 10.0, *, what: str = "") -> None:
    """Return as soon as ``condition()`` is true; fail the test after ``deadline`` seconds, naming ``what`` was awaited."""
    end = time.monotonic() + deadline
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline:g} s: {what or condition}")
        time.sleep(_POLL_SECONDS)


async def wait_until_async(condition: Callable[[], object], deadline: float = 10.0, *, what: str = "") -> None:
    """Do as `wait_until` inside an event loop; ``condition`` may be a coroutine function."""
    end = time.monotonic() + deadline
    while True:
        held = condition()
        if isinstance(held, Awaitable):
            held = await held
        if held:
            return
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline:g} s: {what or condition}")
        await asyncio.sleep(_POLL_SECONDS)
