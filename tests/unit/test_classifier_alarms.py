"""The learned layer of the alarms: what it hears, that its answer is a text's own, where it comes from."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import alarm_train, corpus
from classifiers.alarm_model import ALARMS, SOURCE, AlarmModel, shipped
from classifiers.folder import write
from classifiers.lexicon import LexiconReader, call_text
from classifiers.model import Classifier
from classifiers.text import fold
from classifiers.train import train_default
from hotline.errors import ModelError
from routing_rules.lexicon import Lexicon

WORDS = [
    "着火了",
    "我爸倒地上",
    "上个月",
    "电梯里出不来",
    "请问",
    "再不解决我就跳下去",
    "路灯不亮",
    "物业收费",
    "。",
    ",",
    " ",
    "1",
]
calls = st.lists(st.lists(st.sampled_from(WORDS), max_size=60).map("".join), min_size=1, max_size=8)


@lru_cache(maxsize=1)
def alone() -> LexiconReader:
    """Return a reader whose pack has no word: rules of the language and the learned layer only."""
    return LexiconReader(Lexicon(), shipped())


@lru_cache(maxsize=1)
def learned() -> tuple[AlarmModel, dict[str, Any]]:
    return alarm_train.learn([(one.title, one.text) for one in corpus.train_part()])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    folder = tmp_path_factory.mktemp("model") / "model"
    train_default(folder)
    return Classifier.load(folder)


@settings(deadline=None)  # the first call builds tables
@given(calls)
def test_the_answer_to_a_call_does_not_depend_on_the_others_of_its_batch(texts: list[str]) -> None:
    folded = [fold(call_text("", one)) for one in texts]
    assert shipped().hear(folded) == [shipped().hear([one])[0] for one in folded]


@settings(deadline=None)  # the first call builds tables
@given(calls)
def test_what_is_heard_stands_in_the_text(texts: list[str]) -> None:
    folded = [fold(call_text("", one)) for one in texts]
    heard = zip(folded, shipped().hear(folded), strict=True)
    assert all(0 <= one.start < one.end <= len(text) for text, one in heard if one)


def test_what_has_no_word_in_any_rule_is_heard_too() -> None:
    told = "隔壁大姐两天没露面了屋里有人哼哼我从门缝看见脚在地上"
    assert LexiconReader(Lexicon()).read("", told).urgency == "normal"
    assert alone().read("", told).urgency == "danger"


def test_the_place_of_an_alarm_is_told() -> None:
    title, text = "反映问题", "我们小区路灯不亮。楼下饭店后厨着火了,快来人"
    at = alone().read(title, text).alarm_at
    assert at is not None
    assert "火" in call_text(title, text)[slice(*at)]


def test_a_call_without_an_alarm_tells_no_place() -> None:
    assert alone().read("", "请问社保卡在哪里补办").alarm_at is None


def test_cut_and_uncut_text_sound_the_same() -> None:
    cut, uncut = (shipped().hear([fold(one)])[0] for one in ("楼下 着火 了 快 来 人", "楼下着火了快来人"))
    assert cut is not None
    assert uncut is not None
    assert cut.over == uncut.over


def test_the_weights_that_ship_were_learned_from_these_sentences() -> None:
    with np.load(corpus.SHIPPED_ALARMS, allow_pickle=False) as arrays:
        assert str(arrays[SOURCE]) == alarm_train.source()


def test_learning_twice_gives_the_same_weights_to_the_bit() -> None:
    again = alarm_train.learn([(one.title, one.text) for one in corpus.train_part()])[0].arrays()
    assert all(np.array_equal(learned()[0].arrays()[name], again[name]) for name in again)


def test_cross_validation_holds_recall_before_precision() -> None:
    told = learned()[1]["cross_validated"]
    assert all(told[alarm]["precision"] >= 0.79 for alarm in ALARMS)
    assert all(told[alarm]["recall"] >= least for alarm, least in zip(ALARMS, (0.96, 0.965, 0.94), strict=True))


def test_short_ordinary_calls_seldom_raise_an_alarm() -> None:
    assert max(learned()[1]["ordinary_heard"].values()) <= 0.06


def test_a_model_of_the_corpus_has_the_layer_that_ships(model: Classifier) -> None:
    assert model.manifest["alarms"]["learned_from"] == "shipped"
    assert model.alarms is not None
    assert np.array_equal(model.alarms.table, shipped().table)


def test_an_older_model_without_the_layer_still_loads(model: Classifier, tmp_path: Path) -> None:
    older = {name: model.manifest[name] for name in model.manifest if name not in ("alarms", "files", "format")}
    arrays = {"column": model.space.column, "rarity": model.space.rarity}
    for name, part in model.parts.items():
        arrays |= {f"{name}.weight": part.weight, f"{name}.bias": part.bias}
    write(tmp_path / "older", arrays, older)
    assert Classifier.load(tmp_path / "older").alarms is None


def test_weights_of_another_shape_are_refused() -> None:
    arrays = shipped().arrays() | {"alarms.table": np.zeros((4, 7), dtype=np.int16)}
    with pytest.raises(ModelError):
        AlarmModel.of(arrays)
