"""The past as counters: a fold over the append-only events, so that counters never fall and survive a restart.

Counting current rows instead would make a counter fall when an order is reopened, which Prometheus reads as a jump of thousands
(operations handbook). The fold is rebuilt from the first event when the process starts and goes on from its position.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from hotline.domain.calendar import WorkCalendar
from hotline.domain.due import working_time
from hotline.domain.indicators.stays import TARGETS
from hotline.domain.indicators.track import Track, see
from hotline.domain.order import Event
from hotline.domain.transitions import STAGES
from hotline.metrics.drift import Mix
from routing_rules.pack import Pack

HOUR, DAY = 3600, 86400
BUCKETS = (
    HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR, 5 * DAY, 7 * DAY, 10 * DAY, 13 * DAY, 15 * DAY,
    20 * DAY, 30 * DAY,
)  # fmt: skip
"""Upper borders of a stage's duration, seconds (operations handbook, native histograms)."""

Measured = Literal["working", "calendar"]
MEASURED: tuple[Measured, ...] = ("working", "calendar")
STAGE_NAMES = tuple(dict.fromkeys(STAGES.values()))
QUESTIONS = ("response", "resolved", "satisfied")
ANSWERS = ("yes", "partly", "no", "unknown")
_MENDED = "rectification_begun"


@dataclass(slots=True)
class Durations:
    """A cumulative histogram: observations a bucket (the last one is beyond the last border), and their sum in seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one observation; a border belongs to its bucket."""
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True)
class _Running:
    """An open order as the fold needs it; ``track`` is the rates' own fold, so that both say the same of its due time.

    ``counted`` = the round was closed before and is mended after a bad rating: it is judged once.
    """

    track: Track
    stage: str | None = None
    since: datetime | None = None
    counted: bool = False


class Past:
    """What the events said up to ``position``."""

    def __init__(self) -> None:
        self.position = 0
        self.closed: Counter[tuple[str | None, str]] = Counter()  # (unit, on_time)
        self.followups: Counter[tuple[str | None, str, str]] = Counter()  # (unit, question, answer)
        self.stages = {(stage, clock): Durations() for stage in STAGE_NAMES for clock in MEASURED}
        self.last_upstream: datetime | None = None
        self.mix = Mix()
        self._days: Counter[tuple[date, str]] = Counter()
        self._running: dict[str, _Running] = {}

    def see(self, rows: Iterable[tuple[int, Event]], pack: Pack) -> None:
        """Fold events in the order of their positions; each exactly once."""
        for position, event in rows:
            self._fold(event, pack)
            self.position = position

    def on(self, day: date) -> dict[str, int]:
        """Return how many orders were ``accepted`` and ``closed`` on a local day, today or yesterday."""
        return {event: self._days[day, event] for event in ("accepted", "closed")}

    def _fold(self, event: Event, pack: Pack) -> None:
        order = self._running.setdefault(event.order_id, _Running(Track(event.order_id)))
        order.counted = event.kind != "reopened" and (order.counted or (event.kind == _MENDED and order.stage is None))
        self._move(order, event, pack.calendar)
        see(order.track, event)
        match event.kind:
            case "registered":
                self._registered(event, pack)
            case "closed" | "answered_directly":
                self.closed[event.unit, "no" if _late(order.track, event.at) else "yes"] += not order.counted
                self._count_day(event, "closed", pack)
            case _:
                pass
        if event.kind in ("closed", "reopened") and event.data.get("final", True):
            self.followups.update((event.unit, question, answer) for question, answer in _said(event.data))
        if order.stage is None:
            del self._running[event.order_id]

    def _registered(self, event: Event, pack: Pack) -> None:
        self._count_day(event, "accepted", pack)
        self.mix.see(event, event.at.astimezone(pack.zone).date())
        if event.data.get("origin") == "upstream":
            self.last_upstream = event.at

    def _move(self, order: _Running, event: Event, calendar: WorkCalendar) -> None:
        """Enter the stage that the event leads to, and measure the one that it ends."""
        target = TARGETS.get(event.kind)
        stage = STAGES.get(target) if target is not None else order.stage
        again = event.kind == "reopened"  # a new round is a new stay, also in the same stage
        if stage == order.stage and not again:
            return
        if order.stage is not None and order.since is not None:
            self.stages[order.stage, "calendar"].add(max(0.0, (event.at - order.since).total_seconds()))
            self.stages[order.stage, "working"].add(working_time(order.since, event.at, calendar).total_seconds())
        order.stage, order.since = stage, event.at

    def _count_day(self, event: Event, what: str, pack: Pack) -> None:
        day = event.at.astimezone(pack.zone).date()
        self._days[day, what] += 1
        for old in [key for key in self._days if key[0] < day - timedelta(days=1)]:
            del self._days[old]


def cumulative(counts: Iterable[int]) -> Iterator[int]:
    """Yield running sums, as Prometheus wants its buckets."""
    total = 0
    for count in counts:
        total += count
        yield total


def _late(track: Track, closed_at: datetime) -> bool:
    """Whether the last round was answered after the due time that stood then; what was never answered is judged by its end."""
    if (done := track.current) is None:
        return False
    happened, due = done.late or (done.answered or closed_at, done.due.get("answer"))
    return due is not None and happened > due


def _said(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (question, answer); 基本满意 (3 of 5) is ``partly``: whether it counts is the rates' matter, not the flow's."""
    yield "response", {True: "yes", False: "no"}.get(data.get("responded"), "unknown")  # type: ignore[arg-type]  # None is a miss
    yield "resolved", data.get("solved") or "unknown"
    rating = data.get("rating")
    yield "satisfied", "unknown" if rating is None else "no" if rating < 3 else "partly" if rating == 3 else "yes"
