"""Occurrences to weighted rows: 1 + ln(count), times rarity, each row of length one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from classifiers.features import BITS, Occurrences

Floats = NDArray[np.float32]
_COLUMN_BITS = 32


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
        keys = np.unique((batch.row << BITS) | batch.bucket)
        found += np.bincount(keys & ((1 << BITS) - 1), minlength=1 << BITS)
        docs += batch.docs
    kept = np.flatnonzero(found >= least)
    column = np.full(1 << BITS, -1, dtype=np.int32)
    column[kept] = np.arange(len(kept), dtype=np.int32)
    return Space(column, (np.log((1 + docs) / (1 + found[kept])) + 1).astype(np.float32))


def rows(batch: Occurrences, space: Space) -> Rows:
    """Return the weighted rows of ``batch``."""
    column = space.column[batch.bucket]
    known = np.flatnonzero(column >= 0)
    key = (batch.row[known] << _COLUMN_BITS) | column[known]
    key.sort()
    begin = np.flatnonzero(np.diff(key, prepend=-1))
    count = np.diff(np.append(begin, len(key))).astype(np.float32)
    key = key[begin]
    row, col = key >> _COLUMN_BITS, (key & ((1 << _COLUMN_BITS) - 1)).astype(np.int32)
    value = (1 + np.log(count)) * space.rarity[col]
    value /= _length(value, row, batch.docs)[row]
    pointer = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=batch.docs))])
    matrix = sp.csr_matrix((value, col, pointer), shape=(batch.docs, space.width))
    return Rows(matrix, np.bincount(batch.row[known], minlength=batch.docs), np.bincount(batch.row, minlength=batch.docs))


def _length(value: Floats, row: NDArray[np.int64], docs: int) -> Floats:
    squares = np.bincount(row, weights=value.astype(np.float64) ** 2, minlength=docs)
    return np.sqrt(np.maximum(squares, 1e-12)).astype(np.float32)
