"""The basic check of a pack: names that exist, rows that a person must see, a fallback in its place, cases that hold.

Whether rows shadow one another is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from routing_rules.cells import Cell, OneOf, Under
from routing_rules.deadlines import CLOCKS
from routing_rules.decide import PERSON_WORDS, deadlines, dispatch
from routing_rules.dispatching import OUTPUTS as DISPATCH_OUTPUTS
from routing_rules.dispatching import TOKENS
from routing_rules.deadlines import OUTPUTS as DEADLINE_OUTPUTS
from routing_rules.findings import Finding, Findings
from routing_rules.pack import Pack, read_pack
from routing_rules.table import DecisionTable, Row
from routing_rules.units import DESK
from routing_rules.wordlists import PLAIN_LISTS

NEEDED_CLOCKS = tuple(clock for clock in CLOCKS if clock not in ("extension", "rectification"))


def check(pack: Pack) -> tuple[Finding, ...]:
    """Return everything found, errors and warnings, in the order of the files."""
    findings = Findings(pack.notes)
    _check_units(pack, findings)
    _check_geography(pack, findings)
    _check_settings(pack, findings)
    _check_table(pack, pack.dispatch.table, DISPATCH_OUTPUTS, findings)
    _check_targets(pack, findings)
    _check_classes(pack, findings)
    _check_table(pack, pack.deadlines.whole, DEADLINE_OUTPUTS, findings)
    _check_clocks(pack, findings)
    _check_cases(pack, findings)
    return tuple(findings)


def check_files(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Return what is found in files that may not even load: then the faults of reading, else those of ``check``."""
    pack, findings = read_pack(files)
    return check(pack) if pack is not None else tuple(findings)


def _check_units(pack: Pack, findings: Findings) -> None:
    if DESK not in pack.units:
        findings.error("units", "", f"缺少派单台单位 {DESK}")
    unconfirmed = [unit.code for unit in pack.units.values() if not unit.confirmed]
    _warn_unconfirmed("units", unconfirmed, findings)


def _check_geography(pack: Pack, findings: Findings) -> None:
    geography = pack.geography
    for code, unit in geography.street_units.items():
        if unit not in pack.units:
            findings.error("places", code, f"承办单位“{unit}”不存在")
    if pack.settings.district not in geography.places:
        findings.error("pack.toml", "district", f"places 中没有代码 {pack.settings.district}")
    for place in geography.places.values():
        if place.level == "street" and place.parent == pack.settings.district and place.code not in geography.street_units:
            findings.error("places", place.code, f"“{place.name}”没有对应的承办单位,@street 将落到派单台")
    for estate in geography.estates.values():
        if estate.community and estate.community not in geography.places:
            findings.error("estates", estate.id, f"社区代码“{estate.community}”不存在")
        for unit in (estate.property, estate.heating, estate.water, estate.gas):
            if unit and unit not in pack.units:
                findings.error("estates", estate.id, f"单位“{unit}”不存在")
    _warn_unconfirmed("estates", [estate.id for estate in geography.estates.values() if not estate.confirmed], findings)


def _check_settings(pack: Pack, findings: Findings) -> None:
    for one in pack.settings.auto_classes:
        if one not in pack.categories:
            findings.error("pack.toml", "auto.classes", f"类别“{one}”不存在")
    total = sum(pack.settings.weights.values())
    if pack.settings.weights and abs(total - 1) > 1e-6:
        findings.error("pack.toml", "rates.weights", f"三率权重之和应为 1,现为 {total:g}")


def _check_table(pack: Pack, table: DecisionTable, outputs: Iterable[str], findings: Findings) -> None:
    """Check the names a table's cells and columns use, and which rows nobody has confirmed."""
    known = {
        "category": (pack.categories, "类别"),
        "place": (set(pack.geography.places), "地点"),
        "estate": (set(pack.geography.estates), "小区"),
        "accused": (set(pack.units), "单位"),
        "returned_by": (set(pack.units), "单位"),
        "words": (set(pack.lexicon.words), "词表"),
    }
    if not table.rows:
        findings.error(table.name, "", "没有任何可用的行")
        return
    for name in table.rows[0].outputs.keys() - set(outputs):
        findings.error(table.name, "", f"输出列“->{name}”不认识")
    for row in table.rows:
        for fact, cell in zip(table.inputs, row.inputs, strict=True):
            names, called = known.get(fact, (None, ""))
            for name in _names(cell) if names is not None else ():
                if (name.rpartition("/")[2] if fact == "place" else name) not in names:
                    findings.error(table.name, row.id, f"{called}“{name}”不存在")
    _warn_unconfirmed(table.name, [row.id for row in table.rows if not row.confirmed], findings)


def _names(cell: Cell) -> list[str]:
    names: list[str] = []
    for term in cell.terms:
        if isinstance(term, OneOf):
            names.extend(sorted(term.values))
        elif isinstance(term, Under):
            names.append(term.path)
    return names
