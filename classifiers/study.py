"""What was tried to classify better and what it gave: variants of the learner on the same folds, texts and test set.

Folds keep families of near-duplicates together; training texts and unlabelled texts alike to a test text are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from classifiers import ridge
from classifiers.bayes import SHARE, with_bayes
from classifiers.evaluate import macro_f1
from classifiers.examples import Example
from classifiers.features import Occurrences, occurrences
from classifiers.neighbours import groups
from classifiers.segment import segmenter
from classifiers.text import bounded
from classifiers.vectors import LEAD, fit_space, rows

Floats = NDArray[np.float32]
Index = NDArray[np.int64]
Matrices = dict[str, sp.csr_matrix]
VIEWS = ("full", "title", "first60")
_FOLDS = 5
_CUT_TRUST, _UNLABELLED_TRUST = 0.5, 0.3
_STEEP = 6.0


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to learn. ``cleaned`` = confidence above which a training label that others contradict is dropped."""

    name: str
    parts: str = "words and characters"
    copies: bool = True
    lead: float = LEAD
    bayes: float = SHARE
    weighted: bool = False
    cleaned: float = 1.0
    balance: float = 0.5
    self_training: bool = False


_PLAIN = Variant("", lead=0.0, bayes=0.0)
VARIANTS = (
    replace(_PLAIN, name="words alone", parts="words"),
    replace(_PLAIN, name="characters alone", parts="characters"),
    replace(_PLAIN, name="words and characters"),
    replace(_PLAIN, name="… without truncated copies", copies=False),
    replace(_PLAIN, name="… title counted twice over", lead=LEAD),
    replace(_PLAIN, name="… with naive Bayes", bayes=SHARE),
    replace(_PLAIN, name="… features weighted by naive Bayes", weighted=True),
    replace(_PLAIN, name="… contradicted labels dropped", cleaned=0.9),
    replace(_PLAIN, name="… classes weighted to be equal", balance=1.0),
    replace(_PLAIN, name="… self-training on unlabelled texts", self_training=True),
    Variant("shipped: title twice over, naive Bayes"),
    Variant("shipped, self-training", self_training=True),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Macro-F1 of a variant by view: cross-validated on the training texts, and on the test texts."""

    name: str
    cross_validated: dict[str, float]
    test: dict[str, float]


def study(
    learned: Sequence[Example],
    test: Sequence[Example],
    unlabelled: Sequence[tuple[str, str]],
    told: Callable[[str, int, int], None],
    variants: Sequence[Variant] = VARIANTS,
) -> list[Outcome]:
    """Return the outcome of each variant; those that need unlabelled texts are left out where there are none."""
    lab = _Lab.of(learned, test, unlabelled)
    wanted = [one for one in variants if lab.unlabelled or not one.self_training]
    made = []
    for done, variant in enumerate(wanted):
        told(variant.name, done, len(wanted))
        made.append(lab.outcome(variant))
    told("完成", len(wanted), len(wanted))
    return made


def _views(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    return {
        "full": [bounded(title, text) for title, text in pairs],
        "title": [bounded("", title or text[:25]) for title, text in pairs],
        "first60": [bounded("", (text or title)[:60]) for title, text in pairs],
    }


def _featured(pairs: Sequence[tuple[str, str]]) -> dict[str, Occurrences]:
    return {view: occurrences(texts, segmenter("rjieba")) for view, texts in _views(pairs).items()} if pairs else {}


def _part(batch: Occurrences, part: str) -> Occurrences:
    """Return the batch with words or characters alone: an occurrence of a word comes last, see ``features``."""
    words = len(batch.words.doc)
    kept = {"words": slice(-words, None), "characters": slice(0, -words)}.get(part, slice(None)) if words else slice(None)
    return replace(batch, row=batch.row[kept], bucket=batch.bucket[kept], first=batch.first[kept], last=batch.last[kept])


@dataclass(frozen=True, slots=True)
class _Lab:
    """The texts of a study, featured once: labels as indices, the fold of each training text."""

    labels: tuple[str, ...]
    truth: Index
    test_truth: Index
    family: Index
    fold: Index
    learned: dict[str, Occurrences]
    test: dict[str, Occurrences]
    unlabelled: dict[str, Occurrences]

    @classmethod
    def of(cls, learned: Sequence[Example], test: Sequence[Example], unlabelled: Sequence[tuple[str, str]]) -> _Lab:
        known = [one for one in learned if one.category]
        tested = [(one.title, one.text) for one in test]
        every = [*((one.title, one.text) for one in known), *unlabelled, *tested]
        family = groups(occurrences(_views(every)["full"], segmenter("rjieba")))
        strange = ~np.isin(family, family[len(every) - len(tested) :]) if tested else np.ones(len(every), dtype=np.bool_)
        kept = [at for at in range(len(known)) if strange[at]]
        more = [pair for at, pair in enumerate(unlabelled) if strange[len(known) + at]]
        labels = tuple(sorted({known[at].category for at in kept}))
        index = {label: at for at, label in enumerate(labels)}
        _, member = np.unique(family[kept], return_inverse=True)
        dealt = np.random.default_rng(12345).permutation(member.max() + 1) % _FOLDS
        return cls(
            labels, np.array([index[known[at].category] for at in kept]), np.array([index.get(one.category, -1) for one in test]),
            member, dealt[member], _featured([(known[at].title, known[at].text) for at in kept]), _featured(tested),
            _featured(more),
        )  # fmt: skip

    def outcome(self, variant: Variant) -> Outcome:
        """Return what ``variant`` gives."""
        parted = {view: _part(batch, variant.parts) for view, batch in self.learned.items()}
        space = fit_space([parted["full"]], least=2)

        def matrices(batches: dict[str, Occurrences]) -> Matrices:
            return {view: rows(_part(one, variant.parts), space, lead=variant.lead).matrix for view, one in batches.items()}

        made, more = matrices(self.learned), matrices(self.unlabelled) if variant.self_training else {}
        found = {view: np.zeros(len(self.truth), dtype=np.int64) for view in VIEWS}
        for one in range(_FOLDS):
            weights = self._fitted(variant, made, more, np.flatnonzero(self.fold != one))
            outside = np.flatnonzero(self.fold == one)
            for view in VIEWS:
                found[view][outside] = weights.scores(made[view][outside]).argmax(axis=1)
        final = self._fitted(variant, made, more, np.arange(len(self.truth)))
        tested = {view: final.scores(matrix).argmax(axis=1) for view, matrix in matrices(self.test).items()}
        return Outcome(
            variant.name, {view: _f1(self.truth, one) for view, one in found.items()},
            {view: _f1(self.test_truth, one) for view, one in tested.items()},
        )  # fmt: skip

    def _fitted(self, variant: Variant, made: Matrices, more: Matrices, used: Index) -> ridge.Weights:
        if variant.cleaned < 1:
            used = self._cleaned(variant, made, used)
        weights = self._solved(variant, made, used)
        if not more:
            return weights
        guessed = 2 * _softmax(_STEEP * weights.scores(more["full"])) - 1
        return self._solved(variant, made, used, more, guessed)

    def _solved(
        self, variant: Variant, made: Matrices, used: Index,
        more: Matrices | None = None, guessed: Floats | None = None,
    ) -> ridge.Weights:  # fmt: skip
        views = VIEWS if variant.copies else VIEWS[:1]
        matrix = sp.vstack([made[view][used] for view in views]).tocsr()
        truth = np.tile(self.truth[used], len(views))
        trust = np.repeat(np.where(np.array(views) == "full", 1.0, _CUT_TRUST), len(used)).astype(np.float32)
        if variant.weighted:
            matrix, back = _weighted(matrix, truth, trust, len(self.labels))
        target = np.where(np.eye(len(self.labels), dtype=np.bool_)[truth], np.float32(1), np.float32(-1))
        weight = trust * self._balance(truth, variant.balance)
        whole = matrix
        if more and guessed is not None:
            whole = sp.vstack([matrix, *(more[view] for view in views)]).tocsr()
            target = np.vstack([target, *(guessed for _ in views)])
            weight = np.append(weight, np.full(len(guessed) * len(views), _UNLABELLED_TRUST))
        spread = np.repeat(weight.astype(np.float32)[:, None], len(self.labels), axis=1)
        solved = ridge.fit(whole, target, spread, alpha=0.7, rounds=8)
        if variant.weighted:
            solved = ridge.Weights(solved.weight * back[:, None], solved.bias)
        return with_bayes(solved, matrix, truth, trust, share=variant.bayes) if variant.bayes else solved

    def _balance(self, truth: Index, power: float) -> NDArray[np.float64]:
        counts = np.maximum(np.bincount(truth, minlength=len(self.labels)), 1)
        return np.asarray((counts.mean() / counts[truth]) ** power)

    def _cleaned(self, variant: Variant, made: Matrices, used: Index) -> Index:
        """Return the texts whose label is not contradicted by two thirds of the others that were judged apart from it."""
        doubted = np.zeros(len(used), dtype=np.bool_)
        for one in range(3):
            mine = self.family[used] % 3 == one
            weights = self._solved(replace(variant, cleaned=1.0), made, used[~mine])
            scores = _softmax(_STEEP * weights.scores(made["full"][used[mine]]))
            doubted[mine] = (scores.max(axis=1) > variant.cleaned) & (scores.argmax(axis=1) != self.truth[used[mine]])
        return used[~doubted]


def _weighted(matrix: sp.csr_matrix, truth: Index, trust: Floats, labels: int) -> tuple[sp.csr_matrix, Floats]:
    """Return the matrix with each feature weighted by its largest log odds among the classes (Wang and Manning, 2012)."""
    belongs = sp.csr_matrix((trust, (np.arange(len(truth)), truth)), shape=(len(truth), labels))
    mine = np.asarray((matrix.T @ belongs).todense())
    mine = mine / np.maximum(mine.sum(axis=0), 1e-9) * 1_000 + 0.5
    weight = np.sqrt(np.abs(np.log(mine / mine.mean(axis=1, keepdims=True))).max(axis=1))
    weight = (weight / np.sqrt((weight**2).mean())).astype(np.float32)
    return (matrix @ sp.diags(weight)).tocsr(), weight


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def _f1(truth: Index, found: Index) -> float:
    return round(macro_f1(truth.tolist(), found.tolist()), 4)
