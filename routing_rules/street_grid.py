"""``street_grid``: where a street stands in a schematic map of squares, column and row from 1; a pack need not have one.

It says who lies beside whom, no more: nobody publishes the outlines of streets, and no map from outside reaches a closed network.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from routing_rules.findings import Findings
from routing_rules.sheets import Sheet

LARGEST = 40
COLUMNS = ("street", "column", "row")
Square = tuple[int, int]


def read_street_grid(sheet: Sheet | None, places: Collection[str], findings: Findings) -> dict[str, Square]:
    """Read ``{street's code: (column, row)}``; every fault goes into ``findings``."""
    found: dict[str, Square] = {}
    for line, cells in sheet.records() if sheet else ():
        street, where = cells["street"], cells["street"] or f"第 {line} 行"
        square = _number(cells["column"]), _number(cells["row"])
        if street not in places or street in found:
            findings.error("street_grid", where, "街道代码在地点表中不存在,或重复", "place")
        elif not all(square):
            findings.error("street_grid", where, f"列和行应为 1 至 {LARGEST} 的整数", "place")
        elif square in found.values():
            findings.error("street_grid", where, f"第 {square[0]} 列第 {square[1]} 行已有街道", "place")
        else:
            found[street] = square
    return found


def laid_out(streets: Collection[str], known: Mapping[str, Square], wide: int = 5) -> dict[str, Square]:
    """Return a square for every street: the known ones, the others row by row below them."""
    rest = [street for street in streets if street not in known]
    below = max((row for street, (_, row) in known.items() if street in streets), default=0)
    placed = {street: known[street] for street in streets if street in known}
    return {**placed, **{street: (at % wide + 1, below + at // wide + 1) for at, street in enumerate(rest)}}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= LARGEST else 0
