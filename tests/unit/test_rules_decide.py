"""Asking a pack: tokens resolved from the facts, units that may not lead, limits by clock, what is not accepted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotline.domain.due import TimeLimit
from hotline.domain.facts import Facts
from routing_rules.decide import DispatchDecision, deadlines, dispatch, not_accepted, resolve
from tests.unit.packs import FILES, small
from tests.unit.working_time import at

PACK = small()
HEATING = {"category": "城建/供热", "estate": "E1"}


def facts(**known: Any) -> Facts:
    return Facts(**{"received_at": at("2026-03-09T09:00"), "kind": "投诉", **known})


def decided(**known: Any) -> DispatchDecision:
    return dispatch(PACK, facts(**known))


@pytest.mark.parametrize(
    ("token", "known", "unit"),
    [
        ("@street", {"place": "15/15001"}, "JD"), ("@street", {"place": "15/15001/15001001"}, "JD"),
        ("@street", {"estate": "E1"}, "JD"), ("@street", {"place": "15", "estate": "E1"}, "JD"),
        ("@street", {"place": "15"}, None), ("@street", {}, None), ("@street", {"place": "16"}, None),
        ("@community", {"place": "15/15001/15001001"}, "JD"),
        ("@estate.heating", {"estate": "E1"}, "RL"), ("@estate.heating", {"estate": "甲花园"}, "RL"),
        ("@estate.heating", {"estate": "同名"}, None), ("@estate.heating", {"estate": "E2"}, None), ("@estate.heating", {}, None),
        ("@estate.property", {"estate": "E1"}, "ZJJ"), ("@parent", {"accused": "RL"}, "ZJJ"),
        ("@parent", {"accused": "ZJJ"}, None), ("@parent", {}, None), ("ZJJ", {}, "ZJJ"), ("WY", {}, "ZJJ"), ("NOBODY", {}, None),
    ],
)  # fmt: skip
def test_a_target_is_resolved_to_a_unit_that_gets_orders(token: str, known: dict[str, Any], unit: str | None) -> None:
    assert resolve(PACK, facts(**known), token) == unit


def test_a_decision_names_lead_assistants_row_and_reason() -> None:
    said = decided(**HEATING, place="15/15001")
    assert (said.lead, said.assists, said.row_id, said.why) == ("RL", ("ZJJ", "JD"), "D-1", "供热单位负责")


def test_a_row_that_allows_it_goes_out_alone_with_the_confidence_it_asks_for() -> None:
    said = decided(**HEATING)
    assert (said.auto, said.min_confidence) == (True, 0.9)


def test_a_target_that_cannot_be_resolved_stays_on_the_desk_and_says_why() -> None:
    said = decided(category="城建/供热")
    assert (said.lead, said.unresolved, said.auto) == (None, "无法确定小区的供热单位", False)


def test_a_company_presumed_from_the_community_is_for_a_person_to_confirm() -> None:
    estates = FILES["estates.csv"].replace("E2,乙园,同名,15001001,,,", "E2,乙园,同名,15001001,,RL,")
    said = dispatch(small(estates=estates), facts(category="城建/供热", place="15/15001/15001001"))
    assert (said.lead, said.auto, said.person) == ("RL", False, "小区不明,按所在社区推定单位")


def test_a_community_served_by_two_companies_presumes_neither() -> None:
    assert decided(category="城建/供热", place="15/15001/15001001").lead is None


def test_a_row_never_fires_for_a_unit_that_returned_the_order() -> None:
    said = decided(**HEATING, returned_by=frozenset({"RL"}))
    assert (said.lead, said.row_id) == ("ZJJ", "D-2")


def test_when_every_unit_returned_the_order_it_falls_to_the_desk() -> None:
    said = decided(**HEATING, returned_by=frozenset({"RL", "ZJJ"}))
    assert (said.lead, said.fallback) == (None, True)


def test_a_complaint_about_the_lead_goes_to_the_unit_above_it() -> None:
    said = decided(**HEATING, accused="RL")
    assert (said.lead, "RL" in said.assists) == ("ZJJ", False)


def test_a_complaint_about_a_unit_with_nobody_above_stays_on_the_desk() -> None:
    said = decided(category="城建/物业", kind="举报", accused="ZJJ")
    assert (said.lead, said.unresolved) == (None, "被反映单位须回避,且没有可派的上级单位")


def test_an_assistant_is_never_the_lead_and_stands_once() -> None:
    said = decided(category="城建/物业", place="15/15001", estate="E1")
    assert (said.lead, said.assists) == ("JD", ("ZJJ",))


def test_the_desks_own_row_leads_nowhere() -> None:
    said = decided(category="城建/物业", words=frozenset({"threat"}))
    assert (said.lead, said.row_id, said.fallback) == (None, "D-3", False)


@pytest.mark.parametrize(
    "known",
    [
        {"kind": "举报"}, {"confidential": True}, {"round": 2}, {"vulnerable": frozenset({"minor"})},
        {"words": frozenset({"public_body"})}, {"words": frozenset({"leader", "other"})},
    ],
)  # fmt: skip
def test_what_a_person_must_see_never_goes_out_alone_whatever_the_row_says(known: dict[str, Any]) -> None:
    said = decided(**{**HEATING, **known})
    assert (said.row_id, said.auto, said.person != "") == ("D-1", False, True)


def test_a_threat_is_for_a_person_to_dispatch() -> None:
    said = decided(**HEATING, words=frozenset({"threat"}))
    assert (said.auto, said.person) == (False, "涉及威胁、公共机构或领导交办,须人工派单")


def test_a_row_can_make_an_order_confidential() -> None:
    assert decided(category="城建/物业", kind="举报").confidential


def test_a_table_with_no_row_for_the_day_leaves_the_order_on_the_desk() -> None:
    dated = FILES["dispatch.csv"].replace("id,", "id,valid_from,", 1).replace("\nD-", "\nD-").split("\n")
    rows = "\n".join([dated[0], *(line.replace(",", ",2027-01-01,", 1) for line in dated[1:] if line)])
    said = dispatch(small(dispatch=rows, cases=None), facts(**HEATING))
    assert (said.lead, said.fallback, said.row_id) == (None, True, "")


# -- limits ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("known", "row", "limit"),
    [
        ({"urgency": "danger", "kind": "咨询"}, "T-1", TimeLimit(12, "hour")),
        ({"kind": "咨询"}, "T-2", TimeLimit(2, "working_day")),
        ({"kind": "投诉"}, "T-3", TimeLimit(5, "working_day")),
    ],
)
def test_the_first_row_of_a_clock_gives_its_limit(known: dict[str, Any], row: str, limit: TimeLimit) -> None:
    said = deadlines(PACK, facts(**known))["answer"]
    assert (said.row_id, said.limit) == (row, limit)


def test_every_clock_with_a_row_has_a_limit_and_no_other() -> None:
    clocks = {"answer", "sign", "dispatch", "contact", "review", "callback", "return_window", "return_decision"}
    assert deadlines(PACK, facts()).keys() == clocks


def test_a_clock_starts_where_it_does_by_default() -> None:
    said = deadlines(PACK, facts())
    starts = {clock: said[clock].starts for clock in ("answer", "sign", "return_window", "review", "callback", "return_decision")}
    assert starts == {
        "answer": "received", "sign": "first_dispatch", "return_window": "leg_dispatch", "review": "signed_off",
        "callback": "answered", "return_decision": "applied",
    }  # fmt: skip


def test_a_limit_carries_what_may_move_it() -> None:
    said = deadlines(PACK, facts())
    assert (said["return_window"].returns, said["answer"].leg_margin) == (2, timedelta(hours=4))


# -- not accepted ------------------------------------------------------------------------------------------------------
def test_a_matter_outside_the_hotline_names_the_lawful_route() -> None:
    found = not_accepted(PACK, "对法院判决不服,要求改判")
    assert found is not None
    assert found.route == "请拨打 12368"


def test_an_ordinary_matter_is_accepted() -> None:
    assert not_accepted(PACK, "暖气不热") is None
