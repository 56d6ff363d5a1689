"""China's public holidays as plain data: the ``holidays`` library, the pack's own dates, and which years are published.

A published year has its holidays, swapped days off and make-up working days (调休) as in the State Council's notice. Of any other
year only what the statute gives is used: the holidays, and the weekday off in lieu of one that falls on a weekend
(全国年节及纪念日放假办法, art. 7); no swapped days, because only the notice fixes those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from hotline.domain.calendar import YearDays

_SWAPPED = "休息日"  # the library's name of a day off that a make-up day pays for
_BY_DECREE = "延长"  # days off added by a single decree (2020)


@dataclass(frozen=True, slots=True)
class Override:
    """A local date of the pack: a day off, or a working day whatever the library says."""

    day: date
    worked: bool
    name: str


def year_days(published: frozenset[int], overrides: tuple[Override, ...] = ()) -> Callable[[int], YearDays]:
    """Return the function that gives the calendar a year's days."""

    def of(year: int) -> YearDays:
        off, make_up = _national(year, year in published)
        own = [override for override in overrides if override.day.year == year]
        worked = frozenset(override.day for override in own if override.worked)
        closed: Mapping[date, str] = {override.day: override.name for override in own if not override.worked}
        return YearDays(
            off={day: name for day, name in {**off, **closed}.items() if day not in worked},
            make_up=(make_up | worked) - frozenset(closed),
            published=year in published,
        )

    return of


@lru_cache(maxsize=64)
def _national(year: int, published: bool) -> tuple[dict[date, str], frozenset[date]]:
    table = holidays.country_holidays("CN", years=year, language="zh_CN")
    named = {day: name for day, name in table.items() if day.year == year}
    if published:
        make_up = frozenset(day for day in table.weekend_workdays if day.year == year)
        return named, make_up
    return {day: name for day, name in named.items() if _SWAPPED not in name and _BY_DECREE not in name}, frozenset()
