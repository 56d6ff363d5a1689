"""The heating season: a part of every year, with its validity, as the pack writes it down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.season import Heating, Season
from routing_rules.verify.check import check_files
from tests.unit.packs import TOML, files, small

WINTER = Season((10, 15), (4, 15))
SAID = '[heating]\nclasses = ["城建/供热"]\n[[heating.seasons]]\nfirst = "10-15"\nlast = "04-15"\n'


def faults(text: str) -> list[str]:
    return [str(finding) for finding in check_files(files(pack=text)) if finding.level == "error"]


@pytest.mark.parametrize("day", ["2026-10-15", "2026-12-31", "2027-01-01", "2027-04-15"])
def test_a_season_over_the_turn_of_the_year_holds_both_its_ends(day: str) -> None:
    assert date.fromisoformat(day) in WINTER


@pytest.mark.parametrize("day", ["2026-10-14", "2026-04-16", "2026-07-01"])
def test_the_day_before_and_the_day_after_lie_outside(day: str) -> None:
    assert date.fromisoformat(day) not in WINTER


def test_a_season_within_a_year_does_not_reach_over_its_turn() -> None:
    assert [date(2026, month, 1) in Season((6, 1), (8, 31)) for month in (5, 6, 8, 9, 12)] == [False, True, True, False, False]


def test_a_season_holds_within_its_validity_alone() -> None:
    once = Season((10, 15), (4, 15), date(2026, 10, 1), date(2027, 5, 1))
    assert [date(year, 12, 1) in once for year in (2025, 2026, 2027)] == [False, True, False]


@given(first=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(0, 400))
def test_a_period_touches_the_season_when_one_of_its_days_does(first: date, days: int) -> None:
    heating, span = Heating(("x",), (WINTER,)), [first + timedelta(days=shift) for shift in range(days + 1)]
    assert heating.touches(first, span[-1]) == any(day in WINTER for day in span)


def test_no_classes_are_no_heating() -> None:
    assert not Heating((), (WINTER,)).on(date(2026, 12, 1))


def test_the_season_is_what_the_pack_says() -> None:
    assert small(pack=TOML + SAID).settings.heating == Heating(("城建/供热",), (WINTER,))


def test_a_pack_that_says_nothing_has_no_heating_season() -> None:
    assert small().settings.heating == Heating()


@pytest.mark.parametrize("day", ["02-30", "13-01", "十月"])
def test_a_day_that_is_none_is_told_in_one_sentence(day: str) -> None:
    (only,) = faults(TOML + SAID.replace("10-15", day))
    assert only == f"pack.toml heating.seasons.1.first: “{day}”应写成 月-日,如 10-15(带引号)"


def test_a_class_that_is_none_is_refused() -> None:
    assert "pack.toml heating.classes: 类别“供暖”不存在" in faults(TOML + SAID.replace("城建/供热", "供暖"))
