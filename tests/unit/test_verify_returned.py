"""The dispatch table as it is asked: a row does not fire for a unit that has returned the order; against an oracle."""

from __future__ import annotations

from itertools import chain, combinations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.domain.facts import Facts
from routing_rules.decide import dispatch
from routing_rules.verify.prover import Claim, Prover
from tests.unit.packs import small
from tests.unit.working_time import at

LEADS = ("ZJJ", "RL", "JD", "WY", "DESK", "@street", "@community", "@estate.heating", "@estate.property", "@parent", "ZWJ")
CATEGORIES = ("", "城建/*", "城建/供热", "not 城建/供热", "民政/*")
RETURNED = ("", "", "ZJJ", "RL|JD", "not ZJJ")
ACCUSED = ("", "", "RL", "not ZJJ")
ESTATES = ("", "", "E1", "not E1")
PLACES = (None, "15", "15/15001", "15/15001/15001001", "16")
HEAD = "id,category,returned_by,accused,estate,->lead,->auto,confirmed\n"
UNITS = ("ZJJ", "RL", "JD", "ZWJ", "15001001")
SUBSETS = tuple(frozenset(some) for some in chain.from_iterable(combinations(UNITS, size) for size in range(6)))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(*map(st.sampled_from, (CATEGORIES, RETURNED, ACCUSED, ESTATES, LEADS))), min_size=1, max_size=5))
def test_a_dispatch_row_has_an_example_exactly_when_some_facts_make_it_fire(rows: list[tuple[str, ...]]) -> None:
    lines = [f"R-{number},{','.join(row)},no,yes\n" for number, row in enumerate(rows)]
    pack = small(dispatch=HEAD + "".join(lines) + "R-9,,,,,DESK,no,yes\n", cases=None)
    choices = product((*sorted(pack.categories), None), PLACES, SUBSETS, (None, *pack.units), (None, "E1", "E2"))
    fired = {
        dispatch(pack, Facts(received_at=at("2026-03-09T09:00"), category=a, place=b, returned_by=c, accused=d, estate=e)).row_id
        for a, b, c, d, e in choices
    }
    prover, table = Prover(pack), pack.dispatch.table
    examples = {row.id: prover.example(Claim(table, row)) for row in table.rows}
    assert {name: dispatch(pack, one.facts).row_id for name, one in examples.items() if one} == {name: name for name in fired}
