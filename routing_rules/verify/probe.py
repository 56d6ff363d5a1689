"""A quick try for a point outside all boxes: from slot to slot the atoms that the fewest boxes hold.

A point found this way proves that there is one; when none is found nothing is known, and the search of ``cover`` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from routing_rules.verify.columns import Column, MaskColumn, SetColumn
from routing_rules.verify.members import Known
from routing_rules.verify.slots import bits

_ROUNDS = 2  # atoms and members are chosen in turns
_STEP = 2  # what a step costs, in parts of the space looked at
_STEPS = 12  # members of one set that are put in or out in a round


Work = Callable[[int], None]
"""Told how much work is done."""


def probe(state: Mapping[str, Known], columns: Sequence[tuple[Column, str]], barred: int, work: Work) -> dict[str, Known] | None:
    """Return a part of ``state`` in which none of the boxes ``barred`` has a point; None = none was found at once."""
    work(1)
    active = barred
    for column, slot in columns:
        active &= (column.seen.get(state[slot]) or column.look(state[slot]))[0]
    if not active:
        return dict(state)
    masks = [(column, slot) for column, slot in columns if isinstance(column, MaskColumn)]
    sets: dict[str, list[SetColumn]] = {}
    for column, slot in columns:
        if isinstance(column, SetColumn):
            sets.setdefault(slot, []).append(column)
    chosen = {slot: _Members(state[slot], found, active, work) for slot, found in sets.items()}
    return _point(state, masks, chosen, active) or (_point(state, masks, _filled(chosen), active) if chosen else None)


class _Members:
    """The members of one set that are in, and which boxes hold for them: at first as few as the clauses ask for."""

    def __init__(self, known: Known, columns: Sequence[SetColumn], active: int, work: Work) -> None:
        into, out, self._clauses = known
        self._work = work
        self._columns, self._fixed, self._out = columns, into, out
        self.full = into
        for column in columns:
            self.full |= column.members
        self.members, self.filled = into, False
        for clause in self._clauses:
            if not clause & self.members:
                free = (self.members | 1 << member for member in bits(clause & ~out))
                self.members = min(free, key=lambda members: (active & self.holding(members)).bit_count())

    def holding(self, members: int) -> int:
        """Return the boxes that hold when exactly these members are in."""
        rows = -1
        for column in self._columns:
            rows &= column.holding(members)
        return rows

    def fill(self) -> None:
        """Put in everything that may be."""
        self.members, self.filled = self.members | self.full & ~self._out, True

    def climb(self, rows: int) -> None:
        """Put in or out the member that leaves the fewest of ``rows``, again and again."""
        best = (rows & self.holding(self.members)).bit_count()
        for _ in range(_STEPS):
            if not best:
                return
            self._work(_STEP)
            better = self._better(rows, best)
            if better is None:
                return
            best, self.members = better

    def thin(self, rows: int) -> None:
        """Put out every member that is not needed to keep out of ``rows``."""
        for member in bits(self.members):
            fewer = self.members & ~(1 << member)
            if self._allowed(fewer) and not rows & self.holding(fewer):
                self.members = fewer

    def known(self) -> Known:
        """Return the choice as what is known of the set."""
        return self.members, self.full & ~self.members, ()

    def _better(self, rows: int, best: int) -> tuple[int, int] | None:
        """Return how many rows are left, and the members beside these that leave the fewest; None = no fewer."""
        found = None
        named = [(column, column.named(self.members)) for column in self._columns]
        for member in self._beside():
            left = rows
            for column, by in named:
                left &= column.turned(by, self.members, member)
            if (count := left.bit_count()) < best:
                best, found = count, (count, self.members ^ 1 << member)
                if not count:
                    break
        return found

    def _beside(self) -> Iterator[int]:
        """Yield the members that may be put in or out."""
        for member in bits(self.full & ~self._out):
            if self._allowed(self.members ^ 1 << member):
                yield member

    def _allowed(self, members: int) -> bool:
        return not self._fixed & ~members and all(clause & members for clause in self._clauses)


_Masks = Sequence[tuple[MaskColumn, str]]


def _filled(chosen: dict[str, _Members]) -> dict[str, _Members]:
    for one in chosen.values():
        one.fill()
    return chosen


def _point(state: Mapping[str, Known], masks: _Masks, chosen: dict[str, _Members], active: int) -> dict[str, Known] | None:
    """Choose atoms, then members, in turns; None when some box holds in the end."""
    for _ in range(_ROUNDS):
        found = dict(state)
        left = active
        for one in chosen.values():
            left &= one.holding(one.members)
        left = _atoms(found, masks, left)
        free = _free(found, masks, active) if chosen else left
        for slot, one in chosen.items():
            rows = free
            for other, another in chosen.items():
                rows &= -1 if other == slot else another.holding(another.members)
            one.climb(rows)
            left = rows & one.holding(one.members)
            if not left and one.filled:
                one.thin(rows)
        if not left:
            found.update({slot: one.known() for slot, one in chosen.items()})
            return found
    return None


def _atoms(found: dict[str, Known], masks: _Masks, left: int) -> int:
    """Narrow each slot to the atoms that leave the fewest boxes; return those that hold in the end."""
    for column, slot in masks:
        if not left:
            break
        atoms, rows = column.least(found[slot], left)
        found[slot], left = atoms, left & rows
    return left


def _free(found: Mapping[str, Known], masks: _Masks, active: int) -> int:
    """Return the boxes that have a point in common with the atoms chosen."""
    for column, slot in masks:
        active &= column.look(found[slot])[0]
    return active
