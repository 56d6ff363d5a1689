"""Going out without a person is off until the office switches a class on, in a book of its own."""

from __future__ import annotations

import pytest

from routing_rules.pack import PACKS, load_pack, pack_files
from routing_rules.switching import automatic_classes, switched_on
from routing_rules.verify.check import check

KUNDULUN = pack_files("kundulun")
CARDS, TELECOMS, PHONES = "政法/户籍证件", "科技与信息产业", "科技与信息产业/电信"


@pytest.mark.parametrize("shipped", sorted(path.name for path in PACKS.iterdir() if (path / "pack.toml").is_file()))
def test_every_pack_ships_with_every_class_off(shipped: str) -> None:
    assert load_pack(shipped).settings.auto_classes == ()


def test_the_classes_an_office_may_switch_on_are_those_of_rows_that_allow_it_none_below_another() -> None:
    found = automatic_classes(load_pack(KUNDULUN))
    assert (CARDS in found, TELECOMS in found, PHONES in found, len(found) > 10) == (True, True, False, True)


def test_switched_on_a_class_is_on_with_what_stands_below_it_and_the_book_passes_its_check() -> None:
    pack = load_pack(switched_on(KUNDULUN, [CARDS]))
    assert [pack.settings.auto_class(one) for one in (f"{CARDS}/身份证", CARDS, PHONES)] == [CARDS, CARDS, ""]
    assert [finding for finding in check(pack) if finding.level == "error"] == []


def test_switching_on_again_replaces_the_list_and_leaves_every_other_setting() -> None:
    once = switched_on(KUNDULUN, [CARDS, PHONES])
    again = switched_on(once, [PHONES])
    shipped, now = (load_pack(files).settings for files in (KUNDULUN, again))
    assert now.auto_classes == (PHONES,)
    assert (now.quiet, now.attachments, now.spot_check_share) == (shipped.quiet, shipped.attachments, shipped.spot_check_share)


@pytest.mark.parametrize(
    "auto", ["", "[auto]\nspot_check_share = 0.5\n", '[auto]\nclasses = [\n  "甲",\n  "乙",\n]\n\n[late]\nclasses = ["丙"]\n']
)
def test_a_pack_without_a_list_gets_one_and_another_sections_list_stays(auto: str) -> None:
    text = switched_on({"pack.toml": f'name = "x"\n{auto}'.encode()}, ["丁"])["pack.toml"].decode()
    assert (text.count('classes = ["丁"]'), text.count("甲"), text.count("丙")) == (1, 0, auto.count("丙"))
