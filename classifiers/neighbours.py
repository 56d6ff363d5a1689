"""Groups of near-duplicate texts, so that no text is judged by its own copy: minhash over word pairs and characters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifiers.features import Occurrences
from classifiers.hashing import U64, mix

_HASHES, _ROWS = 24, 3
_ALIKE = 0.6
_SAMPLE = 3


def groups(batch: Occurrences) -> NDArray[np.int64]:
    """Return a group number a document; documents alike in more than about 60 % of their features share one."""
    signature = _signatures(batch)
    parent = np.arange(batch.docs, dtype=np.int64)
    for at in range(0, _HASHES, _ROWS):
        bands = np.ascontiguousarray(signature[:, at : at + _ROWS]).view([("", np.uint64)] * _ROWS).ravel()
        order = np.argsort(bands, kind="stable")
        same = np.flatnonzero(bands[order[1:]] == bands[order[:-1]])
        for one, other in zip(order[same].tolist(), order[same + 1].tolist(), strict=True):
            if (signature[one] == signature[other]).mean() >= _ALIKE:
                _join(parent, one, other)
    return np.array([_root(parent, one) for one in range(batch.docs)], dtype=np.int64)


def _signatures(batch: Occurrences) -> NDArray[np.uint64]:
    sampled = np.flatnonzero(batch.bucket % _SAMPLE == 0)  # the same features in every text
    order = sampled[np.argsort(batch.row[sampled], kind="stable")]
    row, bucket = batch.row[order], batch.bucket[order].astype(np.uint64)
    present = np.unique(row)
    begin = np.searchsorted(row, present)
    made = np.empty((batch.docs, _HASHES), dtype=np.uint64)
    made[:] = mix(np.arange(batch.docs, dtype=np.uint64) + U64(7))[:, None]  # texts without features are like nobody
    for one in range(_HASHES):
        made[present, one] = np.minimum.reduceat(mix(bucket + U64(one * 0x9E3779B1)), begin)
    return made


def _root(parent: NDArray[np.int64], one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = int(parent[one])
    return one


def _join(parent: NDArray[np.int64], one: int, other: int) -> None:
    first, second = sorted((_root(parent, one), _root(parent, other)))
    parent[second] = first
