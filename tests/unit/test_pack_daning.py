"""The pack of 大宁路街道: a street of its own, one day for a question, three for the callback, nothing that is a department's."""

from __future__ import annotations

import pytest

from hotline.domain.facts import KINDS
from routing_rules.decide import deadlines, dispatch
from routing_rules.pack import load_pack
from tests.unit.cities import PROPERTY, at_most, due, facts, faults, lead, limit, unanswered, without_source
from tests.unit.working_time import at

PACK = load_pack("daning")


def test_it_passes_its_own_check_with_at_least_12_cases() -> None:
    assert (faults(PACK), len(PACK.cases) >= 12) == ([], True)


def test_every_class_is_answered_for_every_kind() -> None:
    kept = [one for one in unanswered(PACK) if not one.startswith("纪检监察")]
    assert kept == []


def test_only_what_the_official_text_says_is_confirmed() -> None:
    confirmed = {row.row_id for row in PACK.deadlines.limits.values() if row.confirmed}
    assert (without_source(PACK), confirmed) == ([], {"T-0421", "T-0440", "T-0450", "T-0699"})


@pytest.mark.parametrize(("kind", "days"), [("咨询", 1), ("建议", 1), ("求助", 5), ("投诉", 5)])
def test_each_kind_has_its_working_days(kind: str, days: int) -> None:
    assert limit(PACK, kind=kind) == f"{days}个工作日"


@pytest.mark.parametrize("word", ["supervised", "recheck"])
def test_an_order_under_supervision_or_checked_again_has_three_working_days(word: str) -> None:
    assert limit(PACK, words=frozenset({word})) == "3个工作日"


@pytest.mark.parametrize("kind", ["咨询", "建议", "求助", "投诉"])
def test_a_complex_order_that_was_approved_has_fifteen_working_days_in_all(kind: str) -> None:
    assert at_most(PACK, "2026-03-02T10:00", kind=kind) == at("2026-03-23T17:00")


def test_the_callback_is_due_three_working_days_after_the_answer() -> None:
    row = deadlines(PACK, facts())["callback"]
    assert (row.starts, due(PACK, "2026-03-06T16:00", "callback").due) == ("answered", at("2026-03-11T17:00"))


def test_a_question_of_friday_evening_is_due_on_monday() -> None:
    assert due(PACK, "2026-03-06T20:00", kind="咨询").due == at("2026-03-09T17:00")


def test_the_streets_offices_lead_only_what_its_list_of_duties_calls_its_own() -> None:
    assert PACK.duties is not None
    asked = [(one, kind) for one in sorted(PACK.categories) for kind in KINDS]
    led = {(one, dispatch(PACK, facts(category=one, kind=kind)).lead) for one, kind in asked}
    own = {(one, unit) for one, unit in led if unit and PACK.units[unit].level == "street"}
    assert own
    assert {one for one, unit in own if PACK.duties.of(unit or "", one) != "基本"} == set()


def test_water_is_no_matter_of_a_street_and_goes_back_to_the_district() -> None:
    assert lead(PACK, category="城乡建设/城市建设和市政管理/自来水供应") is None


def test_a_complaint_about_an_office_of_the_street_is_not_given_to_the_street() -> None:
    assert [lead(PACK, category=PROPERTY, accused=unit) for unit in ("GLB", "DNL", "ZFD")] == [None, None, None]


def test_an_estate_in_the_next_street_stays_on_the_desk() -> None:
    assert lead(PACK, category=PROPERTY, place="310106") is None
