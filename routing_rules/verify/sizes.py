"""Tables that are too large to be checked: refused at once, instead of after minutes."""

from __future__ import annotations

from math import prod

from routing_rules.cells import Cell, Clock, Season
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable

MOST_ROWS = 20_000
"""Rows of one table that are checked. The largest hotline table known has some 4,200."""
MOST_BOXES = 40_000
"""A row that asks for a season or a time of day in one cell counts as two rows, with two such cells as four."""


def refuse_large(pack: Pack, findings: Findings) -> bool:
    """Add an error for each table that is too large to be checked; True when there is one."""
    found = [
        table for table in (pack.dispatch.table, pack.deadlines.whole, pack.supervision.whole) if large_table(table, findings)
    ]
    return bool(found)


def large_table(table: DecisionTable, findings: Findings) -> bool:
    """Add an error when a table is too large to be checked, and say so."""
    if len(table.rows) > MOST_ROWS:
        said = f"共 {len(table.rows)} 行,超过一次能核对的 {MOST_ROWS} 行,没有核对:请用 A|B、A/* 合并同类的行"
        findings.error(table.name, "", said, "unproved")
        return True
    boxes = sum(prod(map(_boxes, row.inputs)) for row in table.rows)
    if boxes > MOST_BOXES:
        said = f"同一格内并列季节和时段的行太多(展开后共 {boxes} 种情形,最多 {MOST_BOXES}),没有核对:请分成几行写"
        findings.error(table.name, "", said, "unproved")
    return boxes > MOST_BOXES


def _boxes(cell: Cell) -> int:
    """Return 2 for a cell that holds in a season or at a time of day, else 1."""
    both = not cell.negated and len({type(term) for term in cell.terms} & {Clock, Season}) > 1
    return 2 if both else 1
