"""Office time by look-ups is office time as due times count it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.due import working_time
from hotline.domain.office_time import OfficeTime
from tests.unit.working_time import calendar

FIRST, DAYS = datetime(2026, 9, 20, tzinfo=UTC), 40  # the National Day's week and its make-up days among them
OPEN = OfficeTime(calendar(), FIRST, FIRST + timedelta(days=DAYS))
moments = st.integers(0, DAYS * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


@given(start=moments, end=moments)
def test_office_time_by_look_ups_is_what_due_times_count(start: datetime, end: datetime) -> None:
    assert OPEN.between(start, end) == working_time(start, end, calendar()).total_seconds()


def test_a_span_that_is_none_has_no_office_time() -> None:
    assert OfficeTime(calendar(), FIRST, FIRST).between(FIRST, FIRST + timedelta(days=3)) == 0
