"""Naive Bayes beside the ridge: what each feature says of a label by itself, which short texts need most.

Both are linear, so that they become one: their sum costs nothing when a text is read, and contributions stay exact.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from classifiers.ridge import Weights

Floats = NDArray[np.float32]
SHARE = 0.3
"""How much the naive Bayes scores count, both scores being brought to the same spread."""
_SMOOTHING = 0.05


def with_bayes(
    solved: Weights, matrix: sp.csr_matrix, truth: NDArray[np.int64], trust: Floats, *, share: float = SHARE
) -> Weights:
    """Return ``solved`` with naive Bayes' log odds added; rows with ``truth`` -1 tell nothing, row i counts ``trust[i]``."""
    odds = _log_odds(matrix, truth, trust, len(solved.bias))
    whole = np.flatnonzero((trust >= 1) & (truth >= 0))
    spread = (matrix[whole] @ odds).std()
    if not spread > 0:
        return solved
    factor = np.float32(share * (matrix[whole] @ solved.weight + solved.bias).std() / spread)
    return Weights(solved.weight + factor * odds, solved.bias)


def _log_odds(matrix: sp.csr_matrix, truth: NDArray[np.int64], trust: Floats, labels: int) -> Floats:
    """Return the log of how much more of a feature's weight stands in a label's texts than in the others (columns x labels)."""
    known = np.flatnonzero(truth >= 0)
    belongs = sp.csr_matrix((trust[known], (known, truth[known])), shape=(len(truth), labels))
    mine = np.asarray((matrix.T @ belongs).todense(), dtype=np.float32) + np.float32(_SMOOTHING)
    others = mine.sum(axis=1, keepdims=True) - mine
    ratio: Floats = np.log(mine / mine.sum(axis=0)) - np.log(np.maximum(others, 1e-6) / np.maximum(others.sum(axis=0), 1e-6))
    return ratio
