"""What a bulletin 通报 says: pure data of one period, one book and, in a topic's report 专报, one topic.

Each number knows the figure it is, and so the address that opens the orders behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from hotline.domain.indicators import BOOK_NAMES, Book, Rate, Ratio
from hotline.domain.ranking import Sort, Standing
from hotline.services.figures.periods import SPAN_NAMES, Period
from hotline.services.figures.rows import Grouping
from hotline.services.figures.stage_times import StageTime

CAME: Final[dict[Book, Rate]] = {"own": "direct", "official": "excluded"}
"""The rate whose denominator is every order that came in: in the official book, every order from above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a topic's report is about: a class and what is below it, a place and what is in it, a tag; empty = everything."""

    category: str = ""
    place: str = ""
    place_name: str = ""
    tag: str = ""

    @property
    def name(self) -> str:
        """The topic in words, empty for none."""
        return " · ".join(part for part in (self.category, self.place_name or self.place, self.tag) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Which figure a number is: the orders behind it are those under ``key`` (None = all), that count, that do not, or both."""

    rate: Rate
    by: Grouping = "all"
    key: str | None = None
    good: bool | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of orders under a name."""

    name: str
    orders: int
    behind: Behind


@dataclass(frozen=True, slots=True, kw_only=True)
class HotTopic:
    """A class with its orders now, in the period before and a year ago; None = nothing at all is known of that period."""

    category: str
    orders: int
    before: int | None
    year_ago: int | None
    total: int

    @property
    def share(self) -> float:
        """Its part of all orders, 0…1."""
        return self.orders / self.total if self.total else 0.0

    def change(self, earlier: int | None) -> float | None:
        """Return the change against an earlier number, -1…; None where there is nothing to compare with."""
        return (self.orders - earlier) / earlier if earlier else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """Appeals that come again, of one class at one place: callers with several orders, and orders done again several times."""

    category: str
    place: str
    callers: int = 0
    orders: int = 0
    reopened: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Appeals that come again, in all, and by class and place, those of the most callers first; nobody is named."""

    callers: int = 0
    orders: int = 0
    reopened: int = 0
    matters: tuple[Repeated, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatingPart:
    """The heating season 供热: orders of its classes a day, by class and by unit that got them."""

    season: str
    total: int
    before: int | None
    year_ago: int | None
    days: tuple[tuple[date, int], ...]
    classes: tuple[Count, ...]
    units: Mapping[str, Mapping[Rate, Ratio]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Units of one sort 部门, 街镇 …: those ranked in their tiers, and those apart because too little is known of them."""

    sort: Sort
    name: str
    ranked: tuple[Standing, ...]
    apart: tuple[Standing, ...]
    borders: tuple[int, ...] = ()

    @property
    def all(self) -> tuple[Standing, ...]:
        """Every unit, the ranked ones first."""
        return (*self.ranked, *self.apart)

    @property
    def largest(self) -> tuple[Standing, ...]:
        """The three that were sent the most orders."""
        return tuple(sorted(self.all, key=lambda one: (-one.volume, one.unit))[:3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """All of it. ``unit_names`` and ``place_names`` name what is coded; ``overdue`` is what is open and late now, by unit.

    What is not told in the official book is empty or None. ``provisional`` = the period is not over yet; then earlier ones are
    compared up to the same day.
    """

    office: str
    period: Period
    book: Book
    topic: Topic
    computed_at: datetime
    book_hash: str
    provisional: bool
    accepted: int
    shares: Mapping[Rate, Ratio]
    channels: tuple[Count, ...]
    kinds: tuple[Count, ...]
    whole: Mapping[Rate, Ratio]
    groups: tuple[Group, ...]
    floor: int
    weights: Mapping[Rate, float]
    topics: tuple[HotTopic, ...]
    repeated: Repeats | None
    stages: tuple[StageTime, ...]
    unit_stages: tuple[StageTime, ...]
    heating: HeatingPart | None
    overdue: Mapping[str, int] | None
    definitions: Mapping[Rate, str]
    left_out: str
    unit_names: Mapping[str, str] = field(default_factory=dict)
    place_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """周报, 月报 or 专报."""
        return "专报" if self.topic.name else SPAN_NAMES[self.period.span]

    @property
    def title(self) -> str:
        """The heading."""
        about = f"“{self.topic.name}”" if self.topic.name else ""
        return f"{self.office}12345热线{about}工单办理情况{self.kind}"

    @property
    def book_name(self) -> str:
        """本区口径 or 上级口径."""
        return BOOK_NAMES[self.book]

    @property
    def empty(self) -> bool:
        """Whether nothing at all happened in it."""
        return not (self.accepted or self.stages or any(ratio.denominator for ratio in self.whole.values()))

    def address(self, behind: Behind) -> str:
        """Return the address of the orders behind a number, without the host."""
        asked = {
            "figure": behind.rate, "book": self.book, "from": self.period.first.isoformat(), "to": self.period.last.isoformat(),
            "by": behind.by, "key": behind.key, "good": {True: "yes", False: "no", None: None}[behind.good],
            "category": behind.category or self.topic.category or None, "place": self.topic.place or None,
            "tag": self.topic.tag or None,
        }  # fmt: skip
        return "/orders?" + urlencode({name: value for name, value in asked.items() if value is not None})
