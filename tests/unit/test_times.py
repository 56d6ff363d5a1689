"""Times as people and spreadsheets write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hotline.errors import InvalidInput
from hotline.upstream.times import due_of, moment_of
from tests.unit.working_time import ZONE, calendar

NAIVE = datetime.fromisoformat
MOMENTS = some.datetimes(NAIVE("1992-01-01"), NAIVE("2099-12-31")).map(lambda at: at.replace(microsecond=0))
STYLES = (
    "{0.year}/{0.month}/{0.day} {0.hour}:{0.minute:02d}:{0.second:02d}",
    "{0.year}-{0.month:02d}-{0.day:02d} {0.hour:02d}:{0.minute:02d}:{0.second:02d}",
    "{0.year}年{0.month}月{0.day}日{0.hour}时{0.minute}分{0.second}秒",
    "{0.year}年{0.month}月{0.day}日 {0.hour}:{0.minute:02d}:{0.second:02d}",
    "{0.year}.{0.month}.{0.day} {0.hour}:{0.minute:02d}:{0.second:02d}",
    "{0:%Y-%m-%dT%H:%M:%S}", "{0:%Y-%m-%dT%H:%M:%S}.250", "{0:%Y-%m-%d %H:%M:%S}+08:00", "{0:%Y%m%d%H%M%S}",
    "  {0:%Y/%m/%d　%H:%M:%S} ",
)  # fmt: skip


@given(MOMENTS, some.sampled_from(STYLES))
def test_every_style_of_writing_names_the_same_moment(at: datetime, style: str) -> None:
    assert moment_of(style.format(at), calendar()) == at.replace(tzinfo=ZONE)


@given(MOMENTS)
def test_excels_day_number_is_read_to_the_second(at: datetime) -> None:
    days = (at - NAIVE("1899-12-30")) / timedelta(days=1)
    assert [moment_of(days, calendar()), moment_of(f"{days:.9f}", calendar())] == [at.replace(tzinfo=ZONE)] * 2


@given(some.dates(date(1992, 1, 1), date(2099, 12, 31)))
def test_a_due_date_alone_means_the_close_of_business_on_it(day: date) -> None:
    closing = datetime.combine(day, time(17), ZONE)
    written = (day, datetime.combine(day, time()), f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日")
    assert {due_of(cell, calendar()) for cell in written} == {closing}


@pytest.mark.parametrize(
    ("written", "hour"),
    [("下午3:05", 15), ("上午9:05", 9), ("中午12:05", 12), ("上午12:05", 0), ("晚上9:05", 21), ("3:05 PM", 15), ("12:05 AM", 0)],
)
def test_halves_of_the_day_are_understood(written: str, hour: int) -> None:
    assert moment_of(f"2025/1/3 {written}", calendar()) == datetime(2025, 1, 3, hour, 5, tzinfo=ZONE)


def test_an_offset_in_the_text_wins_over_the_office_s_zone() -> None:
    assert moment_of("2025-01-03T01:05:00Z", calendar()) == datetime(2025, 1, 3, 1, 5, tzinfo=UTC)


def test_full_width_digits_are_digits() -> None:
    assert moment_of("２０２５/１/３ ９:０５", calendar()) == datetime(2025, 1, 3, 9, 5, tzinfo=ZONE)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "昨天",
        "2025/13/1",
        "2025/2/30",
        "2025-1-3 25:00",
        "1899/1/1",
        "2925-01-03",
        "12",
        "2025",
        -5.0,
        True,
        time(9),
        "=NOW()",
    ],
)
def test_what_is_no_time_is_refused_with_a_sentence(cell: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        moment_of(cell, calendar())  # type: ignore[arg-type]
    assert refused.value.message.startswith("时间")


@given(some.text(max_size=60) | some.floats() | some.integers())
def test_no_cell_at_all_breaks_the_reading(cell: str | float) -> None:
    try:
        found = moment_of(cell, calendar())
    except InvalidInput:
        return
    assert found.tzinfo is UTC
