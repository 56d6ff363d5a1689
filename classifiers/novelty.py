"""How much of a text training never met: the share of its features that are none of the model's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classifiers.examples import Example
from classifiers.features import occurrences
from classifiers.learning import LEAST_DOCS
from classifiers.segment import SegmenterName, segmenter
from classifiers.text import bounded
from classifiers.vectors import Space

_SAMPLE = 1_000


def unknown_share(space: Space, docs: int, examples: Sequence[Example], name: SegmenterName) -> float:
    """Return the mean share, 0…1, of a text's feature occurrences that the model would not know had it not seen this text.

    ``space`` was fitted on ``docs`` documents, ``examples`` among them. Texts as they were written are asked where there are any:
    words joined by blanks are not what callers write.
    """
    written = [one for one in examples if not one.tokenised] or list(examples)
    sample = written[:: max(len(written) // _SAMPLE, 1)]
    batch = occurrences([bounded(one.title, one.text) for one in sample], segmenter(name))
    column = space.column[batch.bucket]
    found = (1 + docs) / np.exp(space.rarity.astype(np.float64) - 1) - 1  # texts with the feature: the rarity turned round
    known = (column >= 0) & (found[np.maximum(column, 0)] > LEAST_DOCS + 0.5)  # in enough texts besides this one
    total = np.bincount(batch.row, minlength=batch.docs)
    missed = np.bincount(batch.row[~known], minlength=batch.docs)
    return round(float((missed[total > 0] / total[total > 0]).mean()), 4) if total.any() else 0.0
