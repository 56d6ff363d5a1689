"""The working calendar: which dates are worked, when the office is open, what is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.calendar import OfficeHours, WorkCalendar, YearDays
from hotline.errors import InvalidInput
from routing_rules.holidays_cn import Override
from routing_rules.holidays_cn import year_days as chinese_days
from tests.unit.working_time import OFFICE, ZONE, at, calendar, hours, open_at, worked, year_days

DAYS = st.dates(date(2025, 12, 1), date(2027, 1, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(ZONE))  # noqa: DTZ001  # bounds are naive
PUBLISHED = frozenset({2024, 2025, 2026})


def test_a_make_up_saturday_is_a_working_day() -> None:
    assert calendar().is_working_day(date(2026, 2, 14))


def test_a_make_up_saturday_has_the_hours_of_a_weekday() -> None:
    assert calendar().openings(date(2026, 2, 14)) == (
        (at("2026-02-14T09:00"), at("2026-02-14T12:00")),
        (at("2026-02-14T13:30"), at("2026-02-14T17:00")),
    )


def test_a_holiday_is_not_worked_and_says_its_name() -> None:
    assert calendar().why_off(date(2026, 2, 17)) == "春节"


def test_a_sunday_is_not_worked_and_says_so() -> None:
    assert calendar().why_off(date(2026, 3, 8)) == "周日"


def test_a_working_day_has_no_reason_to_be_off() -> None:
    assert calendar().why_off(date(2026, 3, 9)) == ""


@pytest.mark.parametrize("minute", ["09:00", "11:59", "13:30", "16:59"])
def test_the_office_is_open_from_the_first_minute_to_the_one_before_closing(minute: str) -> None:
    assert calendar().is_open(at(f"2026-03-09T{minute}"))


@pytest.mark.parametrize("minute", ["08:59", "12:00", "13:29", "17:00"])
def test_the_office_is_closed_at_the_closing_minute_and_over_lunch(minute: str) -> None:
    assert not calendar().is_open(at(f"2026-03-09T{minute}"))


def test_the_next_opening_after_friday_evening_is_monday_morning() -> None:
    assert calendar().next_opening(at("2026-03-06T18:00")) == at("2026-03-09T09:00")


def test_the_next_opening_inside_office_hours_is_the_moment_itself() -> None:
    assert calendar().next_opening(at("2026-03-06T10:07")) == at("2026-03-06T10:07")


def test_business_closes_at_the_same_time_on_a_day_off() -> None:
    assert calendar().closing(date(2026, 3, 8)) == at("2026-03-08T17:00")


def test_an_office_open_for_24_hours_loses_no_minute_at_midnight() -> None:
    always = [OfficeHours(weekday, timedelta(0), timedelta(days=1)) for weekday in range(7)]
    kept = WorkCalendar(ZONE, always, lambda _year: YearDays({}, frozenset(), published=True))
    assert kept.is_open(at("2026-03-07T23:59"))
    assert kept.closing(date(2026, 3, 7)) == at("2026-03-08T00:00")


def test_summer_hours_apply_only_while_they_are_valid() -> None:
    summer = {"valid_from": date(2026, 5, 1), "valid_to": date(2026, 9, 30)}
    winter = [replace(row, valid_to=date(2026, 4, 30)) for row in OFFICE] + [
        replace(row, valid_from=date(2026, 10, 1)) for row in OFFICE
    ]
    longer = [OfficeHours(day, *hours("08:30", "17:30"), **summer) for day in range(5)]
    changed = WorkCalendar(ZONE, [*winter, *longer], year_days)
    closings = [f"{changed.closing(date(2026, month, 12)):%H:%M}" for month in (4, 6, 11)]
    assert closings == ["17:00", "17:30", "17:00"]


def test_overlapping_office_hours_are_refused() -> None:
    with pytest.raises(InvalidInput):
        WorkCalendar(ZONE, [OfficeHours(0, *hours("09:00", "12:00")), OfficeHours(0, *hours("11:00", "17:00"))], year_days)


def test_a_calendar_without_office_hours_is_refused() -> None:
    with pytest.raises(InvalidInput):
        WorkCalendar(ZONE, [], year_days)


def test_office_hours_that_ended_for_good_are_an_error_and_no_endless_search() -> None:
    ended = WorkCalendar(ZONE, [replace(OFFICE[0], valid_to=date(2025, 1, 1))], year_days)
    with pytest.raises(InvalidInput):
        ended.take(date(2026, 3, 2), 1)
    with pytest.raises(InvalidInput):
        ended.next_opening(at("2026-03-02T09:00"))


@given(MOMENTS)
def test_open_minutes_agree_with_the_oracle(moment: datetime) -> None:
    assert calendar().is_open(moment) == open_at(moment)


@given(DAYS, st.integers(1, 60))
def test_days_taken_and_days_skipped_are_every_day_up_to_the_last(first: date, amount: int) -> None:
    counted, skipped = calendar().take(first, amount)
    every = sorted([*counted, *(day.date for day in skipped)])
    assert every == [date.fromordinal(first.toordinal() + i) for i in range((counted[-1] - first).days + 1)]
    assert len(counted) == amount
    assert all(map(worked, counted))
    assert not any(worked(day.date) for day in skipped)


def test_the_calendar_keeps_a_bounded_number_of_years() -> None:
    many = calendar()
    for year in range(1950, 2050):
        many.is_working_day(date(year, 6, 1))
    assert len(many._years) <= 12


def test_national_make_up_days_are_worked_in_published_years() -> None:
    days = chinese_days(PUBLISHED)
    assert date(2025, 9, 28) in days(2025).make_up
    assert date(2026, 2, 14) in days(2026).make_up


def test_national_holidays_are_off() -> None:
    assert chinese_days(PUBLISHED)(2026).off[date(2026, 10, 1)] == "国庆节"


def test_an_unpublished_year_has_its_statutory_holidays_and_no_swapped_days() -> None:
    days = chinese_days(frozenset())(2023)
    assert date(2023, 1, 23) in days.off
    assert date(2023, 1, 27) not in days.off
    assert not days.make_up
    assert not days.published


def test_a_local_day_off_beats_the_national_calendar() -> None:
    days = chinese_days(PUBLISHED, (Override(date(2026, 7, 11), worked=False, name="那达慕"),))(2026)
    assert days.off[date(2026, 7, 11)] == "那达慕"


def test_a_local_working_day_beats_a_national_holiday() -> None:
    days = chinese_days(PUBLISHED, (Override(date(2026, 10, 6), worked=True, name="值守"),))(2026)
    assert date(2026, 10, 6) not in days.off
    assert date(2026, 10, 6) in days.make_up
