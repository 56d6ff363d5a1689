"""What a board is asked for, as its address has it: a GET form, so that a colleague can be sent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from hotline.domain.indicators import BOOKS, Book
from hotline.errors import InvalidInput
from hotline.services.figures.periods import Period
from hotline.services.figures.rows import GROUPINGS, Grouping
from hotline.web.console.periods import PRESETS, preset, read_period

USUAL: Final = "30"
LEVELS: Final[Mapping[Grouping, Mapping[str, str]]] = {
    "unit": {"": "逐个单位", "1": "一级单位(含下属)", "2": "到二级单位"},
    "street": {"1": "区县", "": "街道(乡镇)", "3": "社区(村)"},
    "category": {"1": "一级类别", "2": "二级类别", "3": "三级类别"},
}
"""How deep each tree may be cut; the empty one is the usual depth, of classes the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardQuery:
    """A period, a book, a grouping and its depth; ``problem`` says what of the address was no good."""

    name: str
    period: Period
    book: Book
    by: Grouping
    level: int | None
    problem: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], today: date, zone: ZoneInfo) -> BoardQuery:
        """Read an address; what no board has falls back to the usual, a wrong period is told."""
        name, problem = given.get("period", USUAL), ""
        name = name if name in PRESETS else USUAL
        period = preset(name, today, zone)
        if name == "span":
            try:
                period = read_period(given.get("from", ""), given.get("to", ""), zone)
            except InvalidInput as refused:
                name, problem, period = USUAL, refused.message, preset(USUAL, today, zone)
        book, by = given.get("book", "own"), given.get("by", "unit")
        grouping: Grouping = by if by in GROUPINGS else "unit"
        return cls(
            name=name, period=period, book=book if book in BOOKS else "own", by=grouping,
            level=_level(grouping, given.get("level", "")), problem=problem,
        )  # fmt: skip

    def address(self, path: str = "/board", **changed: str) -> str:
        """Return the address of this board with some fields changed."""
        said = {"period": self.name, "book": self.book, "by": self.by, "level": str(self.level or "")}
        if self.name == "span":
            said |= {"from": f"{self.period.first}", "to": f"{self.period.last}"}
        if "by" in changed:
            said["level"] = ""
        return f"{path}?{urlencode({name: value for name, value in {**said, **changed}.items() if value})}"


def _level(by: Grouping, text: str) -> int | None:
    known = LEVELS.get(by, {})
    if by == "category" and text not in known:
        text = "1"
    return int(text) if text and text in known else None
