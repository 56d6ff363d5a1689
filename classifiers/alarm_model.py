"""The learned layer of the alarms: what a stretch of a call sounds like, where no rule has a word for it.

Its weights are whole numbers (``SCALE`` to one), so that an answer is the same to the bit whatever else is in the batch.
"""

from __future__ import annotations

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
from classifiers.corpus import SHIPPED_ALARMS
from hotline.errors import ModelError

FORMAT = 1
HEADS = ("emergency", "danger", "threat", "110", "119", "120", "122")
ALARMS = HEADS[:3]
NUMBERS = HEADS[3:]
SCALE = 4096
"""What one is in the whole numbers."""
GATED = (1, 2)
"""How many characters the features have by which the stretches of longer texts are chosen that are looked at closely."""
_PREFIX = "alarms."
_DENIED, _GATE = 3, 4
_OF_ALARMS, _OF_NUMBERS = slice(0, len(ALARMS)), slice(len(ALARMS), None)
_ARRAYS = ("table", "pairs", "bias", "gate", "limits")
SOURCE = "source"
"""In the weights that ship: the SHA-256 of the sentences and groups that they were learned from."""

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the learned layer heard in one text: scores by alarm over what its limit asks, the number, where it was told.

    ``over`` holds, for each of ``ALARMS``, how far the score is over the limit (> 0 = heard) and ``denied`` whether it is so
    low that a word of the rules is no alarm either. ``start`` and ``end`` are characters of the text.
    """

    over: tuple[float, ...]
    denied: tuple[bool, ...]
    number: str
    start: int
    end: int

    def settles(self, alarm: str, *, by_rule: bool) -> bool:
        """Return whether there is this alarm, given what the rules say."""
        at = ALARMS.index(alarm)
        return not self.denied[at] if by_rule else self.over[at] > 0


@dataclass(frozen=True, slots=True)
class AlarmModel:
    """Weights by bucket, pair of groups and head; ``gate`` chooses what is looked at.

    Rows of ``limits``: by alarm in a short text, in a call, in a letter; what denies a rule (in short texts); the gate by length.
    """

    table: NDArray[np.int16]
    pairs: NDArray[np.int16]
    bias: NDArray[np.int32]
    gate: NDArray[np.int16]
    limits: NDArray[np.int32]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = _PREFIX) -> Self:
        """Return the layer among a model folder's arrays. Raises ModelError when they do not fit together."""
        found = cls(**{name: arrays[prefix + name] for name in _ARRAYS})
        groups = len(GROUPS)
        if found.table.shape != (1 << BITS, len(HEADS)) or found.pairs.shape != (len(HEADS), groups, groups):
            raise ModelError("the weights of the alarms are of another version of the program")
        return found

    def arrays(self, prefix: str = _PREFIX) -> dict[str, NDArray[Any]]:
        """Return the arrays as a model folder holds them."""
        return {prefix + name: getattr(self, name) for name in _ARRAYS}

    def hear(self, folded: Sequence[str]) -> list[Heard | None]:
        """Return what is heard in each folded text (``lexicon.call_text``); None where nothing comes near."""
        every = stretches(folded)
        length = every.kinds(len(folded))
        near = every.only(np.flatnonzero(self._gated(every, length)))
        if not len(near.doc):
            return [None] * len(folded)
        offset = np.cumsum([0, *map(len, folded)])
        return self._answers(near, self.scores(near, _OF_ALARMS), length, offset)

    def scores(self, found: Stretches, heads: slice = slice(None)) -> Whole:
        """Return the score of each stretch for each head, ``SCALE`` to one."""
        return self._by_characters(found, heads) + self._by_groups(groups_of(found), heads) + self.bias[heads]

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

    def _answers(self, near: Stretches, scores: Whole, length: Whole, offset: Whole) -> list[Heard | None]:
        """Return the answer to each text from its loudest stretch, alarm by alarm."""
        made: list[Heard | None] = [None] * len(length)
        docs, first = np.unique(near.doc, return_index=True)
        loudest = np.maximum.reduceat(scores, first, axis=0)
        over = loudest - self.limits[length[docs]]
        denied = (loudest < self.limits[_DENIED]) & (length[docs] == 0)[:, None]
        kept = np.flatnonzero((denied | (over > 0)).any(axis=1))
        if not len(kept):
            return made
        ends = np.append(first[1:], len(near.doc))
        best = np.array(
            [low + scores[low:high].max(axis=1).argmax() for low, high in zip(first[kept], ends[kept], strict=True)], int
        )
        number = self.scores(near.only(best), _OF_NUMBERS).argmax(axis=1)
        for at, where, which in zip(kept.tolist(), best.tolist(), number.tolist(), strict=True):
            doc = int(docs[at])
            begin, end = int(near.begins[where] - offset[doc]), int(near.ends[where] - offset[doc])
            made[doc] = Heard(tuple((over[at] / SCALE).tolist()), tuple(denied[at].tolist()), NUMBERS[which], begin, end)
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
