"""Is there a point outside all boxes? Decided exactly, by cutting and splitting, with the boxes that prove there is none.

Every box that holds in all slots but one cuts that slot; when nothing is left to cut, a slot is split in two. A part that is
refuted without use of the split refutes the whole at once (backjumping), so that conditions which have nothing to do with the
question are not multiplied out.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routing_rules.verify.columns import Column
from routing_rules.verify.index import Index
from routing_rules.verify.members import Known, changed, halves, settled
from routing_rules.verify.probe import probe
from routing_rules.verify.slots import TooInvolved

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


TOO_INVOLVED = "规则的条件交织过多,在限定的工作量内无法核对"


class Meter:
    """Counts work: looking at a part of the space in which 4,000 rows or 40 members of a set are asked takes some 20 µs.

    ``most`` = how much there may be; ``whole`` counts along, for several of them.
    """

    def __init__(self, most: int, whole: Meter | None = None) -> None:
        self.parts, self._most, self._whole = 0, most, whole

    def count(self, parts: int = 1) -> None:
        """Count more work. Raises ``TooInvolved`` beyond ``most``."""
        self.parts += parts
        if self._whole is not None:
            self._whole.count(parts)
        if self.parts > self._most:
            raise TooInvolved(f"more than {self._most} parts of the space were looked at", message=TOO_INVOLVED)


def outside(state: State, parts: tuple[Part, ...], meter: Meter) -> Found:
    """Return a part of ``state`` in which no barred box has a point, or the boxes that cover it together.

    Raises ``TooInvolved`` when ``meter`` is used up.
    """
    columns = [part.columns() for part in parts]
    weight = sum(part.index.weight for part in parts)

    def work(steps: int) -> None:
        meter.count(steps * weight)

    if len(parts) == 1 and (point := probe(state, columns[0], parts[0].barred, work)) is not None:
        return Found(point, ())
    stack: list[Generator[State, Found, Found]] = [_search(state, parts, columns)]
    answer: Any = None
    while True:
        meter.count(weight)
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


@dataclass(frozen=True, slots=True)
class Choice:
    """A box's condition by which to split the space."""

    column: Column
    slot: str
    row: int


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
        if not node.needs(found.proof, choice.slot, changed(node.state[choice.slot], piece[choice.slot])):
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
        self._given: dict[str, Known] = {}
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
                known = self.state[slot]
                touched, everywhere = column.seen.get(known) or column.look(known)
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
                    self._given.setdefault(slot, self.state[slot])
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

    def choice(self) -> Choice | None:
        """Choose where to split: the slot that most boxes ask, sets last; None when no box is left."""
        number = next((number for number, active in enumerate(self._active) if active), -1)
        if number < 0:
            return None
        asked = self._twos[number] or self._active[number]
        waiting = [
            (isinstance(self.state[slot], tuple), -(asked & missing).bit_count(), column, slot, asked & missing)
            for (column, slot), missing in zip(self._columns[number], self._open[number], strict=True)
            if asked & missing
        ]
        *_, column, slot, rows = min(waiting, key=lambda one: one[:2])
        return Choice(column, slot, (rows & -rows).bit_length() - 1)

    def split(self, choice: Choice) -> list[State]:
        """Return the parts where the box's condition fails and holds, or a member is in and out; an empty one is left out."""
        column, slot, row = choice.column, choice.slot, choice.row
        pieces = []
        for known in halves(self.state[slot]) or (column.outside(self.state[slot], row), column.inside(self.state[slot], row)):
            left = settled(known) if isinstance(known, tuple) else known
            if left:
                pieces.append({**self.state, slot: left})
        return pieces

    def needs(self, proof: Sequence[int], slot: str, members: int) -> bool:
        """Whether boxes of a proof need what was decided about a slot (for a set, about these members)."""
        return self._hangs(proof, slot, members, self._open)

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

    def _depends(self, used: Sequence[int], slot: str) -> bool:
        known = self.state[slot]
        return known is None or self._hangs(used, slot, changed(self._given[slot], known), self._at_first)

    def _hangs(self, used: Sequence[int], slot: str, members: int, opened: list[list[int]]) -> bool:
        return any(
            one & missing and one & missing & column.asking(members)
            for one, columns, missings in zip(used, self._columns, opened, strict=True)
            for (column, at), missing in zip(columns, missings, strict=True)
            if at == slot
        )
