"""The second look at a short call that sounds like an alarm: small trees weigh what is heard, what the rules say, and cues.

The first look (``alarm_model``) knows what is spoken of; this one, whether it happens. Its numbers are whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers import alarm_cues
from classifiers.alarm_concepts import GROUPS

DEPTH = 3
"""``scores`` goes down so many forks, written out."""
_CUTS = 2**DEPTH - 1
_BITS = np.arange(len(GROUPS), dtype=np.uint64)

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Complete trees by alarm: the ``feature`` and the ``cut`` of each fork (alarms x trees x 7), each ``leaf`` (x 8).

    A row goes right where its feature is over the cut; an alarm's score is the sum of the leaves reached.
    """

    feature: NDArray[np.int16]
    cut: NDArray[np.int32]
    leaf: NDArray[np.int32]

    def fits(self, alarms: int) -> bool:
        """Return whether the shapes are those of this version of the program."""
        forks = (alarms, self.feature.shape[1] if self.feature.ndim > 1 else 0, _CUTS)
        columns = 2 * alarms + alarm_cues.COUNT + len(GROUPS)
        return self.feature.shape == self.cut.shape == forks and self.leaf.shape == (*forks[:2], _CUTS + 1) and bool(
            ((self.feature >= 0) & (self.feature < columns)).all()
        )  # fmt: skip

    def scores(self, row: Whole) -> Whole:
        """Return the score of one row for each alarm."""
        right = row[self.feature] > self.cut
        first, left = right[..., 0], np.where(right[..., 0], right[..., 2], right[..., 1])
        second = 2 * first + left
        last = np.take_along_axis(right, second[..., None] + 3, axis=-1)[..., 0]
        reached = np.take_along_axis(self.leaf, (2 * second + last)[..., None], axis=-1)[..., 0]
        return np.asarray(reached.sum(axis=1), dtype=np.int64)


def row(scores: Sequence[int], ruled: Sequence[bool], seen: int, text: str) -> Whole:
    """Return what the trees see of a text: its scores by alarm, what the rules say, its cues, the groups of words in it."""
    groups = (np.uint64(seen) >> _BITS) & np.uint64(1)
    return np.concatenate([np.array([*scores, *ruled, *alarm_cues.cues(text)], dtype=np.int64), groups.astype(np.int64)])
