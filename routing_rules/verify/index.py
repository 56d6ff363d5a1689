"""A table's rows stood on end: for each column, which rows a part of the space touches and which of them hold all of it.

A set of rows is a Python integer with a bit a box (a row that is a union of boxes has several), so that one operation asks
thousands of rows at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from routing_rules.verify.slots import bits
from routing_rules.verify.space import Box, Space

Known = Any
"""What is known of a slot: the mask of the atoms left, or for a set ``Members``."""
Members = tuple[int, int, tuple[int, ...]]
"""What is known of a set: members that are in, members that are out, and clauses of which one member at least is in."""
NOTHING_KNOWN: Members = (0, 0, ())
_REMEMBERED = 20_000
Look = tuple[int, int]
"""Rows touched, and rows that hold everywhere."""


class Column(Protocol):
    """One condition that rows may have: ``slot`` is the part of the facts it asks."""

    slot: str

    def look(self, known: Known) -> Look:
        """Return the rows touched and the rows that hold everywhere in this part of the slot."""

    def inside(self, known: Known, row: int) -> Known:
        """Return the part of ``known`` where the row's condition holds."""

    def outside(self, known: Known, row: int) -> Known:
        """Return the part of ``known`` where the row's condition does not hold."""

    def without(self, known: Known, rows: int) -> Known:
        """Return the part of ``known`` where none of the rows' conditions holds."""


class MaskColumn:
    """A condition on a slot with atoms."""

    def __init__(self, slot: str, full: int, rows: Mapping[int, int], everybody: int) -> None:
        self.slot, self._masks = slot, rows
        with_mask: dict[int, list[int]] = defaultdict(list)
        for row, mask in rows.items():
            with_mask[mask].append(row)
        self._free = everybody & ~_rows(rows)
        self._has = [self._free] * full.bit_length()
        for mask, found in with_mask.items():
            together = _rows(found)
            for atom in bits(mask):
                self._has[atom] |= together
        self._seen: dict[int, Look] = {}

    def look(self, known: Known) -> Look:
        """Return the rows touched and the rows that hold everywhere in this part of the slot."""
        found = self._seen.get(known)
        if found is None:
            found = self._looked(known)
            if len(self._seen) > _REMEMBERED:
                self._seen.clear()
            self._seen[known] = found
        return found

    def _looked(self, known: int) -> Look:
        has, touched, everywhere = self._has, 0, -1
        for atom in bits(known):
            touched |= has[atom]
            everywhere &= has[atom]
        return touched, everywhere

    def inside(self, known: Known, row: int) -> Known:
        """Return the part of ``known`` where the row's condition holds."""
        return known & self._masks[row]

    def outside(self, known: Known, row: int) -> Known:
        """Return the part of ``known`` where the row's condition does not hold."""
        return known & ~self._masks[row]

    def without(self, known: Known, rows: int) -> Known:
        """Return the part of ``known`` where none of the rows' conditions holds."""
        left: int = known
        for row in bits(rows):
            left &= ~self._masks[row]
        return left


class SomeColumn:
    """A clause on a set: one of its members is in (``A|B``)."""

    def __init__(self, slot: str, rows: Mapping[int, int], everybody: int) -> None:
        self.slot, self._clauses = slot, rows
        self._asking = _rows(rows)
        self._free = everybody & ~self._asking
        self._with = _by_member(rows)
        self._seen: dict[Members, Look] = {NOTHING_KNOWN: (everybody, self._free)}

    def look(self, known: Known) -> Look:
        """Return the rows touched and the rows that hold everywhere in this part of the slot."""
        return _remembered(self._seen, known, self._looked)

    def _looked(self, known: Members) -> Look:
        into, out, clauses = known
        alive = sure = 0
        for member, rows in self._with.items():
            if not out >> member & 1:
                alive |= rows
            if into >> member & 1:
                sure |= rows
        for clause in clauses:
            sure |= _with_all(self._with, clause)
        return self._free | alive, self._free | (sure & alive)

    def inside(self, known: Known, row: int) -> Known:
        """Ask for one of the clause's members."""
        return asking(known, self._clauses[row])

    def outside(self, known: Known, row: int) -> Known:
        """Put all of the clause's members out."""
        return self.without(known, 1 << row)

    def without(self, known: Known, rows: int) -> Known:
        """Put all members of the rows' clauses out."""
        into, out, clauses = known
        for row in bits(rows):
            out |= self._clauses[row]
        return into, out, clauses


class NoneColumn:
    """A condition on a set that none of some members is in (``not A|B``)."""

    def __init__(self, slot: str, rows: Mapping[int, int], everybody: int) -> None:
        self.slot, self._barred = slot, rows
        self._asking = _rows(rows)
        self._free = everybody & ~self._asking
        self._with = _by_member(rows)
        self._seen: dict[Members, Look] = {NOTHING_KNOWN: (everybody, self._free)}

    def look(self, known: Known) -> Look:
        """Return the rows touched and the rows that hold everywhere in this part of the slot."""
        return _remembered(self._seen, known, self._looked)

    def _looked(self, known: Members) -> Look:
        into, out, clauses = known
        broken = doubtful = 0
        for member, rows in self._with.items():
            if into >> member & 1:
                broken |= rows
            if not out >> member & 1:
                doubtful |= rows
        for clause in clauses:
            broken |= _with_all(self._with, clause)
        return self._free | (self._asking & ~broken), self._free | (self._asking & ~doubtful)

    def inside(self, known: Known, row: int) -> Known:
        """Put the barred members out."""
        into, out, clauses = known
        return into, out | self._barred[row], clauses

    def outside(self, known: Known, row: int) -> Known:
        """Ask for one of the barred members."""
        return asking(known, self._barred[row])

    def without(self, known: Known, rows: int) -> Known:
        """Ask for one of each row's barred members."""
        for row in bits(rows):
            known = asking(known, self._barred[row])
        return known


def asking(known: Members, clause: int) -> Members:
    """Add a clause: one of its members is in."""
    into, out, clauses = known
    return known if clause & into or clause in clauses else (into, out, (*clauses, clause))


def settled(known: Members) -> Members | None:
    """Return the same with every clause drawn: one member left is in, a clause that holds is dropped; None = impossible."""
    into, out, clauses = known
    if into & out:
        return None
    left = {clause & ~out for clause in clauses}
    if 0 in left:
        return None
    single = [clause for clause in left if not clause & (clause - 1)]
    for clause in single:
        into |= clause
    return into, out, tuple(sorted(clause for clause in left if not clause & into))


@dataclass(frozen=True, slots=True)
class Index:
    """The boxes of a table's rows: ``row_of`` the row's number by box, ``start`` the first box of each row."""

    columns: tuple[Column, ...]
    boxes: tuple[Box, ...]
    row_of: tuple[int, ...]
    start: tuple[int, ...]

    def before(self, row: int) -> int:
        """Return the boxes of all rows above."""
        return (1 << self.start[row]) - 1

    def of(self, row: int) -> int:
        """Return the boxes of one row."""
        return self.before(row + 1) & ~self.before(row)

    def rows(self, found: int) -> list[int]:
        """Return the numbers of the rows to which these boxes belong."""
        return list(dict.fromkeys(self.row_of[bit] for bit in bits(found)))


def index_of(space: Space, boxes_of_rows: Sequence[Sequence[Box]]) -> Index:
    """Return the index of rows given as unions of boxes."""
    boxes = tuple(box for found in boxes_of_rows for box in found)
    row_of = tuple(number for number, found in enumerate(boxes_of_rows) for _ in found)
    start = [0]
    for found in boxes_of_rows:
        start.append(start[-1] + len(found))
    everybody = (1 << len(boxes)) - 1
    masks: dict[str, dict[int, int]] = defaultdict(dict)
    some: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    none: dict[str, dict[int, int]] = defaultdict(dict)
    for bit, box in enumerate(boxes):
        for slot, mask in box.masks.items():
            masks[slot][bit] = mask
        for slot, members in box.none.items():
            none[slot][bit] = members
        for slot, clause in box.some:
            number = next(number for number in count() if bit not in some[slot, number])
            some[slot, number][bit] = clause
    columns: list[Column] = [MaskColumn(slot, space.slots[slot].full, rows, everybody) for slot, rows in masks.items()]
    columns += [SomeColumn(slot, rows, everybody) for (slot, _), rows in some.items()]
    columns += [NoneColumn(slot, rows, everybody) for slot, rows in none.items()]
    return Index(tuple(columns), boxes, row_of, tuple(start))


def _rows(numbers: Iterable[int]) -> int:
    found = bytearray()
    for number in numbers:
        if number >> 3 >= len(found):
            found.extend(bytes((number >> 3) + 1 - len(found)))
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


def _by_member(rows: Mapping[int, int]) -> dict[int, int]:
    found: dict[int, list[int]] = defaultdict(list)
    for row, members in rows.items():
        for member in bits(members):
            found[member].append(row)
    return {member: _rows(with_it) for member, with_it in found.items()}


def _with_all(by_member: Mapping[int, int], clause: int) -> int:
    """Return the rows that name every member of the clause."""
    found = -1
    for member in bits(clause):
        found &= by_member.get(member, 0)
        if not found:
            break
    return found


def _remembered(seen: dict[Members, Look], known: Members, look: Callable[[Members], Look]) -> Look:
    found = seen.get(known)
    if found is None:
        found = look(known)
        if len(seen) > _REMEMBERED:
            seen.clear()
        seen[known] = found
    return found
