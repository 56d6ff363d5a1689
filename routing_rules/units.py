"""The units that answer for work orders, as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from routing_rules.findings import Findings
from routing_rules.sheets import Sheet
from routing_rules.truths import truth_cell

UnitLevel = Literal["department", "desk", "subordinate", "company", "street", "town", "community"]
LEVELS: tuple[UnitLevel, ...] = ("department", "desk", "subordinate", "company", "street", "town", "community")
BASE_LEVELS: tuple[UnitLevel, ...] = ("street", "town", "community")
"""Streets, towns, communities and villages: what they answer for stands in their own list (国办函〔2025〕66号)."""
MOST_SIGNOFFS = 5
HOURS = ("office", "always")
DESK = "DESK"
"""The dispatch desk's own code: what goes nowhere else stays there."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit 承办单位; ``parent`` is a code or None, ``always`` = it answers round the clock, not only in office hours.

    ``signoffs`` is how many of its leaders release an answer 签发 before the office reviews it.
    """

    code: str
    name: str
    level: UnitLevel
    parent: str | None = None
    always: bool = False
    answers_for: tuple[str, ...] = ()
    gets_orders: bool = False
    signoffs: int = 0
    confirmed: bool = False


class Units(Mapping[str, Unit]):
    """Every unit by its code, in the order of the files."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.code: unit for unit in units}

    def __getitem__(self, code: str) -> Unit:
        return self._units[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._units)

    def __len__(self) -> int:
        return len(self._units)

    def above(self, code: str) -> Iterator[Unit]:
        """Yield the unit's parent, its parent, and so on; a tree that goes in a circle (a fault) is walked once."""
        unit, seen = self._units.get(code), {code}
        while unit is not None and unit.parent and unit.parent not in seen:
            seen.add(unit.parent)
            unit = self._units.get(unit.parent)
            if unit is not None:
                yield unit

    def within(self, code: str, top: str) -> bool:
        """Whether ``code`` is the unit ``top`` itself or stands anywhere below it."""
        return code == top or any(unit.code == top for unit in self.above(code))

    def way_down(self, top: str, code: str) -> tuple[str, ...]:
        """Return the units from just below ``top`` down to ``code``; empty when it does not stand below."""
        way = [code]
        for above in self.above(code):
            if above.code == top:
                return tuple(reversed(way))
            way.append(above.code)
        return ()

    def below(self, top: str) -> tuple[Unit, ...]:
        """Return every unit below, whatever its depth."""
        return tuple(unit for unit in self._units.values() if unit.code != top and self.within(unit.code, top))

    def children(self, code: str) -> tuple[Unit, ...]:
        """Return the units directly below."""
        return tuple(unit for unit in self._units.values() if unit.parent == code)

    def receiver(self, code: str | None) -> str | None:
        """Return the unit that takes orders for ``code``: itself, or the nearest above that does; None = nobody."""
        if code is None or code not in self._units:
            return None
        unit = self._units[code]
        return code if unit.gets_orders else next((above.code for above in self.above(code) if above.gets_orders), None)


def read_units(sheets: Iterable[Sheet], findings: Findings) -> Units:
    """Read the units of several files; every fault goes into ``findings``."""
    units: dict[str, Unit] = {}
    for sheet in sheets:
        for line, cells in sheet.records():
            unit = _unit(cells, (sheet.file, cells.get("code") or f"第 {line} 行"), findings)
            if not unit.code or not unit.name:
                findings.error(sheet.file, f"第 {line} 行", "单位代码和名称不能为空", "unit")
            elif unit.code in units:
                findings.error(sheet.file, unit.code, "单位代码重复", "unit")
            elif unit.level not in LEVELS:
                findings.error(sheet.file, unit.code, f"单位层级“{unit.level}”不认识(可用:{'、'.join(LEVELS)})", "unit")
            else:
                units[unit.code] = unit
            if (said := cells.get("signoffs", "")) and not (said.isascii() and said.isdecimal() and int(said) <= MOST_SIGNOFFS):
                findings.error(sheet.file, unit.code, f"签发级数“{said}”应为 0 至 {MOST_SIGNOFFS}", "unit")
    _check_tree(units, findings)
    return Units(units.values())


def _unit(cells: Mapping[str, str], at: tuple[str, str], findings: Findings) -> Unit:
    hours = cells.get("hours", "").casefold()
    if hours not in ("", *HOURS):
        findings.error(*at, f"hours 的“{cells['hours']}”不认识(可用:{'、'.join(HOURS)})", "unit")
    return Unit(
        code=cells.get("code", ""),
        name=cells.get("name", ""),
        level=cells.get("level", ""),  # type: ignore[arg-type]  # checked by the caller
        parent=cells.get("parent") or None,
        always=hours == "always",
        answers_for=tuple(part for part in cells.get("answers_for", "").split(";") if part),
        gets_orders=truth_cell(cells, "gets_orders", at, findings),
        signoffs=int(said) if (said := cells.get("signoffs", "")).isdecimal() else 0,
        confirmed=truth_cell(cells, "confirmed", at, findings),
    )


def _check_tree(units: Mapping[str, Unit], findings: Findings) -> None:
    for unit in units.values():
        seen, above = {unit.code}, unit.parent
        while above is not None:
            if above not in units:
                findings.error("units", unit.code, f"上级单位“{above}”不存在", "unit")
                break
            if above in seen:
                findings.error("units", unit.code, "上下级关系成环", "unit")
                break
            seen.add(above)
            above = units[above].parent
