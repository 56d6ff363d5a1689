"""Complaints about a unit: no row may send one to the unit it accuses, nor to anybody below."""

from __future__ import annotations

from collections.abc import Iterator

from hotline.domain.facts import Facts
from routing_rules.cells import OneOf
from routing_rules.decide import assists_of, lead_of
from routing_rules.dispatching import Target
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.prover import Claim, Example, Prover
from routing_rules.verify.targets import ANY_DAY, Targets
from routing_rules.verify.telling import shown, unit_words


def check_accused(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add rows that name an accused unit and would send the complaint to it, then every target that reaches it all the same."""
    table, targets = pack.dispatch.table, Targets(pack)
    for row in table.rows:
        for accused in _named(table, row):
            _check_row(pack, prover, targets, row, accused, findings)
    asked: set[tuple[str, tuple[str, ...]]] = set()
    for row in table.rows:
        target = pack.dispatch.targets[row.id]
        if (target.lead, target.assists) not in asked:
            asked.add((target.lead, target.assists))
            _check_decision(pack, targets, row, findings)


def _named(table: DecisionTable, row: Row) -> tuple[str, ...]:
    """Return the units that a row's own cell names as accused."""
    if "accused" not in table.inputs:
        return ()
    cell = row.inputs[table.inputs.index("accused")]
    exact = (term.values for term in cell.terms if isinstance(term, OneOf))
    return () if cell.negated else tuple(sorted(frozenset[str]().union(*exact)))


def _check_row(pack: Pack, prover: Prover, targets: Targets, row: Row, accused: str, findings: Findings) -> None:
    table, target = pack.dispatch.table, pack.dispatch.targets[row.id]
    for role, written in (("主办", target.lead), *(("协办", assist) for assist in target.assists)):
        for way in targets.ways(written):
            if not pack.units.within(way.unit, accused) or not _meant(way.where, accused):
                continue
            where = {fact: cell for fact, cell in way.where.items() if fact != "accused"}
            example = prover.example(Claim(table, row, {**where, "accused": accused}))
            if example is not None:
                below = "" if way.unit == accused else "的下属单位"
                said = (
                    f"反映“{unit_words(pack, accused)}”的工单,{role}“{written}”正是该单位{below}"
                    f"{unit_words(pack, way.unit) if below else ''}:被反映单位及其下属单位须回避"
                )
                findings.error(table.name, row.id, said, "accused", **shown(pack, example))
                break


def _meant(where: object, accused: str) -> bool:
    """Whether a target that hangs on the accused (``@parent``) means this one."""
    named = where.get("accused") if isinstance(where, dict) else None
    return named is None or accused in named.split("|")


def _check_decision(pack: Pack, targets: Targets, row: Row, findings: Findings) -> None:
    """Ask the real decision for every meaning of a row's target about every unit it reaches, and every unit above those."""
    table, target = pack.dispatch.table, pack.dispatch.targets[row.id]
    for facts in _accusing(pack, targets, target):
        accused = facts.accused or ""
        lead, _ = lead_of(pack, facts, target)
        reached = [unit for unit in (lead, *assists_of(pack, facts, target, lead)) if unit and pack.units.within(unit, accused)]
        if reached:
            told = f"反映“{unit_words(pack, accused)}”的工单会派给{unit_words(pack, reached[0])}"
            findings.error(table.name, row.id, told, "accused", **shown(pack, Example(facts)))
            return


def _accusing(pack: Pack, targets: Targets, target: Target) -> Iterator[Facts]:
    """Yield facts that let each unit stand for the lead or an assistant, with that unit or one above it accused."""
    for written in (target.lead, *target.assists):
        for way in targets.ways(written):
            known = {fact: text.partition("|")[0] or None for fact, text in way.where.items()}
            for accused in (way.unit, *(above.code for above in pack.units.above(way.unit))):
                yield Facts(**{"received_at": ANY_DAY, **known, "accused": accused})  # type: ignore[arg-type]  # codes are texts
