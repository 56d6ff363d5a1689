"""Rows put where those that may meet a given one are found without looking at all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from heapq import merge

_NARROW = 8
"""A row that allows more values of a slot than these stands with those that allow any."""


class Shelf:
    """Rows by their masks of a few telling slots (-1 = anything): by number, in order."""

    def __init__(self, telling: Sequence[Sequence[int]]) -> None:
        self._all = range(len(telling))
        slots = range(len(telling[0])) if telling else range(0)
        self._slots = tuple(_Slot([masks[slot] for masks in telling]) for slot in slots)

    def near(self, telling: Sequence[int]) -> Iterable[int]:
        """Return the numbers of rows among which all are that share a value with ``telling`` in every slot, in order."""
        if not self._slots:
            return self._all
        found = [slot.near(mask) for slot, mask in zip(self._slots, telling, strict=True) if _narrow(mask)]
        best = min(found, key=lambda lists: sum(map(len, lists)), default=None)
        return self._all if best is None else merge(*best)


class _Slot:
    def __init__(self, masks: Iterable[int]) -> None:
        self._wide: list[int] = []
        self._by_value: dict[int, list[int]] = defaultdict(list)
        for number, mask in enumerate(masks):
            if _narrow(mask):
                self._by_value[mask].append(number)
            else:
                self._wide.append(number)
        self._masks: dict[int, set[int]] = defaultdict(set)
        for mask in self._by_value:
            for bit in _bits(mask):
                self._masks[bit].add(mask)

    def near(self, mask: int) -> list[Collection[int]]:
        """Return lists in order, without repeats, that together hold every row that shares a value with ``mask``."""
        masks = {one for bit in _bits(mask) for one in self._masks.get(bit, ())}
        return [self._wide, *(self._by_value[one] for one in sorted(masks))]


def _narrow(mask: int) -> bool:
    return mask >= 0 and mask.bit_count() <= _NARROW


def _bits(mask: int) -> Iterable[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low
