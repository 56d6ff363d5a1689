"""Many callers on one matter in one place within a short time: an event (a burst main, a cold block of flats)."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

Key = tuple[str, str]
_CHANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Sighting:
    """An order as the detector sees it: matter (a category's path), place (a path of codes, an estate's id behind it), caller."""

    order: str
    matter: str
    place: str
    at: datetime
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A burst: one matter in one place, since when, its orders in the order they came, and how many were to be expected."""

    matter: str
    place: str
    since: datetime
    until: datetime
    orders: tuple[str, ...]
    expected: float


class BurstWatch:
    """Raises an event when more callers speak of a matter in a place than chance allows. Time comes with the orders."""

    def __init__(self, *, window: timedelta = timedelta(hours=2), least: int = 4, memory: timedelta = timedelta(days=14)) -> None:
        """``window`` = how close the calls are; ``least`` = callers it takes; ``memory`` = what the usual is learned from."""
        self._window, self._least, self._memory = window, least, memory
        self._seen: defaultdict[Key, deque[Sighting]] = defaultdict(deque)
        self._begun: datetime | None = None

    def see(self, sighting: Sighting) -> Event | None:
        """Take an order in; return the event it belongs to, in the smallest place where there is one, or None.

        Orders come in the order of their times; a later order of the same event returns the event with one order more.
        """
        self._begun = min(self._begun or sighting.at, sighting.at)
        found = None
        for key in _keys(sighting):
            seen = self._seen[key]
            seen.append(sighting)
            while seen[0].at < sighting.at - self._memory:
                seen.popleft()
            found = found or self._event(key, sighting.at)
        return found

    def _event(self, key: Key, now: datetime) -> Event | None:
        seen = self._seen[key]
        since = now - self._window
        recent = [one for one in seen if one.at > since]
        callers = len({one.caller or one.order for one in recent})
        if callers < self._least:
            return None
        expected = self._usual(len(seen) - len(recent), now)
        if _at_least(callers, expected) > _CHANCE:
            return None
        return Event(*key, recent[0].at, now, tuple(one.order for one in recent), round(expected, 3))

    def _usual(self, before: int, now: datetime) -> float:
        """Return how many orders a window of this matter and place usually has, never less than one in ten windows."""
        span = min(now - (self._begun or now), self._memory) - self._window
        windows = max(span / self._window, 1.0)
        return max(before / windows, 0.1)


def _keys(sighting: Sighting) -> Iterator[Key]:
    """Yield matter and place, the smallest place first, up to the district."""
    parts = sighting.place.split("/") if sighting.place else []
    for depth in range(len(parts), 0, -1):
        yield sighting.matter, "/".join(parts[:depth])


def _at_least(count: int, expected: float) -> float:
    """Return the chance of ``count`` orders or more where ``expected`` are usual (Poisson)."""
    term, below = math.exp(-expected), 0.0
    for one in range(count):
        below += term
        term *= expected / (one + 1)
    return max(1.0 - below, 0.0)
