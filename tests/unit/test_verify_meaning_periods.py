"""Which of two limits ends first, over every moment of a year: against what single moments say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.due import TimeLimit, due_at
from routing_rules.pack import load_pack
from routing_rules.verify.periods import Chain, Periods
from tests.unit.working_time import at

PACK = load_pack("kundulun")
YEAR = Periods(PACK.calendar, 2025)
LIMITS = st.builds(
    TimeLimit,
    amount=st.integers(1, 6),
    unit=st.sampled_from(["hour", "work_hour", "working_day", "calendar_day"]),
    count_from=st.sampled_from(["next_day", "same_day"]),
    ends=st.sampled_from(["close", "midnight"]),
    rolls=st.booleans(),
    receipt=st.sampled_from(["as_is", "next_opening"]),
)
CHAINS = st.lists(LIMITS, min_size=1, max_size=2).map(tuple)
MOMENTS = st.integers(0, 365 * 86_400 - 1).map(lambda second: at("2025-01-01T00:00") + timedelta(seconds=second))


def walked(chain: Chain, start: datetime) -> datetime:
    for limit in chain:
        start = due_at(start, limit, PACK.calendar).due
    return start


@settings(max_examples=12, deadline=None)
@given(one=CHAINS, other=CHAINS, moments=st.lists(MOMENTS, min_size=25, max_size=25))
def test_no_moment_of_the_year_shows_more_than_what_was_found(one: Chain, other: Chain, moments: list[datetime]) -> None:
    found = YEAR.earlier(one, other)
    gaps = [walked(other, moment) - walked(one, moment) for moment in moments]
    widest = found.other - found.due if found.other and found.due else timedelta(0)
    assert (max(gaps) <= widest, not found.always or min(gaps) > timedelta(0)) == (True, True)


@settings(max_examples=12, deadline=None)
@given(one=CHAINS, other=CHAINS)
def test_the_moment_shown_is_one_at_which_the_first_does_end_earlier(one: Chain, other: Chain) -> None:
    found = YEAR.earlier(one, other)
    shown = () if found.moment is None else (walked(one, found.moment), walked(other, found.moment))
    assert (shown == (() if found.moment is None else (found.due, found.other)), shown[:1] < shown[1:] or not shown) == (
        True,
        True,
    )


@settings(max_examples=12, deadline=None)
@given(chain=CHAINS, moments=st.lists(MOMENTS, min_size=25, max_size=25))
def test_a_limit_never_leaves_less_time_than_its_shortest(chain: Chain, moments: list[datetime]) -> None:
    shortest, _ = YEAR.shortest(chain)
    assert shortest <= min(walked(chain, moment) - moment for moment in moments)


@pytest.mark.parametrize(
    ("one", "other", "ever", "always"),
    [
        (TimeLimit(2, "working_day"), TimeLimit(3, "working_day"), True, True),
        (TimeLimit(3, "working_day"), TimeLimit(2, "working_day"), False, False),
        (TimeLimit(24, "hour"), TimeLimit(1, "working_day"), True, False),
        (TimeLimit(1, "working_day"), TimeLimit(24, "hour"), True, False),
        (TimeLimit(17, "hour"), TimeLimit(1, "working_day"), True, True),
        (TimeLimit(1, "working_day"), TimeLimit(17, "hour"), False, False),
        (TimeLimit(2, "work_hour"), TimeLimit(2, "hour"), False, False),
        (TimeLimit(1, "calendar_day", rolls=True), TimeLimit(2, "calendar_day", rolls=True), True, False),
    ],
)
def test_limits_of_different_units_are_compared_by_the_calendar(
    one: TimeLimit, other: TimeLimit, ever: bool, always: bool
) -> None:
    found = YEAR.earlier((one,), (other,))
    assert (bool(found), found.always) == (ever, always)
