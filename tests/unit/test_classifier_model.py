"""Training, the model folder, reading and JSON lines, on a small part of the corpus."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from classifiers import corpus, folder
from classifiers.evaluate import evaluate
from classifiers.examples import read_examples
from classifiers.honesty import calibration_error
from classifiers.lines import classify_lines
from classifiers.model import Classifier
from classifiers.reader import text_reader
from classifiers.train import train, train_examples
from hotline.errors import ModelError, UnreadableFile
from routing_rules.pack import Pack, load_pack

TEXTS = [(one.title, one.text) for one in corpus.test_part()[:60]]


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("model") / "m"
    train_examples(corpus.train_part()[:400], where)
    return where


@pytest.fixture(scope="module")
def model(model_dir: Path) -> Classifier:
    return Classifier.load(model_dir)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("kundulun")


def test_labels_are_full_paths_and_at_least_three_are_given(model: Classifier) -> None:
    readings = model.read(TEXTS)
    assert all(len(one.category) >= 3 for one in readings)
    assert all(one.category[0].label.count("/") == 2 for one in readings)


def test_candidates_come_most_likely_first(model: Classifier) -> None:
    confidences = [[one.confidence for one in reading.category] for reading in model.read(TEXTS)]
    assert confidences == [sorted(one, reverse=True) for one in confidences]


def test_the_answer_does_not_depend_on_batch_or_order(model: Classifier) -> None:
    together = model.read(TEXTS)
    assert [model.read([one])[0] for one in TEXTS] == together
    assert model.read(TEXTS[::-1])[::-1] == together


def test_evidence_stands_where_it_says_in_the_original_text(model: Classifier) -> None:
    texts = [(title, f"\u3000Ａ１ {text}") for title, text in TEXTS]
    for (_, text), reading in zip(texts, model.read(texts), strict=True):
        assert all(text[one.start : one.end] == one.word and one.weight > 0 for one in reading.evidence)


def test_heating_is_told_by_its_words(model: Classifier) -> None:
    reading = model.read([("", "家里暖气不热,室内只有十四度")])[0]
    assert reading.first.label == "城乡建设/城市建设和市政管理/冬季采暖"
    assert "暖气" in {one.word for one in reading.evidence}


@pytest.mark.parametrize("text", ["", "\x00\x07", "🔥🔥", "ᠮᠣᠩᠭᠣᠯ", "only latin letters here", "\ud800"])
def test_what_cannot_be_read_goes_to_the_desk_with_candidates(model: Classifier, text: str) -> None:
    reading = model.read([("", text)])[0]
    assert reading.unsure
    assert reading.why_unsure
    assert len(reading.category) >= 3


def test_a_hundred_thousand_characters_are_read(model: Classifier, pack: Pack) -> None:
    assert len(text_reader(model, pack).read([("", "暖气不热" * 25_000)])) == 1


def test_a_stricter_error_never_makes_the_model_surer(model: Classifier) -> None:
    strict, loose = model.read(TEXTS, accept_error=0.02), model.read(TEXTS, accept_error=0.2)
    assert all(loose_one.unsure <= strict_one.unsure for strict_one, loose_one in zip(strict, loose, strict=True))


def test_training_again_gives_the_same_bits(model_dir: Path, tmp_path: Path) -> None:
    train_examples(corpus.train_part()[:400], tmp_path / "again")
    (first, _), (again, _) = folder.read(model_dir), folder.read(tmp_path / "again")
    assert {name: one.tobytes() for name, one in first.items()} == {name: one.tobytes() for name, one in again.items()}


def test_a_changed_file_is_refused(model_dir: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(model_dir, damaged)
    raw = bytearray((damaged / folder.WEIGHTS).read_bytes())
    raw[1000] ^= 1
    (damaged / folder.WEIGHTS).write_bytes(raw)
    with pytest.raises(ModelError):
        Classifier.load(damaged)


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        Classifier.load(tmp_path / "nothing")
    assert "hotline train" in caught.value.message


def test_a_folder_that_is_no_model_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(ModelError):
        folder.write(tmp_path, {}, {})
    assert (tmp_path / "letters.txt").exists()


def test_the_street_named_decides_between_street_offices(model: Classifier, pack: Pack) -> None:
    reading = text_reader(model, pack).read([("", "昆河镇胜利村邻居把柴火堆在路上,村里不管,社区调解一下")])[0]
    streets = set(pack.geography.street_units.values())
    assert {one.label for one in reading.unit} & streets <= {"KHZ"}


def test_json_lines_go_on_after_a_line_that_cannot_be_read(model: Classifier, pack: Pack) -> None:
    good = '{"id": 1, "text": "停水"}\n'.encode()
    lines = [good, b"\xff\xfe", "{", "[]", '{"id": 2, "title": 7}', '{"id": 3, "title": "停电"}']
    made = [json.loads(line) for line in classify_lines(lines, text_reader(model, pack), lambda *_: False, batch=2)]
    assert [one["id"] for one in made] == [1, None, None, None, 2, 3]
    assert ["error" in one for one in made] == [False, True, True, True, True, False]
    assert made[0]["goes_out"] is False


def test_evaluation_gives_figures_for_each_head(model: Classifier) -> None:
    report = evaluate(model, corpus.test_part()[:80])
    assert set(report["heads"]) == {"category", "unit", "kind"}
    assert 0 < report["heads"]["unit"]["full"]["top3"] <= 1


def test_near_duplicates_of_a_test_text_are_not_learned() -> None:
    assert not {one.text for one in corpus.train_part()} & {one.text for one in corpus.test_part()}


def test_the_18_column_export_is_understood(tmp_path: Path) -> None:
    rows = [f"题{at},路灯不亮第{at}天,{unit},城乡建设,市政" for at in range(15) for unit in ("市政所", "供电所")]
    path = tmp_path / "export.csv"
    path.write_text("诉求主题,诉求内容,办理单位,事项大类,事项小类\n" + "\n".join(rows), encoding="gb18030")
    found = {(one.category, one.unit) for one in read_examples([path])}
    assert found == {("城乡建设/市政", "市政所"), ("城乡建设/市政", "供电所")}


def test_a_file_without_labels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("text\n停水\n", encoding="utf-8")
    with pytest.raises(UnreadableFile):
        train([path], tmp_path / "m")


def test_calibration_error_of_honest_confidences_is_nothing() -> None:
    assert calibration_error(np.full(100, 0.5), np.arange(100) % 2 == 0) == pytest.approx(0, abs=0.05)
