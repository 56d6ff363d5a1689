"""So and so long before and after a due time, on the working calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.due import LimitUnit, working_time
from hotline.domain.moments import after, before
from routing_rules.pack import load_pack, pack_files

CALENDAR = load_pack(pack_files("kundulun")).calendar
ZONE = ZoneInfo("Asia/Shanghai")
dues = st.datetimes(datetime(2025, 1, 15), datetime(2026, 12, 1), timezones=st.just(ZONE))  # noqa: DTZ001  # zone is drawn


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (48, "hour", "2026-11-28T17:00"),
        (1, "working_day", "2026-11-27T17:00"),
        (5, "working_day", "2026-11-23T17:00"),
        (1, "calendar_day", "2026-11-29T17:00"),
        (1, "work_hour", "2026-11-30T16:00"),
        (4, "work_hour", "2026-11-30T11:30"),
        (8, "work_hour", "2026-11-27T15:30"),
        (0, "work_hour", "2026-11-30T17:00"),
    ],
)
def test_before_a_monday_at_close(amount: int, unit: LimitUnit, expected: str) -> None:
    assert before(at("2026-11-30T17:00"), amount, unit, CALENDAR) == at(expected)


def test_a_make_up_saturday_is_a_working_day_before() -> None:
    assert before(at("2026-02-24T17:00"), 1, "working_day", CALENDAR) == at("2026-02-14T17:00")


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [(0, "hour", "2026-11-27T17:00"), (1, "working_day", "2026-11-30T17:00"), (4, "work_hour", "2026-11-30T14:30")],
)
def test_after_a_friday_at_close(amount: int, unit: LimitUnit, expected: str) -> None:
    assert after(at("2026-11-27T17:00"), amount, unit, CALENDAR) == at(expected)


@given(dues, st.integers(1, 60))
def test_between_so_many_work_hours_before_and_the_due_time_the_office_is_open_so_long(due: datetime, amount: int) -> None:
    assert working_time(before(due, amount, "work_hour", CALENDAR), due, CALENDAR) == timedelta(hours=amount)


@given(dues, st.integers(1, 20), st.sampled_from(["hour", "work_hour", "working_day", "calendar_day"]))
def test_more_before_is_earlier_and_more_after_is_later(due: datetime, amount: int, unit: LimitUnit) -> None:
    assert before(due, amount + 1, unit, CALENDAR) < before(due, amount, unit, CALENDAR) < due
    assert after(due, amount + 1, unit, CALENDAR) > after(due, amount, unit, CALENDAR) > due
