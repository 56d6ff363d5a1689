"""What can be said of a pack's tables for certain: facts that show a claim, or the certainty that there are none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from hotline.domain.facts import Facts
from routing_rules.cells import read_cell
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.cover import Found, Meter, Part, State, outside
from routing_rules.verify.examples import facts_at
from routing_rules.verify.ground import Ground
from routing_rules.verify.index import Index, index_of
from routing_rules.verify.past import Past
from routing_rules.verify.returned import Firing
from routing_rules.verify.space import Box

MOST_PARTS = 60_000
"""Work for one question about a pack, in the units of ``Meter``: 5,000 rows of a district take some 10,000."""
MOST_IN_ALL = 380_000
"""Work for all questions together."""
_USUAL, _MORE = 500, 8
"""Rows of limits and supervision that the work above allows for, and what each beyond them adds: they are held one by one
against those they meet."""
_PROVED_AGAIN = 2
_SHORTENED = 24  # a proof of no more rows than this is shortened row by row


@dataclass(frozen=True, slots=True)
class Claim:
    """``row`` answers first in its ``table``, and the facts also satisfy ``where``: a cell's text by fact, as in a table.

    An empty text in ``where`` asks for a missing fact, which no cell can.
    """

    table: DecisionTable
    row: Row
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """Facts that show it; ``order`` = the past order they come from, or empty.

    With free facts, ``others`` are the facts for the second, third… claim: they differ from ``facts`` only in the free ones.
    """

    facts: Facts
    order: str = ""
    others: tuple[Facts, ...] = ()


class Prover:
    """Proves claims about the tables of one pack; past orders' facts are preferred as examples. Not for several threads.

    The proofs since ``begin`` take ``MOST_PARTS`` of work at most, all together ``MOST_IN_ALL`` (and more for each row of a very
    large table of limits); then ``TooInvolved`` is raised.
    """

    def __init__(self, pack: Pack, past: Sequence[tuple[str, Facts]] = ()) -> None:
        self.pack = pack
        self.past = Past(pack, past)
        self.ground = Ground(pack)
        self._more = _MORE * max(0, len(pack.deadlines.whole.rows) + len(pack.supervision.whole.rows) - _USUAL)
        self._whole = Meter(MOST_IN_ALL + 2 * self._more)
        self.begin()
        self.unreached: dict[int, int] = {}  # by id(table), the boxes of rows found never to be reached: they cover nothing
        self._firing: Firing | None = None

    def begin(self, most: int | None = None) -> None:
        """Begin another question, which may take ``most`` of work. The same pack always stops at the same row."""
        self.meter = Meter(MOST_PARTS + self._more if most is None else most, self._whole)

    def work(self, parts: int) -> None:
        """Count work that is done outside proofs. Raises ``TooInvolved`` when it is too much."""
        self.meter.count(parts)

    def example(self, *claims: Claim, free: Collection[str] = ()) -> Example | None:
        """Return facts for which every claim holds; None = proved: there are none.

        ``free`` facts may differ from claim to claim. In the dispatch table a row does not fire for a unit that has returned
        the order, as in ``routing_rules.decide.dispatch``. Raises ``UnknownFact`` and ``BadCell`` for a ``where`` of no sense.
        """
        if (known := self.past.example(claims, free)) is not None:
            order, facts, others = known
            return Example(facts, order, others)
        cells = [(fact, read_cell(fact, text)) for claim in claims for fact, text in claim.where.items() if text]
        self.ground.know((claim.table for claim in claims), cells)
        slots = self.ground.slots(free)
        names = [{slot: f"{number}:{slot}" for slot in slots} if number else {} for number in range(len(claims))]
        found = self._search(claims, names, exact=False)
        if found is None and any(claim.table is self.pack.dispatch.table for claim in claims):
            found = self._search(claims, names, exact=True)
        if found is None:
            return None
        space = self.ground.space
        seen = [facts_at(space, {**found, **{slot: found[name] for slot, name in renamed.items()}}) for renamed in names]
        return Example(seen[0], "", tuple(seen[1:]) if free else ())

    def covering(self, table: DecisionTable, row: Row) -> tuple[Row, ...]:
        """Return the earlier rows that together cover a row which is never reached; empty when it is reached."""
        self.ground.know((table,))
        index, number = self.ground.index(table), self.ground.number(table, row)
        boxes = index.boxes[index.start[number] : index.start[number + 1]]
        return tuple(table.rows[one] for one in self.cover(boxes, index, index.before(number)))

    def cover(self, boxes: Sequence[Box], index: Index, barred: int) -> list[int]:
        """Return a few rows among those of the index's boxes ``barred`` that cover ``boxes``; empty when all of them do not."""
        proof = self._proof(boxes, index, barred)
        for _ in range(_PROVED_AGAIN if proof else 0):  # a proof from fewer rows is shorter still
            proof = self._proof(boxes, index, proof)
        rows = list(index.rows(proof))
        for row in reversed(rows[:]) if len(rows) <= _SHORTENED else ():
            others = [one for one in rows if one != row]
            if self._proof(boxes, index, sum(index.of(one) for one in others)):
                rows = others
        return rows

    def _proof(self, boxes: Sequence[Box], index: Index, barred: int) -> int:
        """Return the boxes among ``barred`` that leave nothing of ``boxes``; 0 when something is left, or nothing ever was."""
        proof = 0
        for box in boxes:
            found = self.outside([box], index, barred)
            if found.state is not None:
                return 0
            proof |= found.proof[0]
        return proof

    def outside(self, boxes: Sequence[Box], index: Index, barred: int) -> Found:
        """Return a part of what lies in all ``boxes`` and in none of the index's ``barred`` ones, or the proof of none."""
        state = self.ground.start(boxes)
        return Found(None, (0,)) if state is None else outside(state, (Part(index, barred, {}),), self.meter)

    def _search(self, claims: Sequence[Claim], names: Sequence[Mapping[str, str]], *, exact: bool) -> State | None:
        """Try each combination of the boxes that the claims' rows and conditions are unions of."""
        choices = [list(self._boxes(claim)) for claim in claims]
        for chosen in product(*choices):
            state = self.ground.start(chosen, names)
            if state is None:
                continue
            parts = tuple(
                self._part(claim, renamed, state if exact else None) for claim, renamed in zip(claims, names, strict=True)
            )
            found = outside(state, parts, self.meter)
            if found.state is not None:
                return found.state
        return None

    def _boxes(self, claim: Claim) -> Iterator[Box]:
        space = self.ground.space
        found: Iterable[Box] = space.row(claim.table.inputs, claim.row)
        if claim.table is self.pack.dispatch.table:
            found = _both(found, self._fires(claim.row))
        for fact, text in claim.where.items():
            found = _both(found, space.cell(fact, read_cell(fact, text)) if text else space.missing(fact))
        return iter(tuple(found))

    def _part(self, claim: Claim, names: Mapping[str, str], exactly: State | None) -> Part:
        index, number = self.ground.index(claim.table), self.ground.number(claim.table, claim.row)
        if exactly is None or claim.table is not self.pack.dispatch.table:
            return Part(index, index.before(number), names)
        touched = index.before(number)
        for column in index.columns:
            touched &= column.look(exactly[names.get(column.slot, column.slot)])[0]
        rows = [claim.table.rows[one] for one in index.rows(touched)]
        inputs, space = claim.table.inputs, self.ground.space
        fired = index_of(space, [tuple(_both(space.row(inputs, row), self._fires(row))) for row in rows])
        return Part(fired, fired.before(len(rows)), names)

    def _fires(self, row: Row) -> tuple[Box, ...]:
        if self._firing is None or self._firing.space is not self.ground.space:
            self._firing = Firing(self.pack, self.ground.space)
        return self._firing.boxes(self.pack.dispatch.targets[row.id].lead)


def _both(ones: Iterable[Box], others: Iterable[Box]) -> Iterator[Box]:
    joined = (one.both(other) for one, other in product(ones, others))
    return (box for box in joined if box is not None)
