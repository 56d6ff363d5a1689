"""Which of many sketches share hashes with a new one: sorted postings, and a small heap of fresh ones that is merged in."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from classifiers.sketches import BUCKET_BITS, Sketch, alike, bucket

_KEYS = 24
"""How many of its lowest hashes a text is found by: one of Jaccard .4 shares none with chance .6^24 < 1e-5."""
_MOST_POSTINGS = 400
"""A hash that more texts bear tells nothing; it is not looked up."""
_FRESH = 4_000
_JUDGED, _SHARED = 30, 2

Index = NDArray[np.int64]


class DuplicateIndex:
    """Sketches by number. Not for several threads at once: its holder has a lock."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._sketches: list[Sketch | None] = []
        self._keys, self._owners = np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.int32)
        self._fresh: defaultdict[int, list[int]] = defaultdict(list)
        self._fresh_from = 0
        self._borne = np.zeros(1 << BUCKET_BITS, dtype=np.int32)
        self._weight = np.ones(1 << BUCKET_BITS, dtype=np.float32)
        self._weighed_at = 0

    def __len__(self) -> int:
        """Return how many sketches are held, the removed ones left out."""
        return sum(one is not None for one in self._sketches)

    def add(self, made: Sketch) -> int:
        """Hold a sketch; return its number."""
        number = len(self._sketches)
        self._sketches.append(made)
        self._borne[bucket(made)] += 1
        for key in made[:_KEYS].tolist():
            self._fresh[key].append(number)
        if number - self._fresh_from >= _FRESH:
            self._merge()
        return number

    def remove(self, number: int) -> None:
        """Forget a sketch; its postings go with the next merge."""
        made = self._sketches[number]
        if made is not None:
            self._borne[bucket(made)] -= 1
            self._sketches[number] = None

    def sketch_of(self, number: int) -> Sketch:
        """Return a held sketch; an empty one when it was removed."""
        held = self._sketches[number]
        return np.zeros(0, dtype=np.uint32) if held is None else held

    def near(self, made: Sketch, least: float, *, also: tuple[int, ...] = ()) -> list[tuple[float, int]]:
        """Return (likeness, number) of sketches at least ``least`` alike, most alike first; ``also`` are judged in any case."""
        weight = self._rarity()
        found = []
        for number in (*self._candidates(made), *also):
            held = self._sketches[number]
            if held is not None and (likeness := alike(made, held, weight)) >= least:
                found.append((likeness, number))
        return sorted(set(found), key=lambda one: (-one[0], one[1]))

    def _candidates(self, made: Sketch) -> list[int]:
        keys = made[:_KEYS]
        low, high = np.searchsorted(self._keys, keys, side="left"), np.searchsorted(self._keys, keys, side="right")
        owners = [self._owners[begin:end] for begin, end in zip(low, high, strict=True) if end - begin <= _MOST_POSTINGS]
        told = (self._fresh.get(key, ()) for key in keys.tolist())
        fresh = [np.array(held, dtype=np.int32) for held in told if 0 < len(held) <= _MOST_POSTINGS]
        if not owners and not fresh:
            return []
        numbers, shared = np.unique(np.concatenate([*owners, *fresh]), return_counts=True)
        if len(keys) == _KEYS:  # one hash in common out of 24 is chance: texts alike by a third share eight
            numbers, shared = numbers[shared >= _SHARED], shared[shared >= _SHARED]
        best = np.argsort(-shared, kind="stable")[:_JUDGED]
        return [int(one) for one in numbers[best]]

    def _rarity(self) -> NDArray[np.float32]:
        """Return the rarity of each bucket; counted anew when the number of texts has grown by a tenth."""
        held = len(self._sketches)
        if held > self._weighed_at * 1.1 + 20:
            self._weight = (np.log((1 + held) / (1 + self._borne)) + 0.2).astype(np.float32)
            self._weighed_at = held
        return self._weight

    def _merge(self) -> None:
        keys = np.fromiter((key for key, held in self._fresh.items() for _ in held), np.uint32)
        owners = np.fromiter((number for held in self._fresh.values() for number in held), np.int32)
        order = np.argsort(keys, kind="stable")
        keys, owners = keys[order], owners[order]
        alive = np.fromiter((one is not None for one in self._sketches), np.bool_)[self._owners]
        old_keys, old_owners = self._keys[alive], self._owners[alive]
        at = np.searchsorted(old_keys, keys, side="right")
        self._keys, self._owners = np.insert(old_keys, at, keys), np.insert(old_owners, at, owners)
        self._fresh.clear()
        self._fresh_from = len(self._sketches)
