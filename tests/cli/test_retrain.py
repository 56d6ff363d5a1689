"""`hotline retrain` and `hotline model`: from corrections to a candidate, into force and back."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers import corpus
from classifiers.sides import base_of, sides
from classifiers.train import train
from hotline.domain.call import Caller, NewCall
from hotline.domain.roles import Actor, Role
from hotline.services.corrections import Decision, Source
from tests.models import default_model
from tests.waiting import wait_until
from tests.whole.deployment import Deployment

DISPATCHER = Actor("派单员", Role.DISPATCHER)
TEXTS, ORDERS = 240, 12
UNIT = "GSGS"


def base_file(path: Path) -> Path:
    """Write texts of the corpus with a first-level class and a unit, a fifth of them kept for testing."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("title", "text", "category", "unit", "split"))
        for at, one in enumerate(corpus.train_part()[:TEXTS]):
            writer.writerow((one.title, one.text, one.category.partition("/")[0], one.unit, "" if at % 5 else "test"))
    return path


def decide(place: Deployment) -> None:
    """Live through orders whose unit a dispatcher chose otherwise than the model."""
    house = place.house()
    for at, one in enumerate(corpus.test_part()[:ORDERS]):
        new = NewCall(
            source="t", message_id=str(at), received_at=datetime.now(UTC), title=one.title, text=one.text,
            caller=Caller(name="王小明", phone="13912345678"),
        )  # fmt: skip
        call = house.intake.record(new).call_id
        house.triage.handle([call])
        order = house.queries.call(call, by=DISPATCHER).order_id
        house.handling.dispatch(str(order), unit=UNIT, by=DISPATCHER)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Deployment, Path, dict[str, object]]:
    """A deployment with its own small model, orders decided by people, and the report of a retraining."""
    folder = tmp_path_factory.mktemp("learned")
    file = base_file(folder / "base.csv")
    place = Deployment(folder / "data", more={"HOTLINE_MODEL": ""})
    train([file], place.data_dir / "model")
    place.run("migrate")
    decide(place)
    return place, file, place.json("retrain", "--data", str(file), "--json")


Learned = tuple[Deployment, Path, dict[str, object]]


def test_corrections_are_learned_and_the_manifest_says_so(learned: Learned) -> None:
    place, _, report = learned
    manifest = json.loads((place.data_dir / "models" / str(report["version"]) / "manifest.json").read_text("utf-8"))
    assert manifest["corrections"]["texts"] == sum(manifest["corrections"]["sources"].values()) > 0
    assert report["decided"] == ORDERS
    assert (manifest["parent"], len(manifest["frozen"]["sha256"])) == (report["parent"], 64)
    assert set(manifest["data"]["files"]) == {"base.csv"}


def test_the_frozen_texts_were_compared_and_small_classes_are_named(learned: Learned) -> None:
    _, _, report = learned
    compared = report["compared"]["frozen.category"]  # type: ignore[index]
    assert compared["overall"]["texts"] == report["frozen"] == TEXTS // 5
    assert report["compared"]["frozen.unit"]["too_small"]  # type: ignore[index]


def test_the_same_data_make_the_same_version(learned: Learned) -> None:
    place, file, report = learned
    again = place.json("retrain", "--data", str(file), "--json")
    assert again["version"] == report["version"]
    assert again["compared"] == report["compared"]


def test_a_candidate_goes_into_force_and_back_and_a_running_house_follows(learned: Learned) -> None:
    place, _, report = learned
    version, house = str(report["version"]), place.house()
    before = house.reader.model.name
    told = place.run("model", "promote", version, "--by", "王科长", "--despite", "测试")
    assert (told.returncode, "已启用" in told.stdout) == (0, True)
    wait_until(lambda: house.reader.model.name == version, 10, what="the promoted model")
    listed = place.json("model", "list", "--json")
    assert (listed["in_force"], [one["version"] for one in listed["versions"] if one["in_force"]]) == (version, [version])
    assert place.run("model", "rollback", "--by", "王科长").returncode == 0
    wait_until(lambda: house.reader.model.name == before, 10, what="the model before")
    assert house.reader.problem() is None


def test_a_promoted_model_that_is_damaged_leaves_the_last_good_one(learned: Learned) -> None:
    place, file, _ = learned
    version, house = "m-damaged", place.house()
    before = house.reader.model.name
    whole = place.data_dir / "models" / version
    assert place.run("retrain", "--data", str(file), "--model", str(whole)).returncode == 0
    place.run("model", "promote", version, "--despite", "测试")
    (whole / "weights.skops").write_bytes(b"no weights")
    wait_until(lambda: house.reader.problem() is not None, 10, what="the problem")
    assert "损坏" in str(house.reader.problem())
    assert house.reader.model.name == before
    again = place.house()  # a process that starts now reads with what was in force before
    assert (again.reader.model.name, again.reader.problem() is None) == (before, False)
    place.run("model", "rollback")
    wait_until(lambda: house.reader.problem() is None, 10, what="the good model")


def test_without_a_good_verdict_one_clear_line_refuses(learned: Learned) -> None:
    place, file, _ = learned
    train([file], place.data_dir / "models" / "by-hand")
    refused = place.run("model", "promote", "by-hand")
    assert (refused.returncode, refused.stderr.startswith("错误:"), "--despite" in refused.stderr) == (1, True, True)


def test_a_shadow_is_listed_and_ends(learned: Learned) -> None:
    place, _, report = learned
    assert place.run("model", "shadow", str(report["version"]), "--share", "0.5").returncode == 0
    assert place.json("model", "list", "--json")["share"] == 0.5
    assert place.run("model", "shadow", "off").returncode == 0
    assert place.json("model", "list", "--json")["shadow"] is None


def test_near_duplicates_stand_on_one_side(tmp_path: Path) -> None:
    base = base_of([base_file(tmp_path / "base.csv")])
    copied = base.frozen[0]
    now = datetime(2026, 11, 23, tzinfo=UTC)
    decided = [
        Decision(order="K1", at=now, source=Source.CHOICE, title=copied.title, text=f"{copied.text}。", unit=UNIT),
        Decision(order="K2", at=now, source=Source.CHOICE, title="", text="泵房夜里嗡嗡作响,整栋楼的人睡不着觉", unit=UNIT),
    ]
    dealt = sides(base, decided, now.replace(year=2027))
    assert [decision.order for decision, _ in dealt.corrections] == ["K2"]
    assert dealt.frozen == base.frozen


def test_a_correction_takes_the_place_of_its_text_in_the_base(tmp_path: Path) -> None:
    base = base_of([base_file(tmp_path / "base.csv")])
    old = base.texts[0]
    now = datetime(2026, 11, 23, tzinfo=UTC)
    one = Decision(order="K1", at=now, source=Source.RULING, title=old.title, text=old.text, unit=UNIT)
    dealt = sides(base, [one], now.replace(year=2027))
    assert old not in dealt.base
    ((_, row),) = dealt.corrections
    assert row == replace(row, unit=UNIT, category=old.category, weight=2.0, aside=True)


def test_a_base_without_a_test_part_is_drawn_whatever_its_order(tmp_path: Path) -> None:
    base = base_of([base_file(tmp_path / "base.csv")])
    drawn = replace(base, frozen=(), drawn=True)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    first, turned = sides(drawn, [], now), sides(replace(drawn, texts=drawn.texts[::-1]), [], now)
    assert {one.ident for one in first.frozen} == {one.ident for one in turned.frozen}
    assert 0 < len(first.frozen) < len(base.texts) / 3
    assert not {one.ident for one in first.frozen} & {one.ident for one in first.base}


def test_the_default_model_of_a_deployment_is_compared_on_what_it_never_saw() -> None:
    assert default_model().is_dir()
    assert not {one.ident for one in base_of([]).frozen} & {one.ident for one in base_of([]).texts}
