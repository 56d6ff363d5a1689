"""The worker's stream metrics: implements ``streams.meter.StreamMeter`` and keeps the lag in seconds."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import time
from typing import Literal, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

RESULTS = ("ok", "retry", "dead")
AGE_BORDERS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 3600.0)
_REMEMBERED = 4_096  # readings of a partition's end: at one every 5 s, more than 5 hours of standstill


class Offsets(Protocol):
    """Where a partition ends and where the group stands (``streams.lag.Position``)."""

    @property
    def end(self) -> int: ...
    @property
    def committed(self) -> int: ...


class LagClock:
    """Turns positions into seconds: how long ago the first message that is not committed was first seen on its partition.

    A size of lag means nothing without the rate behind it; a time is felt. A quiet partition's first message counts from 0.
    """

    def __init__(self) -> None:
        self._ends: dict[tuple[str, int], deque[tuple[float, int]]] = {}

    def see(self, partition: tuple[str, int], at: Offsets, now: float) -> float:
        """Take a reading at ``now`` (Unix seconds) and return the partition's lag in seconds, 0 when there is none."""
        known = self._ends.setdefault(partition, deque())
        if known and at.end < known[-1][1]:
            known.clear()  # the broker began anew
        if not known or (at.end > known[-1][1] and len(known) < _REMEMBERED):
            known.append((now, at.end))
        while known and known[0][1] <= at.committed and len(known) > 1:
            known.popleft()
        return now - known[0][0] if known[0][1] > at.committed else 0.0


class WorkerMetrics:
    """Counts what the streams do; every (topic, result) is at 0 from the start."""

    def __init__(
        self, registry: CollectorRegistry, *, topics: Sequence[str], group: str, now: Callable[[], float] = time
    ) -> None:
        self._topics, self._group, self._now = tuple(topics), group, now
        text = "Messages handled, by result: done, tried again while the database was away, set aside for a person"
        self._processed = Counter("hotline_events_processed", text, ("topic", "result"), registry=registry)
        text = "Age of a batch's oldest message when it was done: written to the topic until committed"
        self._age = Histogram("hotline_event_age_seconds", text, ("topic",), buckets=AGE_BORDERS, registry=registry)
        text = "When a batch of the partition was last done, Unix seconds"
        self._progress = Gauge("hotline_stream_last_progress_timestamp_seconds", text, ("topic", "partition"), registry=registry)
        text = "How long the oldest message that is not committed has waited, worst partition"
        self._lag = Gauge("hotline_stream_lag_seconds", text, ("consumergroup", "topic"), registry=registry)
        self._clock, self._lock = LagClock(), threading.Lock()
        for topic in self._topics:
            self._age.labels(topic)
            self._lag.labels(group, topic).set(0)
            for result in RESULTS:
                self._processed.labels(topic, result)

    def processed(self, topic: str, result: Literal["ok", "retry", "dead"], count: int) -> None:
        """Count messages."""
        self._processed.labels(topic, result).inc(count)

    def progressed(self, topic: str, partition: int, at: float) -> None:
        """Remember when a partition last moved, Unix seconds."""
        self._progress.labels(topic, str(partition)).set(at)

    def aged(self, topic: str, seconds: float) -> None:
        """Observe the age of a batch's oldest message."""
        self._age.labels(topic).observe(seconds)

    def positions(self, found: Mapping[tuple[str, int], Offsets]) -> None:
        """Take the group's positions as the broker tells them; called by the watchdog, every few seconds."""
        with self._lock:
            now = self._now()
            seconds = list(self._seconds(found, now))
        for topic in {topic for topic, _ in seconds}:
            self._lag.labels(self._group, topic).set(max(lag for name, lag in seconds if name == topic))

    def _seconds(self, found: Mapping[tuple[str, int], Offsets], now: float) -> Iterator[tuple[str, float]]:
        for partition, at in found.items():
            yield partition[0], self._clock.see(partition, at, now)
