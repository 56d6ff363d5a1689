"""The prover against an oracle that asks the real table with every combination of facts."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing_rules.table import DecisionTable
from routing_rules.verify.prover import Claim, Prover
from tests.unit.verify_tables import CELLS, PACK, Drawn, everything, tables

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(tables())
def test_a_row_has_an_example_exactly_when_some_facts_reach_it(drawn: Drawn) -> None:
    prover = Prover(PACK)
    reached = {row.id for facts in everything(drawn) if (row := drawn.table.first(facts)) is not None}
    shown = {row.id for row in drawn.table.rows if prover.example(Claim(drawn.table, row)) is not None}
    assert shown == reached


@quick
@given(tables())
def test_every_example_really_reaches_its_row(drawn: Drawn) -> None:
    prover = Prover(PACK)
    examples = {row.id: prover.example(Claim(drawn.table, row)) for row in drawn.table.rows}
    assert {key: drawn.table.first(one.facts).id for key, one in examples.items() if one} == {
        key: key for key, one in examples.items() if one
    }


@quick
@given(tables())
def test_the_rows_said_to_cover_do_cover_and_none_of_them_is_needless(drawn: Drawn) -> None:
    prover, table = Prover(PACK), drawn.table
    for row in table.rows:
        covering = prover.covering(table, row)
        kept = DecisionTable("kept", table.inputs, [*covering, row], table.zone)
        assert not covering or row not in [kept.first(facts) for facts in everything(drawn)]
        for one in covering:
            fewer = DecisionTable("fewer", table.inputs, [*(other for other in covering if other is not one), row], table.zone)
            assert row in [fewer.first(facts) for facts in everything(drawn)]


@quick
@given(tables(), st.data())
def test_a_condition_beside_the_row_is_kept_exactly(drawn: Drawn, data: st.DataObject) -> None:
    prover, table = Prover(PACK), drawn.table
    fact = data.draw(st.sampled_from(drawn.facts))
    where = {fact: data.draw(st.sampled_from(CELLS[fact]))}
    column, row = table.inputs.index(fact), data.draw(st.sampled_from(table.rows))
    example = prover.example(Claim(table, row, where))
    from routing_rules.cells import read_cell

    cell = read_cell(fact, where[fact])
    probe = DecisionTable("", table.inputs, table.rows, table.zone)
    known = [facts for facts in everything(drawn) if table.first(facts) is row and cell.holds(probe.prepare(facts)[1][column])]
    assert (example is None) or cell.holds(probe.prepare(example.facts)[1][column])
    assert (example is None) <= (not known)
