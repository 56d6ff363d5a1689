"""Rows of several series that some facts may reach together: told apart by their own cells, before anything is proved."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from routing_rules.cells import read_cell
from routing_rules.deadlines import DeadlineRow
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.periods import Chain
from routing_rules.verify.probe import Work
from routing_rules.verify.prover import Claim
from routing_rules.verify.space import ANYTHING, Box, Space

_TELLING = ("category", "place")
"""Slots looked at first: they tell most rows apart."""
_LOOKED = 20  # rows looked at for the work of one part of a proof


@dataclass(frozen=True, slots=True)
class Limited:
    """A row of a series with the limit it gives."""

    table: DecisionTable
    row: Row
    given: DeadlineRow

    @property
    def chain(self) -> Chain:
        """The limit alone."""
        return (self.given.limit,)


@dataclass(frozen=True, slots=True)
class Role:
    """Rows that may play a part, and what the facts must satisfy beside the row's own cells."""

    rows: Sequence[Limited]
    where: Mapping[str, str] = field(default_factory=dict)

    def claim(self, row: Limited) -> Claim:
        """The claim that this row answers first in its series."""
        return Claim(row.table, row.row, self.where)

    def by_limit(self) -> list[Role]:
        """Return the role once for each limit that its rows give."""
        groups: dict[object, list[Limited]] = {}
        for row in self.rows:
            groups.setdefault((row.given.limit, row.given.starts), []).append(row)
        return [Role(rows, self.where) for rows in groups.values()]


@dataclass(frozen=True, slots=True)
class _Part:
    """Where a row may be reached: boxes, and the union of their masks of the telling slots (-1 = anywhere)."""

    boxes: tuple[Box, ...]
    telling: tuple[int, ...]


class Combos:
    """The space of one pack's tables, asked for rows that do not exclude each other."""

    def __init__(self, pack: Pack, work: Work) -> None:
        self._work = work
        asked = [("urgency", read_cell("urgency", urgency)) for urgency in ("normal", "urgent", "danger")]
        tables = (pack.deadlines.whole, pack.dispatch.table)
        self._space = Space(pack, tables, [*asked, ("origin", read_cell("origin", "upstream"))])
        self._known: dict[tuple[int, str, tuple[tuple[str, str], ...], frozenset[str]], _Part] = {}

    def together(self, roles: Sequence[Role], free: Collection[str] = ()) -> Iterator[tuple[Limited, ...]]:
        """Yield a row for each role such that no two of them exclude each other by their own cells."""
        return self._together(roles, frozenset(free), (ANYTHING,), (-1,) * len(_TELLING))

    def meet(self, one: tuple[DecisionTable, Row], other: tuple[DecisionTable, Row]) -> bool:
        """Whether two rows do not exclude each other by their own cells."""
        parts = (self._part(table, row, {}, frozenset()) for table, row in (one, other))
        return any(first.both(second) is not None for first, second in product(*(part.boxes for part in parts)))

    def _together(
        self, roles: Sequence[Role], free: frozenset[str], boxes: tuple[Box, ...], telling: tuple[int, ...]
    ) -> Iterator[tuple[Limited, ...]]:
        if not roles:
            yield ()
            return
        for tried, row in enumerate(roles[0].rows):
            if tried % _LOOKED == 0:
                self._work(1)
            part = self._part(row.table, row.row, roles[0].where, free)
            both = tuple(one & two for one, two in zip(telling, part.telling, strict=True))
            if not all(both):
                continue
            found = tuple(box for one, two in product(boxes, part.boxes) if (box := one.both(two)) is not None)
            if found:
                for rest in self._together(roles[1:], free, found, both):
                    yield (row, *rest)

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


def _union(boxes: Sequence[Box], slot: str) -> int:
    union = 0
    for box in boxes:
        union |= box.masks.get(slot, -1)
    return union
