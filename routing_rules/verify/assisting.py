"""Assisting units that are the lead itself, by code or by what a token means somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from routing_rules.decide import resolve
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import Row
from routing_rules.units import DESK
from routing_rules.verify.prover import Claim, Example, Prover
from routing_rules.verify.targets import Targets, within
from routing_rules.verify.telling import place_words, shown, unit_words


def check_assists(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add the rows whose assistant is the lead: always (an error) or for some reachable places and estates (a warning)."""
    targets = Targets(pack)
    for row in pack.dispatch.table.rows:
        target = pack.dispatch.targets[row.id]
        if target.lead and target.lead != DESK:
            for assist in dict.fromkeys(target.assists):
                _check(pack, prover, targets, (row, target.lead, assist), findings)


def _check(pack: Pack, prover: Prover, targets: Targets, asked: tuple[Row, str, str], findings: Findings) -> None:
    row, lead, assist = asked
    name = pack.dispatch.table.name
    if lead == assist:
        findings.error(name, row.id, f"协办单位“{assist}”与主办单位相同", "assist_lead", **shown(pack, _any(pack, prover, row)))
        return
    leads, assists = ({way.unit for way in targets.ways(one)} for one in (lead, assist))
    if not leads & assists:
        return
    example = next(_same(pack, prover, targets, asked), None)
    if example is None:
        return
    unit = resolve(pack, example.facts, lead) or ""
    always = leads == assists and len(leads) == 1
    where = "" if always else f"(如{place_words(pack, example.facts) or '所列情形'})"
    said = f"协办“{assist}”{'' if always else '有时'}就是主办单位{unit_words(pack, unit)}{where},等于没有协办"
    tell = findings.error if always else findings.warn
    tell(name, row.id, said, "assist_lead", **shown(pack, example))


def _same(pack: Pack, prover: Prover, targets: Targets, asked: tuple[Row, str, str]) -> Iterator[Example]:
    """Yield examples in which both targets mean one unit."""
    row, lead, assist = asked
    table = pack.dispatch.table
    for where in targets.same(lead, assist):
        allowed = within(table, row, where)
        example = prover.example(Claim(table, row, allowed)) if allowed is not None else None
        if example is not None and resolve(pack, example.facts, lead) == resolve(pack, example.facts, assist) is not None:
            yield example


def _any(pack: Pack, prover: Prover, row: Row) -> Example | None:
    return prover.example(Claim(pack.dispatch.table, row))
