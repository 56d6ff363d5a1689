"""The words that moved the answer for one text: exact contributions of the linear part, at their place in the original."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.features import Occurrences
from classifiers.vectors import Floats, Rows, Space
from hotline.domain.reading import Evidence

SHOWN = 6
Evidences = list[tuple[Evidence, ...]]


def evidences(
    texts: Sequence[tuple[str, str]], found: Occurrences, batch: Rows, space: Space, weight: Floats, label: NDArray[np.int64]
) -> Evidences:
    """Return for each (title, text) the words that spoke most for its first ``label``.

    A feature's contribution (its value x the label's weight) is shared equally by its occurrences, and by the two words of a
    pair. Offsets count characters of the text, or of the title when the text is empty; the same word found several times is
    given once, where it first stands, with its contributions added.
    """
    gained = _by_word(found, batch, space, weight, label)
    words = found.words
    order = np.lexsort((-gained, words.doc))
    begin = np.searchsorted(words.doc[order], np.arange(found.docs + 1))
    made: Evidences = []
    for at, (title, text) in enumerate(texts):
        mine = order[begin[at] : begin[at + 1]]
        mine = mine[gained[mine] > 0][: 3 * SHOWN]
        stretches = zip(words.start[mine].tolist(), words.end[mine].tolist(), gained[mine].tolist(), strict=True)
        made.append(_strongest(title, text, list(stretches)))
    return made


def _by_word(found: Occurrences, batch: Rows, space: Space, weight: Floats, label: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the contribution of each word of the batch to the label of its text."""
    column = space.column[found.bucket]
    known = np.flatnonzero(column >= 0)
    row, column = found.row[known], column[known]
    keys, back, count = np.unique((row << 32) | column, return_inverse=True, return_counts=True)
    value = batch.matrix.data / count  # both are in the order of (row, column)
    gain = (value * weight[keys & 0xFFFFFFFF, label[keys >> 32]]).astype(np.float64)[back] / 2
    made: NDArray[np.float64] = np.bincount(found.first[known], weights=gain, minlength=len(found.words.doc))
    made += np.bincount(found.last[known], weights=gain, minlength=len(found.words.doc))
    return made


def _strongest(title: str, text: str, stretches: Sequence[tuple[int, int, float]]) -> tuple[Evidence, ...]:
    shown, shift = (text, min(len(title), 200) + 1) if text.strip() else (title, 0)
    summed: dict[str, list[float]] = {}
    for start, end, gain in stretches:
        start, end = start - shift, end - shift
        if 0 <= start and end <= len(shown):
            seen = summed.setdefault(shown[start:end], [start, end, 0.0])
            seen[2] += gain
            seen[0], seen[1] = min((seen[0], seen[1]), (float(start), float(end)))
    best = sorted(summed.items(), key=lambda item: (-item[1][2], item[1][0]))[:SHOWN]
    return tuple(Evidence(word, int(start), int(end), round(gain, 6)) for word, (start, end, gain) in best)
