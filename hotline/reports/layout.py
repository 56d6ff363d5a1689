"""A bulletin laid out as tables and charts: what stands in them is the same in a spreadsheet, on paper and in a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from hotline.domain.indicators import RATE_NAMES, Rate, Ratio
from hotline.services.figures.bulletin import Behind, Bulletin

Style = Literal["text", "count", "share", "change", "score", "hours", "rate"]
DASH: Final = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with how it is told, and the address behind it; a rate has its ratio and the addresses of its two numbers."""

    value: str | float | None
    style: Style = "text"
    href: str = ""
    ratio: Ratio | None = None
    counted_href: str = ""

    @property
    def words(self) -> str:
        """The value as it is read; a rate without its fraction."""
        if self.value is None:
            return DASH
        if self.style in ("share", "rate"):
            return f"{self.value:.1%}"
        if self.style == "change":
            return f"{self.value:+.1%}"
        if self.style == "score":
            return f"{self.value:.2f}"
        return f"{self.value:.1f}" if self.style == "hours" else f"{self.value}"

    @property
    def fraction(self) -> str:
        """Numerator and denominator of a rate."""
        return f"{self.ratio.numerator}/{self.ratio.denominator}" if self.ratio and self.ratio.denominator else ""

    @property
    def interval(self) -> str:
        """The interval of a rate, in percent."""
        found = self.ratio.interval if self.ratio else None
        return f"{found[0]:.1%}–{found[1]:.1%}" if found else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; those from ``apart`` on stand below a line that says ``apart_why``. ``empty`` is said without rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "本期没有可统计的工单"
    note: str = ""
    apart: int | None = None
    apart_why: str = ""

    @property
    def rates(self) -> frozenset[int]:
        """The columns that hold rates."""
        return frozenset(at for row in self.rows for at, cell in enumerate(row) if cell.style == "rate")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar and, of a rate, its interval."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, or a line over days; ``percent`` = values are 0…1. ``other`` are values beside the bars, named ``other_name``."""

    title: str
    bars: tuple[Bar, ...]
    percent: bool = False
    line: bool = False
    name: str = "本期"
    other: tuple[float | None, ...] = ()
    other_name: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet, or a chapter: its tables and charts. ``wide`` = one table of many columns."""

    name: str
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...] = field(default=())
    wide: bool = False


class Cells:
    """Makes cells of a bulletin, with addresses on the site that shows the orders: ``https://host``, or empty for this one."""

    def __init__(self, bulletin: Bulletin, site: str, *, linked: bool = True) -> None:
        self._bulletin, self._site, self._linked = bulletin, site.rstrip("/"), linked

    def plain(self) -> Cells:
        """Return what makes cells without addresses: for sums that no one list of orders stands behind."""
        return Cells(self._bulletin, self._site, linked=False)

    def address(self, behind: Behind) -> str:
        """Return where the orders behind a number are."""
        return self._site + self._bulletin.address(behind) if self._linked else ""

    def late(self, unit: str) -> str:
        """Return where the orders are that are late now, of a unit or of all."""
        category = f"&category={self._bulletin.topic.category}" if self._bulletin.topic.category else ""
        return f"{self._site}/orders?tab=late" + (f"&unit={unit}" if unit else "") + category

    def count(self, orders: int, behind: Behind) -> Cell:
        """Return a number of orders; nothing is behind none."""
        return Cell(orders, "count", self.address(behind) if orders else "")

    def rate(self, rate: Rate, ratio: Ratio, *, unit: str | None = None, category: str = "") -> Cell:
        """Return a rate, of a unit or of all."""
        by: Literal["all", "unit"] = "all" if unit is None else "unit"
        if not ratio.denominator:
            return Cell(None, "rate", ratio=ratio)
        every = Behind(rate=rate, by=by, key=unit, category=category)
        counted = Behind(rate=rate, by=by, key=unit, category=category, good=True)
        return Cell(ratio.value, "rate", self.address(every), ratio, self.address(counted) if ratio.numerator else "")


def text(*values: str) -> tuple[Cell, ...]:
    """Return cells of words."""
    return tuple(Cell(value) for value in values)


def head_lines(bulletin: Bulletin) -> tuple[str, str]:
    """Return what stands under every title: period and book; when it was counted and by which rules."""
    period = bulletin.period
    running = "(期间未结束,数据未定)" if bulletin.provisional else ""
    when = f"{bulletin.computed_at.astimezone(period.zone):%Y-%m-%d %H:%M:%S}"
    return (
        f"统计期间:{period.name}({period.first} 至 {period.last}){running}    口径:{bulletin.book_name}",
        f"计算时间:{when}    规则包:{bulletin.book_hash[:12]}",
    )


def rate_chart(title: str, found: Iterable[tuple[Rate, Ratio]]) -> Chart:
    """Return bars of rates with their intervals; those without a sample are left out."""
    bars = [
        Bar(f"{RATE_NAMES[rate]}(n={ratio.denominator})", ratio.value, *interval)
        for rate, ratio in found
        if ratio.value is not None and (interval := ratio.interval) is not None
    ]
    return Chart(title, tuple(bars), percent=True)


def widest(texts: Sequence[str]) -> int:
    """Return the greatest width of texts in columns of a spreadsheet: a Chinese character takes two."""
    return max((sum(2 if ord(char) > 0x2E7F or char in "—·“”…" else 1 for char in line) for line in texts), default=0)
