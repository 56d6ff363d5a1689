"""The clocks of an order: which limits apply, from the deadline table, and when they run out, on the working calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from routing_rules.decide import deadlines
from routing_rules.pack import Pack

from hotline.domain.due import capped, due_at
from hotline.domain.facts import Facts
from hotline.domain.order import Order


@dataclass(frozen=True, slots=True)
class Dues:
    """Due times by clock, aware UTC, and the rule row behind each."""

    due: Mapping[str, datetime]
    rows: Mapping[str, str]


def facts_of(order: Order) -> Facts:
    """Return the facts of an order as its tables are asked again (round, returned_by)."""
    return Facts(
        received_at=order.received_at, category=order.category, kind=order.kind, urgency=order.urgency, place=order.place,
        estate=order.estate, channel=order.channel, origin=order.origin, round=order.round, returned_by=order.returned_by,
        confidence=order.model_confidence, reply_needed=order.reply_needed,
    )  # fmt: skip


class Clocks:
    """Gives due times by one pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def started(self, facts: Facts, starts: Mapping[str, datetime], ceiling: datetime | None) -> Dues:
        """Return the due times of the clocks whose start is known; ``starts`` maps ``receipt``, ``dispatch``, … to instants.

        The platform above's own due time caps the answer (DOMAIN.md, second tier).
        """
        due: dict[str, datetime] = {}
        rows: dict[str, str] = {}
        for clock, row in deadlines(self._pack, facts).items():
            start = starts.get(row.starts)
            if start is None:
                continue
            runs_out = due_at(start, row.limit, self._pack.calendar).due.astimezone(UTC)
            due[clock] = capped(runs_out, ceiling) if clock == "answer" else runs_out
            rows[clock] = row.row_id
        return Dues(due, rows)

    def on_dispatch(self, order: Order, at: datetime) -> Dues:
        """Due times when an order is sent to a unit; a clock that started at receipt does not start again on transfer."""
        return self._merged(order, {"receipt": order.received_at, "dispatch": at}, keep_answer=order.round > 1)

    def on_answer(self, order: Order, at: datetime) -> Dues:
        """Due times of review and callback, which start at the answer."""
        return self._merged(order, {"answer": at}, keep_answer=True)

    def on_reopen(self, order: Order, at: datetime) -> Dues:
        """Due times of the next round: the tables are asked with its number; it has its own start."""

        again = replace(order, round=order.round + 1)
        return self._merged(again, {"receipt": at, "dispatch": at}, keep_answer=False)

    def _merged(self, order: Order, starts: Mapping[str, datetime], *, keep_answer: bool) -> Dues:
        ceiling = order.due.get("upstream")
        fresh = self.started(facts_of(order), starts, ceiling)
        kept = {"answer"} & order.due.keys() if keep_answer else set()
        due = {**order.due, **{clock: at for clock, at in fresh.due.items() if clock not in kept}}
        rows = {**order.due_rows, **{clock: row for clock, row in fresh.rows.items() if clock not in kept}}
        return Dues(due, rows)
