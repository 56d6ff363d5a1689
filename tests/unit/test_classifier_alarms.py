"""The learned layer of the alarms: what it hears, that its answer is a text's own, where it comes from."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import alarm_train, corpus
from classifiers.alarm_concepts import GROUPS
from classifiers.alarm_cues import COUNT
from classifiers.alarm_model import ALARMS, SOURCE, AlarmModel, shipped
from classifiers.alarm_verdict import DEPTH
from classifiers.folder import write
from classifiers.lexicon import LexiconReader, call_text
from classifiers.model import Classifier
from classifiers.text import fold
from classifiers.train import named, train_default
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
    assert all(told[alarm]["precision"] >= least for alarm, least in zip(ALARMS, (0.75, 0.77, 0.63), strict=True))
    assert all(told[alarm]["recall"] >= least for alarm, least in zip(ALARMS, (0.98, 0.98, 0.985), strict=True))


def test_short_ordinary_calls_seldom_raise_an_alarm() -> None:
    assert max(learned()[1]["ordinary_heard"].values()) <= 0.06


@pytest.mark.parametrize(
    ("happens", "does_not"),
    [
        ("我们单元着火了,楼道里全是烟", "上个月我们单元着过一回火,到现在楼道没人刷"),
        ("电梯往下掉了好几层,里头有人哭", "要是电梯掉下去了谁负责"),
        ("有人触电了,粘在线上甩不开", "请问触电算不算工伤,要什么材料"),
        ("楼上又打起来了,喊救命", "不是打架,是两口子嗓门大,我嫌吵"),
        ("我爸热晕了,叫不醒", "热死人了,办事大厅空调也不开"),
    ],
)
def test_what_happened_once_or_might_happen_is_no_alarm_and_its_twin_is(happens: str, does_not: str) -> None:
    assert [alone().read("", one).urgency == "danger" for one in (happens, does_not)] == [True, False]


def test_a_short_call_under_the_first_limit_is_kept_for_what_the_rules_hear() -> None:
    faint = shipped().hear([fold(call_text("", "路灯不亮"))])[0]
    assert faint is not None
    assert (faint.near, len(faint.scores)) == (False, len(ALARMS))


@settings(deadline=None)  # the first call builds tables
@given(st.integers(0, 2**32 - 1))
def test_a_tree_answers_by_its_forks_one_after_the_other(seed: int) -> None:
    random = np.random.default_rng(seed)
    verdict = shipped().verdict
    row = random.integers(-9_000, 9_000, 2 * len(ALARMS) + COUNT + len(GROUPS))
    found = []
    for feature, cut, leaf in zip(verdict.feature, verdict.cut, verdict.leaf, strict=True):
        at = np.zeros(len(feature), dtype=np.int64)
        for _ in range(DEPTH):
            at = 2 * at + 1 + (row[feature[np.arange(len(at)), at]] > cut[np.arange(len(at)), at])
        found.append(leaf[np.arange(len(at)), at - cut.shape[1]].sum())
    assert verdict.scores(row).tolist() == found


def test_trees_that_ask_for_what_is_not_there_are_refused() -> None:
    arrays = shipped().arrays()
    with pytest.raises(ModelError):
        AlarmModel.of(arrays | {"alarms.feature": arrays["alarms.feature"] + np.int16(1_000)})


def test_the_alarms_of_a_call_come_with_their_words() -> None:
    told = alone().alarms("反映问题", "再不解决我就从楼顶跳下去")
    assert {one.name for one in told} == {"emergency", "danger", "threat"}
    assert ["跳" in "".join(one.words) for one in told] == [True] * 3


def test_another_layer_of_the_alarms_makes_another_version(model: Classifier) -> None:
    other = dataclasses.replace(shipped(), limits=shipped().limits + np.int32(1))
    texts = model.manifest["data"]["texts_sha256"]
    assert model.manifest["alarms"]["sha256"] == shipped().digest()
    assert named(texts, shipped().digest()) == model.name != named(texts, other.digest())


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
