"""Rows that would go out alone though their own conditions show a case that a person must dispatch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from routing_rules.cells import Cell
from routing_rules.decide import PERSON_WORDS, company
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import Row
from routing_rules.units import DESK
from routing_rules.verify.prover import Claim, Prover
from routing_rules.verify.telling import shown


@dataclass(frozen=True, slots=True)
class _Case:
    """A case for a person: what it is called, and the values of a fact that show it."""

    called: str
    values: Callable[[Pack], tuple[object, ...]]


def _bodies(pack: Pack) -> tuple[object, ...]:
    return tuple(code for code in pack.units if not company(pack, code))


CASES: Mapping[str, _Case] = {
    "kind": _Case("举报", lambda _: ("举报",)),
    "confidential": _Case("要求保密的工单", lambda _: ("yes",)),
    "vulnerable": _Case("涉及未成年人的工单", lambda _: ("minor",)),
    "words": _Case("涉及扬言、公共机构或领导交办的工单", lambda _: tuple(sorted(PERSON_WORDS))),
    "round": _Case("重办工单", lambda _: tuple(range(2, 100))),
    "accused": _Case("反映公共机构的工单", _bodies),
}


def check_persons(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add the rows with ``->auto = yes`` whose own conditions name a case that a person must see."""
    table = pack.dispatch.table
    for row in table.rows:
        target = pack.dispatch.targets[row.id]
        if not target.auto:
            continue
        for said in _never_alone(pack, row):
            findings.error(table.name, row.id, said, "auto", **shown(pack, prover.example(Claim(table, row))))
        for called, where in _shown_by(pack, row):
            example = prover.example(Claim(table, row, where))
            if example is None:
                continue  # rows above take every such case
            said = f"{called}须人工派单,自动派单(->auto)不能填“是”(请改填“否”,或在条件中排除)"
            findings.error(table.name, row.id, said, "auto", **shown(pack, example))


def _never_alone(pack: Pack, row: Row) -> Iterator[str]:
    """Yield why no order of this row may go out alone, whatever its facts."""
    target = pack.dispatch.targets[row.id]
    if target.lead == DESK:
        yield "派单台的行自动派单(->auto)不能填“是”:派单台本身就是人工派单"
    elif row.id == pack.dispatch.fallback and row.unconditional:
        yield "兜底行自动派单(->auto)不能填“是”:没有规则的工单须人工派单"
    if target.confidential:
        yield "保密工单须人工派单,自动派单(->auto)与按保密办理(->confidential)不能都填“是”"


def _shown_by(pack: Pack, row: Row) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what in the row's own conditions asks for a person, and the cell that says so."""
    for fact, cell in zip(pack.dispatch.table.inputs, row.inputs, strict=True):
        case = CASES.get(fact)
        if case is None or cell.any or (cell.negated and cell.kind == "set"):
            continue
        shows = [value for value in case.values(pack) if _admits(cell, value)]
        if shows:
            yield case.called, {fact: str(shows[0])}


def _admits(cell: Cell, value: object) -> bool:
    return cell.holds(frozenset({value}) if cell.kind == "set" else value)
