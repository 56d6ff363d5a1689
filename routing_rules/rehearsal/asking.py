"""Asking two books about an order: what both would answer alike is asked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.domain.calendar import WorkCalendar
from hotline.domain.due import capped, due_at
from hotline.domain.facts import Facts
from routing_rules.deadlines import Clock, DeadlineRow
from routing_rules.decide import DispatchDecision, deadlines, dispatch, supervision
from routing_rules.pack import Pack
from routing_rules.supervising import SupervisionRow
from routing_rules.table import DecisionTable
from routing_rules.units import DESK

TO_CALLER = frozenset({"contact", "callback"})
"""What is owed to the caller does not run for one who wants no reply."""
_SHORT = 200  # of any unit: such a limit runs out before the next year is over


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order as it was first asked: ``starts`` maps ``received``, ``first_dispatch``… to the times that are known.

    ``unit`` is the one that has or had it last: what people made of it in the end.
    """

    number: str
    facts: Facts
    starts: Mapping[str, datetime]
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one book says of one order."""

    said: DispatchDecision
    limits: Mapping[Clock, DeadlineRow]
    steps: tuple[SupervisionRow, ...]
    due: Mapping[Clock, datetime]

    @property
    def goes_to(self) -> str:
        """The unit it goes to, or the desk."""
        return self.said.lead or DESK


class Asking:
    """Two books; where their tables or calendars agree, one answer serves for both."""

    def __init__(self, old: Pack, new: Pack) -> None:
        self._old, self._new = old, new
        self._same_limits = _same(old.deadlines.whole, new.deadlines.whole)
        self._same_steps = _same(old.supervision.whole, new.supervision.whole)
        self._years: dict[int, bool] = {}

    def ask(self, order: PastOrder) -> tuple[Answer, Answer]:
        """Return what the old book says and what the new one says."""
        old, new, facts = self._old, self._new, order.facts
        limits, steps = deadlines(old, facts), supervision(old, facts)
        due = {clock: at for clock, row in limits.items() if (at := _due(old, order, row)) is not None}
        before = Answer(dispatch(old, facts), limits, steps, due)
        limits = limits if self._same_limits else deadlines(new, facts)
        steps = steps if self._same_steps else supervision(new, facts)
        due = {clock: at for clock, row in limits.items() if (at := self._due_again(order, row, before)) is not None}
        return before, Answer(dispatch(new, facts), limits, steps, due)

    def _due_again(self, order: PastOrder, row: DeadlineRow, before: Answer) -> datetime | None:
        """Return when the new book's limit runs out: when the old one's did, if they are the same on the same days."""
        known, start = before.limits.get(row.clock), order.starts.get(row.starts)
        if (
            known is not None
            and start is not None
            and (row.limit, row.starts, row.leg_margin) == (known.limit, known.starts, known.leg_margin)
            and row.limit.amount <= _SHORT
            and self._agree(start.year)
            and self._agree(start.year + 1)
        ):
            return before.due.get(row.clock)
        return _due(self._new, order, row)

    def _agree(self, year: int) -> bool:
        """Whether both calendars say the same of every day of a year and of the days beside it."""
        if year not in self._years:
            first = date(year, 1, 1) - timedelta(days=2)
            days = [first + timedelta(days=number) for number in range(370)]
            self._years[year] = _calendar(self._old.calendar, days) == _calendar(self._new.calendar, days)
        return self._years[year]


def _same(old: DecisionTable, new: DecisionTable) -> bool:
    return (old.inputs, old.rows, old.zone) == (new.inputs, new.rows, new.zone)


def _calendar(calendar: WorkCalendar, days: list[date]) -> list[object]:
    return [calendar.zone, *((calendar.is_working_day(day), calendar.openings(day), calendar.closing(day)) for day in days)]


def _due(pack: Pack, order: PastOrder, row: DeadlineRow) -> datetime | None:
    start = order.starts.get(row.starts)
    if start is None or (row.clock in TO_CALLER and not order.facts.reply_needed):
        return None
    due = due_at(start, row.limit, pack.calendar).due
    return capped(due, order.facts.upstream_due, row.leg_margin) if row.clock == "answer" else due
