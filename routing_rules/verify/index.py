"""A table's rows stood on end: for each column, which rows a part of the space touches and which of them hold all of it.

A set of rows is a Python integer with a bit a box (a row that is a union of boxes has several), so that one operation asks
thousands of rows at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from routing_rules.verify.columns import Column, MaskColumn, NoneColumn, SomeColumn
from routing_rules.verify.slots import bits
from routing_rules.verify.space import Box, Space

_LONG, _MANY = 4_000, 40
"""Boxes, and members of sets, with which looking at a part of the space takes twice as long."""


@dataclass(frozen=True, slots=True)
class Index:
    """The boxes of a table's rows: ``row_of`` the row's number by box, ``start`` the first box of each row.

    ``weight`` = how much work it is to look at a part of the space, in the units of ``Meter``.
    """

    columns: tuple[Column, ...]
    boxes: tuple[Box, ...]
    row_of: tuple[int, ...]
    start: tuple[int, ...]
    weight: int = 1

    def before(self, row: int) -> int:
        """Return the boxes of all rows above."""
        return (1 << self.start[row]) - 1

    def of(self, row: int) -> int:
        """Return the boxes of one row."""
        return self.before(row + 1) & ~self.before(row)

    def rows(self, found: int) -> Iterator[int]:
        """Yield the numbers of the rows to which these boxes belong, one at a time: who asks mostly stops at the first."""
        return (row for row, _ in groupby(self.row_of[bit] for bit in bits(found)))


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
    weight = 1 + len(boxes) // _LONG + sum(column.size for column in columns) // _MANY
    return Index(tuple(columns), boxes, row_of, tuple(start), weight)
