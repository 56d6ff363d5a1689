"""The basic checks of the tables: names that exist, targets that take orders, a fallback in its place, cases that hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from routing_rules.approvals import OUTPUTS as APPROVAL_OUTPUTS
from routing_rules.cases import Case
from routing_rules.cells import Cell, OneOf, Under
from routing_rules.deadlines import CLOCKS
from routing_rules.deadlines import OUTPUTS as DEADLINE_OUTPUTS
from routing_rules.decide import deadlines, dispatch, supervision, upstream_window
from routing_rules.dispatching import OUTPUTS as DISPATCH_OUTPUTS
from routing_rules.dispatching import TOKENS
from routing_rules.findings import Findings
from routing_rules.names import limit_words
from routing_rules.pack import Pack
from routing_rules.supervising import OUTPUTS as SUPERVISION_OUTPUTS
from routing_rules.table import DecisionTable
from routing_rules.units import DESK
from routing_rules.verify.examples import as_json
from routing_rules.verify.ground import Series
from routing_rules.verify.prover import Example, Prover
from routing_rules.verify.registries import warn_unconfirmed
from routing_rules.verify.standing import Standing
from routing_rules.verify.telling import attempt, shown

NEEDED_CLOCKS = tuple(clock for clock in CLOCKS if clock not in ("extension", "rectification"))
_CALLED = {"category": "类别", "place": "地点", "estate": "小区", "accused": "单位", "returned_by": "单位", "words": "词表"}
_CHECKED_AS = {"place": "place", "accused": "unit", "returned_by": "unit"}


def check_basics(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add everything found that needs no proof over whole tables, in the order of the files."""
    known = _registries(pack)
    _check_table(pack.dispatch.table, DISPATCH_OUTPUTS, known, findings)
    _check_targets(pack, findings)
    _check_fallback(pack, prover, pack.dispatch.table, findings)
    _check_table(pack.deadlines.whole, DEADLINE_OUTPUTS, known, findings)
    _check_clocks(pack, prover, findings)
    if pack.supervision.whole.rows:
        _check_table(pack.supervision.whole, SUPERVISION_OUTPUTS, known, findings)
    if pack.approvals.whole.rows:
        _check_table(pack.approvals.whole, APPROVAL_OUTPUTS, known, findings)
    if not pack.cases:
        findings.warn("cases", "", "没有用例,规则未经试算", "case")
    for case in pack.cases:
        _check_case(pack, case, findings)


def _registries(pack: Pack) -> Mapping[str, frozenset[str]]:
    """Return the names that the cells of a fact may use; a fact that is not there has a vocabulary of its own, or none."""
    return {
        "category": pack.categories,
        "place": frozenset(pack.geography.places),
        "estate": frozenset(pack.geography.estates),
        "accused": frozenset(pack.units),
        "returned_by": frozenset(pack.units),
        "words": frozenset(pack.lexicon.words),
    }


def _check_table(table: DecisionTable, outputs: Iterable[str], known: Mapping[str, frozenset[str]], findings: Findings) -> None:
    """Check the names a table's cells and columns use, and which rows nobody has confirmed."""
    if not table.rows:
        findings.error(table.name, "", "没有任何可用的行", "fallback")
        return
    for name in sorted(table.rows[0].outputs.keys() - set(outputs)):
        findings.error(table.name, "", f"输出列“->{name}”不认识", "name")
    for row in table.rows:
        for fact, cell in zip(table.inputs, row.inputs, strict=True):
            for name in _names(cell) if fact in known else ():
                if (name.rpartition("/")[2] if fact == "place" else name) not in known[fact]:
                    findings.error(table.name, row.id, f"{_CALLED[fact]}“{name}”不存在", _CHECKED_AS.get(fact, "name"))
    warn_unconfirmed(table.name, [row.id for row in table.rows if not row.confirmed], findings)


def _names(cell: Cell) -> list[str]:
    names: list[str] = []
    for term in cell.terms:
        if isinstance(term, OneOf):
            names.extend(sorted(term.values))
        elif isinstance(term, Under):
            names.append(term.path)
    return names


def _check_targets(pack: Pack, findings: Findings) -> None:
    """Check that the units and tokens of the dispatch rows exist and take orders."""
    table = pack.dispatch.table
    for row in table.rows:
        target = pack.dispatch.targets[row.id]
        if not target.lead:
            findings.error(table.name, row.id, "没有主办单位 ->lead", "unit")
        for unit in filter(None, (target.lead, *target.assists)):
            if unit.startswith("@"):
                if unit not in TOKENS:
                    findings.error(table.name, row.id, f"“{unit}”不认识(可用:{'、'.join(TOKENS)})", "unit")
            elif unit not in pack.units:
                findings.error(table.name, row.id, f"单位“{unit}”不存在", "unit")
            elif unit != DESK and pack.units.receiver(unit) is None:
                findings.error(table.name, row.id, f"单位“{unit}”及其上级都不接收工单", "unit")


def _check_fallback(pack: Pack, prover: Prover, table: DecisionTable, findings: Findings) -> None:
    if not table.rows:
        return
    last = table.rows[-1]
    if not last.unconditional:
        fallen = shown(pack, _fallen(prover, table))
        findings.error(table.name, last.id, "最后一行必须没有条件(兜底)", "fallback", **fallen)
    elif last.valid_from.year > 1 or last.valid_to.year < 9999:
        said = "兜底行带有有效期:期外的来电没有规则可用,将留在派单台"
        findings.warn(table.name, last.id, said, "fallback", **shown(pack, _fallen(prover, table)))
    for number, row in enumerate(table.rows[:-1]):
        if row.unconditional and row.valid_from.year == 1 and row.valid_to.year == 9999:
            said = "没有条件的行只能放在最后,其后的行永远用不到"
            findings.error(table.name, row.id, said, "fallback", **shown(pack, _taken(prover, table, number)))


def _fallen(prover: Prover, table: DecisionTable) -> Example | None:
    """Return facts that no row of the table answers."""
    standing = Standing(prover, Series(table))
    return attempt(lambda: standing.shown(prover.outside([], standing.index, standing.index.before(len(table.rows)))))


def _taken(prover: Prover, table: DecisionTable, number: int) -> Example | None:
    """Return facts that the row takes from the rows below it."""
    standing = Standing(prover, Series(table))
    return attempt(lambda: standing.facts(number + 1, standing.index.before(number)) or standing.answers(number))


def _check_clocks(pack: Pack, prover: Prover, findings: Findings) -> None:
    for clock in NEEDED_CLOCKS:
        if clock not in pack.deadlines.by_clock:
            findings.warn(pack.deadlines.whole.name, "", f"{limit_words(clock)}没有规则(没有 ->clock 为 {clock} 的行)", "gap")
    for table in pack.deadlines.by_clock.values():
        _check_fallback(pack, prover, table, findings)


def _check_case(pack: Pack, case: Case, findings: Findings) -> None:
    if not (case.dispatch or case.lead or case.assists or case.deadlines or case.supervision):
        findings.warn("cases", case.id, "没有写明应得的结果,这个用例什么也不检查", "case")
    for row, said in _failures(pack, case):
        others = (row,) if row else ()
        findings.error("cases", case.id, said, "case", others=others, example=as_json(case.facts, pack.zone))


def _failures(pack: Pack, case: Case) -> Iterator[tuple[str, str]]:
    """Yield in Chinese what a case expects and does not get, each with the row that it expects (empty when it names none)."""
    decision = dispatch(pack, case.facts)
    if case.dispatch and decision.row_id != case.dispatch:
        yield case.dispatch, f"应由 {case.dispatch} 答复,实际是 {decision.row_id or '无'}({decision.why})"
    elif case.lead and (decision.lead or DESK) != case.lead:
        yield case.dispatch, f"应派 {case.lead},实际派 {decision.lead or DESK}({decision.why})"
    elif case.assists and set(decision.assists) != set(case.assists):
        yield case.dispatch, f"协办应为 {'、'.join(case.assists)},实际是 {'、'.join(decision.assists) or '无'}"
    limits = (*deadlines(pack, case.facts).values(), upstream_window(pack, case.facts))
    given = {limit.row_id for limit in limits if limit is not None}
    for missing in (row for row in case.deadlines if row not in given):
        yield missing, f"时限应由 {missing} 给出,实际不是"
    steps = {step.row_id for step in supervision(pack, case.facts)}
    for missing in (row for row in case.supervision if row not in steps):
        yield missing, f"督办应由 {missing} 给出,实际不是"
