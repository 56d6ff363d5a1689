"""Ridge regression for many targets at once, by conjugate gradients on sparse rows: the linear part of every head.

As good as a linear SVM on these texts, a tenth of its time with hundreds of labels, and repeatable to the last bit (no random
numbers; sums in a fixed order).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """``weight`` (columns of the space x targets) and ``bias`` (targets)."""

    weight: Floats
    bias: Floats

    def scores(self, matrix: sp.csr_matrix) -> Floats:
        """Return the score of each row for each target, about -1…1."""
        scored: Floats = matrix @ self.weight
        scored += self.bias
        return scored


def fit(matrix: sp.csr_matrix, target: Floats, importance: Floats, *, alpha: float, rounds: int) -> Weights:
    """Return the weights that minimise ``importance * (row·w + bias - target)² + alpha * |w|²`` for each target.

    ``target`` and ``importance`` have one row a text and one column a target; importance 0 = the text has no such label.
    """
    bias = ((target * importance).sum(axis=0) / np.maximum(importance.sum(axis=0), 1e-9)).astype(np.float32)
    transposed = matrix.T.tocsr()
    weight = np.zeros((matrix.shape[1], target.shape[1]), dtype=np.float32)
    rest: Floats = transposed @ ((target - bias) * importance)
    step, size = rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(rounds):
        image = transposed @ ((matrix @ step) * importance)
        image += alpha * step
        length = size / np.maximum((step * image).sum(axis=0), 1e-20)
        weight += length * step
        rest -= length * image
        smaller = (rest * rest).sum(axis=0)
        step *= smaller / np.maximum(size, 1e-20)
        step += rest
        size = smaller
    return Weights(weight, bias)
