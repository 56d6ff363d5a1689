"""The clock's sweep: who is near the end, who is late, who was asked to do it again too often. It reminds; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.bands import order_band, running_due
from hotline.domain.lifecycle import Action, Change, apply
from hotline.domain.order import Flag, Order
from hotline.domain.roles import CLOCK
from hotline.errors import ChangedMeanwhile
from hotline.services import change
from hotline.services.books import Books
from hotline.services.ports import Clock, Store

PROBLEM_ROUNDS = 3  # reopened so often → 问题工单, escalated (巴彦淖尔's practice, DOMAIN.md)
AT_ONCE = 200  # orders a commit


@dataclass(frozen=True, slots=True)
class Swept:
    """How many orders were reminded of, and how many escalated."""

    warned: int = 0
    escalated: int = 0


class Supervision:
    """Reminders 催办 and escalation 提级, once for each clock and step."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def sweep(self) -> Swept:
        """Look at every open order once; each reminder is an event that is written once for a due time."""
        with self._store.read() as work:
            orders = work.orders.open()
        due = [one for order in orders if (one := self._step(order)) is not None]
        warned = escalated = 0
        for start in range(0, len(due), AT_ONCE):
            part = due[start : start + AT_ONCE]
            if self._write(part):
                escalated += sum(1 for one in part if one.event.kind == "escalated")
                warned += sum(1 for one in part if one.event.kind == "warned")
        return Swept(warned, escalated)

    def _write(self, part: list[Change]) -> bool:
        """Write a part; an order that a person changed meanwhile waits for the next sweep, with its part."""
        try:
            with self._store.write() as work:
                change.write(work, part)
                work.commit()
        except ChangedMeanwhile:
            return False
        return True

    def _step(self, order: Order) -> Change | None:
        """Return the next step for an order, or None: warned when urgent, escalated when overdue or reopened too often."""
        now, limits = self._clock.now(), self._books.current().settings.bands
        band, due = order_band(order, now, limits), running_due(order)
        late = band == "overdue" or order.round > PROBLEM_ROUNDS
        if late and Flag.ESCALATED not in order.flags:
            why = "超期" if band == "overdue" else f"重办 {order.round - 1} 次"
            return apply(order, Action.ESCALATE, at=now, by=CLOCK, data={"why": why, "due": due.isoformat() if due else None})
        mark = due.isoformat() if due else ""
        if band == "urgent" and order.warned_for != mark:
            return apply(order, Action.WARN, at=now, by=CLOCK, data={"why": "将到期", "due": mark}, warned_for=mark)
        return None
