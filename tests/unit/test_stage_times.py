"""How long orders stay in a stage, in office time and on the wall's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hotline.services.figures.rows import Stayed
from hotline.services.figures.stage_times import spread, stage_times, unit_times
from tests.unit.working_time import calendar

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in the calendar's zone


def stay(stage: str, hours: float, since: datetime = MONDAY) -> Stayed:
    return Stayed("K1", stage, "ZJJ", "", since, since + timedelta(hours=hours))


def test_the_percentiles_are_of_the_durations_themselves() -> None:
    found = spread([timedelta(hours=hours) for hours in range(1, 11)])
    assert (found.median, found.p90) == (timedelta(hours=5), timedelta(hours=9))


def test_a_night_counts_on_the_wall_and_not_in_the_office() -> None:
    one = stage_times([stay("sign", 24)], calendar())[0]
    assert one.calendar.median == timedelta(hours=24)
    assert one.working.median == timedelta(hours=6.5)


def test_stages_come_in_the_order_of_an_orders_life_and_others_are_left_out() -> None:
    found = stage_times([stay("callback", 1), stay("desk", 1), stay("nowhere", 1)], calendar())
    assert [one.stage for one in found] == ["desk", "callback"]


def test_by_unit_there_are_the_stages_in_which_an_order_lies_with_it() -> None:
    found = unit_times([stay("desk", 1), stay("sign", 1), stay("sign", 3)], calendar())
    assert [(one.stage, one.unit, one.count, one.calendar.median) for one in found] == [("sign", "ZJJ", 2, timedelta(hours=1))]


def test_without_stays_there_is_nothing_to_say() -> None:
    assert stage_times([], calendar()) == []
