"""From examples to weights, confidences and thresholds, every text judged only by models that never saw it or its copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

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
LEAST_DOCS = 2
"""Texts in which a feature must occur to be one of the model's."""
_SAMPLE = 200
ENOUGH_RAW = 200
"""Raw texts from which honesty is measured on them alone: words joined by blanks are not what callers write."""
_STEPS = _FOLDS + 3


@dataclass(frozen=True, slots=True)
class Judged:
    """Held-out scores of one head: a row a copy, with the true label (index) and the lengths calibration needs.

    The first ``texts`` rows are the texts in full, the others truncated copies. ``raw`` = the text is as it was written.
    """

    head: Head
    scores: Floats
    truth: NDArray[np.int64]
    known: NDArray[np.int64]
    total: NDArray[np.int64]
    temperature: Temperature
    texts: int
    raw: NDArray[np.bool_]
    origin: NDArray[np.int64]

    def judges(self, least: int) -> NDArray[np.bool_]:
        """Return which rows honesty is measured on: the raw ones where they come from ``least`` texts or more, else all."""
        few = np.count_nonzero(self.raw[: self.texts]) < least
        return np.ones(len(self.raw), dtype=np.bool_) if few else self.raw


@dataclass(frozen=True, slots=True)
class Learned:
    """Everything a model folder keeps."""

    segmenter: SegmenterName
    agreement: float
    space: Space
    heads: tuple[Head, ...]
    weights: tuple[ridge.Weights, ...]
    judged: tuple[Judged, ...]


def learn_all(examples: Sequence[Example], texts: int, progress: Progress) -> Learned:
    """Return what can be learned from ``examples``; the same examples give the same bits.

    The examples after the first ``texts`` are learned from, and nothing is judged by them: in every fold, but for those that are
    near-duplicates of a text that is judged.
    """
    progress("切词", 0, _STEPS)
    name, share = choose(fold(bounded(one.title, one.text)) for one in examples[:: max(len(examples) // _SAMPLE, 1)])
    full, copies, origin = _documents(examples, name)
    heads, family = heads_of(examples), groups(full)
    raw = np.array([not one.tokenised for one in examples], dtype=np.bool_)
    weight = np.array([one.weight for one in examples], dtype=np.float32)
    made = rows(copies, space := fit_space([full], least=LEAST_DOCS))
    every = _Copies(made, origin, len(examples), texts, raw[origin], weight[origin])
    progress("学习", 1, _STEPS)
    judged = _judge(every, heads, _folds(family, texts)[origin], progress)
    progress("定稿", _FOLDS + 2, _STEPS)
    weights = learn(every.rows.matrix, heads, origin, every.trust())
    progress("完成", _STEPS, _STEPS)
    return Learned(name, share, space, tuple(heads), tuple(weights), tuple(judged))


@dataclass(frozen=True, slots=True)
class _Copies:
    """All texts and their truncated copies as rows; ``origin`` is the example of each; ``texts`` of ``examples`` are judged."""

    rows: Rows
    origin: NDArray[np.int64]
    examples: int
    texts: int
    raw: NDArray[np.bool_]
    weight: Floats

    def trust(self) -> Floats:
        """Return how much each row counts."""
        return self.weight * np.where(np.arange(len(self.origin)) < self.examples, 1.0, _CUT_TRUST).astype(np.float32)


def _documents(examples: Sequence[Example], name: SegmenterName) -> tuple[Occurrences, Occurrences, NDArray[np.int64]]:
    """Return the features of the texts, those of texts and truncated copies, and the example each row comes from."""
    documents = [bounded(one.title, one.text) for one in examples]
    origin = list(range(len(examples)))
    for length in CUTS:
        for at, one in enumerate(examples):
            if len(one.title) + len(one.text) > length:
                start = (one.title or one.text) if length == min(CUTS) else (one.text or one.title)
                documents.append(bounded("", start[:length]))
                origin.append(at)
    cut = segmenter(name)
    return occurrences(documents[: len(examples)], cut), occurrences(documents, cut), np.array(origin, dtype=np.int64)


def _judge(every: _Copies, heads: Sequence[Head], fold_of: NDArray[np.int64], progress: Progress) -> list[Judged]:
    """Return the scores of each row from a model that saw neither the row's text nor a near-duplicate."""
    matrix, origin, trust = every.rows.matrix, every.origin, every.trust()
    judges = origin < every.texts
    scores = [np.zeros((len(origin), len(head.labels)), dtype=np.float32) for head in heads]

    def judge(one: int) -> tuple[NDArray[np.int64], list[Floats]]:
        inside, outside = np.flatnonzero(fold_of != one), np.flatnonzero((fold_of == one) & judges)
        made = learn(matrix[inside], heads, origin[inside], trust[inside])
        return outside, [weights.scores(matrix[outside]) for weights in made]

    with ThreadPoolExecutor(2) as pool:
        for done, (outside, made) in enumerate(pool.map(judge, range(_FOLDS)), start=1):
            for into, part in zip(scores, made, strict=True):
                into[outside] = part
            progress("交叉验证", done + 1, _STEPS)
    return [_judged(head, part, every) for head, part in zip(heads, scores, strict=True)]


def _folds(family: NDArray[np.int64], texts: int) -> NDArray[np.int64]:
    """Return the fold of each text: families are dealt out in a fixed, shuffled order; -1 = without a text that is judged."""
    names, member = np.unique(family, return_inverse=True)
    dealt = np.random.default_rng(12345).permutation(len(names)) % _FOLDS
    return np.where(np.isin(family, family[:texts]), dealt[member], -1).astype(np.int64)


def _judged(head: Head, scores: Floats, every: _Copies) -> Judged:
    labelled = np.flatnonzero((head.truth[every.origin] >= 0) & (every.origin < every.texts))
    texts = int(np.count_nonzero(labelled < every.examples))
    plain = Temperature(0.0, 0.0)
    made = Judged(
        head, scores[labelled], head.truth[every.origin[labelled]], every.rows.known[labelled], every.rows.total[labelled], plain,
        texts, every.raw[labelled], every.origin[labelled],
    )  # fmt: skip
    return replace(made, temperature=fit_temperature(made.scores, made.known, made.total, made.truth, made.judges(ENOUGH_RAW)))
