"""What goes out without a person keeps its promise: thresholds by class and length, with a finite-sample guarantee."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.thresholds import ACCEPT_ERRORS, LEAST, NEVER, POOL, limits, never, threshold, thresholds

LONG = 500


def drawn(texts: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return confidences and right answers that are exactly as frequent as the confidences say."""
    random = np.random.default_rng(seed)
    confidence = random.beta(4, 1, texts)
    return confidence, random.random(texts) < confidence


def test_nine_of_ten_calibrations_keep_the_accepted_error() -> None:
    broken = 0
    for seed in range(200):
        limit = threshold(*drawn(600, seed), 0.1)
        sent = np.linspace(min(limit, 1), 1, 10_000)
        weight = sent**3
        broken += bool(limit < NEVER and (weight * (1 - sent)).sum() / weight.sum() > 0.1)
    assert broken <= 200 * 0.1


def test_most_of_what_may_go_out_goes_out() -> None:
    confidence, right = drawn(5_000, 1)
    assert (confidence >= threshold(confidence, right, 0.1)).mean() > 0.5  # with hindsight .65


@pytest.mark.parametrize("texts", [0, 1, 10])
def test_nothing_goes_out_on_a_handful_of_texts(texts: int) -> None:
    assert threshold(np.ones(texts), np.ones(texts, dtype=bool), 0.05) == NEVER


def test_nothing_goes_out_when_all_is_wrong() -> None:
    assert threshold(np.linspace(0, 1, 1_000), np.zeros(1_000, dtype=bool), 0.2) == NEVER


@given(st.integers(0, 1_000), st.integers(1, 800))
def test_a_larger_accepted_error_never_raises_a_threshold(seed: int, texts: int) -> None:
    confidence, right = drawn(texts, seed)
    first, total = np.arange(texts) % 3, np.full(texts, LONG)
    table = thresholds(confidence, right, total, first, ("a", "b", "c"))
    made = np.array([limits(table, error, ("a", "b", "c")) for error in ACCEPT_ERRORS])
    assert (np.diff(made, axis=0) <= 0).all()


def test_a_class_with_few_texts_shares_the_pool_and_one_with_many_stands_alone() -> None:
    confidence, right = drawn(1_000, 3)
    first = np.where(np.arange(1_000) < LEAST - 1, 0, 1)
    table = thresholds(confidence, right, np.full(1_000, LONG), first, ("rare", "frequent"))
    assert set(table["0.05"]) == {POOL, "frequent"}


def test_the_class_of_which_nothing_goes_out_is_named() -> None:
    confidence, _ = drawn(2_000, 4)
    first = np.arange(2_000) % 2
    table = thresholds(confidence, first == 0, np.full(2_000, LONG), first, ("sure", "hopeless"))
    long_ones = {label for label, one in never(table, 0.05, ("sure", "hopeless")) if one == 2}
    assert long_ones == {"hopeless"}


def test_below_the_smallest_tabled_error_nothing_goes_out() -> None:
    table = thresholds(*drawn(2_000, 5), np.full(2_000, LONG), np.zeros(2_000, dtype=np.int64), ("one",))
    assert (limits(table, 0.001, ("one",)) == NEVER).all()
