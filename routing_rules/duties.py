"""``street_duties``: what a street or town answers for itself, by its published list (乡镇(街道)履职事项清单).

国办函〔2025〕66号 forbids to push departmental matters down to the base level: a matter 基本 is its own, with 配合 it may assist,
上收 has been taken back by a department, and what the list does not name is not its own either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from routing_rules.findings import Findings
from routing_rules.sheets import Sheet
from routing_rules.truths import truth_cell
from routing_rules.units import BASE_LEVELS, Units

Duty = Literal["基本", "配合", "上收"]
DUTIES: tuple[Duty, ...] = get_args(Duty)
COLUMNS = ("street", "matter", "duty")
EVERY = "*"
"""Stands for every street and town of the pack."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A line of the list: a unit code or ``*``, a category path (``A/*`` = A and everything below), and whose matter it is."""

    street: str
    matter: str
    duty: Duty
    line: int
    source: str = ""
    confirmed: bool = False


class Duties:
    """The lists of all streets. A street's own line goes before one for ``*``; among those the narrower matter decides."""

    def __init__(self, file: str, rows: Iterable[DutyRow]) -> None:
        self.file, self.rows = file, tuple(rows)
        self._duty = {(row.street, row.matter): row.duty for row in self.rows}

    def of(self, street: str, category: str) -> Duty | None:
        """Return what a category is to the street (or town) of that unit code; None = its list does not name it."""
        for listed in (street, EVERY):
            for matter in _matters(category):
                if (duty := self._duty.get((listed, matter))) is not None:
                    return duty
        return None


def street_of(units: Units, code: str) -> str | None:
    """Return the street or town whose list a unit of the base level follows: its own or that above it; None for others."""
    if code not in units or units[code].level not in BASE_LEVELS:
        return None
    chain = (units[code], *units.above(code))
    return next((unit.code for unit in chain if unit.level in ("street", "town")), code)


def read_duties(sheet: Sheet | None, findings: Findings) -> Duties | None:
    """Read the list; every fault goes into ``findings`` and its line is left out. None = the pack has no list."""
    if sheet is None:
        return None
    rows: dict[tuple[str, str], DutyRow] = {}
    for line, cells in sheet.records():
        street, matter, duty = (cells[column] for column in COLUMNS)
        name = f"第 {line} 行"
        known = next((one for one in DUTIES if one == duty), None)
        if not street or not matter:
            findings.error(sheet.file, name, "街道(或 *)和事项不能为空", "duties")
        elif known is None:
            findings.error(sheet.file, name, f"职责“{duty}”不认识(可用:{'、'.join(DUTIES)})", "duties")
        elif (street, matter) in rows:
            findings.error(sheet.file, name, f"“{street}”的“{matter}”已在第 {rows[street, matter].line} 行列过", "duties")
        else:
            confirmed = truth_cell(cells, "confirmed", (sheet.file, name), findings)
            rows[street, matter] = DutyRow(street, matter, known, line, cells.get("source", ""), confirmed)
    return Duties(sheet.file, rows.values())


def _matters(category: str) -> Iterator[str]:
    """Yield the matters under which a category may be listed, the narrowest first."""
    yield category
    yield category + "/*"
    cut = category.rfind("/")
    while cut > 0:
        yield category[:cut] + "/*"
        cut = category.rfind("/", 0, cut)
