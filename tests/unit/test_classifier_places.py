"""Places as people say them."""

from __future__ import annotations

from functools import lru_cache

import pytest

from classifiers.corpus.heard import Part, heard
from classifiers.places import PlaceFinder, Places
from routing_rules.pack import load_pack
from routing_rules.places import Estate, Place

FINDER = PlaceFinder(
    [
        Place("1", "昆都仑区", "district", aliases=("昆区",)),
        Place("2", "青山区", "district"),
        Place("11", "少先路街道", "street", "1"),
        Place("111", "少先二十一号街坊社区居委会", "community", "11"),
        Place("112", "友谊十八街坊第一社区居委会", "community", "11"),
        Place("113", "友谊十八第二社区居委会", "community", "11"),
        Place("12", "昆河镇", "street", "1"),
        Place("121", "胜利村村委会", "community", "12"),
        Place("122", "新星社区", "community", "12"),
    ],
    [Estate("E1", "保利花园", ("保利",), community="122"), Estate("E2", "恒大名都")],
)


@pytest.mark.parametrize("said", ["少先21#3栋", "少先二十一号街坊5栋", "少先21街坊", "少二十一街坊", "少先二十一社区"])
def test_a_street_block_is_found_however_it_is_said(said: str) -> None:
    found = FINDER.find(f"我住{said}暖气不热")
    assert found is not None
    assert (found.path, found.others) == ("1/11/111", ())


def test_a_longer_number_is_another_block() -> None:
    assert FINDER.find("少先211街坊") is None


def test_an_estate_carries_its_community() -> None:
    found = FINDER.find("保利花园二期8号楼")
    assert found is not None
    assert (found.path, found.estate, found.name) == ("1/12/122", "E1", "保利花园")


def test_an_estate_without_a_community_lies_in_the_district() -> None:
    found = FINDER.find("恒大名都的")
    assert found is not None
    assert (found.path, found.estate) == ("1", "E2")


def test_two_communities_named_are_ambiguous() -> None:
    found = FINDER.find("从胜利村到新星社区的路")
    assert found is not None
    assert found.others == ("1/12/122",)


def test_a_road_alone_is_not_the_street_office() -> None:
    road, office = FINDER.find("少先路路灯坏了"), FINDER.find("少先路街道办事处不作为")
    assert road is not None
    assert office is not None
    assert (road.path, road.others) == ("1/11", ("1",))
    assert office.others == ()


def test_another_district_is_named_as_such() -> None:
    found = FINDER.find("青山区的")
    assert found is not None
    assert found.path == "2"


def test_no_place_is_none() -> None:
    assert FINDER.find("暖气不热") is None


@pytest.mark.parametrize("said", ["少先21天内答复", "最少21人", "青年11人", "少先21点开会"])
def test_an_amount_is_no_street_block(said: str) -> None:
    assert FINDER.find(said) is None


def test_a_block_of_several_communities_is_each_of_them() -> None:
    found = FINDER.find("友谊18街坊停水")
    assert found is not None
    assert (found.path, found.others, found.estate) == ("1/11/112", ("1/11/113",), None)


ROADS = PlaceFinder(
    [
        Place("1", "昆都仑区", "district", roads=("三八路",)),
        Place("11", "少先路街道", "street", "1", roads=("钢铁大街",)),
        Place("12", "友谊大街街道", "street", "1", roads=("钢铁大街", "少先路")),
        Place("13", "林荫路街道", "street", "1"),
    ],
    (),
)


@pytest.mark.parametrize(
    ("said", "path", "others"),
    [
        ("少先路堵车", "1/11", ("1/12",)),
        ("钢铁大街堵车", "1", ("1/11", "1/12")),
        ("林荫路堵车", "1/13", ("1",)),
        ("三八路堵车", "1", ()),
        ("钢铁大街与少先路路口", "1/11", ("1/12",)),
        ("林荫路与少先路之间", "1/13", ("1/11", "1/12")),
    ],
)
def test_a_road_is_every_street_it_runs_through(said: str, path: str, others: tuple[str, ...]) -> None:
    found = ROADS.find(said)
    assert found is not None
    assert (found.path, found.others) == (path, others)


@pytest.mark.parametrize(
    ("said", "names"),
    [("我家住鹿鸣苑小区三号楼", ("鹿鸣苑",)), ("凯旋家园二期", ("凯旋家园",)), ("我们小区和隔壁小区", ()), ("保利花园小区", ())],
)
def test_estates_that_the_pack_does_not_know_are_named(said: str, names: tuple[str, ...]) -> None:
    assert FINDER.unknown(said) == names


@lru_cache(maxsize=1)
def finder() -> PlaceFinder:
    pack = load_pack("kundulun")
    return PlaceFinder(pack.places, pack.estates)


def right(row: dict[str, str], looked: Places) -> bool:
    """Tell whether all readings of the place, the estate and the unknown estates are as written down."""
    found = looked.found
    codes = {path.rsplit("/", 1)[-1] for path in (found.path, *found.others)} if found else set()
    estate = found.estate or "" if found else ""
    return (codes, estate, ";".join(looked.unknown)) == (set(row["places"].split(";")) - {""}, row["estate"], row["unknown"])


def share_right(part: Part) -> float:
    rows = heard("places", part)
    return sum(right(row, finder().look(row["text"])) for row in rows) / len(rows)


def test_places_of_the_half_built_on_are_found() -> None:
    assert share_right("build") >= 0.98


def test_places_of_the_half_not_looked_at_are_found() -> None:
    assert share_right("held") >= 0.95
