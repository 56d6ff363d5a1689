"""The index of the open orders, filled and kept fresh beside the requests: nobody waits for it."""

from __future__ import annotations

import logging
import threading
from typing import Final

from hotline.errors import HotlineError
from hotline.services.neighbours import Neighbours

EVERY_SECONDS: Final = 1.0
log = logging.getLogger(__name__)


def keep(neighbours: Neighbours, every: float = EVERY_SECONDS) -> threading.Event:
    """Follow the events in a thread of its own until the returned event is set; a database that is away is waited for."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            try:
                neighbours.follow()
            except HotlineError as problem:
                log.warning("the index of open orders is behind: %s", problem.code)
            stop.wait(every)

    threading.Thread(target=run, name="neighbours", daemon=True).start()
    return stop
