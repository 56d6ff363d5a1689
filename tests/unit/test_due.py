"""Due times: each sentence of the rules by name, and the defects other products had. The slow oracle: test_due_oracle.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.calendar import OfficeHours, SkippedDay, WorkCalendar, YearDays
from hotline.domain.due import DueDate, TimeLimit, capped, due_at, extended, working_time
from hotline.errors import InvalidInput, StillPaused
from tests.unit.working_time import OFFICE, ZONE, at, calendar, open_at, paused_at, worked, year_days

STARTS = st.datetimes(datetime(2026, 1, 5), datetime(2026, 5, 10), timezones=st.just(ZONE)).map(  # noqa: DTZ001  # naive bounds
    lambda moment: moment.replace(second=0, microsecond=0)
)
LIMITS: tuple[Any, ...] = ("hour", "work_hour", "working_day", "calendar_day")
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
    """zammad#390, osTicket#1168: the clock ran through holidays, or nobody could tell which it left out."""
    found = due_at(at("2026-02-13T16:00"), TimeLimit(3, "working_day"), calendar())
    assert found.due == at("2026-02-25T17:00")
    assert {"农历除夕", "春节", "调休"} <= {day.why for day in found.skipped}


def test_a_make_up_saturday_counts_as_a_working_day() -> None:
    assert due("2026-02-13T16:00", 1, "working_day") == at("2026-02-14T17:00")


def test_a_day_of_24_hours_loses_no_minute_at_midnight() -> None:
    """zammad#3180: an office open round the clock was closed for a minute every midnight."""
    always = [OfficeHours(weekday, timedelta(0), timedelta(days=1)) for weekday in range(7)]
    open_house = WorkCalendar(ZONE, always, lambda _year: YearDays({}, frozenset(), published=True))
    assert due_at(at("2026-03-02T08:00"), TimeLimit(48, "work_hour"), open_house).due == at("2026-03-04T08:00")
    assert due("2026-03-02T08:00", 48, "hour") == at("2026-03-04T08:00")


def test_a_day_that_ends_at_midnight_ends_at_the_first_moment_of_the_next_date() -> None:
    assert due("2026-03-02T08:00", 1, "calendar_day", ends="midnight") == at("2026-03-04T00:00")


@pytest.mark.parametrize("unit", ["working_day", "work_hour"])
def test_a_pause_over_a_weekend_is_left_out_once_and_not_twice(unit: Any) -> None:
    """glpi#10594: days that do not count anyway were taken off again because the order was pending on them."""
    weekend = [(at("2026-03-06T18:00"), at("2026-03-09T08:00"))]
    limit = TimeLimit(2, unit)
    assert due_at(at("2026-03-06T16:00"), limit, calendar(), weekend).due == due_at(at("2026-03-06T16:00"), limit, calendar()).due


def test_a_weekend_counts_for_no_working_day() -> None:
    """osTicket#1168: what came in on a weekend was overdue on Monday."""
    assert due("2026-03-07T10:00", 1, "working_day") == at("2026-03-09T17:00")
    assert due("2026-03-05T16:00", 2, "working_day") == at("2026-03-09T17:00")


@pytest.mark.parametrize("unit", ["work_hour", "working_day", "hour", "calendar_day"])
@pytest.mark.parametrize("receipt", ["as_is", "next_opening"])
def test_an_order_made_outside_office_hours_still_gets_its_limit(unit: Any, receipt: Any) -> None:
    """glpi#687: a ticket made outside the calendar's hours got no delay at all."""
    assert due("2026-03-07T22:00", 2, unit, receipt=receipt) > at("2026-03-07T22:00") + timedelta(hours=1)


def test_work_hours_of_an_order_made_at_night_begin_with_the_office() -> None:
    assert due("2026-03-07T22:00", 2, "work_hour") == at("2026-03-09T11:00")


def test_a_pause_belongs_to_the_order_and_not_to_a_limit() -> None:
    """The same pauses apply whichever limit is asked about: what was paused is not lost when the limit changes."""
    pause = [(at("2026-03-09T10:00"), at("2026-03-10T10:00"))]
    dues = {
        unit: due_at(at("2026-03-09T09:00"), TimeLimit(1, unit, count_from="same_day"), calendar(), pause).due for unit in LIMITS
    }
    assert dues == {
        "hour": at("2026-03-09T10:00"), "work_hour": at("2026-03-09T10:00"),
        "working_day": at("2026-03-10T17:00"), "calendar_day": at("2026-03-10T17:00"),
    }  # fmt: skip


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


def test_an_hour_limit_that_is_complete_at_closing_ends_there_and_not_at_the_next_opening() -> None:
    assert due("2026-03-09T16:00", 1, "work_hour") == at("2026-03-09T17:00")


def test_hours_leave_out_paused_time() -> None:
    pause = [(at("2026-03-09T09:30"), at("2026-03-09T10:15:30"))]
    assert due_at(at("2026-03-09T09:00"), TimeLimit(1, "hour"), calendar(), pause).due == at("2026-03-09T10:45:30")


@pytest.mark.parametrize("minute", ["12:00", "13:29", "17:00"])
def test_lunch_and_the_closing_minute_are_outside_office_hours(minute: str) -> None:
    opens = at("2026-03-09T13:30") if minute < "14" else at("2026-03-10T09:00")
    found = due_at(at(f"2026-03-09T{minute}"), TimeLimit(1, "hour", receipt="next_opening"), calendar())
    assert found.due == opens + timedelta(hours=1)


def test_office_hours_may_change_with_the_season() -> None:
    winter = [replace(row, valid_to=date(2026, 4, 30)) for row in OFFICE]
    summer = [OfficeHours(day, timedelta(hours=8), timedelta(hours=18), valid_from=date(2026, 5, 1)) for day in range(5)]
    seasons = WorkCalendar(ZONE, [*winter, *summer], year_days)
    assert due_at(at("2026-04-30T16:00"), TimeLimit(2, "work_hour"), seasons).due == at("2026-05-04T09:00")
    assert due_at(at("2026-04-30T16:00"), TimeLimit(1, "working_day"), seasons).due == at("2026-05-04T18:00")


# -- pauses ------------------------------------------------------------------------------------------------------------
def test_pauses_may_come_in_any_order_and_overlap() -> None:
    pauses = [
        (at("2026-03-09T11:00"), at("2026-03-09T12:00")), (at("2026-03-09T09:30"), at("2026-03-09T10:30")),
        (at("2026-03-09T10:00"), at("2026-03-09T11:30")),
    ]  # fmt: skip
    assert due_at(at("2026-03-09T09:00"), TimeLimit(1, "hour"), calendar(), pauses).due == at("2026-03-09T12:30")


@pytest.mark.parametrize("unit", LIMITS)
def test_a_pause_that_still_stands_leaves_the_due_time_open_and_says_since_when(unit: Any) -> None:
    with pytest.raises(StillPaused) as refused:
        due_at(at("2026-03-09T09:00"), TimeLimit(2, unit), calendar(), [(at("2026-03-09T10:00"), None)])
    assert "2026-03-09 10:00" in refused.value.message


@pytest.mark.parametrize(("unit", "due"), [("hour", "2026-03-09T10:00"), ("working_day", "2026-03-10T17:00")])
def test_a_limit_that_ran_out_before_a_pause_that_still_stands_has_its_due_time(unit: Any, due: str) -> None:
    pause = [(at(due) + timedelta(seconds=int(unit == "working_day")), None)]
    assert due_at(at("2026-03-09T09:00"), TimeLimit(1, unit), calendar(), pause).due == at(due)


def test_a_day_does_not_count_when_a_pause_begins_at_the_moment_of_its_end() -> None:
    pause = [(at("2026-03-10T17:00"), at("2026-03-10T17:01"))]
    assert due_at(at("2026-03-09T09:00"), TimeLimit(1, "working_day"), calendar(), pause).due == at("2026-03-11T17:00")


def test_each_paused_day_is_told_once() -> None:
    pause = [(at("2026-03-09T10:00"), at("2026-03-11T10:00"))]
    found = due_at(at("2026-03-09T09:00"), TimeLimit(2, "hour"), calendar(), pause)
    assert found.skipped == tuple(SkippedDay(date(2026, 3, day), "暂停计时") for day in (9, 10, 11))


def test_many_pauses_take_no_long_time() -> None:
    pauses = [(at("2026-03-09T09:00") + timedelta(hours=i), at("2026-03-09T09:30") + timedelta(hours=i)) for i in range(10_000)]
    assert due_at(at("2026-03-09T09:00"), TimeLimit(5_000, "hour"), calendar(), pauses).due == at("2027-04-30T01:00")


def test_pauses_of_a_lifetime_are_refused() -> None:
    with pytest.raises(InvalidInput):
        due_at(
            at("2026-03-09T09:00"), TimeLimit(1, "calendar_day"), calendar(), [(at("2026-03-09T10:00"), at("2126-03-09T10:00"))]
        )


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


def test_a_working_day_limit_has_nothing_to_roll() -> None:
    assert due("2026-02-13T16:00", 3, "working_day", rolls=True) == due("2026-02-13T16:00", 3, "working_day")


@pytest.mark.parametrize("ends", ["close", "midnight"])
def test_a_day_whose_end_is_not_after_the_start_does_not_count(ends: Any) -> None:
    late = {"close": "2026-03-09T17:00:00", "midnight": "2026-03-10T00:00"}[ends]
    assert due(late, 1, "calendar_day", count_from="same_day", ends=ends) - at(late) >= timedelta(days=1)


def test_a_second_before_closing_the_day_still_counts() -> None:
    assert due("2026-03-09T16:59:59", 1, "working_day", count_from="same_day") == at("2026-03-09T17:00")


def test_close_of_business_is_the_same_on_a_day_off() -> None:
    assert due("2026-03-06T10:00", 2, "calendar_day") == at("2026-03-08T17:00")


def test_a_rolled_end_stays_where_it_is_though_the_clock_is_paused_then() -> None:
    pause = [(at("2026-03-09T09:00"), at("2026-03-09T18:00"))]
    assert due_at(at("2026-03-06T10:00"), TimeLimit(1, "calendar_day", rolls=True), calendar(), pause).due == at(
        "2026-03-09T17:00"
    )


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


@pytest.mark.parametrize(
    ("start", "limit"),
    [
        ("2026-12-31T10:00", TimeLimit(1, "calendar_day", receipt="next_opening")),
        ("2026-12-30T10:00", TimeLimit(72, "hour", receipt="next_opening")),
        ("2026-12-30T10:00", TimeLimit(3, "calendar_day")),
        ("2026-12-31T16:00", TimeLimit(1, "work_hour")),
        ("2026-12-30T10:00", TimeLimit(1, "working_day", ends="midnight")),
    ],
)
def test_a_due_time_that_asked_for_no_unpublished_day_is_final(start: str, limit: TimeLimit) -> None:
    assert not due_at(at(start), limit, calendar()).provisional


@pytest.mark.parametrize(
    ("start", "limit"),
    [
        ("2026-12-31T10:00", TimeLimit(1, "working_day")),
        ("2026-12-31T18:00", TimeLimit(1, "hour", receipt="next_opening")),
        ("2026-12-31T10:00", TimeLimit(2, "calendar_day", rolls=True)),
        ("2026-12-31T16:30", TimeLimit(1, "work_hour")),
    ],
)
def test_a_due_time_that_asked_for_a_day_of_an_unpublished_year_is_provisional(start: str, limit: TimeLimit) -> None:
    assert due_at(at(start), limit, calendar()).provisional


def test_hours_over_a_weekend_do_not_call_the_saturday_uncounted() -> None:
    found = due_at(at("2026-03-06T10:00"), TimeLimit(48, "hour", receipt="next_opening"), calendar())
    assert (found.due, found.skipped) == (at("2026-03-08T10:00"), ())


def test_hours_tell_the_days_the_office_was_closed() -> None:
    found = due_at(at("2026-03-06T16:00"), TimeLimit(2, "work_hour"), calendar())
    assert [(day.date.day, day.why) for day in found.skipped] == [(7, "周六"), (8, "周日")]


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
