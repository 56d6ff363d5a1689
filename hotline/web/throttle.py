"""Failed sign-ins are counted per address; too many of them are answered with the time to wait."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from hotline.errors import TooManyAttempts

MOST_ADDRESSES: Final = 10_000  # remembered at most: a scan from many addresses must not fill the memory


class Throttle:
    """Allows ``most`` failures of an address within ``window``; ``ticks`` gives seconds that only go forward.

    Only failures are refused: behind one office's address many people share it, and one wrong script among them must not lock
    the others out. Guessing is hopeless either way (256 random bits); the limit keeps a scan from costing a query each time.
    """

    def __init__(
        self, *, most: int = 10, window: timedelta = timedelta(minutes=1), ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._window, self._ticks = most, window.total_seconds(), ticks
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def failed(self, address: str) -> None:
        """Count a failure of ``address``; raises ``TooManyAttempts`` when there were more than allowed."""
        now = self._ticks()
        with self._lock:
            times = self._failures.setdefault(address, deque(maxlen=self._most))
            self._failures.move_to_end(address)
            while len(self._failures) > MOST_ADDRESSES:
                self._failures.popitem(last=False)
            while times and times[0] <= now - self._window:
                times.popleft()
            if len(times) == self._most:
                raise TooManyAttempts(timedelta(seconds=times[0] + self._window - now))
            times.append(now)
