"""The clock's sweep: who is near the end, who is late, who was asked to do it again too often. It reminds; it decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Flag, Order
from hotline.domain.roles import CLOCK
from hotline.errors import ChangedMeanwhile
from hotline.services import change
from hotline.services.books import Books
from hotline.services.due_step import DueStep
from hotline.services.notices import told_by
from hotline.services.ports import Clock, Store
from hotline.services.steps import due_steps
from routing_rules.pack import Pack

REMINDERS: Final = frozenset({"warn", "remind", "acknowledge"})
"""Steps whose event is ``warned``; the others' is ``escalated``."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many reminders were written, and how many escalations."""

    warned: int = 0
    escalated: int = 0


class Supervision:
    """Reminders 催办, 督办, escalation 提级 by the pack's table, each step once for a round, a clock and its due time."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def sweep(self) -> Swept:
        """Look at every open order once; each step is an event that is written once, however many sweep."""
        pack, now = self._books.current(), self._clock.now()
        with self._store.read() as work:
            orders = work.orders.open()
        steps = [done for order in orders if (done := list(taken(pack, order, now)))]
        written = [one for all_of_one in change.written(steps, self._write) for one in all_of_one]
        escalated = sum(1 for one in written if one.event.kind == "escalated")
        return Swept(len(written) - escalated, escalated)

    def _write(self, part: list[list[Change]]) -> bool:
        """Write the steps of some orders and their notices, or nothing when a person changed one of them meanwhile."""
        changes = [one for all_of_one in part for one in all_of_one]
        try:
            with self._store.write() as work:
                change.write(work, changes)
                work.notices.add(list(told_by(self._books.current(), changes)))
                work.commit()
        except ChangedMeanwhile:
            return False
        return True


def taken(pack: Pack, order: Order, now: datetime) -> Iterator[Change]:
    """Yield the steps that an order needs now, each on the order as the one before left it."""
    for step in due_steps(pack, order, now):
        action = Action.WARN if step.step in REMINDERS else Action.ESCALATE
        fields: dict[str, Any] = {"steps": order.steps | {step.mark}}
        if step.step == "problem":
            fields["flags"] = order.flags | {Flag.ESCALATED, Flag.PROBLEM}
        done = apply(order, action, at=now, by=CLOCK, data=_data(pack, order, step), **fields)
        order = done.order
        yield done


def _data(pack: Pack, order: Order, step: DueStep) -> dict[str, Any]:
    due = step.due.isoformat() if step.due else None
    return {
        "why": step.why, "step": step.step, "clock": step.clock, "due": due, "round": order.round, "to": list(step.to),
        "row": step.row, "mark": step.mark, "book": pack.content_hash,
    }  # fmt: skip
