"""Orders that tell of one thing: one caller again, or many callers on one event. Proposals only: people merge (并单)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np

from classifiers.duplicate_index import DuplicateIndex
from classifiers.sketches import essence, shingles, sketch, stretches

ALIKE = 0.35
"""Likeness from which two texts tell of one matter, whoever calls."""
ALIKE_OF_ONE_CALLER = 0.15
"""Likeness from which two texts of one caller do."""
_SHARED = 5


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """What is compared of an order; ``caller`` is an opaque key (never a number in clear), empty when not known."""

    id: str
    title: str
    text: str
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An open order that may tell of the same: likeness 0…1 and the stretches that stand in both texts."""

    order: str
    likeness: float
    shared: tuple[str, ...]
    same_caller: bool


class OpenOrders:
    """The open orders of an office, searched for near-duplicates; several threads may share it."""

    def __init__(self, orders: Iterable[OpenOrder] = ()) -> None:
        """Begin with these orders."""
        self._index = DuplicateIndex()
        self._ids: list[str] = []
        self._callers: list[str] = []
        self._numbers: dict[str, int] = {}
        self._of_caller: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._lock = Lock()
        for order in orders:
            self.add(order)

    def __len__(self) -> int:
        """Return how many orders are open."""
        return len(self._numbers)

    def add(self, order: OpenOrder) -> None:
        """Hold an order; one that is held already is replaced."""
        made = sketch(shingles(_told(order))[0])
        with self._lock:
            self._drop(order.id)
            number = self._index.add(made)
            self._ids.append(order.id)
            self._callers.append(order.caller)
            self._numbers[order.id] = number
            if order.caller:
                self._of_caller[order.caller][number] = None

    def remove(self, order_id: str) -> None:
        """Let go of an order that is closed; an unknown one is no fault."""
        with self._lock:
            self._drop(order_id)

    def like(self, order: OpenOrder, *, most: int = 5, least: float = ALIKE) -> list[Proposal]:
        """Return the open orders that may tell of the same as ``order``, most alike first, at most ``most``, never itself."""
        text = _told(order)
        hashes, starts = shingles(text)
        made = sketch(hashes)
        with self._lock:
            own = tuple(self._of_caller.get(order.caller, ())) if order.caller else ()
            near = self._index.near(made, min(least, ALIKE_OF_ONE_CALLER) if own else least, also=own[-20:])
            found = [(likeness, number, number in own) for likeness, number in near if self._ids[number] != order.id]
            kept = [one for one in found if one[2] or one[0] >= least][:most]
            held = [self._index.sketch_of(number) for _, number, _ in kept]
        return [
            Proposal(self._ids[number], round(likeness, 4), stretches(text, starts[np.isin(hashes, other)], _SHARED), same)
            for (likeness, number, same), other in zip(kept, held, strict=True)
        ]

    def _drop(self, order_id: str) -> None:
        number = self._numbers.pop(order_id, None)
        if number is not None:
            self._index.remove(number)
            self._of_caller.get(self._callers[number], {}).pop(number, None)


def _told(order: OpenOrder) -> str:
    return essence(f"{order.title}\n{order.text}")
