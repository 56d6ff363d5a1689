"""The rows of one series as the verifiers ask about them: where each fits, what is left of it, and facts that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hotline.domain.facts import Facts
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.cover import Found, State
from routing_rules.verify.examples import facts_at
from routing_rules.verify.ground import Series
from routing_rules.verify.index import Index
from routing_rules.verify.prover import Example, Prover
from routing_rules.verify.slots import Days
from routing_rules.verify.space import ANYTHING, DAY, Box

_ASKED_OF_PAST = 2_000  # past orders looked through for one example


class Standing:
    """A series on the prover's ground. Rows are numbered from the top; boxes are those of the series' index."""

    def __init__(self, prover: Prover, series: Series) -> None:
        prover.ground.know((series.table,))
        self.prover, self.series = prover, series
        self.table: DecisionTable = series.table
        self.rows: Sequence[Row] = series.table.rows
        self.index: Index = prover.ground.index(series.table)
        self.unreached = prover.unreached.get(id(series.table), 0)
        self._looked: dict[int, tuple[int, int]] = {}

    def boxes(self, number: int) -> tuple[Box, ...]:
        """Return where a row fits, on its days."""
        return self.index.boxes[self.index.start[number] : self.index.start[number + 1]]

    def states(self, number: int) -> tuple[State, ...]:
        """Return where a row fits, as states of a search."""
        found = (self.prover.ground.start([box]) for box in self.boxes(number))
        return tuple(state for state in found if state is not None)

    def look(self, number: int) -> tuple[int, int]:
        """Return the boxes that have a point in common with a row, and those in which all of it lies."""
        if number not in self._looked:
            touched, holding = 0, -1
            for state in self.states(number):
                one, whole = (1 << len(self.index.boxes)) - 1, -1
                for column in self.index.columns:
                    touches, holds = column.look(state[column.slot])
                    one &= touches
                    whole &= holds
                touched |= one
                holding &= whole
            self._looked[number] = touched, holding & touched
        return self._looked[number]

    def search(self, number: int, barred: int, within: Box = ANYTHING) -> Found:
        """Look for facts that fit the row and ``within``, and none of the boxes ``barred``."""
        proof = 0
        for box in self.boxes(number):
            found = self.prover.outside([box, within], self.index, barred)
            if found.state is not None:
                return found
            proof |= found.proof[0]
        return Found(None, (proof,))

    def facts(self, number: int, barred: int, within: Box = ANYTHING) -> Facts | None:
        """Return facts that fit the row and ``within``, and none of the boxes ``barred``; None = there are none."""
        return self.shown(self.search(number, barred, within))

    def shown(self, found: Found) -> Facts | None:
        """Return facts of what was found."""
        return None if found.state is None else self.facts_of(found)

    def facts_of(self, found: Found) -> Facts:
        """Return facts of what was found, where something was."""
        assert found.state is not None  # noqa: S101  # asked by the caller
        return facts_at(self.prover.ground.space, found.state)

    def answers(self, number: int) -> Facts | None:
        """Return facts that this row answers; None = there are none."""
        return self.facts(number, self.index.before(number))

    def days(self, first: date, last: date = date.max) -> Box:
        """Return the days from ``first`` to ``last``, both where a validity of some row begins or ends."""
        return Box({DAY: self._days().between(first, last)})

    def starts(self) -> tuple[date, ...]:
        """Return the days on which a validity begins, or the first after one ends; the beginning of time first."""
        return self._days().starts

    def past(self, number: int, among: Iterator[Row]) -> Example | None:
        """Return a past order that fits the row and was answered by one of the rows ``among``."""
        row, past = self.rows[number], self.prover.past
        if not past:
            return None
        alone = DecisionTable("", self.table.inputs, [row], self.table.zone)
        asked = 0
        for one in among:
            for order in past.answered(self.table, one):
                asked += 1
                name, facts = past.facts(order)
                if alone.first(facts) is not None:
                    return Example(facts, name)
                if asked > _ASKED_OF_PAST:
                    return None
        return None

    def _days(self) -> Days:
        days = self.prover.ground.space.slots[DAY]
        assert isinstance(days, Days)  # noqa: S101  # the slot of that name
        return days


def day_before(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)


def names(rows: Sequence[Row], most: int = 5) -> str:
    """Return the rows' ids in a sentence."""
    shown = "、".join(row.id for row in rows[:most])
    return f"{shown} 等 {len(rows)} 行" if len(rows) > most else shown
