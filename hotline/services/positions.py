"""Positions of events: given by the clock process in the order of commits (DESIGN §3, "event positions")."""

from __future__ import annotations

from hotline.services.ports import Store

AT_ONCE = 5000  # events a commit


class Positions:
    """Gives positions to events; one process at a time, also when two clocks are active for a moment."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def settle(self) -> int:
        """Give a position to every event that was committed before; return how many."""
        done, given = 0, AT_ONCE
        while given and self._waiting():
            with self._store.write() as work:
                given = work.events.settle(AT_ONCE)
                work.commit()
            done += given
        return done

    def _waiting(self) -> bool:
        with self._store.read() as work:
            return work.events.unsettled()
