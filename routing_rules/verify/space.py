"""The space of all facts, cut into finitely many atoms: facts in the same atoms satisfy exactly the same cells.

A *slot* is what one part of the facts can be: the class, the place, the day of receipt, the minute of receipt. Each slot's
atoms are the bits of a Python integer, so that a cell is a mask. Sets (words, vulnerable, returned_by) have a bit a member.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from routing_rules.cells import FACTS, Cell, Clock, OneOf, Season, Under
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.slots import Days, Minutes, Numbers, Paths, Slot, Texts
from routing_rules.verify.values import leaves, text_values

DAY, MINUTE, DUE_DAY, DUE_MINUTE = "received_at", "received_at.minute", "upstream_due", "upstream_due.minute"
_MOMENTS = {"received_at": (DAY, MINUTE), "upstream_due": (DUE_DAY, DUE_MINUTE)}
SETS = tuple(fact for fact, kind in FACTS.items() if kind.kind == "set")


@dataclass(frozen=True, slots=True)
class Box:
    """A conjunction: a mask for each slot that matters, and for sets clauses (one member is in) and members that are out."""

    masks: Mapping[str, int] = field(default_factory=dict)
    some: tuple[tuple[str, int], ...] = ()
    none: Mapping[str, int] = field(default_factory=dict)

    def both(self, other: Box) -> Box | None:
        """Return what lies in both; None when nothing does."""
        masks = dict(self.masks)
        for slot, mask in other.masks.items():
            masks[slot] = masks.get(slot, mask) & mask
            if not masks[slot]:
                return None
        none = dict(self.none)
        for slot, members in other.none.items():
            none[slot] = none.get(slot, 0) | members
        some = tuple(dict.fromkeys((*self.some, *other.some)))
        if any(not clause & ~none.get(slot, 0) for slot, clause in some):
            return None
        return Box(masks, some, none)


ANYTHING = Box()


class Space:
    """The atoms that the cells of ``tables`` (with their rows' validity) and ``cells`` (fact, cell) tell apart."""

    def __init__(self, pack: Pack, tables: Iterable[DecisionTable], cells: Iterable[tuple[str, Cell]] = ()) -> None:
        tables = tuple(tables)
        self.pack = pack
        distinct = {(fact, cell.text): cell for fact, cell in cells}
        for table in tables:
            for row in table.rows:
                distinct.update(((fact, cell.text), cell) for fact, cell in zip(table.inputs, row.inputs, strict=True))
        by_fact: dict[str, list[Cell]] = {fact: [] for fact in FACTS}
        for (fact, _), cell in distinct.items():
            by_fact[fact].append(cell)
        starts = {row.valid_from for table in tables for row in table.rows} - {date.min}
        ends = {
            date.fromordinal(row.valid_to.toordinal() + 1) for table in tables for row in table.rows if row.valid_to < date.max
        }
        reference = date(max(pack.settings.published_years, default=2026), 3, 2)
        self.slots: dict[str, Slot] = _moments(by_fact, starts | ends, reference)
        self.members: dict[str, tuple[str, ...]] = {}
        for fact, found in by_fact.items():
            self._add(fact, found)
        self._made: dict[tuple[str, str], tuple[Box, ...]] = {}

    def _add(self, fact: str, cells: list[Cell]) -> None:
        kind = FACTS[fact].kind
        named = _named(cells)
        if kind == "set":
            self.members[fact] = tuple(sorted({*text_values(self.pack, fact), *named}))
        elif kind == "number":
            self.slots[fact] = Numbers(fact, cells)
        elif kind == "path":
            paths = {*text_values(self.pack, fact), *named}
            self.slots[fact] = Paths(sorted(paths), leaves(paths))
        elif kind == "text":
            self.slots[fact] = Texts(fact, text_values(self.pack, fact), named)

    def cell(self, fact: str, cell: Cell) -> tuple[Box, ...]:
        """Return the boxes whose union is where ``cell`` holds."""
        if cell.any:
            return (ANYTHING,)
        key = fact, cell.text
        if key not in self._made:
            self._made[key] = self._boxes(fact, cell)
        return self._made[key]

    def missing(self, fact: str) -> tuple[Box, ...]:
        """Return where a fact other than a set is missing; nothing when it never is."""
        slot = self.slots[fact]
        mask = slot.full & ~slot.present
        return (Box({fact: mask}),) if mask else ()

    def _boxes(self, fact: str, cell: Cell) -> tuple[Box, ...]:
        if FACTS[fact].kind == "set":
            members = self.mask_of(fact, (name for term in cell.terms if isinstance(term, OneOf) for name in term.values))
            return (Box(none={fact: members}) if cell.negated else Box(some=((fact, members),)),)
        if fact in _MOMENTS:
            return self._moment(*_MOMENTS[fact], cell)
        mask = self.slots[fact].mask(cell)
        return (Box({fact: mask}),) if mask else ()

    def _moment(self, day: str, minute: str, cell: Cell) -> tuple[Box, ...]:
        """A time of day holds whatever the date, a season whatever the hour; a missing time satisfies neither."""
        present = self.slots[day].present
        clocks = [term for term in cell.terms if isinstance(term, Clock)]
        seasons = [term for term in cell.terms if isinstance(term, Season)]
        hours = self.slots[minute].mask(Cell("", "moment", tuple(clocks))) if clocks else 0
        dates = self.slots[day].mask(Cell("", "moment", tuple(seasons))) if seasons else 0
        if cell.negated:
            found = [{day: present & ~dates, minute: self.slots[minute].full & ~hours}]
        else:
            found = [{day: dates}, {day: present, minute: hours}]
        return tuple(Box(masks) for masks in found if all(masks.values()))

    def names(self, fact: str, cell: Cell) -> bool:
        """Whether every name in a cell of a text, path or set is one that the space knows."""
        if fact in self.members:
            return _named([cell]) <= set(self.members[fact])
        slot = self.slots[fact]
        return not isinstance(slot, Texts | Paths) or all(map(slot.at, _named([cell])))

    def mask_of(self, fact: str, names: Iterable[str]) -> int:
        """Return the members ``names`` of a set as a mask."""
        place = {name: 1 << bit for bit, name in enumerate(self.members[fact])}
        mask = 0
        for name in names:
            mask |= place[name]
        return mask

    def row(self, inputs: tuple[str, ...], row: Row, *, dated: bool = True) -> tuple[Box, ...]:
        """Return the boxes whose union is where ``row`` fits; ``dated`` = on its days only."""
        boxes: list[Box] = [ANYTHING]
        if dated and (row.valid_from > date.min or row.valid_to < date.max):
            days = self.slots[DAY]
            assert isinstance(days, Days)  # noqa: S101  # the slot of that name
            boxes = [Box({DAY: days.between(row.valid_from, row.valid_to)})]
        for fact, cell in zip(inputs, row.inputs, strict=True):
            if not cell.any:
                joined = (one.both(two) for one, two in product(boxes, self.cell(fact, cell)))
                boxes = [box for box in joined if box is not None]
        return tuple(boxes)


def _moments(by_fact: Mapping[str, list[Cell]], cuts: set[date], reference: date) -> dict[str, Slot]:
    slots: dict[str, Slot] = {}
    for fact, (day, minute) in _MOMENTS.items():
        terms = {term for cell in by_fact[fact] for term in cell.terms}
        seasons = [term for term in terms if isinstance(term, Season)]
        slots[day] = Days(seasons, cuts if fact == "received_at" else set(), reference, missing=fact != "received_at")
        slots[minute] = Minutes([term for term in terms if isinstance(term, Clock)])
    return slots


def _named(cells: Iterable[Cell]) -> set[str]:
    """The names that cells use, in the pack or not: what the pack does not know is told by another check."""
    found: set[str] = set()
    for cell in cells:
        for term in cell.terms:
            match term:
                case OneOf(values):
                    found |= values
                case Under(path):
                    found.add(path)
    return found - {""}
