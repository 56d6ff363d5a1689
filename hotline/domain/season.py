"""Seasons: the part of every year in which something is looked at apart, such as heating 采暖期."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Season:
    """Days of every year, both included, over its turn when ``last`` lies before ``first``; valid on inclusive local dates."""

    first: MonthDay
    last: MonthDay
    valid_from: date = date.min
    valid_to: date = date.max

    def __contains__(self, day: date) -> bool:
        """Whether a local date lies in the season."""
        at = (day.month, day.day)
        within = self.first <= at <= self.last if self.first <= self.last else at >= self.first or at <= self.last
        return within and self.valid_from <= day <= self.valid_to


@dataclass(frozen=True, slots=True)
class Heating:
    """The classes of heating matters, and when they are heated; without either there is nothing to look at apart."""

    classes: tuple[str, ...] = ()
    seasons: tuple[Season, ...] = ()

    def on(self, day: date) -> bool:
        """Whether a local date lies in a heating season."""
        return bool(self.classes) and any(day in season for season in self.seasons)

    def touches(self, first: date, last: date) -> bool:
        """Whether any local date from ``first`` to ``last``, both included, lies in one."""
        return any(self.on(first + timedelta(days=shift)) for shift in range((last - first).days + 1))
