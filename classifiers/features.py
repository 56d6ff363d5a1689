"""Features of a batch of texts: characters, pairs of characters and words, hashed into buckets.

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
_STOP_BITS = 16
Places = NDArray[np.int32]
_LETTERS = ((0x30, 0x39), (0x61, 0x7A), (0x3400, 0x4DBF), (0x4E00, 0x9FFF))


@dataclass(frozen=True, slots=True)
class Words:
    """The words kept of a batch: document of each word and where it starts and ends in its document (characters).

    ``lead`` = it stands in the title of a document that has a text too: what a caller wants is said there.
    """

    doc: Index
    start: Index
    end: Index
    lead: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Each feature each time it occurs: its document, its bucket, and the first and last word (index in ``words``) it touches."""

    docs: int
    row: Places
    bucket: Places
    first: Places
    last: Places
    words: Words

    @property
    def lead(self) -> NDArray[np.bool_]:
        """Whether the occurrence stands in the lead."""
        return self.words.lead[self.first]


@lru_cache(maxsize=1)
def _is_letter() -> NDArray[np.bool_]:
    table = np.zeros(0x110000, dtype=np.bool_)
    for low, high in _LETTERS:
        table[low : high + 1] = True
    return table


@lru_cache(maxsize=1)
def _stop_hashes() -> tuple[Hashes, NDArray[np.bool_]]:
    """Return the sorted hashes of the stop words, and for each value of a hash's first bits whether a stop word has it."""
    stops = word_hashes(STOPWORDS)
    likely = np.zeros(1 << _STOP_BITS, dtype=np.bool_)
    likely[(stops >> U64(64 - _STOP_BITS)).astype(np.int64)] = True
    return stops, likely


def _is_stop(hashes: Hashes) -> NDArray[np.bool_]:
    stops, likely = _stop_hashes()
    found = likely[(hashes >> U64(64 - _STOP_BITS)).view(np.int64)]
    maybe = np.flatnonzero(found)
    at = np.minimum(np.searchsorted(stops, hashes[maybe]), len(stops) - 1)
    found[maybe] = stops[at] == hashes[maybe]
    return found


def _pairs(hashes: Hashes, doc: Places, salt: int) -> tuple[Hashes, Index]:
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
    ends = _word_ends(cut(codes.astype("<u4").tobytes().decode("utf-32-le")))
    starts = np.concatenate([[0], ends])[:-1]
    chars, letter = char_hashes(codes), _is_letter()[codes]
    spoken = np.flatnonzero(letter[starts])
    hashes = stretch_hashes(chars, starts[spoken], ends[spoken])
    kept = np.flatnonzero(~_is_stop(hashes))
    starts, ends = starts[spoken[kept]], ends[spoken[kept]]
    doc = doc_of[starts]
    lead = np.fromiter(map(_lead, documents), np.int64, len(documents))
    words = Words(doc, starts - begins[doc], ends - begins[doc], starts - begins[doc] < lead[doc])
    place, owner = _characters(starts, ends - starts)
    return _join(len(documents), hashes[kept], words, chars[place], owner)


def _word_ends(cuts: Sequence[str]) -> Index:
    """Return where each word ends in the text that the words are when joined."""
    joined = np.frombuffer("\0".join([*cuts, ""]).encode("utf-32-le"), dtype=np.uint32)  # folded texts hold no NUL
    marks = np.flatnonzero(joined == 0)
    return np.asarray(marks - np.arange(len(marks)), dtype=np.int64)


def _lead(document: str) -> int:
    """Return the length of a document's title; 0 when there is nothing but the title."""
    title = document.find("\n")
    return title if len(document) > title + 2 else 0


def _characters(starts: Index, lengths: Index) -> tuple[Index, Places]:
    """Return the positions of all characters of the kept words, and the index of the word each belongs to."""
    owner = np.repeat(np.arange(len(starts), dtype=np.int32), lengths)
    shift = starts - (np.cumsum(lengths) - lengths)
    return shift[owner] + np.arange(len(owner), dtype=np.int64), owner


def _join(docs: int, word: Hashes, words: Words, char: Hashes, owner: Places) -> Occurrences:
    doc = words.doc.astype(np.int32)
    char_pair, at = _pairs(char, doc[owner], 2)
    single = np.arange(len(word), dtype=np.int32)
    first = np.concatenate([owner, owner[at], single])
    last = np.concatenate([owner, owner[at + 1], single])
    hashed = np.concatenate([char, char_pair, mix(word + U64(99))])
    bucket = (hashed >> U64(64 - BITS)).astype(np.int32)
    return Occurrences(docs, doc[first], bucket, first, last, words)
