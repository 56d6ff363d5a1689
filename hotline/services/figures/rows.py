"""An order's observations with what they are grouped by, and how such rows are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from hotline.domain.indicators import Book, Observation, Rate, RateSettings
from hotline.domain.indicators.fold import of_track
from hotline.domain.indicators.stays import Stay, stays
from hotline.domain.indicators.track import tracked
from hotline.domain.order import Event, Order

Grouping = Literal["all", "unit", "street", "category", "channel", "kind", "month", "tag"]
GROUPINGS: Final[tuple[Grouping, ...]] = get_args(Grouping)
GROUPING_NAMES: Final[dict[Grouping, str]] = {
    "all": "全部", "unit": "承办单位", "street": "街道", "category": "类别", "channel": "渠道", "kind": "诉求类型",
    "month": "月份", "tag": "标签",
}  # fmt: skip
HEARD: Final[frozenset[Rate]] = frozenset({"response", "resolution", "satisfaction", "callback"})
"""Rates of what the citizen said: blind for the unit until the order is closed, so that nobody presses for a rating."""
Counts = Counter[tuple[str, Rate, bool]]
"""How many observations by (key, rate, good). A key is a unit's code, a place's path, a category's path, a month ``2026-10`` …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of the figures: one book, settled in ``start`` ≤ at < ``end`` and by ``now`` (aware), grouped.

    ``rates`` = these alone, ``units`` = of these units alone; ``category`` and ``place`` = there and below, ``tag`` =
    with it; ``without`` are orders left out, because the asker may not know of them; ``blind`` = open orders say nothing in
    the rates of ``HEARD``.
    """

    start: datetime
    end: datetime
    now: datetime
    book: Book = "own"
    by: Grouping = "unit"
    rates: frozenset[Rate] | None = None
    units: frozenset[str] | None = None
    category: str = ""
    place: str = ""
    tag: str = ""
    without: frozenset[str] = frozenset()
    blind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figured:
    """One order's word on everything, as of its last event; empty strings where nothing is known."""

    order_id: str
    seen: tuple[Observation, ...]
    stays: tuple[Stay, ...]
    category: str = ""
    place: str = ""
    channel: str = ""
    kind: str = ""
    tags: frozenset[str] = field(default_factory=frozenset)
    open: bool = False
    zone: ZoneInfo

    def month(self, at: datetime) -> str:
        """Return the local month of an instant."""
        return f"{at.astimezone(self.zone):%Y-%m}"

    def keys(self, seen: Observation, by: Grouping) -> Sequence[str]:
        """Return under what one observation counts: several tags, one of everything else."""
        match by:
            case "all":
                return ("",)
            case "unit":
                return (seen.unit,)
            case "month":
                return (self.month(seen.at),)
            case "tag":
                return sorted(self.tags)
            case "street":
                return (self.place,)
            case "category":
                return (self.category,)
            case "channel":
                return (self.channel,)
            case "kind":
                return (self.kind,)


def figured(events: Iterable[Event], orders: dict[str, Order], settings: RateSettings, zone: ZoneInfo) -> Iterator[Figured]:
    """Yield a row an order; ``events`` are sorted by order, then by ``seq``."""
    for order_id, found in groupby(events, key=attrgetter("order_id")):
        history, order = list(found), orders[order_id]
        yield Figured(
            order_id=order_id, seen=tuple(of_track(tracked(order_id, history), settings)), stays=tuple(stays(history)),
            category=order.category or "", place=order.place or "", channel=order.channel, kind=order.kind, tags=order.words,
            open=order.open, zone=zone,
        )  # fmt: skip


def _about(row: Figured, asked: Asked) -> bool:
    """Whether an order is about what is asked for."""
    there = below(row.category, asked.category) and below(row.place, asked.place)
    return there and (not asked.tag or asked.tag in row.tags) and row.order_id not in asked.without


def matching(row: Figured, asked: Asked) -> Iterator[Observation]:
    """Yield the observations of one order that are asked for."""
    if not _about(row, asked):
        return
    for seen in row.seen:
        settled = asked.start <= seen.at < asked.end and seen.at <= asked.now
        theirs = (asked.units is None or seen.unit in asked.units) and not (asked.blind and row.open and seen.rate in HEARD)
        if seen.book == asked.book and settled and theirs and (asked.rates is None or seen.rate in asked.rates):
            yield seen


def counted(rows: Iterable[Figured], asked: Asked) -> Counts:
    """Count observations by key, rate and good."""
    return Counter(
        (key, seen.rate, seen.good) for row in rows for seen in matching(row, asked) for key in row.keys(seen, asked.by)
    )


def below(path: str, top: str) -> bool:
    """Whether a path is ``top`` or stands under it; everything stands under nothing."""
    return not top or path == top or path.startswith(top + "/")


Crossed = Counter[tuple[str, str]]
"""How many observations by (category's path, place's path)."""


def crossed(rows: Iterable[Figured], asked: Asked) -> Crossed:
    """Count observations by class and place."""
    found: Crossed = Counter()
    for row in rows:
        found[row.category, row.place] += sum(1 for _ in matching(row, asked))
    return +found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose orders are listed: of one rate, under one key (None = all), those that count, those that do not, or both (None).

    A street's and a category's key stands for everything below it, unless ``exact``: then for what is known no closer.
    """

    rate: Rate
    key: str | None = None
    good: bool | None = None
    exact: bool = False


def behind(row: Figured, asked: Asked, wanted: Wanted) -> int:
    """Return how often an order counts in a figure; 0 = it is none of those behind it."""
    return sum(
        seen.rate == wanted.rate and wanted.good in (None, seen.good) and _under(row.keys(seen, asked.by), asked.by, wanted)
        for seen in matching(row, asked)
    )


def _under(keys: Sequence[str], by: Grouping, wanted: Wanted) -> bool:
    if wanted.key is None or by == "all":
        return True
    deeper = by in ("street", "category") and not wanted.exact
    return any(one == wanted.key or (deeper and one.startswith(wanted.key + "/")) for one in keys)


@dataclass(frozen=True, slots=True)
class Stayed:
    """A finished stay in a stage: whose, of which class, and how long it was, aware times."""

    order_id: str
    stage: str
    unit: str
    category: str
    entered: datetime
    left: datetime


def stayed(row: Figured, asked: Asked) -> Iterator[Stayed]:
    """Yield an order's stays that ended in the period, of what is asked for."""
    if not _about(row, asked):
        return
    for one in row.stays:
        if asked.start <= one.left < asked.end and (asked.units is None or one.unit in asked.units):
            yield Stayed(row.order_id, one.stage, one.unit, row.category, one.entered, one.left)
