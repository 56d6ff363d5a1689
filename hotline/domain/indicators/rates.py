"""What the rates are: their names, their settings, an order's word on one, and the fraction they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Final, Literal, get_args

Rate = Literal[
    "response", "resolution", "satisfaction", "on_time", "signed_on_time", "callback", "return", "reopening", "first_dispatch",
    "leg_on_time", "refused_return", "correction", "direct", "excluded", "anonymous", "no_reply",
    "automatic", "first_choice", "top_three", "automatic_returned",
]  # fmt: skip
RATES: Final[tuple[Rate, ...]] = (
    "response", "resolution", "satisfaction", "on_time", "signed_on_time", "callback", "return", "reopening", "first_dispatch",
)  # fmt: skip
"""The published rates."""
FURTHER: Final[tuple[Rate, ...]] = tuple(rate for rate in get_args(Rate) if rate not in RATES)
"""Rates that explain those: the unit's own leg, returns refused, corrections, and shares of the orders that came or went out."""
OFFICIAL: Final[tuple[Rate, ...]] = (
    "response", "resolution", "satisfaction", "on_time", "callback", "return", "reopening", "excluded",
)  # fmt: skip
"""The rates that the official book has, too."""
RATE_NAMES: Final[dict[Rate, str]] = {
    "response": "响应率", "resolution": "解决率", "satisfaction": "满意率", "on_time": "按时办结率",
    "signed_on_time": "按时签收率", "callback": "回访覆盖率", "return": "退单率", "reopening": "重办率",
    "first_dispatch": "一次派单准确率", "leg_on_time": "环节按时率", "refused_return": "退单驳回率", "correction": "审核退回率",
    "direct": "直办占比", "excluded": "剔除占比", "anonymous": "匿名占比", "no_reply": "不需回复占比",
    "automatic": "系统派单占比", "first_choice": "首选采纳率", "top_three": "前三采纳率", "automatic_returned": "系统派单退单率",
}  # fmt: skip

Book = Literal["own", "official"]
BOOKS: Final[tuple[Book, ...]] = get_args(Book)
BOOK_NAMES: Final[dict[Book, str]] = {"own": "本区口径", "official": "上级口径"}
"""Two books that are never mixed: what we know ourselves, and what the platform above says of the orders that it sent."""

LeftOut = Literal["merged", "anonymous", "no_reply", "incident"]
LEFT_OUT_NAMES: Final[dict[LeftOut, str]] = {
    "merged": "并入他单的", "anonymous": "匿名的", "no_reply": "不需回复的", "incident": "并入事件的",
}  # fmt: skip
Z95: Final = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSettings:
    """The pack's definitions, printed beside every figure.

    ``rating_channels`` are those whose ratings count in our own book's satisfaction; ``left_out`` are orders that count for no
    unit beside those excluded 剔除.
    """

    response_basis: Literal["contact_log", "sign_and_contact", "callback"] = "contact_log"
    basically_satisfied_counts: bool = True
    unreached_counts: Literal["out", "no"] = "out"
    rating_channels: tuple[str, ...] = ("phone",)
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """One order's word on one rate in one book: whose it is, when it was settled, and whether it counts for the numerator.

    ``at`` may lie ahead: what is still undone counts as missed once its due time has passed. ``unit`` is empty where no unit
    is answerable for it.
    """

    rate: Rate
    unit: str
    at: datetime
    good: bool
    order_id: str
    book: Book = "own"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate with what it is made of; ``value`` is None when there is nothing to divide by."""

    numerator: int = 0
    denominator: int = 0

    @property
    def value(self) -> float | None:
        """The rate, 0…1."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the rate by Wilson's score (Wilson 1927), each 0…1; None without a sample."""
        n = self.denominator
        if not n:
            return None
        p, z2 = self.numerator / n, Z95 * Z95
        middle, half = p + z2 / (2 * n), Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        low = 0.0 if self.numerator == 0 else (middle - half) / (1 + z2 / n)
        high = 1.0 if self.numerator == n else (middle + half) / (1 + z2 / n)
        return low, high

    def as_dict(self) -> dict[str, float | None]:
        """Return JSON-able values: ``numerator``, ``denominator`` and the interval's ``low`` and ``high`` to four places."""
        low, high = self.interval or (None, None)
        ends = {"low": low if low is None else round(low, 4), "high": high if high is None else round(high, 4)}
        return {"numerator": self.numerator, "denominator": self.denominator, **ends}

    def __add__(self, other: Ratio) -> Ratio:
        """Add numerators and denominators: a rate is never averaged."""
        return Ratio(self.numerator + other.numerator, self.denominator + other.denominator)


NOTHING: Final = Ratio()


def rates(
    observations: Iterable[Observation], start: datetime, end: datetime, wanted: tuple[Rate, ...] = RATES
) -> dict[str, dict[Rate, Ratio]]:  # fmt: skip
    """Return ``{unit: {rate: ratio}}`` of the observations settled in ``start`` ≤ at < ``end``; every wanted rate is present.

    The observations are of one book.
    """
    counts: dict[tuple[str, Rate], list[int]] = {}
    for seen in observations:
        if start <= seen.at < end and seen.rate in wanted:
            cell = counts.setdefault((seen.unit, seen.rate), [0, 0])
            cell[0] += seen.good
            cell[1] += 1
    return table(((unit, rate, good, all_) for (unit, rate), (good, all_) in counts.items()), wanted)


def table(counts: Iterable[tuple[str, Rate, int, int]], wanted: tuple[Rate, ...] = RATES) -> dict[str, dict[Rate, Ratio]]:
    """Return ``{key: {rate: ratio}}`` of (key, rate, good, all); several of one cell are added; keys stand in order."""
    found: dict[str, dict[Rate, Ratio]] = {}
    for key, rate, good, all_ in counts:
        row = found.setdefault(key, dict.fromkeys(wanted, NOTHING))
        row[rate] = row.get(rate, NOTHING) + Ratio(good, all_)
    return dict(sorted(found.items()))
