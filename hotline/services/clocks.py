"""The clocks of an order: which limits apply, from the deadline table, and when they run out, on the working calendar."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hotline.domain.due import DueDate, capped, due_at, extended
from hotline.domain.facts import Facts
from hotline.domain.order import Flag, LegDues, Order, Provisional
from hotline.domain.pauses import Pause
from routing_rules.deadlines import DeadlineRow
from routing_rules.decide import deadlines
from routing_rules.pack import Pack

T = TypeVar("T")
TO_CALLER = frozenset({"contact", "callback"})
"""Clocks of what is owed to the caller: none for an anonymous one, or one who wants no reply."""
ORDER_CLOCKS = frozenset({"dispatch", "answer"})
"""Clocks of the order itself: once given, they change only by an event of their own (DESIGN §3)."""
RECTIFICATION = frozenset({"rectification"})

UPSTREAM = "upstream"
"""The due time that the platform above gave: no clock of a table, only a ceiling."""
LEG = "leg"
"""The lead's leg among what is provisional: no clock of a table, but a share of the answer's."""


@dataclass(frozen=True, slots=True)
class Dues:
    """Due times by clock, aware UTC, the rule row behind each, those that are provisional, and when the legs are due."""

    due: Mapping[str, datetime]
    rows: Mapping[str, str]
    provisional: Mapping[str, Provisional] = field(default_factory=dict)
    legs: LegDues = field(default_factory=LegDues)

    @property
    def fields(self) -> dict[str, Any]:
        """The order's fields."""
        return {"due": self.due, "due_rows": self.rows, "provisional": self.provisional}

    @property
    def data(self) -> dict[str, Any]:
        """What an event keeps of them."""
        return {"due": {clock: at.isoformat() for clock, at in self.due.items()}, "rows": dict(self.rows)}


def facts_of(order: Order) -> Facts:
    """Return every fact of an order, as its tables are asked again; a place with several readings stays missing."""
    known = not order.place_unsure
    return Facts(
        received_at=order.received_at, category=order.category, kind=order.kind, urgency=order.urgency,
        place=order.place if known else None, estate=order.estate if known else None, channel=order.channel,
        origin=order.origin, caller_kind=order.caller_kind, confidential=Flag.CONFIDENTIAL in order.flags,
        vulnerable=order.vulnerable, reply_needed=order.reply_needed and not order.anonymous, round=order.round,
        returned_by=_barred(order), accused=order.accused, upstream_due=order.due.get(UPSTREAM),
        confidence=order.model_confidence, words=order.words,
    )  # fmt: skip


def _barred(order: Order) -> frozenset[str]:
    """The units no table may send the order to: those that gave it back, and of several accused ones all and those below."""
    return order.returned_by | (order.recused if order.accused_units - {order.accused} else frozenset())


def next_round(order: Order, at: datetime) -> Order:
    """Return the order as its tables are asked for the round that begins at ``at``: no clock of the last one is left.

    The platform's due time was for the round that is over: it caps the next one only while it has not passed.
    """
    ahead = {clock: due for clock, due in order.due.items() if clock == UPSTREAM and due > at}
    return replace(order, round=order.round + 1, reopened_at=at, first_dispatched_at=at, due=ahead, due_rows={}, provisional={})


def returns_allowed(pack: Pack, order: Order) -> int:
    """How often a unit may give the order back: as its return window's row says, else as the pack does."""
    row = pack.deadlines.limits.get(order.due_rows.get("return_window", ""))
    return pack.settings.returns_allowed if row is None or row.returns is None else row.returns


class Clocks:
    """Gives due times by one pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def started(self, facts: Facts, starts: Mapping[str, datetime], ceiling: datetime | None) -> Dues:
        """Return the due times of the clocks whose start is known; ``starts`` maps ``received``, ``first_dispatch``, … to times.

        The platform above's own due time caps the answer, less the margin of the answer's row (DOMAIN.md, second tier).
        """
        return self._given(deadlines(self._pack, facts), facts, starts, ceiling)

    def on_dispatch(self, order: Order, at: datetime) -> Dues:
        """Due times when an order is sent to a unit: the leg's clocks are new, the order's own never restart on transfer."""
        return self._merged(order, {"first_dispatch": at, **_begun(order), "leg_dispatch": at}, kept=ORDER_CLOCKS, leg_from=at)

    def on_assists(self, order: Order, lead: datetime | None) -> Dues:
        """Due times when only the assisting units change: theirs, before the ``lead``'s leg; nothing else moves."""
        row = deadlines(self._pack, facts_of(order)).get("answer")
        margin = row.leg_margin if row else timedelta(0)
        legs = LegDues(lead, lead - margin if lead else None)
        return Dues(order.due, order.due_rows, order.provisional, legs)

    def on_answer(self, order: Order, at: datetime, *, released: bool = True) -> Dues:
        """Due times of review and callback; the review's starts when the last leader released the answer 签发."""
        if released:
            return self._merged(order, {"answered": at, "signed_off": at}, kept=ORDER_CLOCKS)
        waits = replace(order, due={clock: due for clock, due in order.due.items() if clock != "review"})
        return self._merged(waits, {"answered": at}, kept=ORDER_CLOCKS)

    def on_signed_off(self, order: Order, at: datetime) -> Dues:
        """Due times that start when the answer is released."""
        return self._merged(order, {"signed_off": at}, kept=ORDER_CLOCKS)

    def on_rectify(self, order: Order) -> Dues:
        """Due times when a bad rating is to be rectified: its own clock, from the rating on; the lead's leg is due with it."""
        rated = order.rated_at or order.updated_at
        dues = self._merged(order, {"rated": rated}, kept=ORDER_CLOCKS, only=RECTIFICATION)
        due = dues.due.get("rectification")
        return replace(dues, legs=LegDues(due, due))

    def on_reopen(self, order: Order, at: datetime) -> Dues:
        """Due times of the next round: the tables are asked with its number, its clocks have their own start."""
        again = next_round(order, at)
        return self._merged(again, {**_begun(again), "leg_dispatch": at}, kept=frozenset(), leg_from=at)

    def _given(
        self, limits: Mapping[Any, DeadlineRow], facts: Facts, starts: Mapping[str, datetime], ceiling: datetime | None
    ) -> Dues:
        due: dict[str, datetime] = {}
        rows: dict[str, str] = {}
        provisional: dict[str, Provisional] = {}
        for clock, row in limits.items():
            start = starts.get(row.starts)
            if start is None or (clock in TO_CALLER and not facts.reply_needed):
                continue
            how = how_counted(start, row)
            found = count(how, self._pack, ceiling if clock == "answer" else None)
            due[clock], rows[clock] = found.due, row.row_id
            if found.provisional:
                provisional[clock] = how
        return Dues(due, rows, provisional)

    def _merged(
        self,
        order: Order,
        starts: Mapping[str, datetime],
        *,
        kept: frozenset[str],
        only: frozenset[str] | None = None,
        leg_from: datetime | None = None,
    ) -> Dues:
        facts = facts_of(order)
        limits = {clock: row for clock, row in deadlines(self._pack, facts).items() if only is None or clock in only}
        fresh = self._given(limits, facts, starts, order.due.get(UPSTREAM))
        changed = [clock for clock in fresh.due if clock not in kept or clock not in order.due]  # in the tables' order
        due = {**order.due, **_only(fresh.due, changed)}
        waiting = {clock: how for clock, how in order.provisional.items() if clock not in changed}
        provisional = {**waiting, **_only(fresh.provisional, changed)}
        rows = {**order.due_rows, **_only(fresh.rows, changed)}
        if leg_from is None:
            return Dues(due, rows, provisional)
        provisional.pop(LEG, None)
        legs, waits = self._legs(limits.get("answer"), leg_from, due.get("answer"), late="answer" in provisional)
        return Dues(due, rows, {**provisional, **waits}, legs)

    def _legs(
        self, row: DeadlineRow | None, at: datetime, answer: datetime | None, *, late: bool
    ) -> tuple[LegDues, dict[str, Provisional]]:
        """When the legs that begin at ``at`` are due, and how the lead's is counted again where it is provisional.

        The lead's: at the earlier of its own limit and the order's due time less the margin; ``late`` = that is provisional.
        """
        if row is None:
            return LegDues(answer, answer), {}
        how = how_counted(at, row)
        lead = count(how, self._pack, answer)
        return leg_dues(how, lead.due), {LEG: how} if late or lead.provisional else {}


@dataclass(frozen=True, slots=True)
class Count:
    """A due time in UTC, after any ceiling, and how the limit itself was counted."""

    due: datetime
    counted: DueDate

    @property
    def provisional(self) -> bool:
        """Whether it waits for a year's holidays."""
        return self.counted.provisional

    @property
    def why(self) -> str:
        """The explanation a person reads, in Chinese; a ceiling that came first is told."""
        if self.due == self.counted.due:
            return self.counted.why
        return f"{self.counted.why};另有更早的时限,按其提前至 {self.due.astimezone(self.counted.due.tzinfo):%Y-%m-%d %H:%M}"


def how_counted(start: datetime, row: DeadlineRow) -> Provisional:
    """Return what is kept to count a row's limit again."""
    return Provisional(start=start, limit=row.limit, margin_seconds=int(row.leg_margin.total_seconds()))


def count(how: Provisional, pack: Pack, ceiling: datetime | None, pauses: Sequence[Pause] = ()) -> Count:
    """Return when a limit and its extensions run out on the pack's calendar, capped by ``ceiling`` less the margin."""
    found = due_at(how.start, how.limit, pack.calendar, pauses)
    for amount in how.extensions:
        found = extended(found, amount, pack.calendar, pauses)
    due = capped(found.due.astimezone(UTC), ceiling, timedelta(seconds=how.margin_seconds))
    return Count(due, found)


def ended(pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    """Return the pauses that are over: one that still stands is counted when it ends."""
    return tuple((since, to) for since, to in pauses if to is not None)


def leg_dues(how: Provisional, lead: datetime) -> LegDues:
    """Return when the legs are due: the assisting units' the margin before the lead's."""
    return LegDues(lead, lead - timedelta(seconds=how.margin_seconds))


def _begun(order: Order) -> dict[str, datetime]:
    """When the running round's clocks began that are not the leg's: the round, its first dispatch, the platform's dispatch."""
    begun = {"received": order.round_began_at}
    if order.first_dispatched_at is not None:
        begun["first_dispatch"] = order.first_dispatched_at
    return {**begun, "upstream_dispatch": order.round_began_at} if order.origin == "upstream" else begun


def _only(found: Mapping[str, T], clocks: Collection[str]) -> dict[str, T]:
    return {clock: found[clock] for clock in clocks if clock in found}
