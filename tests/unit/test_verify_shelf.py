"""Rows that may meet are found without looking at all of them: none is missed, and very large tables are checked to the end."""

from __future__ import annotations

from itertools import islice, product

from hypothesis import given
from hypothesis import strategies as st

from routing_rules.pack import read_pack
from routing_rules.verify.check import check
from routing_rules.verify.shelf import Shelf
from tests.unit.packs import files

MASKS = st.one_of(st.just(-1), st.integers(1, 2**6 - 1), st.integers(2**20, 2**40))
ROWS = 3_000
STREETS = [f"15{number:03}" for number in range(1, 40)]
CLASSES = [f"城建/第{number}类" for number in range(20)]
KINDS = ("咨询", "求助", "投诉", "建议")


@given(st.lists(st.tuples(MASKS, MASKS), max_size=30), st.tuples(MASKS, MASKS))
def test_every_row_that_shares_a_value_in_each_slot_is_found_once_and_in_order(
    rows: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    found = list(Shelf(rows).near(asked))
    wanted = [number for number, masks in enumerate(rows) if all(one & two for one, two in zip(masks, asked, strict=True))]
    assert (found == sorted(set(found)), set(wanted) <= set(found)) == (True, True)


def test_rows_of_another_class_are_not_looked_at() -> None:
    shelf = Shelf([(1 << number % 30, -1) for number in range(3_000)])
    assert len(list(shelf.near((1 << 7, -1)))) == 100


def many(heads: str, cells: str, last: str) -> str:
    """Return a table with a row for each of many classes, places and kinds, and its last rows."""
    asked = islice(product(CLASSES, STREETS, KINDS), ROWS)
    rows = (f"X-{number},{one},15/{street},{kind},,{cells}" for number, (one, street, kind) in enumerate(asked))
    return "\n".join([heads, *rows, last])


PLACES = "code,name,level,parent,unit,elsewhere,aliases\n15,本区,district,,,no,\n" + "".join(
    f"{code},街道{code},street,15,JD,no,\n" for code in STREETS
)
CATEGORIES = "level1,level2,level3\n民政,低保,\n" + "".join(f"{one.replace('/', ',')},\n" for one in CLASSES)
DISPATCH = "id,category,->lead,->assist,->auto,confirmed\nD-9,,DESK,,no,yes\n"


def unproved(**tables: str) -> list[str]:
    pack, _ = read_pack(files(places=PLACES, categories=CATEGORIES, dispatch=DISPATCH, estates=None, cases=None, **tables))
    assert pack is not None
    return [str(finding) for finding in check(pack) if finding.check == "unproved"]


def test_thousands_of_limits_are_held_against_each_other_to_the_end() -> None:
    heads = "id,category,place,kind,urgency,->clock,->amount,->unit,->leg_margin,confirmed"
    last = "T-8,,,,urgent,answer,1,working_day,2,yes\nT-9,,,,,answer,9,working_day,2,yes\nS-9,,,,,sign,2,hour,,yes\n"
    assert unproved(deadlines=many(heads, "answer,5,working_day,2,yes", last)) == []


def test_thousands_of_reminders_are_held_against_the_escalations_to_the_end() -> None:
    heads = "id,category,place,kind,urgency,->step,->clock,->when,->amount,->unit,->to,->quiet,->why,confirmed"
    last = "V-9,,,,,escalate,answer,before,30,hour,unit,no,,yes\n"
    assert unproved(supervision=many(heads, "remind,answer,before,48,hour,unit,no,,yes", last)) == []
