"""Is there a point outside all boxes? Decided exactly, by cutting and splitting, with the boxes that prove there is none.

Every box that holds in all slots but one cuts that slot; when nothing is left to cut, a slot is split in two. A part that is
refuted without use of the split refutes the whole at once (backjumping), so that conditions which have nothing to do with the
question are not multiplied out.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from routing_rules.verify.index import Column, Index, Known, settled

State = dict[str, Known]
"""What is left of each slot: a mask, or what is known of a set."""


@dataclass(frozen=True, slots=True)
class Part:
    """Boxes to keep out of: those of ``index`` in ``barred``; ``slots`` maps its slots to those of the state."""

    index: Index
    barred: int
    slots: Mapping[str, str]

    def columns(self) -> list[tuple[Column, str]]:
        """Return the columns with the state's slot for each."""
        return [(column, self.slots.get(column.slot, column.slot)) for column in self.index.columns]


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the space outside all boxes (``state``), or None and the boxes of each part that together leave nothing."""

    state: State | None
    proof: tuple[int, ...]


def outside(state: State, parts: tuple[Part, ...]) -> Found:
    """Return a part of ``state`` in which no barred box has a point, or the boxes that cover it together."""
    columns = [part.columns() for part in parts]
    stack: list[Generator[State, Found, Found]] = [_search(state, parts, columns)]
    answer: Any = None
    while True:
        try:
            child = stack[-1].send(answer)
        except StopIteration as done:
            stack.pop()
            answer = done.value
            if not stack:
                return answer  # type: ignore[no-any-return]  # a Found, as all of them
        else:
            stack.append(_search(child, parts, columns))
            answer = None


_Columns = list[list[tuple[Column, str]]]


def _search(state: State, parts: tuple[Part, ...], columns: _Columns) -> Generator[State, Found, Found]:
    """Search one part of the space; yields the parts into which it splits and is sent what was found in each."""
    node = _Node(dict(state), parts, columns)
    if not node.cut():
        return Found(None, node.proof())
    choice = node.choice()
    if choice is None:
        return Found(node.state, ())
    for piece in node.split(choice):
        found = yield piece
        if found.state is not None:
            return found
        if node.refuted_by(found.proof, choice[1]):
            node.used = list(found.proof)
            break
        node.used = [used | more for used, more in zip(node.used, found.proof, strict=True)]
    return Found(None, node.proof())


class _Node:
    """A part of the space on its way to an answer."""

    def __init__(self, state: State, parts: tuple[Part, ...], columns: _Columns) -> None:
        self.state, self._parts, self._columns = state, parts, columns
        self._open: list[list[int]] = []  # at first, and then after cutting: which boxes do not hold everywhere, by column
        self._at_first: list[list[int]] = []
        self._active: list[int] = []
        self._twos: list[int] = []
        self._reasons: dict[str, list[int]] = {}
        self.used = [0] * len(parts)
        self._empty = ""

    def cut(self) -> bool:
        """Cut every slot that a single condition decides, until none does; False when nothing is left."""
        while True:
            units = self._look()
            if units is None:
                return False
            if not any(units):
                return True
            if not self._cut(units):
                return False

    def _look(self) -> list[int] | None:
        """Look at the boxes: which are active, which lack one slot only; None when one holds everywhere."""
        self._open, self._active, self._twos, units = [], [], [], []
        covered = False
        for number, part in enumerate(self._parts):
            active, opened = part.barred, []
            for column, slot in self._columns[number]:
                touched, everywhere = column.look(self.state[slot])
                active &= touched
                opened.append(~everywhere)
            once = twice = thrice = 0
            for column_open in opened:
                missing = column_open & active
                thrice |= twice & missing
                twice |= once & missing
                once |= missing
            if full := active & ~once:
                self.used[number] |= full & -full
                covered = True
            self._open.append(opened)
            self._active.append(active)
            self._twos.append(twice & ~thrice)
            units.append(once & ~twice)
        self._at_first = self._at_first or self._open
        return None if covered else units

    def _cut(self, units: list[int]) -> bool:
        for number, unit in enumerate(units):
            if not unit:
                continue
            for (column, slot), missing in zip(self._columns[number], self._open[number], strict=True):
                if rows := unit & missing:
                    self._reasons.setdefault(slot, [0] * len(self._parts))[number] |= rows
                    if not self._set(slot, column.without(self.state[slot], rows)):
                        self._empty = slot
                        return False
        return True

    def _set(self, slot: str, known: Known) -> bool:
        if isinstance(known, tuple):
            known = settled(known)
        self.state[slot] = known
        return bool(known)

    def choice(self) -> tuple[tuple[Column, str], str, int] | None:
        """Choose a box and the smallest slot in which it has to be told; None when no box is left."""
        number = next((number for number, twos in enumerate(self._twos) if twos), -1)
        if number < 0:
            number = next((number for number, active in enumerate(self._active) if active), -1)
        if number < 0:
            return None
        rows = self._twos[number] or self._active[number]
        row = rows & -rows
        undecided = [column for column, missing in zip(self._columns[number], self._open[number], strict=True) if row & missing]
        best = min(undecided, key=lambda column: _size(self.state[column[1]]))
        return best, best[1], row.bit_length() - 1

    def split(self, choice: tuple[tuple[Column, str], str, int]) -> list[State]:
        """Return the part where the box's condition fails and the part where it holds; one that is empty is left out."""
        (column, slot), _, row = choice
        pieces = []
        for known in (column.outside(self.state[slot], row), column.inside(self.state[slot], row)):
            left = settled(known) if isinstance(known, tuple) else known
            if left:
                pieces.append({**self.state, slot: left})
        return pieces

    def refuted_by(self, proof: tuple[int, ...], slot: str) -> bool:
        """Whether the boxes that refute a piece refute the whole: all of them hold everywhere in the slot that was split."""
        return not any(
            used & missing
            for used, columns, opened in zip(proof, self._columns, self._open, strict=True)
            for (_, at), missing in zip(columns, opened, strict=True)
            if at == slot
        )

    def proof(self) -> tuple[int, ...]:
        """Return the boxes used, with those that cut a slot in which a box used did not hold at first."""
        used = self.used
        waiting = dict(self._reasons)
        asked = [self._empty] if self._empty else []
        while True:
            for slot in asked:
                used = [one | more for one, more in zip(used, waiting.pop(slot), strict=True)]
            asked = [slot for slot in waiting if self._depends(used, slot)]
            if not asked:
                return tuple(used)

    def _depends(self, used: list[int], slot: str) -> bool:
        return any(
            one & missing
            for one, columns, opened in zip(used, self._columns, self._at_first, strict=True)
            for (_, at), missing in zip(columns, opened, strict=True)
            if at == slot
        )


def _size(known: Known) -> int:
    return 2 if isinstance(known, tuple) else known.bit_count()
