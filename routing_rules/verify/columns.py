"""The columns of a table stood on end: which rows a part of a slot touches, and which of them hold in all of it.

A set of rows is a Python integer with a bit a row, so that one operation asks thousands of rows at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from routing_rules.verify.members import NOTHING_KNOWN, Known, Members, asking
from routing_rules.verify.slots import bits

_REMEMBERED = 20_000
Look = tuple[int, int]
"""Rows touched, and rows that hold everywhere."""


class Column(Protocol):
    """One condition that rows may have: ``slot`` is the part of the facts it asks."""

    slot: str
    size: int
    """Members that are asked one by one; none where atoms are asked."""
    seen: dict[Known, Look]
    """What was looked up before."""

    def look(self, known: Known) -> Look:
        """Return the rows touched and the rows that hold everywhere in this part of the slot."""

    def inside(self, known: Known, row: int) -> Known:
        """Return the part of ``known`` where the row's condition holds."""

    def outside(self, known: Known, row: int) -> Known:
        """Return the part of ``known`` where the row's condition does not hold."""

    def without(self, known: Known, rows: int) -> Known:
        """Return the part of ``known`` where none of the rows' conditions holds."""

    def asking(self, members: int) -> int:
        """Return the rows whose condition asks for one of these members of a set; all rows where atoms are asked."""


class MaskColumn:
    """A condition on a slot with atoms."""

    def __init__(self, slot: str, full: int, rows: Mapping[int, int], everybody: int) -> None:
        self.slot, self.size, self._masks = slot, 0, rows
        with_mask: dict[int, list[int]] = defaultdict(list)
        for row, mask in rows.items():
            with_mask[mask].append(row)
        self._free = everybody & ~_rows(rows)
        has = [self._free] * full.bit_length()
        for mask, found in with_mask.items():
            together = _rows(found)
            for atom in bits(mask):
                has[atom] |= together
        alike: dict[int, int] = defaultdict(int)
        for atom, found_rows in enumerate(has):
            alike[found_rows] |= 1 << atom
        self._kinds = tuple((atoms, found_rows) for found_rows, atoms in alike.items())  # atoms that no row tells apart
        self._has = has
        self._told_apart: dict[int, tuple[tuple[int, int], ...]] = {}
        self.seen: dict[Known, Look] = {}

    def look(self, known: Known) -> Look:
        """Return the rows touched and the rows that hold everywhere in this part of the slot."""
        return _remembered(self.seen, known, self._looked)

    def _looked(self, known: int) -> Look:
        touched, everywhere = 0, -1
        if known.bit_count() < len(self._kinds):
            for atom in bits(known):
                touched |= self._has[atom]
                everywhere &= self._has[atom]
            return touched, everywhere
        for atoms, rows in self._kinds:
            if known & atoms:
                touched |= rows
                everywhere &= rows
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

    def asking(self, members: int) -> int:  # noqa: ARG002  # atoms have no members
        """Return all rows."""
        return -1

    def least(self, known: int, rows: int) -> tuple[int, int]:
        """Return the atoms of ``known`` that the fewest of ``rows`` touch, and the rows that touch them."""
        kinds = self._told_apart.get(known)
        if kinds is None:
            if len(self._told_apart) > _REMEMBERED:
                self._told_apart.clear()
            kinds = self._told_apart[known] = self._apart(known)
        best, left, fewest = known, rows, rows.bit_count() + 1
        for atoms, touching in kinds:
            found = rows & touching
            if not found:
                return atoms, 0
            if (count := found.bit_count()) < fewest:
                best, left, fewest = atoms, found, count
        return (known, rows) if left == rows else (best, left)

    def _apart(self, known: int) -> tuple[tuple[int, int], ...]:
        """Return the kinds of atoms in ``known`` with the rows that touch each."""
        if known.bit_count() < len(self._kinds):
            alike: dict[int, int] = defaultdict(int)
            for atom in bits(known):
                alike[self._has[atom]] |= 1 << atom
            return tuple((atoms, found_rows) for found_rows, atoms in alike.items())
        return tuple((known & atoms, found_rows) for atoms, found_rows in self._kinds if known & atoms)


class SetColumn:
    """What the conditions on a set have in common: rows by the members that they name."""

    def __init__(self, slot: str, rows: Mapping[int, int], everybody: int) -> None:
        self.slot, self._named = slot, rows
        self._asking = _rows(rows)
        self._free = everybody & ~self._asking
        self._with = _by_member(rows)
        self.size = len(self._with)
        self._most_named = max(map(int.bit_count, rows.values()), default=0)
        self.members = sum(1 << member for member in self._with)
        self.seen: dict[Known, Look] = {NOTHING_KNOWN: (everybody, self._free)}
        self._held: dict[int, int] = {}

    def look(self, known: Known) -> Look:
        """Return the rows touched and the rows that hold everywhere in this part of the slot."""
        return _remembered(self.seen, known, self._looked)

    def holding(self, members: int) -> int:
        """Return the rows whose condition holds when exactly these members are in."""
        found = self._held.get(members)
        if found is None:
            if len(self._held) > _REMEMBERED:
                self._held.clear()
            found = self._held[members] = self._free | self._holding(_with_one(self._with, members))
        return found

    def named(self, members: int) -> tuple[int, int]:
        """Return the rows that name one of these members, and those that name two or more."""
        one = two = 0
        for member in bits(members & self.members):
            rows = self._with[member]
            two |= one & rows
            one |= rows
        return one, two

    def turned(self, named: tuple[int, int], members: int, member: int) -> int:
        """Return the rows whose condition holds when one of the members is put out, or one more in; ``named`` as above."""
        one, two = named
        rows = self._with.get(member, 0)
        return self._free | self._holding(one & ~rows | two & rows if members >> member & 1 else one | rows)

    def asking(self, members: int) -> int:
        """Return the rows that name one of these members."""
        return _with_one(self._with, members)

    def _with_all(self, clause: int) -> int:
        """Return the rows that name every member of the clause."""
        if clause & ~self.members or clause.bit_count() > self._most_named:
            return 0
        found = -1
        for member in bits(clause):
            found &= self._with[member]
        return found

    def _holding(self, naming: int) -> int:
        raise NotImplementedError

    def _looked(self, known: Members) -> Look:
        raise NotImplementedError


class SomeColumn(SetColumn):
    """A clause on a set: one of its members is in (``A|B``)."""

    def _holding(self, naming: int) -> int:
        return naming

    def _looked(self, known: Members) -> Look:
        into, out, clauses = known
        alive = sure = 0
        for member, rows in self._with.items():
            if not out >> member & 1:
                alive |= rows
            if into >> member & 1:
                sure |= rows
        for clause in clauses:
            sure |= self._with_all(clause)
        return self._free | alive, self._free | (sure & alive)

    def inside(self, known: Known, row: int) -> Known:
        """Ask for one of the clause's members."""
        return asking(known, self._named[row])

    def outside(self, known: Known, row: int) -> Known:
        """Put all of the clause's members out."""
        return self.without(known, 1 << row)

    def without(self, known: Known, rows: int) -> Known:
        """Put all members of the rows' clauses out."""
        into, out, clauses = known
        for row in bits(rows):
            out |= self._named[row]
        return into, out, clauses


class NoneColumn(SetColumn):
    """A condition on a set that none of some members is in (``not A|B``)."""

    def _holding(self, naming: int) -> int:
        return self._asking & ~naming

    def _looked(self, known: Members) -> Look:
        into, out, clauses = known
        broken = doubtful = 0
        for member, rows in self._with.items():
            if into >> member & 1:
                broken |= rows
            if not out >> member & 1:
                doubtful |= rows
        for clause in clauses:
            broken |= self._with_all(clause)
        return self._free | (self._asking & ~broken), self._free | (self._asking & ~doubtful)

    def inside(self, known: Known, row: int) -> Known:
        """Put the barred members out."""
        into, out, clauses = known
        return into, out | self._named[row], clauses

    def outside(self, known: Known, row: int) -> Known:
        """Ask for one of the barred members."""
        return asking(known, self._named[row])

    def without(self, known: Known, rows: int) -> Known:
        """Ask for one of each row's barred members."""
        for row in bits(rows):
            known = asking(known, self._named[row])
        return known


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


def _with_one(by_member: Mapping[int, int], members: int) -> int:
    """Return the rows that name any of the members."""
    found = 0
    for member in bits(members):
        found |= by_member.get(member, 0)
    return found


def _remembered(seen: dict[Known, Look], known: Known, look: Callable[[Known], Look]) -> Look:
    found = seen.get(known)
    if found is None:
        found = look(known)
        if len(seen) > _REMEMBERED:
            seen.clear()
        seen[known] = found
    return found
