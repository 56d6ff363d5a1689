"""Complaints about a unit: no row may send one to the unit it accuses, nor to anybody below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hotline.domain.facts import Facts
from routing_rules.cells import OneOf
from routing_rules.decide import dispatch
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.prover import Claim, Example, Prover
from routing_rules.verify.targets import Targets
from routing_rules.verify.telling import shown, unit_words


def check_accused(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add rows that name an accused unit and would send the complaint to it, then every decision that does so all the same."""
    table, targets = pack.dispatch.table, Targets(pack)
    for row in table.rows:
        for accused in _named(table, row):
            _check_row(pack, prover, targets, row, accused, findings)
    for row in table.rows:
        _check_decisions(pack, prover, row, findings)


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


def _check_decisions(pack: Pack, prover: Prover, row: Row, findings: Findings) -> None:
    """Ask the real decision about every unit that the row reaches, and every unit above those, as if it were the accused."""
    table = pack.dispatch.table
    example = prover.example(Claim(table, row))
    for facts in _accusing(pack, example.facts) if example else ():
        said, accused = dispatch(pack, facts), facts.accused or ""
        reached = [unit for unit in (said.lead, *said.assists) if unit is not None and pack.units.within(unit, accused)]
        if reached:
            told = f"反映“{unit_words(pack, accused)}”的工单会派给{unit_words(pack, reached[0])}"
            findings.error(table.name, said.row_id, told, "accused", **shown(pack, Example(facts)))
            return


def _accusing(pack: Pack, facts: Facts) -> Iterator[Facts]:
    said = dispatch(pack, facts)
    reached = [unit for unit in (said.lead, *said.assists) if unit is not None]
    chain = [above.code for unit in reached for above in pack.units.above(unit)]
    for accused in dict.fromkeys((*reached, *chain)):
        yield replace(facts, accused=accused)
