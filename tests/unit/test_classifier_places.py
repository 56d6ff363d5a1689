"""Places as people say them."""

from __future__ import annotations

import pytest

from classifiers.places import PlaceFinder
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
