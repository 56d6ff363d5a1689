"""The basic checks: names that exist, rows that a person must see, a fallback in its place, cases that hold."""

from __future__ import annotations

from collections.abc import Iterable

from routing_rules.cells import Cell, OneOf, Under
from routing_rules.deadlines import CLOCKS
from routing_rules.deadlines import OUTPUTS as DEADLINE_OUTPUTS
from routing_rules.decide import PERSON_WORDS, deadlines, dispatch
from routing_rules.dispatching import OUTPUTS as DISPATCH_OUTPUTS
from routing_rules.dispatching import TOKENS
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.units import DESK
from routing_rules.verify.prover import Prover

NEEDED_CLOCKS = tuple(clock for clock in CLOCKS if clock not in ("extension", "rectification"))


def check_basics(pack: Pack, _prover: Prover, findings: Findings) -> None:
    """Add everything found that needs no proof over whole tables, in the order of the files."""
    _check_units(pack, findings)
    _check_geography(pack, findings)
    _check_settings(pack, findings)
    _check_table(pack, pack.dispatch.table, DISPATCH_OUTPUTS, findings)
    _check_targets(pack, findings)
    _check_classes(pack, findings)
    _check_table(pack, pack.deadlines.whole, DEADLINE_OUTPUTS, findings)
    _check_clocks(pack, findings)
    _check_cases(pack, findings)


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
        served = (estate.property, estate.heating, estate.water, estate.gas)
        for unknown in (code for code in served if code and code not in pack.units):
            findings.error("estates", estate.id, f"单位“{unknown}”不存在")
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
    known: dict[str, tuple[frozenset[str], str]] = {
        "category": (pack.categories, "类别"),
        "place": (frozenset(pack.geography.places), "地点"),
        "estate": (frozenset(pack.geography.estates), "小区"),
        "accused": (frozenset(pack.units), "单位"),
        "returned_by": (frozenset(pack.units), "单位"),
        "words": (frozenset(pack.lexicon.words), "词表"),
    }
    if not table.rows:
        findings.error(table.name, "", "没有任何可用的行")
        return
    for name in table.rows[0].outputs.keys() - set(outputs):
        findings.error(table.name, "", f"输出列“->{name}”不认识")
    for row in table.rows:
        for fact, cell in zip(table.inputs, row.inputs, strict=True):
            names, called = known.get(fact, (frozenset(), ""))
            for name in _names(cell) if fact in known else ():
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


def _check_targets(pack: Pack, findings: Findings) -> None:
    """Check where the dispatch rows send an order, and that nothing goes out alone that a person must see."""
    table = pack.dispatch.table
    for row in table.rows:
        target = pack.dispatch.targets[row.id]
        if not target.lead:
            findings.error(table.name, row.id, "没有主办单位 ->lead")
        for unit in filter(None, (target.lead, *target.assists)):
            if unit.startswith("@"):
                if unit not in TOKENS:
                    findings.error(table.name, row.id, f"“{unit}”不认识(可用:{'、'.join(TOKENS)})")
            elif unit not in pack.units:
                findings.error(table.name, row.id, f"单位“{unit}”不存在")
            elif unit != DESK and pack.units.receiver(unit) is None:
                findings.error(table.name, row.id, f"单位“{unit}”及其上级都不接收工单")
        if target.lead in target.assists:
            findings.error(table.name, row.id, f"协办单位“{target.lead}”与主办单位相同")
        if target.auto and (why := _must_be_seen(table, row)):
            findings.error(table.name, row.id, f"{why}须人工派单,->auto 不能为 yes")
        if target.auto and target.lead == DESK:
            findings.error(table.name, row.id, "派单台的行 ->auto 不能为 yes")
    _check_fallback(table, findings)


def _must_be_seen(table: DecisionTable, row: Row) -> str:
    """Return what in the row's own conditions asks for a person, in Chinese."""
    asks = {
        "kind": (frozenset({"举报"}), "举报"),
        "confidential": (frozenset({"yes"}), "保密工单"),
        "vulnerable": (frozenset({"minor"}), "涉及未成年人的工单"),
        "words": (PERSON_WORDS, "涉及威胁、公共机构或领导交办的工单"),
    }
    for fact, cell in zip(table.inputs, row.inputs, strict=True):
        values, called = asks.get(fact, (frozenset[str](), ""))
        if not cell.negated and not values.isdisjoint(_names(cell)):
            return called
    return ""


def _check_fallback(table: DecisionTable, findings: Findings) -> None:
    if not table.rows:
        return
    last = table.rows[-1]
    if not last.unconditional:
        findings.error(table.name, last.id, "最后一行必须没有条件(兜底)")
    elif last.valid_from.year > 1 or last.valid_to.year < 9999:
        findings.warn(table.name, last.id, "兜底行带有有效期:期外的来电没有规则可用,将留在派单台")
    for row in table.rows[:-1]:
        if row.unconditional and row.valid_from.year == 1 and row.valid_to.year == 9999:
            findings.error(table.name, row.id, "没有条件的行只能放在最后,其后的行永远用不到")


def _check_classes(pack: Pack, findings: Findings) -> None:
    """Every first-level class needs a row of its own before the fallback."""
    if "category" not in pack.dispatch.table.inputs:
        return
    column = pack.dispatch.table.inputs.index("category")
    named = {name.partition("/")[0] for row in pack.dispatch.table.rows for name in _names(row.inputs[column])}
    for first in sorted({category.partition("/")[0] for category in pack.categories} - named):
        findings.error(pack.dispatch.table.name, "", f"一级类别“{first}”没有派单规则")


def _check_clocks(pack: Pack, findings: Findings) -> None:
    for clock in NEEDED_CLOCKS:
        if clock not in pack.deadlines.by_clock:
            findings.warn(pack.deadlines.whole.name, "", f"时限 {clock} 没有规则")
    for table in pack.deadlines.by_clock.values():
        _check_fallback(table, findings)


def _check_cases(pack: Pack, findings: Findings) -> None:
    if not pack.cases:
        findings.warn("cases", "", "没有用例,规则未经试算")
    for case in pack.cases:
        decision = dispatch(pack, case.facts)
        if case.dispatch and decision.row_id != case.dispatch:
            findings.error("cases", case.id, f"应由 {case.dispatch} 答复,实际是 {decision.row_id or '无'}({decision.why})")
        elif case.lead and (decision.lead or DESK) != case.lead:
            findings.error("cases", case.id, f"应派 {case.lead},实际派 {decision.lead or DESK}({decision.why})")
        rows = {row.row_id for row in deadlines(pack, case.facts).values()}
        for missing in (row for row in case.deadlines if row not in rows):
            findings.error("cases", case.id, f"时限应由 {missing} 给出,实际不是")


def _warn_unconfirmed(file: str, rows: list[str], findings: Findings) -> None:
    if rows:
        shown = "、".join(rows[:5]) + (" 等" if len(rows) > 5 else "")
        findings.warn(file, shown, f"{len(rows)} 行尚未确认(confirmed 不是 yes)")
