"""The words that moved the answer for one text: exact contributions of the linear part, at their place in the original."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.features import Occurrences
from classifiers.text import TITLE_CHARS
from classifiers.vectors import Floats, Rows, Space
from hotline.domain.reading import Evidence

SHOWN = 6
MOST_TEXTS = 1 << 12
"""Texts of one batch; sort keys hold a text's number, a weight and a word's number in 64 bits."""
_WORD_BITS = 20
_OCCURRENCE_BITS, _COLUMN_BITS = 24, 20
Evidences = list[tuple[Evidence, ...]]


def evidences(
    texts: Sequence[tuple[str, str]], found: Occurrences, batch: Rows, space: Space, weight: Floats, label: NDArray[np.int64]
) -> Evidences:
    """Return for each (title, text) the words that spoke most for its first ``label``; at most ``MOST_TEXTS`` texts.

    A feature's contribution (its value x the label's weight) is shared equally by its occurrences, and by the two words of a
    pair. Offsets count characters of the text, or of the title when the text is empty; the same word found several times is
    given once, where it first stands, with its contributions added.
    """
    words = found.words
    gained = _by_word(found, batch, space, weight, label)
    spoke = np.flatnonzero(gained > 0)
    weightless = np.uint32(0xFFFFFFFF) - gained[spoke].view(np.uint32)  # floats above 0 sort like their bits
    key = (words.doc[spoke].astype(np.uint64) << 52) | (weightless.astype(np.uint64) << _WORD_BITS) | spoke.astype(np.uint64)
    key.sort()
    order = (key & ((1 << _WORD_BITS) - 1)).astype(np.int64)
    begin = np.searchsorted(words.doc[order], np.arange(found.docs + 1)).tolist()
    made: Evidences = []
    for at, (title, text) in enumerate(texts):
        mine = order[begin[at] : min(begin[at + 1], begin[at] + 2 * SHOWN)]
        made.append(_strongest(title, text, words.start[mine].tolist(), words.end[mine].tolist(), gained[mine].tolist()))
    return made


def _by_word(found: Occurrences, batch: Rows, space: Space, weight: Floats, label: NDArray[np.int64]) -> Floats:
    """Return the contribution of each word of the batch to the label of its text."""
    column = space.column[found.bucket]
    known = np.flatnonzero(column >= 0)
    key = (found.row[known].astype(np.int64) << (_COLUMN_BITS + _OCCURRENCE_BITS)) | (
        column[known].astype(np.int64) << _OCCURRENCE_BITS
    )
    key |= np.arange(len(known))
    key.sort()  # now in the order of the matrix: (row, column), and within it each occurrence
    occurrence = known[key & ((1 << _OCCURRENCE_BITS) - 1)]
    count = np.diff(np.append(np.flatnonzero(np.diff(key >> _OCCURRENCE_BITS, prepend=-1)), len(key)))
    row = np.repeat(np.arange(found.docs), np.diff(batch.matrix.indptr))
    gain = np.repeat(batch.matrix.data / count * weight[batch.matrix.indices, label[row]] / 2, count)
    size = len(found.words.doc)
    made = np.bincount(found.first[occurrence], weights=gain, minlength=size)
    made = made + np.bincount(found.last[occurrence], weights=gain, minlength=size)
    return made.astype(np.float32)


def _strongest(title: str, text: str, starts: Sequence[int], ends: Sequence[int], gains: Sequence[float]) -> tuple[Evidence, ...]:
    shown, shift = (text, min(len(title), TITLE_CHARS) + 1) if text.strip() else (title, 0)
    summed: dict[str, tuple[int, int, float]] = {}
    for one, other, gain in zip(starts, ends, gains, strict=True):
        start, end = one - shift, other - shift
        if start < 0 or end > len(shown):
            continue
        first, last, before = summed.get(shown[start:end], (start, end, 0.0))
        summed[shown[start:end]] = (min(first, start), min(last, end), before + gain)
    best = sorted(summed.items(), key=lambda item: (-item[1][2], item[1][0]))[:SHOWN]
    return tuple(Evidence(word, start, end, round(gain, 6)) for word, (start, end, gain) in best)
