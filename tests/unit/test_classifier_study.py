"""The study of what helps: the same folds and texts for each variant, and no test text's copy among what is learned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from classifiers import corpus
from classifiers.features import occurrences
from classifiers.segment import segmenter
from classifiers.study import VARIANTS, VIEWS, Outcome, _Lab, _part, study
from classifiers.text import bounded

LEARNED = [replace(one, category=one.category.split("/")[0]) for one in corpus.train_part()[:160]]
TEST = [replace(one, category=one.category.split("/")[0]) for one in corpus.test_part()[:30]]
UNLABELLED = [(one.title, one.text) for one in corpus.train_part()[160:200]]


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return study(LEARNED, TEST, UNLABELLED, lambda *_: None)


def test_each_variant_has_its_figures_in_every_view(outcomes: list[Outcome]) -> None:
    assert [one.name for one in outcomes] == [one.name for one in VARIANTS]
    figures = [figure for one in outcomes for view in VIEWS for figure in (one.cross_validated[view], one.test[view])]
    assert all(0 < figure <= 1 for figure in figures)


def test_without_unlabelled_texts_nothing_trains_itself() -> None:
    chosen = [one for one in VARIANTS if one.self_training]
    assert study(LEARNED, TEST, [], lambda *_: None, [VARIANTS[0], *chosen])[-1].name == VARIANTS[0].name


def test_a_training_text_like_a_test_text_is_left_out() -> None:
    lab = _Lab.of([*LEARNED, *TEST], TEST, [(one.title, one.text) for one in TEST])
    assert len(lab.truth) == len(_Lab.of(LEARNED, TEST, []).truth)
    assert lab.unlabelled == {}


def test_words_and_characters_are_all_there_is() -> None:
    batch = occurrences([bounded("停水", "家里停水三天")], segmenter("rjieba"))
    words, characters = _part(batch, "words"), _part(batch, "characters")
    assert sorted([*words.bucket, *characters.bucket]) == sorted(batch.bucket)
    assert len(words.bucket) == len(batch.words.doc)
