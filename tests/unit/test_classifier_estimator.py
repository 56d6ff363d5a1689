"""The learner keeps scikit-learn's contract for estimators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from classifiers import corpus
from classifiers.estimator import RidgeAndBayes, TextClassifier

HEATING = [one for one in corpus.train_part() if one.category.startswith("城乡建设/")][:60]
OTHERS = [one for one in corpus.train_part() if not one.category.startswith("城乡建设/")][:60]
TEXTS = [one.text for one in (*HEATING, *OTHERS)]
LABELS = ["城乡建设"] * len(HEATING) + ["其他"] * len(OTHERS)


def exceptions(estimator: Any) -> dict[str, str]:
    """Return the checks that an estimator need not pass, each with its reason."""
    weights = (
        "a row of weight 2 is no row met twice: naive Bayes is brought to the ridge's spread over rows, and sums are float32"
    )
    named = {f"check_sample_weight_equivalence_on_{kind}_data": weights for kind in ("dense", "sparse")}
    return named if isinstance(estimator, RidgeAndBayes) else {}


@parametrize_with_checks([RidgeAndBayes(), TextClassifier()], expected_failed_checks=exceptions)
def test_the_contract_is_kept(estimator: Any, check: Any) -> None:
    check(estimator)


def test_confidences_of_a_text_sum_to_one_and_the_first_is_the_answer() -> None:
    made = TextClassifier().fit(TEXTS, LABELS)
    confidences = made.predict_proba(TEXTS[:9])
    assert confidences.sum(axis=1) == pytest.approx(np.ones(9))
    assert (made.classes_[confidences.argmax(axis=1)] == made.predict(TEXTS[:9])).all()


def test_learning_again_gives_the_same_bits() -> None:
    first, again = (TextClassifier().fit(TEXTS, LABELS).predict_proba(TEXTS).tobytes() for _ in range(2))
    assert first == again


def test_it_serves_in_a_cross_validation_of_others() -> None:
    assert cross_val_score(TextClassifier(), np.array(TEXTS), np.array(LABELS), cv=3).mean() > 0.6


def test_an_estimator_that_learned_nothing_says_so() -> None:
    with pytest.raises(NotFittedError):
        TextClassifier().predict(["停水"])


def test_a_handful_of_texts_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 20"):
        TextClassifier().fit(["停水", "停电"], ["水", "电"])
