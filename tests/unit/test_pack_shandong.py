"""The pack of 山东省: five working days for everything, returns within two, an extension for what is complex."""

from __future__ import annotations

import pytest

from hotline.domain.facts import KINDS
from hotline.domain.roles import Actor, Role
from hotline.errors import ReturnAllowanceSpent
from hotline.store.memory import MemoryStore
from routing_rules.decide import deadlines, supervision
from routing_rules.pack import load_pack
from tests.api.city import City
from tests.unit.cities import PROPERTY, at_most, due, facts, faults, lead, limit, unanswered, without_source
from tests.unit.working_time import at

PACK = load_pack("shandong")
CLERK, DISPATCHER = Actor("经办", Role.CLERK, "RST"), Actor("派单", Role.DISPATCHER)


def test_it_passes_its_own_check_with_at_least_12_cases() -> None:
    assert (faults(PACK), len(PACK.cases) >= 12) == ([], True)


def test_every_class_is_answered_for_every_kind() -> None:
    assert unanswered(PACK) == []


def test_every_row_says_where_it_comes_from_and_what_the_press_told_is_not_confirmed() -> None:
    assert (without_source(PACK), [row for row in PACK.deadlines.limits.values() if row.confirmed]) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_five_working_days(kind: str) -> None:
    assert limit(PACK, kind=kind) == "5个工作日"


def test_five_working_days_over_the_spring_festival_count_the_make_up_saturday() -> None:
    assert due(PACK, "2026-02-13T16:00").due == at("2026-02-27T17:30")


def test_a_complex_order_gets_up_to_ten_working_days_more() -> None:
    assert at_most(PACK, "2026-02-13T16:00") == at("2026-03-12T17:30")


def test_an_order_can_be_returned_within_two_working_days_and_twice_at_most() -> None:
    row = deadlines(PACK, facts())["return_window"]
    assert (str(row.limit), row.starts, row.returns, PACK.settings.returns_allowed) == ("2个工作日", "leg_dispatch", 2, 2)


def test_a_third_return_is_refused() -> None:
    city = City(MemoryStore(), pack="shandong", units=("RST",))
    order = city.dispatched("RST")
    for _ in range(2):
        city.parts.handling.apply_return(order, reason="不属本单位职责", by=CLERK)
        city.parts.handling.decide_return(order, granted=False, by=DISPATCHER)
    with pytest.raises(ReturnAllowanceSpent):
        city.parts.handling.apply_return(order, reason="不属本单位职责", by=CLERK)


def test_a_working_day_before_the_due_time_the_unit_sees_a_yellow_card() -> None:
    (row,) = [row for row in supervision(PACK, facts()) if (row.step, row.clock) == ("warn", "answer")]
    assert (row.when, row.amount, row.unit, row.to) == ("before", 1, "working_day", ("unit",))


def test_a_complaint_about_the_hotlines_own_office_stays_with_a_person() -> None:
    assert lead(PACK, category="党务政务/其他/其他", accused="SZFB") is None


def test_what_concerns_one_city_goes_to_its_hotline_and_else_to_the_department() -> None:
    assert (lead(PACK, category=PROPERTY, place="370000/370200"), lead(PACK, category=PROPERTY)) == ("C3702", "ZJT")
