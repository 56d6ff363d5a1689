"""Due times: every kind of limit against an oracle that walks minute by minute, and the defects other products had."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.calendar import SkippedDay
from hotline.domain.due import DueDate, TimeLimit, capped, due_at, extended, working_time
from hotline.errors import InvalidInput
from tests.unit.working_time import ZONE, at, calendar, open_at, paused_at, walk_days, walk_hours, worked

STARTS = st.datetimes(datetime(2026, 1, 5), datetime(2026, 5, 10), timezones=st.just(ZONE)).map(  # noqa: DTZ001  # naive bounds
    lambda moment: moment.replace(second=0, microsecond=0)
)
LENGTHS = st.integers(1, 3 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def starts_with_pauses(draw: st.DrawFn) -> tuple[datetime, list[tuple[datetime, datetime]]]:
    """A start, and up to three pauses that may overlap, lying before, across or after it."""
    start = draw(STARTS)
    begins = draw(st.lists(st.integers(-600, 6_000), max_size=3))
    return start, [(start + timedelta(minutes=begin), start + timedelta(minutes=begin) + draw(LENGTHS)) for begin in begins]


def due(start: str, amount: int, unit: Any, **how: Any) -> datetime:
    return due_at(at(start), TimeLimit(amount, unit, **how), calendar()).due


# -- against the oracle ------------------------------------------------------------------------------------------------
@given(starts_with_pauses(), st.integers(1, 40), st.sampled_from(["hour", "work_hour"]))
@settings(max_examples=60, deadline=None)
def test_hours_agree_with_the_oracle(case: tuple[datetime, list[tuple[datetime, datetime]]], amount: int, unit: Any) -> None:
    start, pauses = case
    found = due_at(start, TimeLimit(amount, unit), calendar(), pauses)
    assert found.due == walk_hours(start, amount, pauses, office=unit == "work_hour")


@given(starts_with_pauses(), st.integers(1, 9), *(st.booleans() for _ in range(3)))
@settings(max_examples=60, deadline=None)
def test_days_agree_with_the_oracle(
    case: tuple[datetime, list[tuple[datetime, datetime]]], amount: int, working: bool, same_day: bool, midnight: bool
) -> None:
    start, pauses = case
    limit = TimeLimit(
        amount,
        "working_day" if working else "calendar_day",
        count_from="same_day" if same_day else "next_day",
        ends="midnight" if midnight else "close",
    )
    expected = walk_days(start, amount, pauses, working=working, same_day=same_day, midnight=midnight)
    assert due_at(start, limit, calendar(), pauses).due == expected


@given(STARTS, st.integers(1, 20), st.sampled_from(["working_day", "calendar_day"]), st.booleans(), st.booleans())
def test_every_day_from_the_start_to_the_end_is_told_as_counted_or_skipped(
    start: datetime, amount: int, unit: Any, same_day: bool, rolls: bool
) -> None:
    found = due_at(start, TimeLimit(amount, unit, count_from="same_day" if same_day else "next_day", rolls=rolls), calendar())
    told = {*found.counted, *(day.date for day in found.skipped), found.last}
    assert told == {start.date() + timedelta(days=i) for i in range((found.last - start.date()).days + 1)}
    assert len(found.counted) == amount


@given(STARTS, st.integers(1, 40), st.sampled_from(["hour", "work_hour"]))
def test_the_hours_that_counted_add_up_to_the_amount(start: datetime, amount: int, unit: Any) -> None:
    found = due_at(start, TimeLimit(amount, unit), calendar())
    assert sum((to - since for since, to in found.counted), timedelta(0)) == timedelta(hours=amount)  # type: ignore[misc]


@given(STARTS, st.integers(1, 20), st.integers(1, 10), st.sampled_from(["hour", "work_hour", "working_day", "calendar_day"]))
def test_an_extension_never_moves_a_due_time_earlier(start: datetime, amount: int, more: int, unit: Any) -> None:
    first = due_at(start, TimeLimit(amount, unit), calendar())
    assert extended(first, more, calendar()).due > first.due


@given(starts_with_pauses(), LENGTHS)
@settings(max_examples=60, deadline=None)
def test_working_time_between_two_moments_agrees_with_the_oracle(
    case: tuple[datetime, list[tuple[datetime, datetime]]], length: timedelta
) -> None:
    start, pauses = case
    minutes = (start + timedelta(minutes=i) for i in range(int(length / timedelta(minutes=1))))
    expected = sum(open_at(minute) and not paused_at(minute, pauses) for minute in minutes)
    assert working_time(start, start + length, calendar(), pauses) == timedelta(minutes=expected)


@given(STARTS, st.integers(1, 30))
def test_a_rolled_period_ends_on_a_working_day(start: datetime, amount: int) -> None:
    assert worked(due_at(start, TimeLimit(amount, "calendar_day", rolls=True), calendar()).last)


# -- defects other products had (DESIGN.md, section 7) -----------------------------------------------------------------
def test_holidays_are_seen() -> None:
    assert due("2026-02-13T16:00", 3, "working_day") == at("2026-02-25T17:00")


def test_a_make_up_saturday_counts_as_a_working_day() -> None:
    assert due("2026-02-13T16:00", 1, "working_day") == at("2026-02-14T17:00")


def test_a_day_of_24_hours_loses_no_minute_at_midnight() -> None:
    assert due("2026-03-02T08:00", 48, "hour") == at("2026-03-04T08:00")


def test_a_day_that_ends_at_midnight_ends_at_the_first_moment_of_the_next_date() -> None:
    assert due("2026-03-02T08:00", 1, "calendar_day", ends="midnight") == at("2026-03-04T00:00")


def test_a_weekend_is_left_out_once_and_not_twice() -> None:
    assert due("2026-03-05T16:00", 2, "working_day") == at("2026-03-09T17:00")


def test_an_order_made_outside_office_hours_still_gets_its_limit() -> None:
    assert due("2026-03-07T22:00", 2, "work_hour") == at("2026-03-09T11:00")


# -- hours -------------------------------------------------------------------------------------------------------------
def test_an_hour_limit_ends_at_the_earliest_moment_it_is_complete() -> None:
    assert due("2026-03-09T11:00", 1, "work_hour") == at("2026-03-09T12:00")


def test_office_hours_leave_lunch_out() -> None:
    assert due("2026-03-09T11:00", 2, "work_hour") == at("2026-03-09T14:30")


def test_seconds_are_kept() -> None:
    assert due("2026-03-09T11:00:07", 2, "work_hour") == at("2026-03-09T14:30:07")


def test_any_offset_goes_in_and_the_office_zone_comes_out() -> None:
    found = due_at(datetime(2026, 3, 9, 3, 0, tzinfo=UTC), TimeLimit(1, "work_hour"), calendar()).due
    assert (found, found.utcoffset()) == (at("2026-03-09T12:00"), timedelta(hours=8))


def test_hours_received_at_night_run_from_the_next_opening_where_the_limit_says_so() -> None:
    assert due("2026-03-07T22:00", 2, "hour", receipt="next_opening") == at("2026-03-09T11:00")


def test_hours_that_end_where_a_pause_begins_are_not_moved_behind_it() -> None:
    pause = [(at("2026-03-09T11:00"), at("2026-03-09T15:00"))]
    assert due_at(at("2026-03-09T10:00"), TimeLimit(1, "hour"), calendar(), pause).due == at("2026-03-09T11:00")


# -- days --------------------------------------------------------------------------------------------------------------
def test_days_are_counted_from_the_next_day() -> None:
    assert due("2026-03-09T09:00", 1, "working_day") == at("2026-03-10T17:00")


def test_days_are_counted_from_the_same_day_where_the_limit_says_so() -> None:
    assert due("2026-03-09T09:00", 1, "working_day", count_from="same_day") == at("2026-03-09T17:00")


def test_a_day_already_over_does_not_count_as_the_first() -> None:
    assert due("2026-03-09T17:00", 1, "working_day", count_from="same_day") == at("2026-03-10T17:00")


def test_a_period_of_calendar_days_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    found = due_at(at("2026-02-13T16:00"), TimeLimit(4, "calendar_day", rolls=True), calendar())
    assert (found.due, found.rolled_from) == (at("2026-02-24T17:00"), date(2026, 2, 17))


def test_a_period_that_does_not_roll_ends_on_the_holiday_itself() -> None:
    assert due("2026-02-13T16:00", 4, "calendar_day") == at("2026-02-17T17:00")


def test_rolling_comes_after_pauses() -> None:
    pause = [(at("2026-03-02T00:00"), at("2026-03-06T18:00"))]
    found = due_at(at("2026-03-01T10:00"), TimeLimit(1, "calendar_day", rolls=True), calendar(), pause)
    assert (found.rolled_from, found.due) == (date(2026, 3, 7), at("2026-03-09T17:00"))


def test_a_receipt_at_night_counts_from_the_next_opening_where_the_limit_says_so() -> None:
    assert due("2026-03-06T18:00", 1, "working_day", receipt="next_opening") == at("2026-03-10T17:00")


def test_a_receipt_at_night_counts_when_it_came_otherwise() -> None:
    assert due("2026-03-06T18:00", 1, "working_day") == at("2026-03-09T17:00")


def test_a_day_counts_when_the_clock_runs_again_at_its_end() -> None:
    pause = [(at("2026-03-10T09:00"), at("2026-03-10T17:00"))]
    assert due_at(at("2026-03-09T09:00"), TimeLimit(1, "working_day"), calendar(), pause).due == at("2026-03-10T17:00")


# -- what is told ------------------------------------------------------------------------------------------------------
def test_a_due_time_tells_which_days_did_not_count_and_why() -> None:
    skipped = due_at(at("2026-02-14T16:00"), TimeLimit(1, "working_day"), calendar()).skipped
    assert skipped[:3] == (
        SkippedDay(date(2026, 2, 14), "起算当日不计"),
        SkippedDay(date(2026, 2, 15), "周日"),
        SkippedDay(date(2026, 2, 16), "农历除夕"),
    )


def test_a_due_time_explains_itself_in_one_sentence() -> None:
    assert due_at(at("2026-03-06T16:00"), TimeLimit(1, "working_day"), calendar()).why == (
        "时限1个工作日;到期 2026-03-09 17:00;计入 03-09;不计 03-06(起算当日不计)、03-07(周六)、03-08(周日)"
    )


def test_a_pause_is_told_among_the_days_that_did_not_count() -> None:
    pause = [(at("2026-03-09T10:00"), at("2026-03-09T11:00"))]
    found = due_at(at("2026-03-09T09:00"), TimeLimit(2, "work_hour"), calendar(), pause)
    assert (found.due, found.skipped) == (at("2026-03-09T12:00"), (SkippedDay(date(2026, 3, 9), "暂停计时"),))


@pytest.mark.parametrize(
    ("amount", "unit", "provisional"), [(3, "working_day", True), (3, "hour", False), (2, "work_hour", True)]
)
def test_a_due_time_is_provisional_when_it_used_an_unpublished_year(amount: int, unit: Any, provisional: bool) -> None:
    assert due_at(at("2026-12-31T16:30"), TimeLimit(amount, unit), calendar()).provisional is provisional


# -- extensions and caps -----------------------------------------------------------------------------------------------
def test_an_extension_adds_the_limits_own_units_after_the_due_time() -> None:
    first = due_at(at("2026-03-05T16:00"), TimeLimit(2, "working_day"), calendar())
    assert extended(first, 2, calendar()).due == at("2026-03-11T17:00")


def test_an_extension_of_a_limit_that_ends_at_midnight_skips_no_day() -> None:
    first = due_at(at("2026-03-09T10:00"), TimeLimit(1, "calendar_day", ends="midnight"), calendar())
    assert extended(first, 1, calendar()).due == at("2026-03-12T00:00")


def test_an_upstream_deadline_caps_ours_with_a_margin() -> None:
    assert capped(at("2026-03-12T17:00"), at("2026-03-11T17:00"), timedelta(hours=4)) == at("2026-03-11T13:00")


def test_an_upstream_deadline_later_than_ours_changes_nothing() -> None:
    assert capped(at("2026-03-10T17:00"), at("2026-03-11T17:00")) == at("2026-03-10T17:00")


# -- bad input ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("amount", [0, -1, 1.5, True, 10_000])
def test_an_amount_that_is_no_whole_number_from_one_is_refused(amount: Any) -> None:
    with pytest.raises(InvalidInput):
        TimeLimit(amount, "hour")


@pytest.mark.parametrize("how", [{"unit": "week"}, {"count_from": "now"}, {"ends": "noon"}, {"receipt": "later"}])
def test_a_word_the_limit_does_not_know_is_refused(how: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        TimeLimit(**{"amount": 1, "unit": "hour", **how})


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(InvalidInput):
        due_at(datetime(2026, 3, 9, 9, 0), TimeLimit(1, "hour"), calendar())  # noqa: DTZ001


def test_a_date_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidInput):
        due_at(datetime(9998, 12, 31, tzinfo=UTC), TimeLimit(9_000, "calendar_day"), calendar())


def test_a_pause_without_length_changes_nothing() -> None:
    pause = [(at("2026-03-09T10:00"), at("2026-03-09T10:00"))]
    found: DueDate = due_at(at("2026-03-09T09:00"), TimeLimit(1, "hour"), calendar(), pause)
    assert (found.due, found.skipped) == (at("2026-03-09T10:00"), ())
