"""The rows of a board: rates with what they are made of, their interval as a bar, ranks in tiers, the last months as a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from hotline.domain.indicators import NOTHING, RATE_NAMES, Rate, Ratio, score
from hotline.domain.ranking import SORT_NAMES, Counted, RankingRules, Sort, Standing, standings
from hotline.services.figures.ranked import rules_of, sort_of, weights_of
from hotline.services.figures.rows import Grouping
from hotline.web.console.board_query import BoardQuery
from hotline.web.console.figure_links import address
from hotline.web.console.figure_words import NEUTRAL, WANTED_LOW, key_name, percent, whose
from routing_rules.pack import Pack

ByKey = Mapping[str, Mapping[Rate, Ratio]]
LINE: Final = (84, 22)
"""Width and height of a line of the last months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A rate of a row. ``low``, ``high`` and ``at`` are places on a bar of 100; the links open the orders behind it."""

    name: str
    numerator: int
    denominator: int
    percent: str
    low: str
    high: str
    at: str
    interval: str
    telling: str
    telling_href: str
    all_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """A line: whose it is, its rank where there is one, its rates, its score, and the score of the last months."""

    name: str
    cells: Sequence[Cell]
    rank: str = ""
    score: str = ""
    line: str = ""
    line_words: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows under one heading; ``apart`` = they have too few orders to be ranked."""

    heading: str
    rows: Sequence[BoardRow]
    apart: bool = False


def cell(rate: Rate, ratio: Ratio, query: BoardQuery, key: str | None) -> Cell:
    """Return a rate ready to be shown; its percent opens what went wrong, its fraction all its orders."""
    low, high = ratio.interval or (0.0, 0.0)
    good = None if rate in NEUTRAL else rate in WANTED_LOW
    told = True if good is None else good

    def link(good: bool | None) -> str:
        return address(rate, query.period, book=query.book, by=query.by, key=key, good=good, level=query.level)

    return Cell(
        name=RATE_NAMES[rate], numerator=ratio.numerator, denominator=ratio.denominator, percent=percent(ratio.value),
        low=f"{low * 100:.1f}", high=f"{max((high - low) * 100, 1.5):.1f}", at=f"{(ratio.value or 0) * 100:.1f}",
        interval=f"95% 区间 {low:.1%} 至 {high:.1%}", telling=whose(rate, told), telling_href=link(told), all_href=link(None),
    )  # fmt: skip


def total(found: ByKey, shown: Sequence[Rate], query: BoardQuery) -> list[Cell]:
    """Return the rates of everything together."""
    added = {rate: sum((row.get(rate, NOTHING) for row in found.values()), NOTHING) for rate in shown}
    return [cell(rate, added[rate], query, None) for rate in shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Makes the lines of one board; ``months`` are the last months' rates under the same keys, the oldest first."""

    found: ByKey
    months: Sequence[tuple[str, ByKey]]
    shown: Sequence[Rate]
    query: BoardQuery
    pack: Pack

    def blocks(self, *, ranked: bool) -> list[Block]:
        """Return all lines: units by sort and tier with their ranks, anything else by size; those below the floor apart."""
        if ranked and self.query.by == "unit":
            return [block for block in self._by_rank() if block.rows]
        few, samples = self.pack.settings.floor, {key: self._sample(key) for key in self.found}
        keys = [key for key in _in_order(samples, self.query.by) if samples[key]]
        enough = [self._row(key) for key in keys if samples[key] >= few]
        apart = [self._row(key) for key in keys if samples[key] < few]
        return [
            block for block in (Block("", enough), Block(f"样本不足(各项分母均少于 {few} 件)", apart, apart=True)) if block.rows
        ]

    def _by_rank(self) -> Iterator[Block]:
        pack, rules = self.pack, rules_of(self.pack, self.query.period)
        counted = [
            Counted(unit=key, name=pack.unit_name(key), sort=sort_of(key, pack), month=rates, period=rates)
            for key, rates in self.found.items()
            if key and self._sample(key)
        ]
        lines = standings(counted, rules)
        ranked = [one for one in lines if one.rank is not None]
        for (sort, tier), some in groupby(ranked, key=lambda one: (one.sort, one.tier)):
            yield Block(_heading(sort, tier, rules), [self._row(one.unit, one) for one in some])
        few = [self._row(one.unit) for one in sorted(lines, key=lambda one: (-one.volume, one.unit)) if one.rank is None]
        nobody = [self._row(key) for key in self.found if not key and self._sample(key)]
        yield Block(f"样本不足(派单少于 {rules.floor} 件,或没有可计分的样本),不参与排名", [*few, *nobody], apart=True)

    def _sample(self, key: str) -> int:
        return max((self.found[key].get(rate, NOTHING).denominator for rate in self.shown), default=0)

    def _row(self, key: str, standing: Standing | None = None) -> BoardRow:
        rates = self.found[key]
        value = score(rates, weights_of(self.pack))
        line, words = trend([(month, score(table.get(key, {}), weights_of(self.pack))) for month, table in self.months])
        return BoardRow(
            name=key_name(self.query.by, key, self.pack), rank=str(standing.rank) if standing else "",
            cells=[cell(rate, rates.get(rate, NOTHING), self.query, key) for rate in self.shown],
            score="—" if value is None else f"{value:.2f}", line=line, line_words=words,
        )  # fmt: skip


def trend(scores: Sequence[tuple[str, float | None]]) -> tuple[str, str]:
    """Return scores of 0…100 as points of a line, from left to right, and in words; months without a score are left out.

    The line's own lowest and highest score are its edges, at least five points apart: it shows the course, not the height.
    """
    known = [(at, value) for at, (_, value) in enumerate(scores) if value is not None]
    words = "、".join(f"{month} {'无样本' if value is None else f'{value:.1f}'}" for month, value in scores)
    if len(known) < 2:
        return "", words
    low, high = min(value for _, value in known), max(value for _, value in known)
    span, (width, height) = max(high - low, 5.0), LINE
    step = width / max(len(scores) - 1, 1)
    points = (f"{at * step:.1f},{height - (value - low) / span * height:.1f}" for at, value in known)
    return " ".join(points), words


def _heading(sort: Sort, tier: int, rules: RankingRules) -> str:
    if not rules.tiers:
        return SORT_NAMES[sort]
    most = [*reversed(rules.tiers)]
    size = f"派单 {most[tier - 1]} 件及以上" if tier <= len(most) else f"派单不足 {most[-1]} 件"
    return f"{SORT_NAMES[sort]} · 第 {tier} 档({size})"


def _in_order(samples: Mapping[str, int], by: Grouping) -> list[str]:
    return sorted(samples) if by == "month" else sorted(samples, key=lambda key: (not key, -samples[key], key))
