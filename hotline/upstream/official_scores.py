"""The city's official scores of units by month, out of a CSV or XLSX file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from hotline.domain.indicators import RATE_NAMES, RATES
from hotline.errors import UnreadableFile
from hotline.services.assessment.official import ScoreRow
from hotline.upstream.cells import Cell
from hotline.upstream.tables import Row, Table, read_table

UNIT: Final = ("单位", "承办单位", "办理单位", "单位名称", "责任单位", "被考核单位", "unit")
MONTH: Final = ("月份", "考核月份", "月度", "month")
SCORE: Final = ("得分", "综合得分", "综合分", "成绩", "总分", "score")
RATE_OF: Final = {**{RATE_NAMES[rate]: rate for rate in RATES}, "按时办理率": "on_time", "按期办结率": "on_time"}
KNOWN: Final = frozenset({*UNIT, *MONTH, *SCORE, *RATE_OF})
HIGHEST: Final = 1_000.0
_MONTH: Final = re.compile(r"(20[0-9]{2})\s*[-/.年]?\s*(1[0-2]|0?[1-9])\s*月?(份)?")
_NUMBER: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*(%|%|分)?")


def read_scores(path: Path) -> Sequence[ScoreRow]:
    """Return the file's rows, those that cannot be used with why. Raises ``UnreadableFile``."""
    table = read_table(path, KNOWN)
    columns = {what: _column(table, names) for what, names in (("单位", UNIT), ("月份", MONTH), ("得分", SCORE))}
    if missing := [what for what, column in columns.items() if not column]:
        told = f"{table.name}:缺少列:{'、'.join(missing)}"
        raise UnreadableFile(f"{table.name}: missing headings {missing}", message=told)
    return [_row(row, columns) for row in table]


def _column(table: Table, names: Sequence[str]) -> str:
    return next((name for name in names if name in table.headings), "")


def _row(row: Row, columns: Mapping[str, str]) -> ScoreRow:
    unit = row.text(columns["单位"])
    month, score = _month(row.cells.get(columns["月份"], "")), _number(row.text(columns["得分"]))
    rates: dict[str, float] = {rate: share for name, rate in RATE_OF.items() if (share := _share(row.text(name))) is not None}
    problem = row.problem
    if not problem and month is None:
        problem = f"月份“{row.text(columns['月份'])[:20]}”应写成 2026-10"
    if not problem and (score is None or not 0 <= score <= HIGHEST):
        problem = f"得分“{row.text(columns['得分'])[:20]}”不是 0 至 {HIGHEST:g} 的数"
    return ScoreRow(number=row.number, unit=unit, month=month, score=score, rates=rates, problem=problem)


def _month(cell: Cell) -> date | None:
    if isinstance(cell, datetime | date):
        return date(cell.year, cell.month, 1)
    found = _MONTH.fullmatch(str(cell).strip().removesuffix(".0"))
    return date(int(found[1]), int(found[2]), 1) if found else None


def _number(text: str) -> float | None:
    found = _NUMBER.fullmatch(text)
    return float(found[1]) if found else None


def _share(text: str) -> float | None:
    """A rate as ``98.5%``, ``98.5`` or ``0.985``; what is not above 1 and has no sign is a share."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    value = float(found[1])
    share = value / 100 if found[2] or value > 1 else value
    return round(share, 6) if 0 <= share <= 1 else None
