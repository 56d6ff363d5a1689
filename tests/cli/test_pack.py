"""`hotline pack`: a new city's folder made, checked, asked and put to work; the packs there are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from routing_rules.pack import load_pack
from tests.whole.deployment import Deployment

NAMED = ("--title", "包头市青山区", "--district", "150204", "--prefix", "QS")


@pytest.fixture
def made(place: Deployment, tmp_path: Path) -> Path:
    """A new pack's folder."""
    done = place.run("pack", "new", "qingshan", *NAMED, "--into", str(tmp_path))
    assert done.returncode == 0, done.stderr
    return tmp_path / "qingshan"


def test_a_new_pack_passes_the_check_at_once(place: Deployment, made: Path) -> None:
    done = place.run("rules", "check", "--pack", str(made), "--json")
    assert done.returncode == 0
    assert [one for one in json.loads(done.stdout) if one["level"] == "error"] == []


def test_a_new_pack_answers_a_question_by_its_own_rows(place: Deployment, made: Path) -> None:
    asked = {"id": 1, "received_at": "2026-03-05T09:30", "kind": "咨询", "category": "商贸旅游/市场监管/商品质量"}
    done = place.run("rules", "explain", "--pack", str(made), given=json.dumps(asked))
    assert json.loads(done.stdout)["dispatch"]["rule_id"] == "D-0105"


def test_it_says_in_chinese_what_to_do_next(place: Deployment, tmp_path: Path) -> None:
    said = place.run("pack", "new", "qingshan", "--into", str(tmp_path)).stdout
    assert all(word in said for word in ("Excel", "hotline rules check --pack", "HOTLINE_PACK=", "接下来"))


def test_a_second_one_of_the_same_name_is_refused_and_the_first_stays_as_it_is(place: Deployment, made: Path) -> None:
    (made / "units.csv").write_text("mine", "utf-8")
    done = place.run("pack", "new", "qingshan", "--into", str(made.parent))
    assert (done.returncode != 0, "不会覆盖" in done.stderr, "Traceback" in done.stderr) == (True, True, False)
    assert (made / "units.csv").read_text("utf-8") == "mine"


@pytest.mark.parametrize("wrong", [("Qingshan",), ("../up",), ("qs", "--zone", "Asia/Atlantis"), ("qs", "--like", "atlantis")])
def test_names_that_would_not_do_are_refused_in_one_line(place: Deployment, tmp_path: Path, wrong: tuple[str, ...]) -> None:
    done = place.run("pack", "new", *wrong, "--into", str(tmp_path))
    assert (done.returncode != 0, len(done.stderr.strip().splitlines()), list(tmp_path.glob("*/*.csv"))) == (True, 1, [])


def test_a_copy_keeps_the_rules_of_the_pack_it_is_like(place: Deployment, tmp_path: Path) -> None:
    assert place.run("pack", "new", "tianjin", "--like", "beijing", *NAMED, "--into", str(tmp_path)).returncode == 0
    assert str(load_pack(tmp_path / "tianjin").deadlines.limits["T-0499"].limit) == "7日"


def test_the_shipped_packs_are_listed(place: Deployment) -> None:
    said = place.run("pack", "list").stdout
    assert all(name in said for name in ("kundulun", "guangdong", "shandong", "daning", "beijing", "广东省"))
