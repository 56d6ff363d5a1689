"""From examples to weights, confidences and thresholds, every text judged only by models that never saw it or its copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers import ridge
from classifiers.calibration import Temperature, fit_temperature
from classifiers.examples import Example
from classifiers.features import Occurrences, occurrences
from classifiers.heads import Head, heads_of, learn
from classifiers.neighbours import groups
from classifiers.segment import SegmenterName, choose, segmenter
from classifiers.text import bounded, fold
from classifiers.vectors import Rows, Space, fit_space, rows

Floats = NDArray[np.float32]
Progress = Callable[[str, int, int], None]
CUTS = (25, 60)
"""Lengths of the truncated copies that are learned beside each text: titles and first sentences are what agents see."""
_CUT_TRUST = 0.5
_FOLDS = 5
_LEAST_DOCS = 2
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """Held-out scores of one head: a row a copy, with the true label (index) and the lengths calibration needs."""

    head: Head
    scores: Floats
    truth: NDArray[np.int64]
    known: NDArray[np.int64]
    total: NDArray[np.int64]
    temperature: Temperature


@dataclass(frozen=True, slots=True)
class Learned:
    """Everything a model folder keeps."""

    segmenter: SegmenterName
    agreement: float
    space: Space
    heads: tuple[Head, ...]
    weights: tuple[ridge.Weights, ...]
    judged: tuple[Judged, ...]


def learn_all(examples: Sequence[Example], progress: Progress) -> Learned:
    """Return what can be learned from ``examples``; the same examples give the same bits."""
    progress("切词", 0, _FOLDS + 3)
    name, share = choose(fold(bounded(one.title, one.text)) for one in examples[:: max(len(examples) // _SAMPLE, 1)])
    full, copies, texts = _documents(examples, name)
    heads, family = heads_of(examples), groups(full)
    space = fit_space([full], least=_LEAST_DOCS)
    every = rows(copies, space)
    trust = np.where(np.arange(len(texts)) < len(examples), 1.0, _CUT_TRUST).astype(np.float32)
    progress("学习", 1, _FOLDS + 3)
    judged = _judge(every, heads, texts, family[texts], trust, progress)
    progress("定稿", _FOLDS + 2, _FOLDS + 3)
    weights = learn(every.matrix, heads, texts, trust)
    progress("完成", _FOLDS + 3, _FOLDS + 3)
    return Learned(name, share, space, tuple(heads), tuple(weights), tuple(judged))


def _documents(examples: Sequence[Example], name: SegmenterName) -> tuple[Occurrences, Occurrences, NDArray[np.int64]]:
    """Return the features of the texts, those of texts and truncated copies, and the example each row comes from."""
    texts = [(one.title, one.text) for one in examples]
    origin = list(range(len(texts)))
    documents = [bounded(*one) for one in texts]
    for length in CUTS:
        for at, (title, text) in enumerate(texts):
            if len(title) + len(text) > length:
                documents.append(bounded("", (text or title)[:length]) if length > min(CUTS) else bounded("", (title or text)[:length]))
                origin.append(at)
    cut = segmenter(name)
    return occurrences(documents[: len(texts)], cut), occurrences(documents, cut), np.array(origin, dtype=np.int64)


def _judge(
    every: Rows, heads: Sequence[Head], texts: NDArray[np.int64], family: NDArray[np.int64], trust: Floats, progress: Progress
) -> list[Judged]:
    """Return the scores of each row from a model that saw neither the row's text nor a near-duplicate."""
    fold_of = _folds(family)
    scores = [np.zeros((len(texts), len(head.labels)), dtype=np.float32) for head in heads]

    def judge(one: int) -> tuple[NDArray[np.int64], list[Floats]]:
        inside, outside = np.flatnonzero(fold_of != one), np.flatnonzero(fold_of == one)
        made = learn(every.matrix[inside], heads, texts[inside], trust[inside])
        return outside, [weights.scores(every.matrix[outside]) for weights in made]

    with ThreadPoolExecutor(2) as pool:
        for done, (outside, made) in enumerate(pool.map(judge, range(_FOLDS)), start=1):
            for into, part in zip(scores, made, strict=True):
                into[outside] = part
            progress("交叉验证", done + 1, _FOLDS + 3)
    return [_judged(head, part, every, head.truth[texts]) for head, part in zip(heads, scores, strict=True)]


def _folds(family: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the fold of each row: families are dealt out in a fixed, shuffled order."""
    names, member = np.unique(family, return_inverse=True)
    dealt = np.random.default_rng(12345).permutation(len(names)) % _FOLDS
    return np.asarray(dealt[member], dtype=np.int64)


def _judged(head: Head, scores: Floats, every: Rows, truth: NDArray[np.int64]) -> Judged:
    labelled = np.flatnonzero(truth >= 0)
    scores, known, total, truth = scores[labelled], every.known[labelled], every.total[labelled], truth[labelled]
    return Judged(head, scores, truth, known, total, fit_temperature(scores, known, truth))


