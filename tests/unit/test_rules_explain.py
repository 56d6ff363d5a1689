"""Why a pack says what it says: the row that answers, the cells that held, and what kept the rows above from answering."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.cli.lines import LONGEST_LINE, answered
from hotline.errors import InvalidInput, UnknownFact
from routing_rules.asked import explain_asked
from routing_rules.cases import facts_from
from routing_rules.cells import FACTS
from routing_rules.explain import NEAR_SHOWN, explain
from tests.unit.packs import FILES, small
from tests.unit.working_time import ZONE

PACK = small()
HEATING = {"category": "城建/供热", "estate": "E1", "kind": "投诉", "received_at": "2026-03-09T09:00"}


def said(trace: bool = False, pack: Any = PACK, **known: Any) -> dict[str, Any]:
    return explain(pack, facts_from({"received_at": "2026-03-09T09:00", **known}, ZONE), trace=trace)


def limits(**known: Any) -> dict[str, dict[str, Any]]:
    return {limit["clock"]: limit for limit in said(**known)["deadline"]}


def lines(*sent: bytes, trace: bool = False) -> list[dict[str, Any]]:
    return [json.loads(line) for line, _ in answered(sent, partial(explain_asked, PACK, trace=trace))]


# -- the decision ------------------------------------------------------------------------------------------------------
def test_the_row_that_answers_is_told_with_the_unit_and_the_reason() -> None:
    found = said(**HEATING)["dispatch"]
    assert (found["rule_id"], found["lead"], found["lead_name"], found["why"]) == ("D-1", "RL", "热力公司", "供热单位负责")


def test_the_cells_that_held_are_told_with_the_fact() -> None:
    found = said(category="民政/低保")["dispatch"]
    assert found["matched"] == [{"fact": "category", "cell": "民政/*", "value": "民政/低保"}]


def test_the_fallback_has_no_cells_to_tell() -> None:
    found = said()["dispatch"]
    assert (found["rule_id"], found["fallback"], found["matched"]) == ("D-9", True, [])


def test_a_set_is_told_as_a_list() -> None:
    found = said(category="城建/物业", words=["threat", "leader"])["dispatch"]
    assert found["matched"][1] == {"fact": "words", "cell": "threat", "value": ["leader", "threat"]}


def test_every_answer_can_be_written_as_json() -> None:
    assert orjson.dumps(said(trace=True, **HEATING, words=["threat"], returned_by=["RL"], upstream_due="2026-03-11T12:00"))


# -- the limits --------------------------------------------------------------------------------------------------------
def test_a_limit_from_the_receipt_has_its_due_time_and_says_why() -> None:
    found = limits(kind="投诉")["answer"]
    assert (found["rule_id"], found["amount"], found["unit"]) == ("T-3", 5, "working_day")
    assert (found["due"], found["provisional"]) == ("2026-03-16T17:00:00+08:00", False)
    assert "时限5个工作日" in found["why"]


def test_a_limit_that_starts_later_has_no_due_time_yet() -> None:
    assert "due" not in limits()["sign"]


def test_the_platforms_own_due_time_caps_the_answer_less_the_margin() -> None:
    found = limits(upstream_due="2026-03-11T17:00")["answer"]
    assert (found["due"], "上级平台" in found["why"]) == ("2026-03-11T13:00:00+08:00", True)


def test_the_supervision_rows_that_answer_are_told() -> None:
    heads = "id,kind,->step,->clock,->when,->amount,->unit,->to,->why,source,confirmed"
    rows = heads + "\nV-1,投诉,remind,answer,before,8,hour,unit,催办,,yes\n"
    (found,) = said(pack=small(supervision=rows), kind="投诉")["supervision"]
    assert (found["rule_id"], found["step"], found["amount"], found["to"]) == ("V-1", "remind", 8, ["unit"])
    assert found["matched"] == [{"fact": "kind", "cell": "投诉", "value": "投诉"}]


def test_the_window_of_the_platform_above_is_a_limit_of_its_own() -> None:
    window = "T-99,,,return_window,1,working_day,upstream_dispatch,,,,yes\n"
    found = said(pack=small(deadlines=FILES["deadlines.csv"] + window))["deadline"]
    assert [(one["rule_id"], one["starts"]) for one in found if one["clock"] == "return_window"] == [
        ("T-9", "leg_dispatch"),
        ("T-99", "upstream_dispatch"),
    ]


# -- the trace ---------------------------------------------------------------------------------------------------------
def test_a_row_above_that_failed_on_one_cell_is_told_with_it() -> None:
    found = said(trace=True, category="城建/物业", kind="投诉")["dispatch"]
    assert found["near"][0] == {"rule_id": "D-4", "fact": "kind", "cell": "举报", "value": "投诉"}


def test_a_row_above_that_failed_on_two_cells_is_not_near() -> None:
    found = said(trace=True, kind="投诉", category="民政/低保")["dispatch"]
    assert {"D-3", "D-4"}.isdisjoint(row["rule_id"] for row in found["near"])


def test_a_row_that_is_out_of_force_is_near_when_nothing_else_is_against_it() -> None:
    rows = FILES["dispatch.csv"].replace("id,", "id,valid_from,valid_to,", 1).splitlines()
    dated = [rows[0], *(row.replace(",", ",,2026-01-31," if row.startswith("D-6") else ",,,", 1) for row in rows[1:])]
    found = said(trace=True, pack=small(dispatch="\n".join(dated), cases=None), category="民政/低保")["dispatch"]
    assert found["near"][0] == {"rule_id": "D-6", "fact": "valid_to", "cell": "2026-01-31", "value": "2026-03-09"}


def test_a_row_that_fits_but_whose_lead_gave_the_order_back_is_told() -> None:
    found = said(trace=True, **HEATING, returned_by=["RL"])["dispatch"]
    assert (found["rule_id"], found["near"][0]) == (
        "D-2", {"rule_id": "D-1", "fact": "returned_by", "cell": "@estate.heating", "value": ["RL"]},
    )  # fmt: skip


def test_near_rows_are_bounded_and_the_rest_are_counted() -> None:
    head, *rows = FILES["dispatch.csv"].splitlines()
    many = [f"D-X{number},城建/物业,举报,,,DESK,,no,,,举报,,yes" for number in range(30)]
    found = said(trace=True, pack=small(dispatch="\n".join([head, *many, *rows]), cases=None), category="城建/供热", kind="举报")
    assert (len(found["dispatch"]["near"]), found["dispatch"]["near_more"]) == (NEAR_SHOWN, 10)


def test_without_trace_nothing_near_is_told() -> None:
    assert "near" not in said(**HEATING)["dispatch"]


# -- lines -------------------------------------------------------------------------------------------------------------
def test_facts_may_stand_flat_or_under_facts() -> None:
    flat, under = lines(orjson.dumps({"id": 1, **HEATING}), orjson.dumps({"id": 1, "facts": HEATING}))
    assert flat == under


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id": 7, "received_at": "2026-03-09T09:00", "weather": "x"}', "weather"), (b'{"id": 7}', "received_at"),
        (b'{"id": 7, "received_at": "soon"}', "received_at"), (b'{"id": 7, "facts": []}', "facts"),
        (b'{"id": 7, "facts": {}, "kind": "x"}', "kind"), (b'{"id": 7, "received_at": "0001-01-01T00:00+14:00"}', "received_at"),
    ],
)  # fmt: skip
def test_a_bad_line_keeps_its_id_and_names_what_is_wrong(line: bytes, said: str) -> None:
    (found,) = lines(line)
    assert (found["id"], said in found["error"]) == (7, True)


@pytest.mark.parametrize(
    "line", [b"nope", b"[]", b"{", b'{"id": {}}', b"\xff", b"[" * 100_000, b" " + b"x" * LONGEST_LINE, b'{"round": 1e999}']
)
def test_a_line_that_is_no_object_names_its_number_and_the_rest_goes_on(line: bytes) -> None:
    bad, good = lines(line, orjson.dumps({"id": 2, **HEATING}))
    assert "第 1 行" in bad["error"]
    assert good["dispatch"]["rule_id"] == "D-1"


def test_blank_lines_and_a_byte_order_mark_are_passed_over() -> None:
    (found,) = lines(b"\xef\xbb\xbf" + orjson.dumps({"id": 2, **HEATING}), b"\n", b"  \r\n")
    assert found["id"] == 2


# -- facts from outside ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("round", 1.5), ("round", True), ("round", 0), ("round", "x"), ("round", 1e300), ("confidence", 1.1),
        ("confidence", True),
        ("vulnerable", ["tall"]), ("vulnerable", {"elderly": 1}), ("words", [1]), ("words", 5), ("kind", "吐槽"), ("category", 5),
        ("category", ["甲"]), ("confidential", "ja"), ("received_at", 5), ("received_at", "9999-12-31T23:59-12:00"),
    ],
)  # fmt: skip
def test_a_value_that_a_fact_cannot_have_is_refused_by_name(fact: str, value: Any) -> None:
    with pytest.raises(InvalidInput, match=fact):
        facts_from({"received_at": "2026-03-09T09:00", fact: value}, ZONE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2026-03-09T09:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*FACTS, "weather"]), JSON, max_size=5))
@settings(deadline=None)
def test_facts_are_read_or_refused_and_never_break_a_table(values: dict[str, Any]) -> None:
    try:
        facts = facts_from({"received_at": "2026-03-09T09:00", **values}, ZONE)
    except (InvalidInput, UnknownFact):
        return
    assert PACK.dispatch.table.first(facts) is not None
