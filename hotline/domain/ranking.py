"""Ranking in tiers by volume 分档分类: departments, streets, communities, companies apart; who has few orders is not ranked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, Literal, get_args

from hotline.domain.indicators import NOTHING, Rate, Ratio, score

Sort = Literal["department", "street", "community", "company"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
SORT_NAMES: Final[Mapping[Sort, str]] = {"department": "部门", "street": "街镇", "community": "社区村", "company": "企业"}
VOLUME: Final[Rate] = "return"
"""The rate whose denominator is how many orders a unit was sent."""
DIGITS: Final = 2
"""A score is told, compared and kept to two decimals: what nobody can see makes no rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingRules:
    """``weights`` of the rates, the least orders ranked, the borders of volume between tiers (ascending)."""

    weights: Mapping[Rate, float]
    floor: int = 0
    tiers: tuple[int, ...] = ()

    def tier(self, volume: int) -> int:
        """Return the tier of a volume, from 1 = the largest."""
        return 1 + sum(volume < border for border in self.tiers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A unit's ratios: of the month, and of the period that ranks it (rolling quarter, or the month again) with its points."""

    unit: str
    name: str
    sort: Sort
    month: Mapping[Rate, Ratio] = field(default_factory=dict)
    period: Mapping[Rate, Ratio] = field(default_factory=dict)
    points: float = 0.0
    period_points: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A unit's line: what was counted, its score of the month, the score it is ranked by, its tier and rank (None = apart)."""

    unit: str
    name: str
    sort: Sort
    rates: Mapping[Rate, Ratio]
    period: Mapping[Rate, Ratio]
    points: float
    period_points: float
    rated: float | None
    score: float | None
    ranking: float | None
    tier: int
    rank: int | None = None

    @property
    def volume(self) -> int:
        """How many orders it was sent in the month."""
        return self.rates.get(VOLUME, NOTHING).denominator

    @property
    def period_volume(self) -> int:
        """How many orders it was sent in the period that ranks it."""
        return self.period.get(VOLUME, NOTHING).denominator


def standings(counted: Iterable[Counted], rules: RankingRules) -> tuple[Standing, ...]:
    """Return every unit's line: by sort, tier and rank, those that are not ranked last."""
    lines = sorted((_line(one, rules) for one in counted), key=lambda one: (SORTS.index(one.sort), one.tier))
    ranked = [
        line for _, some in groupby(lines, key=lambda one: (one.sort, one.tier)) for line in _ranked(list(some), rules.floor)
    ]  # fmt: skip
    return tuple(sorted(ranked, key=_place))


def _place(one: Standing) -> tuple[int, bool, int, int, str]:
    return SORTS.index(one.sort), one.rank is None, one.tier, one.rank or 0, one.unit


def _line(one: Counted, rules: RankingRules) -> Standing:
    rated, period = score(one.month, rules.weights), score(one.period, rules.weights)
    return Standing(
        unit=one.unit, name=one.name, sort=one.sort, rates=one.month, period=one.period, points=one.points,
        period_points=one.period_points, rated=_rounded(rated), score=_rounded(rated, one.points),
        ranking=_rounded(period, one.period_points), tier=rules.tier(one.period.get(VOLUME, NOTHING).denominator),
    )  # fmt: skip


def _rounded(found: float | None, points: float = 0.0) -> float | None:
    return None if found is None else round(found + points, DIGITS)


def _ranked(lines: Sequence[Standing], floor: int) -> list[Standing]:
    """Give ranks within one tier; who has the same score has the same rank, and the next one is skipped."""
    scores = [one.ranking for one in lines if one.ranking is not None and one.period_volume >= floor]
    return [
        replace(one, rank=1 + sum(other > one.ranking for other in scores))
        if one.ranking is not None and one.period_volume >= floor
        else one
        for one in lines
    ]


def added(several: Iterable[Mapping[Rate, Ratio]]) -> dict[Rate, Ratio]:
    """Return ratios added up, numerators and denominators: a rate is never averaged."""
    found: dict[Rate, Ratio] = {}
    for one in several:
        for rate, ratio in one.items():
            found[rate] = found.get(rate, NOTHING) + ratio
    return found
