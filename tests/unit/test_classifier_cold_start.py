"""A model from a pack alone, and how labels take over."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest

from classifiers import corpus
from classifiers.cold_start import cold_examples, deepest
from classifiers.cold_train import accuracy_above, train_blended, train_cold
from classifiers.examples import Example, read_examples
from classifiers.model import Classifier
from classifiers.train import train
from hotline.errors import UnreadableFile
from routing_rules.pack import Pack, load_pack
from tests.needs import need


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("kundulun")


@pytest.fixture(scope="module")
def model(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    folder = tmp_path_factory.mktemp("cold") / "model"
    train_cold(pack, folder)
    return Classifier.load(folder)


def test_every_deepest_class_and_every_unit_that_gets_orders_is_an_answer(pack: Pack, model: Classifier) -> None:
    assert list(model.labels) == deepest(pack.categories)
    assert set(model.parts["unit"].labels) == {unit.code for unit in pack.units.values() if unit.gets_orders}


@pytest.mark.parametrize(
    ("text", "first", "unit"),
    [
        ("暖气一点不热,供热公司让等着", "城乡建设", "RLGS"),
        ("老板拖欠农民工工资三个月不给", "劳动和社会保障", "RSJ"),
        ("中小学招生划片学区不公平", "教育文体", "JYJ"),
        ("出租车拒载还绕路", "交通运输", "JTJ"),
    ],
)
def test_a_plain_matter_is_known_without_a_single_label(model: Classifier, text: str, first: str, unit: str) -> None:
    (reading,) = model.read([("", text)])
    assert reading.first.label.split("/")[0] == first
    assert unit in [one.label for one in reading.unit[:3]]


def test_nothing_goes_out_on_the_word_of_a_model_without_labels(model: Classifier) -> None:
    assert all(reading.unsure for reading in model.read([("供热", "暖气不热"), ("", "出租车拒载")], accept_error=0.5))


def test_the_same_pack_gives_the_same_texts(pack: Pack) -> None:
    assert cold_examples(pack) == cold_examples(pack)


def test_made_texts_bear_the_labels_that_are_known_at_their_depth(pack: Pack) -> None:
    known = frozenset({"城乡建设", "民政/社会救助"})
    assert {one.category for one in cold_examples(pack, known=known) if one.category} <= known


def test_few_labels_with_the_pack_do_better_than_few_labels_alone(pack: Pack, tmp_path: Path) -> None:
    few, judged = [(one.title, one.text, one.category.split("/")[0]) for one in corpus.train_part()[::20]], corpus.test_part()
    with (tmp_path / "few.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("title", "text", "label"), *few])
    train([tmp_path / "few.csv"], tmp_path / "alone")
    train_blended(pack, [tmp_path / "few.csv"], tmp_path / "blended")
    known = {label for _, _, label in few}
    first = [replace(one, category=one.category.split("/")[0]) for one in judged if one.category.split("/")[0] in known]
    alone, blended = (accuracy_above(Classifier.load(tmp_path / name), first)["accuracy"] for name in ("alone", "blended"))
    assert blended > alone


def test_accuracy_is_counted_at_the_depth_of_the_labels(model: Classifier) -> None:
    examples = [
        Example("1", "", "供热公司暖气不热", category="城乡建设"),
        Example("2", "", "出租车拒载绕路", category="交通运输"),
    ]
    assert accuracy_above(model, examples) == {"model": model.name, "texts": 2, "classes": 2, "accuracy": 1.0}


def test_labels_of_another_tree_are_refused(model: Classifier) -> None:
    with pytest.raises(UnreadableFile):
        accuracy_above(model, [Example("1", "", "供热", category="别的体系")])


@pytest.mark.real
def test_real_messages_are_told_apart_without_a_label(model: Classifier) -> None:
    need("real")
    data = Path(os.environ["HOTLINE_REAL_DATA"])
    examples = read_examples([data / "messages_train.csv", data / "messages_dev.csv"])
    assert accuracy_above(model, examples)["accuracy"] >= 0.82
