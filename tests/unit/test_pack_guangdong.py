"""The pack of 广东省: limits by kind, in working days from receipt; what belongs to one city goes to that city."""

from __future__ import annotations

from datetime import date

import pytest

from routing_rules.decide import deadlines, dispatch
from routing_rules.pack import load_pack
from tests.unit.cities import PROPERTY, due, facts, faults, lead, limit, unanswered, without_source
from tests.unit.working_time import at

PACK = load_pack("guangdong")


def test_it_passes_its_own_check_with_at_least_12_cases() -> None:
    assert (faults(PACK), len(PACK.cases) >= 12) == ([], True)


def test_every_class_is_answered_for_every_kind() -> None:
    assert unanswered(PACK) == []


def test_every_row_says_where_it_comes_from_and_what_the_press_told_is_not_confirmed() -> None:
    assert (without_source(PACK), [row for row in PACK.deadlines.limits.values() if row.confirmed]) == ([], [])


@pytest.mark.parametrize(("kind", "days"), [("咨询", 2), ("求助", 10), ("建议", 10), ("投诉", 15), ("举报", 15)])
def test_each_kind_has_its_working_days(kind: str, days: int) -> None:
    assert limit(PACK, kind=kind) == f"{days}个工作日"


def test_a_consultation_of_the_friday_before_national_day_is_due_on_the_monday_because_the_sunday_is_worked() -> None:
    found = due(PACK, "2025-09-26T10:00", kind="咨询")
    assert (found.due, found.counted) == (at("2025-09-29T17:30"), (date(2025, 9, 28), date(2025, 9, 29)))


def test_a_consultation_of_the_last_day_before_the_holiday_is_due_after_it() -> None:
    assert due(PACK, "2025-09-30T10:00", kind="咨询").due == at("2025-10-10T17:30")


def test_a_complaint_over_national_day_counts_both_make_up_days() -> None:
    found = due(PACK, "2025-09-26T10:00", kind="投诉")
    assert found.due == at("2025-10-23T17:30")
    assert {date(2025, 9, 28), date(2025, 10, 11)} <= set(found.counted)


def test_the_clock_starts_at_receipt_and_not_at_dispatch() -> None:
    assert {deadlines(PACK, facts(kind=kind))["answer"].starts for kind in ("咨询", "求助", "投诉")} == {"received"}


def test_the_day_of_receipt_is_not_counted() -> None:
    assert due(PACK, "2025-09-26T00:05", kind="咨询").due == due(PACK, "2025-09-26T23:55", kind="咨询").due


def test_what_concerns_one_city_goes_to_its_hotline_and_else_to_the_department() -> None:
    assert (lead(PACK, category=PROPERTY, place="440000/440100"), lead(PACK, category=PROPERTY)) == ("C4401", "ZJT")


def test_a_place_in_another_province_stays_on_the_desk() -> None:
    assert lead(PACK, category=PROPERTY, place="450000") is None


def test_a_complaint_about_the_hotlines_own_office_goes_to_the_provincial_governments() -> None:
    assert lead(PACK, category="党务政务/其他/其他", accused="ZSJ") == "SZFB"


def test_a_report_of_pollution_is_kept_confidential() -> None:
    assert dispatch(PACK, facts(category="环境保护/环境污染/水污染", kind="举报")).confidential
