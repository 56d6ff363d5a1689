"""Early sight: classes by street, this week against those before."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hotline.services.figures.rows import Crossed
from hotline.services.figures.sight import MOST_CLASSES, NOT_SAID, Season, Sight, season, sight

START, END = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
ROADS, HEAT = "城乡建设/道路", "城乡建设/市政/采暖"
ONE, TWO = "D/S1", "D/S2"
places = st.sampled_from(["D/S1/C1", "D/S1", "D/S2", "D", "", "E/S9"])
matters = st.sampled_from([ROADS, "城乡建设", HEAT, "", "政法/治安/噪声"])
weeks = st.lists(st.dictionaries(st.tuples(matters, places), st.integers(1, 30)).map(Counter), min_size=9, max_size=9)


def street(place: str) -> str:
    return place[:4] if place.startswith("D/") else ""


def seen(now: Crossed, before: list[Crossed], level: int = 2) -> Sight:
    return sight(START, END, [now, *before, *[Counter()] * (8 - len(before))], level=level, street=street)


def test_ten_times_the_usual_in_one_street_is_marked_there() -> None:
    found = seen(Counter({(ROADS, ONE): 20, (ROADS, TWO): 2}), [Counter({(ROADS, ONE): 2, (ROADS, TWO): 2})] * 8)
    assert (found.of(ROADS, ONE).mark, found.of(ROADS, TWO).mark) == ("up", "")


def test_much_less_than_usual_is_marked_as_less() -> None:
    assert seen(Counter({(ROADS, ONE): 1}), [Counter({(ROADS, ONE): 30})] * 8).of(ROADS, ONE).mark == "down"


def test_a_few_calls_are_never_marked() -> None:
    assert seen(Counter({(ROADS, ONE): 4}), []).of(ROADS, ONE).mark == ""


def test_last_week_and_the_usual_stand_beside_this_week() -> None:
    found = seen(Counter({(ROADS, ONE): 6}), [Counter({(ROADS, ONE): 8})]).of(ROADS, ONE)
    assert (found.now, found.last, found.usual) == (6, 8, 1.0)


def test_a_place_that_is_no_street_counts_in_the_class_all_the_same() -> None:
    found = seen(Counter({(ROADS, "D"): 3, ("", ONE): 1}), [])
    assert found.of(ROADS).now == found.of(ROADS, NOT_SAID).now == 3
    assert found.of(NOT_SAID, ONE).now == 1


@given(weeks, st.integers(1, 3))
def test_every_order_counts_once_in_its_class_its_street_and_the_whole(given_weeks: list[Crossed], level: int) -> None:
    found = sight(START, END, given_weeks, level=level, street=street)
    matters = {matter for matter, _ in found.cells if matter}
    assert found.of().now == sum(given_weeks[0].values())
    assert found.of().now == sum(found.of(matter).now for matter in matters)
    assert found.of().now == sum(found.of("", one).now for one in found.streets)
    assert all(found.of(matter).now == sum(found.of(matter, one).now for one in found.streets) for matter in matters)


@given(weeks)
def test_what_is_looked_at_apart_is_in_no_cell(given_weeks: list[Crossed]) -> None:
    found = sight(START, END, given_weeks, level=3, street=street, without=("城乡建设/市政",))
    assert not any(matter.startswith("城乡建设/市政") for matter, _ in found.cells)
    assert found.of().now == sum(n for (matter, _), n in given_weeks[0].items() if matter != HEAT)


def test_marked_classes_are_shown_however_small() -> None:
    large = Counter({(f"类{at:02}/甲", ONE): 100 for at in range(MOST_CLASSES)})
    found = seen(large + Counter({(ROADS, ONE): 15}), [large] * 8)
    assert ROADS in found.classes
    assert len(found.classes) == MOST_CLASSES


def heated(now: Crossed, *ago: Crossed) -> Season:
    return season(now, Counter(), ago, ["城乡建设/市政"], street)


def test_heating_is_compared_with_the_same_week_a_year_ago() -> None:
    found = heated(Counter({(HEAT, ONE): 9, (ROADS, ONE): 5}), Counter(), Counter({(HEAT, ONE): 6}), Counter({(HEAT, TWO): 3}))
    assert (found.now, found.year_ago, found.around) == (9, 6, 3.0)
    assert found.streets == {ONE: (9, 6)}
    assert found.known


def test_without_a_year_ago_nothing_is_compared() -> None:
    assert not heated(Counter({(HEAT, ONE): 9}), Counter(), Counter(), Counter()).known


def test_of_quiet_weeks_few_have_a_mark() -> None:
    chance = random.Random(12345)
    cells = [(f"类{n // 20}", f"D/{n % 20:02d}") for n in range(300)]

    def week() -> Crossed:
        return Counter({cell: n for cell in cells if (n := sum(chance.random() < 0.12 for _ in range(10)))})

    quiet = [sight(START, END, [week() for _ in range(9)], level=1, street=street) for _ in range(40)]
    marked = sum(any(seen.mark for seen in one.cells.values()) for one in quiet)
    assert marked <= 4  # 5 % of 40 are 2
