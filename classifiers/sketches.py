"""A text as the lowest hashes of its three-character shingles: enough to tell how alike two texts are.

Of two bottom-k sketches, the k lowest hashes of both together are a random sample of all shingles of either text (Broder 1997);
the share of them that stands in both estimates how much the texts have in common, rare shingles counting more.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from classifiers.hashing import U64, char_hashes, mix
from classifiers.text import codes_of

Sketch = NDArray[np.uint32]
WIDTH = 3
KEPT = 128
"""Hashes a sketch holds at most: the estimate's standard error is then below .045."""
_LOOKED_AT = 4_000
_FORMULAS = re.compile(
    r"来电人?(?:反映|称|表示|咨询|诉求)?|市民(?:来电)?(?:反映|表示)?|群众反映|网民留言|来件人(?:反映|称)?|诉求[::]?|"
    r"尊敬的?(?:领导|书记|市长|区长|省长|局长)?|您好|你们好|领导|请求?(?:相关|有关)部门|望(?:相关|有关)部门|谢谢|盼复|为盼|处理"
)
"""What every order says; it tells nothing of the matter."""


def essence(text: str) -> str:
    """Return a text without the formulas of a work order, bounded."""
    return _FORMULAS.sub(" ", text[:_LOOKED_AT])


def shingles(text: str) -> tuple[Sketch, NDArray[np.int64]]:
    """Return the hash of each shingle of ``text`` that is letters and digits only, and where it starts."""
    codes = codes_of(text)
    if len(codes) < WIDTH:
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.int64)
    letter = (codes > 0x2FFF) & (codes < 0xFF00) | (codes >= 0x30) & (codes <= 0x39) | (codes >= 0x61) & (codes <= 0x7A)
    letter &= (codes < 0x3000) | (codes > 0x303F)
    chars = char_hashes(codes)
    together = chars[:-2] + chars[1:-1] * U64(0x9E3779B97F4A7C15) + chars[2:] * U64(0xC2B2AE3D27D4EB4F)
    whole = np.flatnonzero(letter[:-2] & letter[1:-1] & letter[2:])
    return (mix(together[whole]) >> U64(32)).astype(np.uint32), whole


def sketch(hashes: Sketch) -> Sketch:
    """Return the lowest distinct hashes, sorted."""
    return np.unique(hashes)[:KEPT]


def alike(one: Sketch, other: Sketch, weight: NDArray[np.float32]) -> float:
    """Return how much two sketched texts have in common, 0…1; ``weight`` is the rarity by hash (see ``bucket``)."""
    if not len(one) or not len(other):
        return 0.0
    every, found = np.unique(np.concatenate([one, other]), return_counts=True)
    # beyond the last hash of a full sketch nothing is known of that text
    last = min((side[-1] for side in (one, other) if len(side) == KEPT), default=every[-1])
    sample = np.searchsorted(every, last, side="right")
    rarity = weight[bucket(every[:sample])]
    return float(rarity[found[:sample] == 2].sum() / max(rarity.sum(), 1e-9))


BUCKET_BITS = 18


def bucket(hashes: Sketch) -> NDArray[np.int64]:
    """Return the place of each hash in a table of rarities."""
    return (hashes >> np.uint32(32 - BUCKET_BITS)).astype(np.int64)


def stretches(text: str, starts: NDArray[np.int64], most: int) -> tuple[str, ...]:
    """Return the longest stretches of ``text`` that shingles at ``starts`` cover, in the order of the text."""
    found: list[list[int]] = []
    for start in sorted(starts.tolist()):
        if found and start <= found[-1][1]:
            found[-1][1] = start + WIDTH
        else:
            found.append([start, start + WIDTH])
    longest = sorted(found, key=lambda one: (one[0] - one[1], one[0]))[:most]
    return tuple(dict.fromkeys(text[begin:end] for begin, end in sorted(longest)))
