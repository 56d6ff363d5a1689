"""Hashes of stretches of text, for a whole batch at once: no string is cut out, no vocabulary is kept.

The hash of a stretch is a polynomial over its characters modulo 2^64; with an odd base each stretch's sum can be shifted back to
position 0, so that equal stretches hash alike wherever they stand.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from classifiers.text import codes_of

Hashes = NDArray[np.uint64]
Index = NDArray[np.int64]
_BASE = 0x9E3779B97F4A7C15
_BASE_INVERSE = pow(_BASE, -1, 1 << 64)
_BLOCK = 1 << 16
U64 = np.uint64


def mix(values: Hashes) -> Hashes:
    """Return the values well mixed (the finaliser of MurmurHash3): each bit of the input moves each bit of the output."""
    out = values ^ (values >> U64(33))
    out *= U64(0xFF51AFD7ED558CCD)
    out ^= out >> U64(33)
    out *= U64(0xC4CEB9FE1A85EC53)
    out ^= out >> U64(33)
    return out


@lru_cache(maxsize=8)
def _powers(base: int, blocks: int) -> Hashes:
    powers: Hashes = np.cumprod(np.full(blocks * _BLOCK, base, dtype=np.uint64), dtype=np.uint64)
    powers.setflags(write=False)
    return powers


def char_hashes(codes: NDArray[np.uint32]) -> Hashes:
    """Return one hash a character."""
    return mix(codes.astype(np.uint64) + U64(0x51ED2701))


def stretch_hashes(chars: Hashes, starts: Index, ends: Index) -> Hashes:
    """Return the hashes of the stretches ``[start, end)`` of a text whose characters hash to ``chars``."""
    blocks = len(chars) // _BLOCK + 1
    sums = np.zeros(len(chars) + 1, dtype=np.uint64)
    np.cumsum(chars * _powers(_BASE, blocks)[: len(chars)], out=sums[1:])
    return mix((sums[ends] - sums[starts]) * _powers(_BASE_INVERSE, blocks)[starts])


def word_hashes(words: tuple[str, ...]) -> Hashes:
    """Return the sorted hashes of single words, equal to those of the same words inside a text."""
    text = "".join(words)
    lengths = np.array([len(word) for word in words], dtype=np.int64)
    ends: Index = np.cumsum(lengths)
    hashes = stretch_hashes(char_hashes(codes_of(text)), ends - lengths, ends)
    hashes.sort()
    return hashes
