"""The year's sheet 年终考核: a year's frozen months by unit, restatements applied and marked, the city's score beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hotline.domain.assessment import FINAL, Stage
from hotline.domain.indicators import NOTHING, Rate, Ratio
from hotline.domain.ranking import DIGITS, SORTS, VOLUME, Sort, Standing, added
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.assessment.months import FIRST, LAST
from hotline.services.assessment.rows import Head, OfficialScore
from hotline.services.assessment.steps import Steps, reader
from hotline.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthScore:
    """A unit's score of a month as it counts now; ``first`` is what was frozen, where a restatement took its place."""

    score: float | None
    restated: bool = False
    first: float | None = None
    official: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """A unit's year: scores by month, ratios and points added up, the mean of its months' scores, its rank by that."""

    unit: str
    name: str
    sort: Sort
    months: Mapping[date, MonthScore]
    rates: Mapping[Rate, Ratio]
    points: float
    mean: float | None
    official_mean: float | None = None
    rank: int | None = None

    @property
    def volume(self) -> int:
        """How many orders it was sent in the year."""
        return self.rates.get(VOLUME, NOTHING).denominator


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSheet:
    """A year: its frozen months, oldest first, and every unit's line."""

    year: int
    months: Sequence[Head]
    lines: Sequence[YearLine]
    floor: int = 0


class Years(Steps):
    """Draws the year's sheet."""

    def sheet(self, year: int, *, by: Actor) -> YearSheet:
        """Return a year; a unit sees the months that were published, and the city's scores of itself. Raises ``InvalidInput``."""
        reader(by)
        if not FIRST <= year <= LAST:
            raise InvalidInput("the year", message=f"年份应在 {FIRST} 至 {LAST} 之间")
        allowed = {Stage.PUBLISHED} if by.of_unit else FINAL
        first, last = date(year, 1, 1), date(year, 12, 1)
        with self._store.read() as work:
            heads = [head for head in reversed(work.assessments.heads(first, last)) if head.stage in allowed]
            tables = {head.month: _lines(work, head.month, head.in_force) for head in heads}
            frozen = {head.month: _lines(work, head.month, head.edition) for head in heads if head.in_force != head.edition}
            scores = work.official_scores.of(first, last)
        official = {(one.month, one.unit): one for one in scores if not by.of_unit or one.unit == by.unit}
        units = dict.fromkeys(unit for lines in tables.values() for unit in lines)
        lines = [_line(unit, tables, frozen, official) for unit in units]
        floor = self._books.current().settings.floor
        return YearSheet(year=year, months=heads, lines=_ranked(lines, floor), floor=floor)


def _lines(work: UnitOfWork, month: date, number: int) -> dict[str, Standing]:
    edition = work.assessments.edition(month, number)
    return {line.unit: line for line in edition.lines} if edition else {}


def _line(
    unit: str, tables: Mapping[date, Mapping[str, Standing]], frozen: Mapping[date, Mapping[str, Standing]],
    official: Mapping[tuple[date, str], OfficialScore],
) -> YearLine:  # fmt: skip
    mine = {month: lines[unit] for month, lines in tables.items() if unit in lines}
    months = {}
    for month, line in mine.items():
        before = frozen.get(month, {}).get(unit)
        theirs = official.get((month, unit))
        moved = month in frozen and (before is None or before.score != line.score or before.rates != line.rates)
        months[month] = MonthScore(
            score=line.score, restated=moved, first=before.score if moved and before else None,
            official=theirs.score if theirs else None,
        )  # fmt: skip
    newest = mine[max(mine)]
    return YearLine(
        unit=unit, name=newest.name, sort=newest.sort, months=months, rates=added(line.rates for line in mine.values()),
        points=round(sum(line.points for line in mine.values()), DIGITS), mean=_mean(one.score for one in months.values()),
        official_mean=_mean(one.official for one in months.values()),
    )  # fmt: skip


def _mean(scores: Iterable[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return round(sum(known) / len(known), DIGITS) if known else None


def _ranked(lines: Sequence[YearLine], floor: int) -> list[YearLine]:
    """Rank by the mean within each sort; who had few orders in the year stands apart."""
    found = []
    for line in lines:
        beside = [one.mean for one in lines if one.sort == line.sort and one.mean is not None and one.volume >= floor]
        counts = line.mean is not None and line.volume >= floor
        found.append(replace(line, rank=1 + sum(one > (line.mean or 0) for one in beside)) if counts else line)
    return sorted(found, key=lambda one: (SORTS.index(one.sort), one.rank is None, one.rank or 0, one.unit))
