"""`hotline due`: JSON lines in, due times out; a bad line says what is wrong and the rest goes on."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.cli.lines import answered
from routing_rules.asked import due_asked
from tests.unit.slow_clock import seasonal

LINE = {"id": 1, "at": "2026-02-13T16:00:00+08:00", "unit": "working_day", "amount": 2}
CALENDAR = seasonal()


def lines(*sent: Any) -> list[dict[str, Any]]:
    given = [line if isinstance(line, bytes) else orjson.dumps(line) for line in sent]
    return [json.loads(line) for line, _ in answered(given, partial(due_asked, CALENDAR))]


def test_a_line_has_exactly_the_promised_fields() -> None:
    (found,) = lines(LINE)
    assert found.keys() == {"id", "due", "counted", "skipped", "provisional"}
    assert (found["id"], found["due"], found["provisional"]) == (1, "2026-02-24T17:00:00+08:00", False)
    assert found["counted"] == ["2026-02-14", "2026-02-24"]


def test_days_that_did_not_count_are_told_with_why() -> None:
    skipped = lines(LINE)[0]["skipped"]
    assert skipped[:3] == [
        {"date": "2026-02-13", "why": "起算当日不计"},
        {"date": "2026-02-15", "why": "周日"},
        {"date": "2026-02-16", "why": "农历除夕"},
    ]
    assert len(skipped) == 10


def test_hours_are_told_as_half_open_intervals_in_the_offices_zone() -> None:
    (found,) = lines({"id": 2, "at": "2026-03-09T03:00:00Z", "unit": "work_hour", "amount": 2})
    assert found["due"] == "2026-03-09T14:30:00+08:00"
    assert found["counted"] == [
        ["2026-03-09T11:00:00+08:00", "2026-03-09T12:00:00+08:00"], ["2026-03-09T13:30:00+08:00", "2026-03-09T14:30:00+08:00"],
    ]  # fmt: skip


def test_any_offset_means_the_same_moment() -> None:
    moments = ("2026-02-13T16:00:00+08:00", "2026-02-13T08:00:00Z", "2026-02-13T02:30:00-05:30")
    assert len({json.dumps(one) for one in lines(*({**LINE, "at": at} for at in moments))}) == 1


def test_fields_left_out_or_null_are_the_defaults() -> None:
    full = {"count_from": "next_day", "ends": "close", "rolls": False, "receipt": "as_is", "pauses": []}
    assert lines(LINE) == lines({**LINE, **full}) == lines({**LINE, **dict.fromkeys(full)})


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("at", "2026-02-13T16:00:00", "时区"), ("at", "soon", "at"), ("at", 5, "at"), ("at", None, "at"),
        ("unit", "week", "unit"),
        ("unit", None, "unit"), ("amount", 0, "整数"), ("amount", 1.5, "整数"), ("amount", True, "整数"), ("amount", "3", "整数"),
        ("amount", [1], "amount"), ("amount", None, "amount"), ("rolls", "yes", "rolls"), ("rolls", 1, "rolls"),
        ("ends", "noon", "ends"), ("receipt", {}, "receipt"), ("count_form", "same_day", "count_form"), ("pauses", {}, "pauses"),
        ("pauses", [["2026-02-13T16:00:00+08:00"]], "第 1 段"), ("pauses", [["x", None]], "第 1 段"),
        ("pauses", [["2026-02-14T16:00:00+08:00", "2026-02-13T16:00:00+08:00"]], "第 1 段"),
        ("pauses", [["2026-02-14T16:00:00+08:00", None]], "尚未结束"), ("at", "9999-12-31T23:59:00-12:00", "日历范围"),
    ],
)  # fmt: skip
def test_a_bad_line_keeps_its_id_and_says_what_is_wrong(field: str, value: Any, said: str) -> None:
    bad, good = lines({**LINE, field: value}, {**LINE, "id": 2})
    assert (bad.keys(), bad["id"], said in bad["error"]) == ({"id", "error"}, 1, True)
    assert good["due"]


ANYTHING = st.none() | st.booleans() | st.integers(-5, 20) | st.floats() | st.text(max_size=5) | st.just([1])
TIMES = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
FIELDS = {
    "at": TIMES | ANYTHING, "unit": st.sampled_from(["hour", "work_hour", "working_day", "calendar_day"]) | ANYTHING,
    "amount": st.integers(1, 300) | ANYTHING,
    "count_from": st.just("same_day") | ANYTHING, "ends": st.just("midnight") | ANYTHING,
    "rolls": ANYTHING, "receipt": st.just("next_opening") | ANYTHING,
    "pauses": st.lists(st.lists(TIMES | ANYTHING, max_size=2), max_size=1),
}  # fmt: skip


@given(st.fixed_dictionaries({}, optional=FIELDS))
@settings(deadline=None)
def test_any_line_is_answered_or_refused(line: dict[str, Any]) -> None:
    (found,) = lines(orjson.dumps(line))
    assert ("due" in found) != ("error" in found)
