"""What a worker has done lately, written by its event loop and read by the health server's threads.

All times are `time.monotonic()` seconds: the wall clock may jump, and nothing here leaves the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic

#: A topic's name and a partition's number.
Partition = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Handled:
    """The last message handled on a partition, and when."""

    offset: int
    at: float


@dataclass(slots=True)
class Progress:
    """The worker's own account of itself."""

    now: Callable[[], float] = monotonic
    started_at: float = field(init=False)
    ticked_at: float = field(init=False)
    rebalanced_at: float | None = None
    waiting_since: float | None = None
    _assigned: frozenset[Partition] = frozenset()
    _handled: dict[Partition, Handled] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.started_at = self.ticked_at = self.now()

    def tick(self) -> None:
        """The event loop is alive."""
        self.ticked_at = self.now()

    def assigned(self, partitions: Iterable[Partition]) -> None:
        """A rebalance ended with these partitions."""
        self._assigned, self.rebalanced_at = frozenset(partitions), self.now()

    def revoked(self) -> None:
        """A rebalance began."""
        self._assigned, self.rebalanced_at = frozenset(), self.now()

    def handled(self, offsets: Mapping[Partition, int]) -> None:
        """A batch was done, up to these offsets."""
        with self._lock:
            self._handled.update({partition: Handled(offset, self.now()) for partition, offset in offsets.items()})

    def waits_for_database(self, waiting: bool) -> None:
        """The database is away, or has come back."""
        self.waiting_since = (self.waiting_since or self.now()) if waiting else None

    @property
    def partitions(self) -> frozenset[Partition]:
        """The partitions this worker holds."""
        return self._assigned

    @property
    def last(self) -> Mapping[Partition, Handled]:
        """The last message handled on each partition."""
        with self._lock:
            return dict(self._handled)
