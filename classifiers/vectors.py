"""Occurrences to weighted rows: 1 + ln(count), times rarity, each row of length one; what the title says counts twice over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from classifiers.features import BITS, Occurrences
from classifiers.text import MODEL_CHARS

Floats = NDArray[np.float32]
LEAD = 0.3
"""How much a document's title, as a row of its own, is added to the row of the whole document."""
_FEW = 1 << (31 - BITS)
"""Documents whose keys (document, column, lead) fit 32 bits."""


@dataclass(frozen=True, slots=True)
class Space:
    """The buckets that training met often enough: ``column`` of each bucket (-1 = unknown) and ``rarity`` of each column."""

    column: NDArray[np.int32]
    rarity: Floats

    @property
    def width(self) -> int:
        """How many columns a row has."""
        return len(self.rarity)


@dataclass(frozen=True, slots=True)
class Rows:
    """Weighted rows of a batch; ``known`` of ``total`` feature occurrences of each row were met in training."""

    matrix: sp.csr_matrix
    known: NDArray[np.int64]
    total: NDArray[np.int64]


def fit_space(batches: Sequence[Occurrences], *, least: int) -> Space:
    """Return the space of all buckets that occur in at least ``least`` documents; rarity is the smoothed idf."""
    found, docs = np.zeros(1 << BITS, dtype=np.int64), 0
    for batch in batches:
        keys = np.unique((batch.row.astype(np.int64) << BITS) | batch.bucket)
        found += np.bincount(keys & ((1 << BITS) - 1), minlength=1 << BITS)
        docs += batch.docs
    kept = np.flatnonzero(found >= least)
    column = np.full(1 << BITS, -1, dtype=np.int32)
    column[kept] = np.arange(len(kept), dtype=np.int32)
    return Space(column, (np.log((1 + docs) / (1 + found[kept])) + 1).astype(np.float32))


def rows(batch: Occurrences, space: Space, *, lead: float = LEAD) -> Rows:
    """Return the weighted rows of ``batch``; ``lead`` is how much the title counts beside the whole."""
    column = space.column[batch.bucket]
    known = np.flatnonzero(column >= 0)
    key = _keys(batch, known, column)
    key.sort()
    place = key >> key.dtype.type(1)
    begin = np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]])[: len(key)])
    count = np.diff(np.append(begin, len(key)))
    titled = np.add.reduceat((key & key.dtype.type(1)).astype(np.int64), begin) if len(begin) else count
    place = place[begin]
    row, col = (place >> key.dtype.type(BITS)).astype(np.int64), (place & key.dtype.type((1 << BITS) - 1)).astype(np.int32)
    value = _values(count, titled, space.rarity[col], row, batch.docs, lead)
    pointer = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=batch.docs))])
    matrix = sp.csr_matrix((value, col, pointer), shape=(batch.docs, space.width))
    return Rows(matrix, np.bincount(batch.row[known], minlength=batch.docs), np.bincount(batch.row, minlength=batch.docs))


def _keys(batch: Occurrences, known: NDArray[np.int64], column: NDArray[np.int32]) -> NDArray[Any]:
    """Return a number for each known occurrence that sorts by document, column and lead; small batches need 32 bits only."""
    wide: Any = np.uint32 if batch.docs <= _FEW else np.uint64
    key = batch.row[known].astype(wide) << wide(BITS + 1)
    key |= column[known].astype(wide) << wide(1)
    key |= batch.lead[known]
    return np.asarray(key)


def _values(
    count: NDArray[np.int64], titles: NDArray[np.int64], rarity: Floats, row: NDArray[np.int64], docs: int, lead: float
) -> Floats:
    value = _damped(count) * rarity
    value /= _length(value, row, docs)[row]
    titled = np.flatnonzero(titles)
    own, mine = _damped(titles[titled]) * rarity[titled], row[titled]
    value[titled] += np.float32(lead) * own / _length(own, mine, docs)[mine]
    value /= _length(value, row, docs)[row]  # whether or not anything is titled: a row must not depend on its batch
    return value


def _damped(count: NDArray[np.int64]) -> Floats:
    """Return 1 + ln(count), from a table: counts are small."""
    return _LOGS[np.minimum(count, len(_LOGS) - 1)]


def _length(value: Floats, row: NDArray[np.int64], docs: int) -> Floats:
    squares = np.bincount(row, weights=value * value, minlength=docs)
    return np.sqrt(np.maximum(squares, 1e-12)).astype(np.float32)


_LOGS = (1 + np.log(np.maximum(np.arange(2 * MODEL_CHARS), 1))).astype(np.float32)
