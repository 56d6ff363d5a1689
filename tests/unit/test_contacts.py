"""When a citizen counts as contacted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.contacts import RESULTS, Attempt, contacted, half_day

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in 包头
HOUR = timedelta(hours=1)
times = st.integers(0, 40 * 24 * 60).map(lambda minutes: MORNING + timedelta(minutes=minutes))
attempts = st.lists(st.builds(Attempt, times, st.sampled_from(RESULTS)))


def vain(*hours: float) -> list[Attempt]:
    """Attempts in vain, so many hours after nine."""
    return [Attempt(MORNING + hour * HOUR, "no_answer") for hour in hours]


def test_one_who_was_reached_is_contacted_then() -> None:
    tried = [*vain(0), Attempt(MORNING + HOUR, "reached")]
    found = contacted(tried, 3, ZONE)
    assert found is not None
    assert (found.at, found.rule) == (MORNING + HOUR, "reached")


def test_three_attempts_in_one_morning_are_one_half_day() -> None:
    assert contacted(vain(0, 1, 2), 3, ZONE) is None


def test_noon_begins_another_half_day() -> None:
    found = contacted(vain(2.99, 3), 2, ZONE)
    assert found is not None
    assert (found.at, found.rule) == (MORNING + 3 * HOUR, "attempts")


def test_where_the_pack_counts_no_attempts_only_who_was_reached_is_contacted() -> None:
    assert contacted(vain(0, 5, 24, 30), 0, ZONE) is None


@given(attempts, st.integers(0, 5))
def test_more_attempts_never_make_the_contact_later(tried: list[Attempt], needed: int) -> None:
    before, after = contacted(tried[:-1], needed, ZONE), contacted(tried, needed, ZONE)
    assert before is None or (after is not None and after.at <= before.at)


@given(attempts, st.integers(1, 5))
def test_whoever_is_contacted_was_reached_or_tried_in_enough_half_days(tried: list[Attempt], needed: int) -> None:
    found = contacted(tried, needed, ZONE)
    half_days = {half_day(one.at, ZONE) for one in tried}
    assert (found is not None) == (any(one.result == "reached" for one in tried) or len(half_days) >= needed)
