"""How long orders stay in each stage: median and 90th percentile, in working time and in calendar time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

from hotline.domain.calendar import WorkCalendar
from hotline.domain.office_time import OfficeTime
from hotline.services.figures.rows import Stayed

STAGES: Final = ("desk", "sign", "handling", "review", "callback")
"""The stages in the order in which an order goes through them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The median and the 90th percentile of durations."""

    median: timedelta
    p90: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """A stage's finished stays: how many, how long in office time and on the clock on the wall."""

    stage: str
    count: int
    working: Spread
    calendar: Spread


def stage_times(stays: Iterable[Stayed], calendar: WorkCalendar) -> list[StageTime]:
    """Return the stages that have finished stays, in their order. Raises ``InvalidInput`` for a calendar that never opens."""
    by_stage: dict[str, list[Stayed]] = {stage: [] for stage in STAGES}
    for one in stays:
        if one.stage in by_stage:
            by_stage[one.stage].append(one)
    known = [one for some in by_stage.values() for one in some]
    if not known:
        return []
    office = OfficeTime(calendar, min(one.entered for one in known), max(one.left for one in known))
    return [
        StageTime(
            stage=stage, count=len(some), calendar=spread([one.left - one.entered for one in some]),
            working=spread([timedelta(seconds=office.between(one.entered, one.left)) for one in some]),
        )
        for stage, some in by_stage.items()
        if some
    ]  # fmt: skip


def spread(durations: Sequence[timedelta]) -> Spread:
    """Return median and 90th percentile by nearest rank (each is one of the durations; at least one is needed)."""
    found = sorted(durations)
    return Spread(median=found[ceil(0.5 * len(found)) - 1], p90=found[ceil(0.9 * len(found)) - 1])
