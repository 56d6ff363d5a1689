"""Heavy work one after the other: a check or a rehearsal of a large book takes a processor for seconds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hotline.errors import Busy

WAIT_SECONDS = 5.0


class Turn:
    """One piece of heavy work at a time in a process; one more waits a few seconds, all others are told at once to come again.

    So no number of requests can take more than two of the threads that serve everybody else, or more than one processor.
    """

    def __init__(self, wait_seconds: float = WAIT_SECONDS) -> None:
        self._wait_seconds = wait_seconds
        self._places, self._work = threading.BoundedSemaphore(2), threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Do the work of the ``with`` block alone. Raises ``Busy``."""
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            if not self._work.acquire(timeout=self._wait_seconds):
                raise Busy
            try:
                yield
            finally:
                self._work.release()
        finally:
            self._places.release()
