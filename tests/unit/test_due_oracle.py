"""Due times against an oracle that walks minute by minute: every unit, receipt, end, rolling, pauses, seasons, to the second."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.due import TimeLimit, capped, due_at, extended
from tests.unit.slow_clock import DAY, SlowClock, Stop, moment, seasonal

CALENDAR = seasonal()
STARTS = st.one_of(
    st.integers(0, 330 * DAY),
    st.builds(
        lambda day, at: day * DAY + at, st.integers(0, 330), st.sampled_from([0, 9 * 3600, 43_200, 61_200, 64_800, DAY - 1])
    ),
)


@st.composite
def clocks(draw: st.DrawFn) -> SlowClock:
    """A start and up to three pauses that may overlap, before, across or after it, on any second or on a day's end."""
    start = draw(STARTS)
    begins = st.one_of(st.integers(-3_600, 6 * DAY), st.integers(0, 6).map(lambda day: day * DAY - start % DAY + 61_200))
    pauses: list[Stop] = []
    for begin in draw(st.lists(begins, max_size=3)):
        length = draw(st.one_of(st.integers(0, 3 * DAY), st.sampled_from([1, 3_600, DAY])))
        pauses.append((start + begin, start + begin + length))
    return SlowClock(start, tuple(pauses), *(draw(st.booleans()) for _ in range(4)))


def pauses(clock: SlowClock) -> list[tuple[datetime, datetime]]:
    return [(moment(since), moment(to)) for since, to in clock.stops]


def asked(clock: SlowClock, amount: int, unit: Any) -> Any:
    return due_at(moment(clock.start), TimeLimit(amount, unit, **clock.how()), CALENDAR, pauses(clock))


@given(clocks(), st.integers(1, 12), st.booleans())
@settings(max_examples=120, deadline=None)
def test_hours_agree_with_the_walk_to_the_second(clock: SlowClock, amount: int, office: bool) -> None:
    found = asked(clock, amount, "work_hour" if office else "hour")
    assert found.due == moment(clock.hours(amount, office=office))


@given(clocks(), st.integers(1, 9), st.booleans())
@settings(max_examples=150, deadline=None)
def test_days_agree_with_the_walk_and_so_do_the_days_that_counted(clock: SlowClock, amount: int, working: bool) -> None:
    found = asked(clock, amount, "working_day" if working else "calendar_day")
    due, counted = clock.days(amount, working=working)
    assert (found.due, list(found.counted)) == (moment(due), counted)


@given(clocks(), st.integers(1, 12), st.sampled_from(["hour", "work_hour"]))
@settings(max_examples=60, deadline=None)
def test_the_hours_that_counted_are_the_amount_lie_in_order_and_in_no_pause(clock: SlowClock, amount: int, unit: Any) -> None:
    found = asked(clock, amount, unit)
    assert sum((to - since for since, to in found.counted), timedelta()) == timedelta(hours=amount)
    edges = [edge for stretch in found.counted for edge in stretch]
    assert edges == sorted(edges)
    assert not any(since < stop and begin < to for since, to in found.counted for begin, stop in pauses(clock) if begin < stop)


@given(clocks(), st.integers(1, 9), st.sampled_from(["working_day", "calendar_day"]))
@settings(max_examples=60, deadline=None)
def test_every_day_up_to_the_end_counts_or_says_why_not(clock: SlowClock, amount: int, unit: Any) -> None:
    found = asked(clock, amount, unit)
    told = {*found.counted, *(day.date for day in found.skipped), found.last}
    first = moment(clock.start).date()
    assert told == {first + timedelta(days=i) for i in range((found.last - first).days + 1)}
    assert {day.date for day in found.skipped}.isdisjoint(found.counted)


@given(clocks(), st.integers(1, 8), st.integers(1, 8), st.sampled_from(["hour", "work_hour"]))
@settings(max_examples=60, deadline=None)
def test_an_extension_of_hours_is_the_longer_limit(clock: SlowClock, amount: int, more: int, unit: Any) -> None:
    assert extended(asked(clock, amount, unit), more, CALENDAR, pauses(clock)).due == asked(clock, amount + more, unit).due


@given(clocks(), st.integers(1, 5), st.integers(1, 5), st.sampled_from(["working_day", "calendar_day"]))
@settings(max_examples=60, deadline=None)
def test_an_extension_of_days_counts_the_days_after_the_due_date(clock: SlowClock, amount: int, more: int, unit: Any) -> None:
    first = asked(clock, amount, unit)
    longer = extended(first, more, CALENDAR, pauses(clock))
    assert longer.due > first.due
    assert longer.counted[:amount] == first.counted
    assert [day for day in longer.counted[amount:] if day > first.last] == list(longer.counted[amount:])
    assert len(longer.counted) == amount + more


@given(clocks(), st.integers(1, 5), st.integers(0, 20 * DAY), st.integers(0, 48))
@settings(max_examples=40, deadline=None)
def test_a_cap_is_the_earlier_of_the_two(clock: SlowClock, amount: int, ahead: int, margin: int) -> None:
    due, ceiling = asked(clock, amount, "working_day").due, moment(clock.start + ahead)
    assert capped(due, ceiling, timedelta(hours=margin)) == min(due, ceiling - timedelta(hours=margin))
