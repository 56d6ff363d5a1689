"""What the learned layer of the alarms sees of a stretch of text: hashed characters, pairs, triples, and groups of words.

A short text is one stretch; a longer one is seen through a window that moves by half its width, so that a long call does not
dilute what is told in one sentence of it. All of it is whole numbers: an answer does not depend on the other texts of a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from classifiers.alarm_concepts import GROUPS
from classifiers.text import fold

BITS = 16
SHORT, CALL, WIDTH, STEP, ENDS = 64, 250, 48, 24, 120
"""Characters up to which a text is one stretch, and up to which it is a call, not a letter; how wide the window over a longer
one is, and how far it moves; how much of a letter's beginning and end is looked at."""
ORDERS = (1, 2, 3)
_LONGEST = 5
_BASE, _ODD = np.uint32(0x01000193), np.uint32(0x9E3779B1)
_PROBE = 15
_MARK, _DIGIT, _BLANK = 44, 48, 32

Codes = NDArray[np.uint32]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches ``[start, end)`` of ``codes``, the text of each, and where it begins and ends in the texts joined."""

    codes: Codes
    doc: Index
    start: Index
    end: Index
    begins: Index
    ends: Index
    kind: Index

    def kinds(self, docs: int) -> Index:
        """Return for each text whether it is short (0), a call (1) or a letter (2)."""
        made = np.zeros(docs, dtype=np.int64)
        made[self.doc] = self.kind
        return made

    def only(self, kept: Index) -> Stretches:
        """Return some of the stretches with no other characters around them."""
        size = self.end[kept] - self.start[kept]
        end = np.cumsum(size)
        start = end - size
        taken = np.repeat(self.start[kept] - start, size) + np.arange(int(size.sum()))
        return Stretches(self.codes[taken], self.doc[kept], start, end, self.begins[kept], self.ends[kept], self.kind[kept])


def stretches(folded: Sequence[str]) -> Stretches:
    """Return the stretches of folded texts; blanks are no characters, so that cut and uncut text look the same."""
    raw = np.frombuffer("".join(folded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kept, sizes, kind = _looked_at(raw, np.fromiter(map(len, folded), np.int64, len(folded)))
    codes = _alphabet()[np.minimum(raw[kept], 0xFFFF)]
    moves = np.where(kind == 0, sizes > 0, (sizes - WIDTH + STEP - 1) // STEP + 1)
    doc = np.repeat(np.arange(len(folded), dtype=np.int64), moves)
    nth = np.arange(len(doc)) - np.repeat(np.cumsum(moves) - moves, moves)
    begin = np.cumsum(sizes) - sizes
    start = begin[doc] + nth * STEP
    end = np.minimum(start + np.where(kind == 0, sizes, WIDTH)[doc], begin[doc] + sizes[doc])
    return Stretches(codes, doc, start, end, kept[start], kept[end - 1] + 1 if len(end) else end, kind[doc])


def _looked_at(raw: Codes, written: Index) -> tuple[Index, Index, Index]:
    """Return the places of the characters that are looked at, how many in each text, and whether it is short, a call, a letter.

    Of a letter that is its beginning and its end: there stands what happens now, what lies between tells how it came to it.
    """
    kept = np.flatnonzero(raw != _BLANK)
    owner = np.repeat(np.arange(len(written)), written)[kept]
    sizes = np.bincount(owner, minlength=len(written))
    kind = (sizes > SHORT).astype(np.int64) + (sizes > CALL)
    if not (kind == 2).any():
        return kept, sizes, kind
    place = np.arange(len(kept)) - (np.cumsum(sizes) - sizes)[owner]
    kept = kept[(kind[owner] < 2) | (place < ENDS) | (place >= sizes[owner] - ENDS)]
    return kept, np.where(kind == 2, 2 * ENDS, sizes), kind


@lru_cache(maxsize=1)
def _alphabet() -> Codes:
    """Return what stands for each character of the first plane: marks and blanks look alike, and so do digits."""
    table = np.full(1 << 16, _MARK, dtype=np.uint32)
    for low, high in ((0x61, 0x7A), (0x3400, 0x4DBF), (0x4E00, 0x9FFF)):
        table[low : high + 1] = np.arange(low, high + 1, dtype=np.uint32)
    table[0x30:0x3A] = _DIGIT
    table.setflags(write=False)
    return table


def grams(codes: Codes, longest: int) -> Iterator[Codes]:
    """Yield, for 1…``longest`` characters, the hash of so many beginning at each place."""
    single = codes * _ODD
    hashed = single
    yield hashed
    for order in range(2, longest + 1):
        hashed = hashed[: max(len(single) - order + 1, 0)] * _BASE + single[order - 1 :]
        yield hashed


def buckets(hashed: Codes, order: int) -> NDArray[np.int64]:
    """Return the bucket of each hash of so many characters."""
    mixed = (hashed ^ (hashed >> np.uint32(15))) * np.uint32(0x85EBCA6B + 2 * order)
    return (mixed >> np.uint32(32 - BITS)).astype(np.int64)


def groups_of(found: Stretches) -> NDArray[np.uint64]:
    """Return for each stretch the groups whose words stand in it, a bit each."""
    slots, hashes, masks = _words()
    size = int(found.end[-1]) if len(found.end) else 0
    seen = np.zeros((len(found.start), _LONGEST), dtype=np.uint64)
    for order, hashed in enumerate(grams(found.codes[:size], _LONGEST), 1):
        slot = slots[order - 1][_slot(hashed)]
        at = np.flatnonzero(slot)
        at = at[hashes[slot[at]] == hashed[at]]
        last = np.searchsorted(found.end, at, side="right")  # the stretch in which a word begins
        inside = at + order <= found.end[last]
        np.bitwise_or.at(seen[:, order - 1], last[inside], masks[slot[at[inside]]])
    return np.asarray(np.bitwise_or.reduce(seen, axis=1))


def _slot(hashed: Codes) -> NDArray[np.int64]:
    return ((hashed ^ (hashed >> np.uint32(13))) * np.uint32(0xC2B2AE35) >> np.uint32(32 - _PROBE)).astype(np.int64)


@lru_cache(maxsize=1)
def _words() -> tuple[list[NDArray[np.int16]], Codes, NDArray[np.uint64]]:
    """Return for each length the word of each slot (0 = none); the words' hashes and groups."""
    meant: dict[str, int] = {}
    for nth, said in enumerate(GROUPS.values()):
        for word in said.split():
            meant[fold(word)] = meant.get(fold(word), 0) | 1 << nth
    slots = [np.zeros(1 << _PROBE, dtype=np.int16) for _ in range(_LONGEST)]
    hashes, masks = np.zeros(len(meant) + 1, dtype=np.uint32), np.zeros(len(meant) + 1, dtype=np.uint64)
    for nth, (word, mask) in enumerate(meant.items(), 1):
        codes = _alphabet()[np.array([min(ord(char), 0xFFFF) for char in word])]
        *_, hashed = grams(codes, len(word))
        hashes[nth], masks[nth] = hashed[0], mask
        slots[len(word) - 1][_slot(hashed)] = nth
    return slots, hashes, masks


def group_rows(seen: NDArray[np.uint64]) -> NDArray[np.float32]:
    """Return the groups of stretches as rows of ones and noughts."""
    bits = np.arange(len(GROUPS), dtype=np.uint64)
    return ((seen[:, None] >> bits) & np.uint64(1)).astype(np.float32)
