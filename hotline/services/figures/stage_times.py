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
OF_UNITS: Final = ("sign", "handling")
"""Stages in which an order lies with its unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The median and the 90th percentile of durations."""

    median: timedelta
    p90: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """A stage's finished stays, of all or of one unit: how many, how long in office time and on the clock on the wall."""

    stage: str
    unit: str = ""
    count: int
    working: Spread
    calendar: Spread


def stage_times(stays: Iterable[Stayed], calendar: WorkCalendar) -> list[StageTime]:
    """Return the stages that have finished stays, in their order. Raises ``InvalidInput`` for a calendar that never opens."""
    return _timed(((one, "") for one in stays if one.stage in STAGES), calendar)


def unit_times(stays: Iterable[Stayed], calendar: WorkCalendar) -> list[StageTime]:
    """Return the same by unit, of the stages in which an order lies with its unit, the most stays first in each stage."""
    return _timed(((one, one.unit) for one in stays if one.stage in OF_UNITS and one.unit), calendar)


def _timed(stays: Iterable[tuple[Stayed, str]], calendar: WorkCalendar) -> list[StageTime]:
    found: dict[tuple[str, str], list[Stayed]] = {}
    for one, unit in stays:
        found.setdefault((one.stage, unit), []).append(one)
    known = [one for some in found.values() for one in some]
    if not known:
        return []
    office = OfficeTime(calendar, min(one.entered for one in known), max(one.left for one in known))
    times = [
        StageTime(
            stage=stage, unit=unit, count=len(some), calendar=spread([one.left - one.entered for one in some]),
            working=spread([timedelta(seconds=office.between(one.entered, one.left)) for one in some]),
        )
        for (stage, unit), some in found.items()
    ]  # fmt: skip
    return sorted(times, key=lambda one: (STAGES.index(one.stage), -one.count, one.unit))


def spread(durations: Sequence[timedelta]) -> Spread:
    """Return median and 90th percentile by nearest rank (each is one of the durations; at least one is needed)."""
    found = sorted(durations)
    return Spread(median=found[ceil(0.5 * len(found)) - 1], p90=found[ceil(0.9 * len(found)) - 1])
