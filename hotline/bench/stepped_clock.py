"""A clock that stands still until it is moved, and an agenda that moves it: days pass in seconds, in their true order."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Act = Callable[[], object]


class SteppedClock:
    """The Clock port, set by hand; ``now`` is aware."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the instant it was moved to last."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Go on to ``moment``; time does not run backwards, an earlier one changes nothing."""
        self._now = max(self._now, moment)


class Agenda:
    """What is going to happen: acts at their times, done in order; an act may put further ones down."""

    def __init__(self, clock: SteppedClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def at(self, moment: datetime, act: Act) -> None:
        """Put ``act`` down for ``moment``."""
        heapq.heappush(self._waiting, (moment, next(self._order), act))

    def run_until(self, end: datetime) -> int:
        """Do everything up to ``end`` with the clock at its time and return how much it was; what lies beyond stays undone."""
        done = 0
        while self._waiting and self._waiting[0][0] <= end:
            moment, _, act = heapq.heappop(self._waiting)
            self._clock.move_to(moment)
            act()
            done += 1
        self._clock.move_to(end)
        return done
