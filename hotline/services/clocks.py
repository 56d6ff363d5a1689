"""The clocks of an order: which limits apply, from the deadline table, and when they run out, on the working calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from hotline.domain.due import capped, due_at
from hotline.domain.facts import Facts
from hotline.domain.order import Flag, Order
from routing_rules.decide import deadlines
from routing_rules.pack import Pack

TO_CALLER = frozenset({"contact", "callback"})
"""Clocks of what is owed to the caller: none for an anonymous one, or one who wants no reply."""
ORDER_CLOCKS = frozenset({"dispatch", "answer"})
"""Clocks of the order itself: once given, they change only by an event of their own (DESIGN §3)."""

UPSTREAM = "upstream"
"""The due time that the platform above gave: no clock of a table, only a ceiling."""


@dataclass(frozen=True, slots=True)
class Dues:
    """Due times by clock, aware UTC, and the rule row behind each."""

    due: Mapping[str, datetime]
    rows: Mapping[str, str]


def facts_of(order: Order) -> Facts:
    """Return every fact of an order, as its tables are asked again; a place with several readings stays missing."""
    known = not order.place_unsure
    return Facts(
        received_at=order.received_at, category=order.category, kind=order.kind, urgency=order.urgency,
        place=order.place if known else None, estate=order.estate if known else None, channel=order.channel,
        origin=order.origin, caller_kind=order.caller_kind, confidential=Flag.CONFIDENTIAL in order.flags,
        vulnerable=order.vulnerable, reply_needed=order.reply_needed and not order.anonymous, round=order.round,
        returned_by=order.returned_by, accused=order.accused, upstream_due=order.due.get(UPSTREAM),
        confidence=order.model_confidence, words=order.words,
    )  # fmt: skip


class Clocks:
    """Gives due times by one pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def started(self, facts: Facts, starts: Mapping[str, datetime], ceiling: datetime | None) -> Dues:
        """Return the due times of the clocks whose start is known; ``starts`` maps ``received``, ``first_dispatch``, … to times.

        The platform above's own due time caps the answer (DOMAIN.md, second tier).
        """
        due: dict[str, datetime] = {}
        rows: dict[str, str] = {}
        for clock, row in deadlines(self._pack, facts).items():
            start = starts.get(row.starts)
            if start is None or (clock in TO_CALLER and not facts.reply_needed):
                continue
            runs_out = due_at(start, row.limit, self._pack.calendar).due.astimezone(UTC)
            due[clock] = capped(runs_out, ceiling) if clock == "answer" else runs_out
            rows[clock] = row.row_id
        return Dues(due, rows)

    def on_dispatch(self, order: Order, at: datetime) -> Dues:
        """Due times when an order is sent to a unit: the leg's clocks are new, the order's own never restart on transfer."""
        starts = {"received": order.received_at, "first_dispatch": order.first_dispatched_at or at, "leg_dispatch": at}
        return self._merged(order, starts, kept=ORDER_CLOCKS)

    def on_answer(self, order: Order, at: datetime) -> Dues:
        """Due times of review and callback, which start at the answer."""
        return self._merged(order, {"answered": at, "signed_off": at}, kept=ORDER_CLOCKS)

    def on_reopen(self, order: Order, at: datetime) -> Dues:
        """Due times of the next round: the tables are asked with its number; it has its own start, and no clock of the last one.

        The platform's due time was for the round that is over: it caps the next one only while it has not passed.
        """
        ahead = {clock: due for clock, due in order.due.items() if clock == UPSTREAM and due > at}
        again = replace(order, round=order.round + 1, due=ahead, due_rows={})
        return self._merged(again, {"received": at, "first_dispatch": at, "leg_dispatch": at}, kept=frozenset())

    def _merged(self, order: Order, starts: Mapping[str, datetime], *, kept: frozenset[str]) -> Dues:
        fresh = self.started(facts_of(order), starts, order.due.get(UPSTREAM))
        changed = [clock for clock in fresh.due if clock not in kept or clock not in order.due]  # in the tables' order
        due = {**order.due, **{clock: fresh.due[clock] for clock in changed}}
        return Dues(due, {**order.due_rows, **{clock: fresh.rows[clock] for clock in changed}})
