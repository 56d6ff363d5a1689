"""The clock's sweep: who is near the end, who is late, who was asked to do it again too often. It reminds; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.bands import CLOCK_OF_STAGE, order_band, running_due
from hotline.domain.lifecycle import STAGES, Action, Change, apply
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
            # Where people work there is always one order that was changed meanwhile: it alone waits for the next sweep.
            written = part if self._write(part) else [one for one in part if self._write([one])]
            escalated += sum(1 for one in written if one.event.kind == "escalated")
            warned += sum(1 for one in written if one.event.kind == "warned")
        return Swept(warned, escalated)

    def _write(self, part: list[Change]) -> bool:
        """Write a part, or nothing of it when a person changed one of its orders meanwhile."""
        try:
            with self._store.write() as work:
                change.write(work, part)
                work.commit()
        except ChangedMeanwhile:
            return False
        return True

    def _step(self, order: Order) -> Change | None:
        """Return the next step for an order, or None: warned when urgent, escalated when overdue or reopened too often.

        Each clock is escalated for itself: an order that was late on the desk may be late at its unit again.
        """
        now, limits = self._clock.now(), self._books.current().settings.bands
        band, due = order_band(order, now, limits), running_due(order)
        mark = due.isoformat() if due else ""
        clock = CLOCK_OF_STAGE.get(STAGES.get(order.state, ""), "")
        late, near = (f"{order.round}|{clock}|{step}|{mark}" for step in ("escalate", "warn"))
        if band == "overdue" and late not in order.steps:
            return apply(order, Action.ESCALATE, at=now, by=CLOCK, data={"why": "超期", "due": mark}, steps=order.steps | {late})
        if order.round > PROBLEM_ROUNDS and Flag.ESCALATED not in order.flags:
            data = {"why": f"重办 {order.round - 1} 次", "due": mark or None}
            return apply(order, Action.ESCALATE, at=now, by=CLOCK, data=data)
        if band == "urgent" and near not in order.steps:
            return apply(order, Action.WARN, at=now, by=CLOCK, data={"why": "将到期", "due": mark}, steps=order.steps | {near})
        return None
