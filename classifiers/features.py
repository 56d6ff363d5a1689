"""Features of a batch of texts: characters and words, single and in pairs, hashed into buckets.

Stop words, punctuation and blanks are dropped first, in raw and in tokenised text alike, so that both look the same to the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from classifiers.hashing import U64, Hashes, Index, char_hashes, mix, stretch_hashes, word_hashes
from classifiers.segment import Segmenter
from classifiers.stopwords import STOPWORDS
from classifiers.text import codes_of

BITS = 20
_LETTERS = ((0x30, 0x39), (0x61, 0x7A), (0x3400, 0x4DBF), (0x4E00, 0x9FFF))


@dataclass(frozen=True, slots=True)
class Words:
    """The words kept of a batch: document of each word and where it starts and ends in its document (characters)."""

    doc: Index
    start: Index
    end: Index


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Each feature each time it occurs: its document, its bucket, and the first and last word (index in ``words``) it touches."""

    docs: int
    row: Index
    bucket: Index
    first: Index
    last: Index
    words: Words


@lru_cache(maxsize=1)
def _is_letter() -> NDArray[np.bool_]:
    table = np.zeros(0x110000, dtype=np.bool_)
    for low, high in _LETTERS:
        table[low : high + 1] = True
    return table


@lru_cache(maxsize=1)
def _stop_hashes() -> Hashes:
    return word_hashes(STOPWORDS)


def _is_stop(hashes: Hashes) -> NDArray[np.bool_]:
    stops = _stop_hashes()
    at = np.minimum(np.searchsorted(stops, hashes), len(stops) - 1)
    return np.equal(stops[at], hashes)


def _pairs(hashes: Hashes, doc: Index, salt: int) -> tuple[Hashes, Index]:
    """Return the hashes of neighbours in one document, and the index of the first of each pair."""
    together = np.flatnonzero(doc[:-1] == doc[1:])
    return mix(hashes[together] * U64(0x100000001B3) + hashes[together + 1] + U64(salt)), together


def occurrences(documents: Sequence[str], cut: Segmenter) -> Occurrences:
    """Return every feature of ``documents`` (each ends with a line end, see ``text.bounded``), in no particular order."""
    codes = codes_of("".join(documents).replace("\n", "\x1f"))
    lengths = np.fromiter(map(len, documents), np.int64, len(documents))
    begins = np.cumsum(lengths) - lengths
    doc_of = np.repeat(np.arange(len(documents), dtype=np.int64), lengths)
    codes[begins + lengths - 1] = 10  # a document's end is a line end, which no word crosses
    cuts = cut(codes.astype("<u4").tobytes().decode("utf-32-le"))
    word_length = np.fromiter(map(len, cuts), np.int64, len(cuts))
    ends = np.cumsum(word_length)
    starts = ends - word_length
    chars, letter = char_hashes(codes), _is_letter()[codes]
    hashes = stretch_hashes(chars, starts, ends)
    kept = np.flatnonzero(letter[starts] & ~_is_stop(hashes))
    words = Words(doc_of[starts[kept]], starts[kept] - begins[doc_of[starts[kept]]], ends[kept] - begins[doc_of[starts[kept]]])
    place, owner = _characters(starts[kept], word_length[kept])
    return _join(len(documents), hashes[kept], words, chars[place], owner)


def _characters(starts: Index, lengths: Index) -> tuple[Index, Index]:
    """Return the positions of all characters of the kept words, and the index of the word each belongs to."""
    owner = np.repeat(np.arange(len(starts), dtype=np.int64), lengths)
    within = np.arange(len(owner), dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return starts[owner] + within, owner


def _join(docs: int, word: Hashes, words: Words, char: Hashes, owner: Index) -> Occurrences:
    char_doc = words.doc[owner]
    char_pair, c_at = _pairs(char, char_doc, 2)
    word_pair, w_at = _pairs(word, words.doc, 5)
    single = np.arange(len(word), dtype=np.int64)
    first = np.concatenate([owner, owner[c_at], single, w_at])
    last = np.concatenate([owner, owner[c_at + 1], single, w_at + 1])
    hashed = np.concatenate([char, char_pair, mix(word + U64(99)), word_pair])
    bucket = (hashed >> U64(64 - BITS)).astype(np.int64)
    return Occurrences(docs, words.doc[first], bucket, first, last, words)
