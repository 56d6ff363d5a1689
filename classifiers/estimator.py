"""The learner as scikit-learn estimators, for pipelines and searches of others; the product itself reads with ``model``.

``RidgeAndBayes`` is the linear part on any matrix; ``TextClassifier`` goes from texts to calibrated confidences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from classifiers import ridge
from classifiers.bayes import with_bayes
from classifiers.examples import Example
from classifiers.features import occurrences
from classifiers.learning import learn_all
from classifiers.segment import segmenter
from classifiers.text import bounded
from classifiers.vectors import rows


class RidgeAndBayes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Ridge regression on ±1 for each class with naive Bayes' log odds added; a row goes to the class of the highest score.

    ``alpha`` = strength of the ridge, ``rounds`` = steps of conjugate gradients at most.
    """

    def __init__(self, *, alpha: float = 0.7, rounds: int = 8) -> None:
        self.alpha = alpha
        self.rounds = rounds

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:  # noqa: N803  # their name
        """Learn from a matrix (texts x features, dense or sparse) and one label a row."""
        matrix, labels = validate_data(self, X, y, accept_sparse="csr", dtype=np.float32)
        check_classification_targets(labels)
        self.classes_, truth = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"classes: at least 2 are needed, there is {len(self.classes_)} class")
        trust = _check_sample_weight(sample_weight, matrix, dtype=np.float32)
        made = sp.csr_matrix(matrix)
        target = np.where(np.eye(len(self.classes_), dtype=bool)[truth], np.float32(1), np.float32(-1))
        weight = np.repeat(trust[:, None], len(self.classes_), axis=1)
        solved = ridge.fit(made, target, weight, alpha=self.alpha, rounds=self.rounds)
        solved = with_bayes(solved, made, truth, trust)
        self.coef_, self.intercept_, self.n_iter_ = solved.weight.T, solved.bias, self.rounds
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float32]:  # noqa: N803
        """Return the score of each row for each class; of the second class alone where there are two."""
        check_is_fitted(self)
        matrix = validate_data(self, X, accept_sparse="csr", dtype=np.float32, reset=False)
        scores: NDArray[np.float32] = np.asarray(matrix @ self.coef_.T) + self.intercept_
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the class of each row."""
        scores = self.decision_function(X)
        found: NDArray[Any] = self.classes_[(scores > 0).astype(np.int64) if scores.ndim == 1 else scores.argmax(axis=1)]
        return found

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class TextClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Chinese texts to a label with calibrated confidence; needs at least ``LEAST`` texts, which are learned as orders are."""

    LEAST = 20

    def fit(self, X: Sequence[str], y: Sequence[str]) -> Self:  # noqa: N803
        """Learn from texts and one label a text."""
        texts, labels = [str(one) for one in X], [str(one) for one in y]
        if len(texts) != len(labels) or len(texts) < self.LEAST or len(set(labels)) < 2:
            raise ValueError(f"as many labels as texts, at least {self.LEAST} of them and 2 classes are needed")
        examples = [
            Example(str(at), "", text, category=label) for at, (text, label) in enumerate(zip(texts, labels, strict=True))
        ]
        learned = learn_all(examples, len(examples), lambda *_: None)
        self.classes_ = np.array(learned.heads[0].labels)
        self.learned_ = learned
        return self

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:  # noqa: N803
        """Return the calibrated confidence of each class for each text."""
        check_is_fitted(self)
        found = occurrences([bounded("", str(one)) for one in X], segmenter(self.learned_.segmenter))
        batch = rows(found, self.learned_.space)
        scores = self.learned_.weights[0].scores(batch.matrix)
        return np.asarray(self.learned_.judged[0].temperature.confidences(scores, batch.known, batch.total))

    def predict(self, X: Sequence[str]) -> NDArray[np.str_]:  # noqa: N803
        """Return the likeliest label of each text."""
        confidences = self.predict_proba(X)
        return np.asarray(self.classes_[confidences.argmax(axis=1)])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.input_tags.string = True
        return tags
