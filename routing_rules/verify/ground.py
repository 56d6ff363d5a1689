"""The ground on which proofs stand: the space of a pack's facts, and each table's rows in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from routing_rules.cells import FACTS, Cell
from routing_rules.deadlines import UPSTREAM_WINDOW
from routing_rules.names import STEP_NAMES, limit_words
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.cover import State
from routing_rules.verify.index import Index, index_of
from routing_rules.verify.members import NOTHING_KNOWN, Known, asking, settled
from routing_rules.verify.space import DAY, DUE_DAY, DUE_MINUTE, MINUTE, Box, Space

_SLOTS = {"received_at": (DAY, MINUTE), "upstream_due": (DUE_DAY, DUE_MINUTE)}
_CUT = ("number", "moment")


@dataclass(frozen=True, slots=True)
class Series:
    """Rows that compete with one another: a table's, or those of one clock. ``of`` names the series in Chinese, or is empty."""

    table: DecisionTable
    of: str = ""


_WINDOW = "上级退回窗口"
_WHEN = {"before": "到期前", "after": "到期后", "share": "剩余比例", "reopened": "重办次数", "passed": "经手单位数"}


def series_of(pack: Pack) -> tuple[Series, ...]:
    """Return every series of rows of a pack, the dispatch table first."""
    found = [Series(pack.dispatch.table)]
    for name, table in pack.deadlines.series.items():
        found.append(Series(table, _WINDOW if name == UPSTREAM_WINDOW else limit_words(name)))
    for (step, clock, when), table in pack.supervision.series.items():
        of = f"{limit_words(clock)}、{_WHEN[when]}" if clock else _WHEN[when]
        found.append(Series(table, f"{STEP_NAMES[step]}({of})"))
    return tuple(found)


class Ground:
    """Grows with what it is asked: a cell with a new bound, or a table of its own, cuts the space anew."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._tables = {id(series.table): series.table for series in series_of(pack)}
        self._cells: dict[tuple[str, str], Cell] = {}
        self._numbers: dict[int, dict[str, int]] = {}
        self._cut()

    def _cut(self) -> None:
        self.space = Space(self.pack, self._tables.values(), ((fact, cell) for (fact, _), cell in self._cells.items()))
        self._indexes: dict[int, Index] = {}
        self._everything: State = {slot: one.full for slot, one in self.space.slots.items()}
        self._everything.update(dict.fromkeys(self.space.members, NOTHING_KNOWN))

    def know(self, tables: Iterable[DecisionTable], cells: Iterable[tuple[str, Cell]] = ()) -> None:
        """Make sure that the space tells apart what these tables and cells tell apart."""
        new_tables = {id(table): table for table in tables if id(table) not in self._tables}
        new_cells = {(fact, cell.text): cell for fact, cell in cells if (fact, cell.text) not in self._cells}
        self._tables |= new_tables
        self._cells |= new_cells
        if new_tables or any(self._cuts(fact, cell) for (fact, _), cell in new_cells.items()):
            self._cut()

    def _cuts(self, fact: str, cell: Cell) -> bool:
        return not cell.any and (FACTS[fact].kind in _CUT or not self.space.names(fact, cell))

    def index(self, table: DecisionTable) -> Index:
        """Return the table's rows in the space."""
        key = id(table)
        if key not in self._indexes:
            self._indexes[key] = index_of(self.space, [self.space.row(table.inputs, row) for row in table.rows])
        return self._indexes[key]

    def number(self, table: DecisionTable, row: Row) -> int:
        """Return where the row stands in its table."""
        key = id(table)
        if key not in self._numbers:
            self._numbers[key] = {one.id: number for number, one in enumerate(table.rows)}
        return self._numbers[key][row.id]

    def start(self, boxes: Sequence[Box], names: Sequence[Mapping[str, str]] = ()) -> State | None:
        """Return what lies in all boxes, as the state of a search; ``names`` gives a box's slots other names. None = nothing."""
        names = names or ({},) * len(boxes)
        state = dict(self._everything)
        for renamed in names:
            state.update({name: state[slot] for slot, name in renamed.items()})
        for box, renamed in zip(boxes, names, strict=True):
            if not _within(state, box, renamed):
                return None
        return state

    def narrowed(self, state: State, box: Box) -> State | None:
        """Return what of a state lies in the box; None = nothing."""
        left = dict(state)
        return left if _within(left, box, {}) else None

    def slots(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Return the slots that facts are made of."""
        return tuple(slot for fact in facts for slot in _SLOTS.get(fact, (fact,)))


def _within(state: State, box: Box, names: Mapping[str, str]) -> bool:
    """Narrow the state to the box; False when nothing is left."""
    for slot, mask in box.masks.items():
        at = names.get(slot, slot)
        state[at] &= mask
        if not state[at]:
            return False
    sets: dict[str, Known] = {}
    for slot, clause in box.some:
        at = names.get(slot, slot)
        sets[at] = asking(sets.get(at) or state[at], clause)
    for slot, members in box.none.items():
        at = names.get(slot, slot)
        into, out, clauses = sets.get(at) or state[at]
        sets[at] = into, out | members, clauses
    state.update({at: settled(known) for at, known in sets.items()})
    return all(state[at] for at in sets)
