"""The learned layer of the alarms: what a stretch of a call sounds like, where no rule has a word for it.

Its weights are whole numbers (``SCALE`` to one), so that an answer is the same to the bit whatever else is in the batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from classifiers.alarm_concepts import GROUPS
from classifiers.alarm_features import BITS, ORDERS, Stretches, buckets, grams, group_rows, groups_of, stretches
from classifiers.alarm_verdict import Verdict, row
from classifiers.corpus import SHIPPED_ALARMS
from hotline.errors import ModelError

FORMAT = 2
HEADS = ("emergency", "danger", "threat", "110", "119", "120", "122")
ALARMS = HEADS[:3]
NUMBERS = HEADS[3:]
SCALE = 4096
"""What one is in the whole numbers."""
GATED = (1, 2)
"""How many characters the features have by which the stretches of longer texts are chosen that are looked at closely."""
_PREFIX = "alarms."
_NEVER = -(2**30)
_SURE, _GATE = 3, 4
_OF_ALARMS, _OF_NUMBERS = slice(0, len(ALARMS)), slice(len(ALARMS), None)
_ARRAYS = ("table", "pairs", "bias", "gate", "limits", "feature", "cut", "leaf")
SOURCE = "source"
"""In the weights that ship: the SHA-256 of the sentences and groups that they were learned from."""

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the learned layer heard in one text: by alarm how far over its limit (> 0 = heard), the number, where it was told.

    Of a short text the limit only asks for a second look, for which ``scores`` and ``seen`` (the groups of words, a bit each) are
    kept; of longer ones ``scores`` is empty. ``near``: the limit is passed; a short text that stays under it is kept too, without
    a number, for the rules may hear an alarm in it. ``start`` and ``end`` are characters of the text.
    """

    over: tuple[float, ...]
    number: str
    start: int
    end: int
    scores: tuple[int, ...] = ()
    seen: int = 0
    near: bool = True


@dataclass(frozen=True, slots=True)
class AlarmModel:
    """Weights by bucket, pair of groups and head; ``gate`` chooses what is looked at; ``feature``, ``cut``, ``leaf`` are trees.

    Rows of ``limits``: by alarm what asks for a second look at a short text, what is heard in a call, in a letter, what the
    second look asks; the gate by length.
    """

    table: NDArray[np.int16]
    pairs: NDArray[np.int16]
    bias: NDArray[np.int32]
    gate: NDArray[np.int16]
    limits: NDArray[np.int32]
    feature: NDArray[np.int16]
    cut: NDArray[np.int32]
    leaf: NDArray[np.int32]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = _PREFIX) -> Self:
        """Return the layer among a model folder's arrays. Raises ModelError when they do not fit together."""
        found = cls(**{name: arrays[prefix + name] for name in _ARRAYS})
        groups = len(GROUPS)
        plain = found.table.shape == (1 << BITS, len(HEADS)) and found.pairs.shape == (len(HEADS), groups, groups)
        if not plain or not found.verdict.fits(len(ALARMS)):
            raise ModelError("the weights of the alarms are of another version of the program")
        return found

    def arrays(self, prefix: str = _PREFIX) -> dict[str, NDArray[Any]]:
        """Return the arrays as a model folder holds them."""
        return {prefix + name: getattr(self, name) for name in _ARRAYS}

    @property
    def verdict(self) -> Verdict:
        """Return the trees of the second look."""
        return Verdict(self.feature, self.cut, self.leaf)

    def digest(self) -> str:
        """Return the SHA-256 of what the layer holds, in hexadecimal digits."""
        made = hashlib.sha256()
        for name, array in self.arrays(prefix="").items():
            made.update(f"{name} {array.dtype} {array.shape}".encode() + np.ascontiguousarray(array).tobytes())
        return made.hexdigest()

    def hear(self, folded: Sequence[str]) -> list[Heard | None]:
        """Return what is heard in each folded text (``lexicon.call_text``); None where nothing comes near."""
        every = stretches(folded)
        length = every.kinds(len(folded))
        near = every.only(np.flatnonzero(self._gated(every, length)))
        if not len(near.doc):
            return [None] * len(folded)
        offset = np.cumsum([0, *map(len, folded)])
        return self._answers(near, length, offset, self.limits)

    def closely(self, folded: str) -> Heard | None:
        """Return what a short text sounds like, however little of an alarm that is; None for a longer or an empty one."""
        found = stretches([folded])
        if len(found.doc) != 1 or found.kind[0]:
            return None
        every = np.full_like(self.limits, _NEVER)
        return self._answers(found, found.kinds(1), np.array([0, len(folded)]), every)[0]

    def settled(self, heard: Heard | None, ruled: Sequence[bool], text: str) -> tuple[bool, ...]:
        """Return for each alarm whether there is one; ``text`` is folded and its sentences end alike (``frames.one_end``)."""
        if heard is None or not heard.scores:
            over = heard.over if heard else (0.0,) * len(ALARMS)
            return tuple(rule or far > 0 for rule, far in zip(ruled, over, strict=True))
        made = self.verdict.scores(row(heard.scores, ruled, heard.seen, text))
        return tuple((made > self.limits[_SURE]).tolist())

    def scores(self, found: Stretches, heads: slice = slice(None)) -> Whole:
        """Return the score of each stretch for each head, ``SCALE`` to one."""
        return self._scores(found, groups_of(found), heads)

    def _scores(self, found: Stretches, seen: NDArray[np.uint64], heads: slice) -> Whole:
        return self._by_characters(found, heads) + self._by_groups(seen, heads) + self.bias[heads]

    def _by_characters(self, found: Stretches, heads: slice) -> Whole:
        weight = self.table[:, heads]
        total = np.zeros((len(found.start), weight.shape[1]), dtype=np.int64)
        for order, hashed in zip(ORDERS, grams(found.codes, max(ORDERS)), strict=True):
            total += _sums(weight[buckets(hashed, order)], found, order)
        return _shared_out(total, found)

    def _by_groups(self, seen: NDArray[np.uint64], heads: slice) -> Whole:
        rows, pairs = group_rows(seen), self.pairs[heads]
        weight = pairs.transpose(1, 0, 2).reshape(len(GROUPS), -1).astype(np.float32)
        made = sp.csr_matrix(rows) @ weight  # few groups stand in a stretch; whole numbers below 2^24: no rounding
        return np.asarray(np.einsum("thg,tg->th", made.reshape(len(rows), len(pairs), len(GROUPS)), rows), dtype=np.int64)

    def _gated(self, every: Stretches, length: Whole) -> NDArray[np.bool_]:
        """Return which stretches are looked at: all of short texts, of longer ones those that sound like an alarm at all."""
        total = np.zeros((len(every.start), 1), dtype=np.int64)
        for order, hashed in zip(GATED, grams(every.codes, max(GATED)), strict=True):
            total += _sums(self.gate[buckets(hashed, order)][:, None], every, order)
        of = length[every.doc]
        return np.asarray((_shared_out(total, every)[:, 0] > self.limits[_GATE, of]) | (of == 0))

    def _answers(self, near: Stretches, length: Whole, offset: Whole, limits: NDArray[np.int32]) -> list[Heard | None]:
        """Return the answer to each text from its loudest stretch, alarm by alarm."""
        made: list[Heard | None] = [None] * len(length)
        seen = groups_of(near)
        scores = self._scores(near, seen, _OF_ALARMS)
        docs, first = np.unique(near.doc, return_index=True)
        loudest = np.maximum.reduceat(scores, first, axis=0)
        over = loudest - limits[length[docs]]
        loud = (over > 0).any(axis=1)
        kept = np.flatnonzero(loud)
        ends = np.append(first[1:], len(near.doc))
        best = np.array(
            [low + scores[low:high].max(axis=1).argmax() for low, high in zip(first[kept], ends[kept], strict=True)], int
        )
        number = self.scores(near.only(best), _OF_NUMBERS).argmax(axis=1) if len(kept) else ()
        for at, where, which in zip(kept.tolist(), best.tolist(), number, strict=True):
            doc = int(docs[at])
            begin, end = int(near.begins[where] - offset[doc]), int(near.ends[where] - offset[doc])
            told = () if length[doc] else tuple(scores[where].tolist())
            made[doc] = Heard(tuple((over[at] / SCALE).tolist()), NUMBERS[which], begin, end, told, int(seen[where]))
        quiet = np.flatnonzero(~loud & (length[docs] == 0))
        where_quiet, whole = first[quiet], zip(docs[quiet].tolist(), scores[first[quiet]].tolist(), strict=True)
        for (doc, heard), groups in zip(whole, seen[where_quiet].tolist(), strict=True):
            made[doc] = Heard((), "", 0, int(offset[doc + 1] - offset[doc]), tuple(heard), groups, near=False)
        return made


def _sums(weight: NDArray[Any], found: Stretches, order: int) -> Whole:
    """Return the sum of the weights of what begins in each stretch and ends in it."""
    sums = np.zeros((len(weight) + 1, weight.shape[1]), dtype=np.int64)
    np.cumsum(weight, axis=0, out=sums[1:])
    last = np.clip(found.end - order + 1, found.start, len(weight))
    return np.asarray(sums[last] - sums[np.minimum(found.start, last)])


def _shared_out(total: Whole, found: Stretches) -> Whole:
    """Return sums over the root of the length: what is said in more words is not heard louder."""
    root = np.sqrt(np.maximum(found.end - found.start, 1))[:, None]
    return np.asarray(np.floor(total / root), dtype=np.int64)


@lru_cache(maxsize=1)
def shipped() -> AlarmModel:
    """Return the layer that was learned from the corpus alone; it serves where a model folder holds none."""
    with np.load(Path(SHIPPED_ALARMS), allow_pickle=False) as arrays:
        return AlarmModel.of(arrays, prefix="")
