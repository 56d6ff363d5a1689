"""Cells and records of a table, whatever file they came from. A value is data: a text that begins with ``=`` stays a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hotline.domain.text import clean

Cell = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a file before its headings are known; ``number`` counts from 1 as a spreadsheet shows it.

    ``problem`` (Chinese) says why it could not be taken apart; ``raw`` is then the text it was.
    """

    number: int
    cells: tuple[Cell, ...]
    problem: str = ""
    raw: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.problem and not any(cell != "" and text_of(cell) for cell in self.cells)


def text_of(cell: Cell) -> str:
    """Return a cell as the text a person typed: no control characters, no blanks around, whole numbers without ``.0``."""
    if isinstance(cell, str):
        return cell.strip() if cell.isprintable() else clean(cell).strip()  # nearly every cell is: looked at in C
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell)
