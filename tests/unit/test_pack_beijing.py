"""The pack of 北京市: limits in hours and calendar days, streets before districts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from routing_rules.decide import deadlines, dispatch
from routing_rules.pack import load_pack
from tests.unit.cities import PROPERTY, UTILITIES, at_most, due, facts, faults, lead, limit, unanswered, without_source
from tests.unit.working_time import at

PACK = load_pack("beijing")
HEATING = UTILITIES[-1]


def test_it_passes_its_own_check_with_at_least_12_cases() -> None:
    assert (faults(PACK), len(PACK.cases) >= 12) == ([], True)


def test_every_class_is_answered_for_every_kind() -> None:
    assert unanswered(PACK) == []


def test_every_row_says_where_it_comes_from_and_what_the_press_told_is_not_confirmed() -> None:
    assert (without_source(PACK), [row for row in PACK.deadlines.limits.values() if row.confirmed]) == ([], [])


@pytest.mark.parametrize(
    ("known", "hours"),
    [
        ({"urgency": "danger"}, 1),
        ({"words": frozenset({"sudden"})}, 1),
        ({"words": frozenset({"threat"})}, 1),
        ({"category": "卫生计生/公共卫生/其他"}, 1),
        ({"category": HEATING}, 2),
        ({"words": frozenset({"extreme_weather"})}, 2),
        ({}, 24),
    ],
)
def test_dispatch_is_due_within_one_two_or_twenty_four_hours(known: dict[str, object], hours: int) -> None:
    assert limit(PACK, "dispatch", **known) == f"{hours}小时"


def test_what_endangers_life_is_answered_within_two_hours() -> None:
    assert limit(PACK, urgency="danger", category=HEATING) == "2小时"


@pytest.mark.parametrize("category", UTILITIES)
def test_water_power_gas_and_heat_are_answered_within_a_day_on_a_holiday_too(category: str) -> None:
    assert due(PACK, "2026-10-01T22:00", category=category).due == at("2026-10-02T22:00")


def test_seven_days_are_calendar_days_and_end_at_midnight() -> None:
    assert due(PACK, "2026-03-02T10:00").due == at("2026-03-10T00:00")


def test_seven_days_that_end_in_the_national_holiday_end_on_the_first_working_day() -> None:
    found = due(PACK, "2026-09-25T10:00")
    assert (found.due, found.rolled_from) == (at("2026-10-09T00:00"), at("2026-10-02T00:00").date())


def test_a_hard_matter_has_fifteen_days_in_all() -> None:
    assert at_most(PACK, "2026-03-02T10:00") - due(PACK, "2026-03-02T10:00").due == timedelta(days=8)


def test_the_three_rates_weigh_10_45_45() -> None:
    assert PACK.settings.weights == {"response": 0.10, "resolution": 0.45, "satisfaction": 0.45}


def test_a_street_that_is_known_leads_and_else_its_district() -> None:
    places = ("110000/110101/110101009", "110000/110101", "110000/110105")
    assert [lead(PACK, category=PROPERTY, place=place) for place in places] == ["S009", "Q01", "Q05"]


@pytest.mark.parametrize(("day", "row"), [("2026-03-15", "D-0100"), ("2026-03-16", "D-0101"), ("2026-11-15", "D-0100")])
def test_heating_has_its_own_season(day: str, row: str) -> None:
    assert dispatch(PACK, facts(f"{day}T12:00", category=HEATING)).row_id == row


def test_heating_that_the_company_gave_back_is_led_by_the_office_above_it() -> None:
    assert lead(PACK, category=HEATING, returned_by=frozenset({"RLG"})) == "CGW"


def test_a_street_leads_nothing_that_its_list_of_duties_does_not_name() -> None:
    assert PACK.duties is not None
    place = "110000/110101/110101009"
    led = [one for one in sorted(PACK.categories) if lead(PACK, category=one, place=place) == "S009"]
    assert led
    assert [one for one in led if PACK.duties.of("S009", one) != "基本"] == []


def test_the_clock_of_a_return_is_shorter_where_the_answer_is() -> None:
    assert [str(deadlines(PACK, facts(category=one))["return_window"].limit) for one in (HEATING, PROPERTY)] == [
        "4小时",
        "1个工作日",
    ]
