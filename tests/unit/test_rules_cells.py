"""Cells of a rule table: what they match, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.errors import UnknownFact
from routing_rules.cells import FACTS, BadCell, read_cell
from tests.unit.working_time import ZONE, at

PATHS = st.lists(st.sampled_from(["甲", "乙", "丙"]), min_size=1, max_size=3).map("/".join)


def holds(fact: str, cell: str, value: Any) -> bool:
    return read_cell(fact, cell).holds(value)


@pytest.mark.parametrize("value", [None, "投诉", "咨询"])
def test_an_empty_cell_matches_anything_and_a_missing_fact(value: str | None) -> None:
    assert holds("kind", "", value)


@pytest.mark.parametrize(
    ("fact", "cell"),
    [
        ("kind", "投诉"), ("kind", "not 投诉"), ("category", "甲/*"), ("category", "not 甲/*"), ("confidence", ">=0"),
        ("received_at", "00:00..24:00"), ("received_at", "01-01..12-31"), ("upstream_due", "00:00..24:00"),
    ],
)  # fmt: skip
def test_a_missing_fact_matches_no_other_cell(fact: str, cell: str) -> None:
    assert not holds(fact, cell, None)


@pytest.mark.parametrize(("value", "expected"), [("投诉", True), ("举报", True), ("咨询", False)])
def test_a_bar_means_one_of(value: str, expected: bool) -> None:
    assert holds("kind", "投诉|举报", value) is expected


@pytest.mark.parametrize(("value", "expected"), [("投诉", False), ("举报", False), ("咨询", True)])
def test_not_applies_to_every_value_behind_it(value: str, expected: bool) -> None:
    assert holds("kind", "not 投诉|举报", value) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [("甲", True), ("甲/乙", True), ("甲/乙/丙", True), ("甲乙", False), ("乙/甲", False)]
)
def test_a_path_with_a_star_is_the_path_itself_and_everything_below(value: str, expected: bool) -> None:
    assert holds("category", "甲/*", value) is expected


def test_a_path_without_a_star_is_that_path_alone() -> None:
    assert not holds("category", "甲", "甲/乙")


@given(PATHS, PATHS)
def test_not_is_the_opposite_for_every_path(cell: str, value: str) -> None:
    assert holds("category", f"not {cell}/*", value) is not holds("category", f"{cell}/*", value)


@given(PATHS, PATHS)
def test_a_star_holds_where_the_parts_of_the_path_begin_alike(cell: str, value: str) -> None:
    parts = cell.split("/")
    assert holds("category", f"{cell}/*", value) is (value.split("/")[: len(parts)] == parts)


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        (">=0.8", 0.8, True), (">=0.8", 0.79, False), (">0.8", 0.8, False), ("<0.8", 0.8, False), ("<=0.8", 0.8, True),
        ("0.5..0.8", 0.5, True), ("0.5..0.8", 0.8, False), ("0.5..", 9.0, True), ("..0.5", 0.5, False), ("1", 1.0, True),
        ("1|3", 3.0, True), ("1|3", 2.0, False),
    ],
)  # fmt: skip
def test_number_ranges_are_half_open(cell: str, value: float, expected: bool) -> None:
    assert holds("confidence", cell, value) is expected


@pytest.mark.parametrize(
    ("minute", "expected"),
    [("22:00", True), ("23:59", True), ("00:00", True), ("05:59", True), ("06:00", False), ("21:59", False)],
)
def test_a_time_of_day_over_midnight_is_half_open(minute: str, expected: bool) -> None:
    assert holds("received_at", "22:00..06:00", at(f"2026-03-09T{minute}")) is expected


@given(st.times(), st.times(), st.times())
def test_a_time_of_day_agrees_with_walking_the_minutes(since: time, to: time, value: time) -> None:
    begins, ends, minute = (moment.hour * 60 + moment.minute for moment in (since, to, value))
    covered = {(begins + i) % 1440 for i in range((ends - begins) % 1440)}
    cell = f"{since:%H:%M}..{to:%H:%M}"
    moment = datetime.combine(date(2026, 3, 9), value, ZONE)
    assert begins == ends or holds("received_at", cell, moment) is (minute in covered)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("10-14", False), ("10-15", True), ("12-31", True), ("01-01", True), ("04-15", True), ("04-16", False), ("07-01", False)],
)
def test_a_season_over_new_year_includes_both_its_days(day: str, expected: bool) -> None:
    assert holds("received_at", "10-15..04-15", at(f"2026-{day}T23:30")) is expected


def test_a_season_may_end_on_a_leap_day() -> None:
    assert holds("received_at", "02-01..02-29", at("2028-02-29T08:00"))


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("elderly", {"elderly", "disabled"}, True), ("elderly|minor", {"minor"}, True), ("elderly", {"minor"}, False),
        ("elderly", set(), False), ("not elderly", {"elderly", "minor"}, False), ("not elderly", set(), True),
    ],
)  # fmt: skip
def test_a_set_matches_when_one_member_does_and_not_is_its_opposite(cell: str, value: set[str], expected: bool) -> None:
    assert holds("vulnerable", cell, frozenset(value)) is expected


def test_an_unknown_fact_is_an_error_naming_it() -> None:
    with pytest.raises(UnknownFact, match="weather"):
        read_cell("weather", "雨")


@pytest.mark.parametrize(
    ("fact", "cell"),
    [
        ("kind", "吐槽"), ("urgency", "very"), ("confidential", "是"), ("vulnerable", "tall"), ("origin", "below"),
        ("confidence", "高"), ("confidence", ">=高"), ("confidence", "0.8..0.5"), ("confidence", ".."), ("round", "-1"),
        ("received_at", "8点"), ("received_at", "08:00..08:00"), ("received_at", "25:00..26:00"), ("received_at", "02-30..03-01"),
        ("kind", "投诉|"), ("kind", "not "), ("estate", "not"), ("estate", "not |"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_refused(fact: str, cell: str) -> None:
    with pytest.raises(BadCell):
        read_cell(fact, cell)


@pytest.mark.parametrize(
    ("fact", "cell", "sign"),
    [
        ("kind", "投诉\uff5c举报", "|"),
        ("category", "甲/\uff0a", "*"),
        ("confidence", "\uff1e=0.8", ">"),
        ("category", "甲\uff0f乙", "/"),
    ],
)
def test_a_sign_from_a_chinese_keyboard_is_refused_and_the_right_one_named(fact: str, cell: str, sign: str) -> None:
    with pytest.raises(BadCell, match="全角") as refused:
        read_cell(fact, cell)
    assert f"“{sign}”" in str(refused.value)


CELL_TEXTS = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from(["not ", "|", "..", ">=", "<", "0.5", "9" * 400, "22:00", "24:00", "02-30", "甲", "/*", " "])).map(
        "".join
    ),
)
VALUES: dict[str, list[Any]] = {
    "text": [None, "甲"], "path": [None, "甲", "甲/乙"], "set": [frozenset(), frozenset({"甲"})], "number": [None, 0.5],
    "moment": [None, at("2026-02-28T23:59")],
}  # fmt: skip


@given(st.sampled_from(sorted(FACTS)), CELL_TEXTS)
def test_any_text_is_read_or_refused_and_what_is_read_can_be_asked(fact: str, text: str) -> None:
    try:
        cell = read_cell(fact, text)
    except BadCell:
        return
    assert {type(cell.holds(value)) for value in VALUES[FACTS[fact].kind]} == {bool}
    assert read_cell(fact, cell.text) == cell
