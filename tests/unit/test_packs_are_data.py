"""A city is data and no code: the shipped packs differ in their folders alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from routing_rules.pack import PACKS, load_pack

ROOT = Path(__file__).parents[2]
CODE = [file for package in ("hotline", "classifiers", "routing_rules", "streams") for file in (ROOT / package).rglob("*.py")]
SHIPPED = sorted(folder.name for folder in PACKS.iterdir() if folder.is_dir())
DEFAULT = "kundulun"
MAY_NAME_THE_DEFAULT = {"hotline/settings.py", "hotline/cli/models.py", "classifiers/corpus/__init__.py"}
"""The first start's pack, and the corpus written for it."""
PLAYS_THE_DEFAULT = ("hotline/bench/", "hotline/cli/bench.py", "hotline/cli/demo.py")


def naming(words: set[str]) -> set[str]:
    """The modules that hold one of the words."""
    pattern = re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, sorted(words)))})(?![0-9A-Za-z])")
    return {file.relative_to(ROOT).as_posix() for file in CODE if pattern.search(file.read_text("utf-8"))}


@pytest.mark.parametrize("shipped", [name for name in SHIPPED if name != DEFAULT])
def test_no_code_knows_a_city(shipped: str) -> None:
    pack = load_pack(shipped)
    own = pack.settings.district
    names = {place.name for place in pack.places if place.code == own or place.parent == own}
    assert naming({shipped, pack.settings.title, own, *names}) == set()


def test_the_default_city_is_named_only_as_the_default() -> None:
    district = load_pack(DEFAULT).geography.places[load_pack(DEFAULT).settings.district]
    named = {file for file in naming({DEFAULT, district.name, *district.aliases}) if not file.startswith(PLAYS_THE_DEFAULT)}
    assert named <= MAY_NAME_THE_DEFAULT


@pytest.mark.parametrize("shipped", SHIPPED)
def test_no_code_knows_a_units_code_but_the_desks_and_what_plays_the_default_city(shipped: str) -> None:
    codes = {f'"{unit}"' for unit in load_pack(shipped).units if unit != "DESK"}
    assert {file for file in naming(codes) if not file.startswith(PLAYS_THE_DEFAULT)} == set()


@pytest.mark.parametrize("shipped", SHIPPED)
def test_a_pack_holds_tables_and_settings_and_nothing_that_runs(shipped: str) -> None:
    assert {path.suffix for path in (PACKS / shipped).iterdir() if path.name != "__pycache__"} == {".csv", ".toml"}


def test_the_cities_need_different_kinds_of_limits_and_none_needs_another_engine() -> None:
    units = {
        name: {limit.limit.unit for limit in load_pack(name).deadlines.limits.values() if limit.clock == "answer"}
        for name in SHIPPED
    }
    assert (units["guangdong"], units["beijing"]) == ({"hour", "working_day"}, {"hour", "calendar_day"})
