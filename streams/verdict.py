"""Is the worker alive? Pure functions over what is known; the operations handbook's rule, word for word.

Unhealthy only if the loop has not ticked for 30 s, or an assigned partition has work, no commit progress for 5 min, no
rebalance in the last 2 min, and the database answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from streams.lag import Position
from streams.progress import Partition, Progress

LOOP_SILENT_SECONDS = 30.0
STALLED_SECONDS = 300.0
REBALANCE_GRACE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a probe answers; ``reasons`` say what is wrong, in English, for a log."""

    reasons: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until silence counts as death."""

    loop_silent: float = LOOP_SILENT_SECONDS
    stalled: float = STALLED_SECONDS
    rebalance_grace: float = REBALANCE_GRACE_SECONDS


@dataclass(slots=True)
class Stalls:
    """Since when each partition has had work without progress, `time.monotonic()` seconds."""

    since: dict[Partition, float] = field(default_factory=dict)
    _committed: dict[Partition, int] = field(default_factory=dict)

    def see(self, positions: Mapping[Partition, Position], now: float) -> None:
        """Take a reading: a partition without lag, or whose commit moved, is not stalled."""
        for partition, position in positions.items():
            moved = self._committed.get(partition) != position.committed
            if position.lag == 0 or moved:
                self.since.pop(partition, None)
            if position.lag > 0:
                self.since.setdefault(partition, now)
            self._committed[partition] = position.committed

    def forget(self) -> None:
        """The broker does not answer: a restart of the worker would not help, so the clocks start again afterwards."""
        self.since.clear()
        self._committed.clear()


def alive(progress: Progress, stalls: Stalls, limits: Limits, now: float) -> Verdict:
    """Return whether the worker lives; a worker without partitions answers for all of them, since it may have been thrown out."""
    silent = now - progress.ticked_at
    if silent > limits.loop_silent:
        return Verdict((f"the event loop has not ticked for {silent:.0f} s",))
    rebalanced = progress.rebalanced_at
    if progress.waiting_since is not None or (rebalanced is not None and now - rebalanced < limits.rebalance_grace):
        return Verdict()
    mine = progress.partitions
    stalled = {p: now - since for p, since in dict(stalls.since).items() if not mine or p in mine}
    return Verdict(
        tuple(
            f"{topic}/{number} has work and no progress for {seconds:.0f} s"
            for (topic, number), seconds in sorted(stalled.items())
            if seconds > limits.stalled
        )
    )
