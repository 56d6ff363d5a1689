"""Rows of several series that some facts may reach together: told apart by their own cells, before anything is proved."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from operator import itemgetter
from typing import Generic, TypeVar

from routing_rules.cells import read_cell
from routing_rules.deadlines import DeadlineRow
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.periods import Chain
from routing_rules.verify.probe import Work
from routing_rules.verify.prover import Claim
from routing_rules.verify.shelf import Shelf
from routing_rules.verify.space import ANYTHING, Box, Space

_TELLING = ("category", "place")
"""Slots looked at first: they tell most rows apart."""
_FEW = 50  # rows that are looked at one by one
_LOOKED = 20  # rows looked at for the work of one part of a proof


@dataclass(frozen=True, slots=True)
class Ruled:
    """A row of a series."""

    table: DecisionTable
    row: Row


@dataclass(frozen=True, slots=True)
class Limited(Ruled):
    """A row of a series with the limit it gives."""

    given: DeadlineRow

    @property
    def chain(self) -> Chain:
        """The limit alone."""
        return (self.given.limit,)


R = TypeVar("R", bound=Ruled)


@dataclass(frozen=True, slots=True)
class Role(Generic[R]):
    """Rows that may play a part, and what the facts must satisfy beside the row's own cells."""

    rows: Sequence[R]
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def fixed(self) -> bool:
        """Whether only one row may play it."""
        return len(self.rows) == 1

    def claim(self, row: Ruled) -> Claim:
        """The claim that this row answers first in its series."""
        return Claim(row.table, row.row, self.where)


def by_limit(rows: Sequence[Limited]) -> list[list[Limited]]:
    """Return the rows parted by the limit that they give, in the order of the first of each."""
    groups: dict[object, list[Limited]] = {}
    for row in rows:
        groups.setdefault((row.given.limit, row.given.starts), []).append(row)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class _Part:
    """Where a row may be reached: boxes, and the union of their masks of the telling slots (-1 = anywhere)."""

    boxes: tuple[Box, ...]
    telling: tuple[int, ...]


class Combos:
    """The space of some of a pack's tables, asked for rows that do not exclude each other."""

    def __init__(self, pack: Pack, work: Work, tables: Sequence[DecisionTable]) -> None:
        self._work, self._looked = work, 0
        asked = [("urgency", read_cell("urgency", urgency)) for urgency in ("normal", "urgent", "danger")]
        self._space = Space(pack, tables, [*asked, ("origin", read_cell("origin", "upstream"))])
        self._known: dict[tuple[int, str, tuple[tuple[str, str], ...], frozenset[str]], _Part] = {}
        self._shelves: dict[tuple[int, tuple[tuple[str, str], ...], frozenset[str]], tuple[Sequence[Ruled], Shelf]] = {}

    def together(self, roles: Sequence[Role[R]], free: Collection[str] = ()) -> Iterator[tuple[R, ...]]:
        """Yield a row for each role such that no two of them exclude each other by their own cells.

        Roles of one row are looked at first: they tell most rows of the others apart. With ``free`` facts, two rows of one
        series are left out when the upper asks for none of these: it answers both, or neither.
        """
        order = sorted(range(len(roles)), key=lambda number: not roles[number].fixed)
        for rows in self._together([roles[number] for number in order], frozenset(free), (ANYTHING,), (-1,) * len(_TELLING)):
            if not (free and any(_upper_answers(one, two, free) for one, two in combinations(rows, 2))):
                yield tuple(row for _, row in sorted(zip(order, rows, strict=True), key=itemgetter(0)))

    def _together(
        self, roles: Sequence[Role[R]], free: frozenset[str], boxes: tuple[Box, ...], telling: tuple[int, ...]
    ) -> Iterator[tuple[R, ...]]:
        if not roles:
            yield ()
            return
        for row in self._near(roles[0], free, telling):
            self._looked += 1
            if self._looked % _LOOKED == 0:
                self._work(1)
            part = self._part(row.table, row.row, roles[0].where, free)
            both = tuple(one & two for one, two in zip(telling, part.telling, strict=True))
            if not all(both):
                continue
            found = tuple(box for one, two in product(boxes, part.boxes) if (box := one.both(two)) is not None)
            if found:
                for rest in self._together(roles[1:], free, found, both):
                    yield (row, *rest)

    def _near(self, role: Role[R], free: frozenset[str], telling: tuple[int, ...]) -> Iterator[R]:
        """Yield the rows of a role that may meet what ``telling`` allows; those of few rows all."""
        if len(role.rows) <= _FEW:
            return iter(role.rows)
        key = id(role.rows), tuple(role.where.items()), free
        if key not in self._shelves:
            parts = [self._part(row.table, row.row, role.where, free).telling for row in role.rows]
            self._shelves[key] = role.rows, Shelf(parts)  # kept with the rows: an id is theirs for as long as they live
        return (role.rows[number] for number in self._shelves[key][1].near(telling))

    def _part(self, table: DecisionTable, row: Row, where: Mapping[str, str], free: frozenset[str]) -> _Part:
        key = id(row), table.name, tuple(where.items()), free
        if key not in self._known:
            boxes: Sequence[Box] = self._space.row(table.inputs, row)
            for fact, text in where.items():
                cells = self._space.cell(fact, read_cell(fact, text))
                boxes = [box for one, two in product(boxes, cells) if (box := one.both(two)) is not None]
            kept = tuple(
                Box({slot: mask for slot, mask in box.masks.items() if slot not in free}, box.some, box.none) for box in boxes
            )
            self._known[key] = _Part(kept, tuple(_union(kept, slot) for slot in _TELLING))
        return self._known[key]


def _upper_answers(one: Ruled, two: Ruled, free: Collection[str]) -> bool:
    """Whether the upper of two rows of a series asks for none of the free facts."""
    if one.table is not two.table:
        return False
    upper = min(one, two, key=lambda ruled: ruled.row.line)
    return all(cell.any for fact, cell in zip(upper.table.inputs, upper.row.inputs, strict=True) if fact in free)


def _union(boxes: Sequence[Box], slot: str) -> int:
    union = 0
    for box in boxes:
        union |= box.masks.get(slot, -1)
    return union
