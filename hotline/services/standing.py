"""How the due times that an order has now were counted, so that an extension or a pause can move them.

A due time belongs to the book of the day it was given: what a later book says of that row is nothing to it. The books that the
order's events name are tried until one gives the due time that stands; when none does (somebody set it otherwise), it is moved on
from where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hotline.domain.due import DueDate, extended
from hotline.domain.order import Event, Flag, Leg, LegDues, Order, Provisional
from hotline.domain.pauses import Pause
from hotline.errors import HotlineError
from hotline.services.books import Books
from hotline.services.clocks import LEG, UPSTREAM, count, ended, how_counted, leg_dues
from routing_rules.deadlines import DeadlineRow
from routing_rules.pack import Pack

MOMENT: Final = timedelta(microseconds=1)
STOPS: Final = ("sign", "contact", "answer", "return_window", "rectification")
"""Clocks that stand still while the order is paused; those of a decision or of the office go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How a due time was counted: the row of the book of its day, its start, the extensions since, its ceiling."""

    clock: str
    old: datetime
    how: Provisional
    row: DeadlineRow
    ceiling: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Due times that change: ``changed`` maps a clock (or ``leg``) to (before, after, why), ``legs`` are the running legs'."""

    changed: Mapping[str, tuple[datetime, datetime, str]] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)
    provisional: Mapping[str, Provisional] = field(default_factory=dict)
    legs: LegDues | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The order's fields."""
        return {"due": self.due, "provisional": self.provisional}

    @property
    def data(self) -> dict[str, Any]:
        """What the event keeps: every due time, and what moved from where to where and why."""
        told = {
            clock: {"old": old.isoformat(), "new": new.isoformat(), "why": why} for clock, (old, new, why) in self.changed.items()
        }
        return {"due": {clock: at.isoformat() for clock, at in self.due.items()}, "changed": told}


class Standing:
    """The standing due times of one order, by the books of their days."""

    def __init__(self, books: Books, order: Order, events: Sequence[Event], legs: Sequence[Leg]) -> None:
        self._books, self.order = books, order
        self.pack = books.current()
        begun = max((at for at, event in enumerate(events) if event.kind == "reopened"), default=0)
        self._events = events[begun:]
        self.lead = next((leg for leg in legs if leg.ended_at is None and leg.role == "lead" and leg.unit == order.unit), None)

    def answer(self) -> Counted | None:
        """How the answer's due time was counted; None when no book gives the one that stands."""
        return self._counted("answer", self.order.due.get("answer"), self._start, self._granted(), self.order.due.get(UPSTREAM))

    def row(self) -> DeadlineRow | None:
        """The answer's row: of the book that gave the due time, else as it stands now."""
        found = self.answer()
        return found.row if found else self.pack.deadlines.limits.get(self.order.due_rows.get("answer", ""))

    def extended(self, amount: int, ceiling: datetime | None) -> Moved:
        """Return the due times with an extension of ``amount`` of the answer's own units under ``ceiling``; never earlier."""
        order, found = self.order, self.answer()
        old = order.due["answer"]
        row = self.row()
        if found is not None:
            how = replace(found.how, extensions=(*found.how.extensions, amount))
            made = count(how, self.pack, ceiling, ended(order.pauses))
            new, why, late = max(made.due, old), made.why, {"answer": how} if made.provisional else {}
        else:
            new, why, late = self._on_from(old, row, amount, ceiling), "", {}
        due = {**order.due, "answer": new, **({UPSTREAM: ceiling} if ceiling else {})}
        changed = {"answer": (old, new, why)}
        kept = {clock: how for clock, how in order.provisional.items() if clock != "answer"}
        return self._with_legs(Moved(changed=changed, due=due, provisional={**kept, **late}), (amount,), order.pauses)

    def capped(self, ceiling: datetime) -> Moved:
        """Return the due times under another due time of the platform above, earlier or later than the one that stood."""
        order, found, old = self.order, self.answer(), self.order.due.get("answer")
        stood, row = order.due.get(UPSTREAM), self.row()
        changed = {UPSTREAM: (stood, ceiling, "")} if stood else {}
        moved = Moved(changed=changed, due={**order.due, UPSTREAM: ceiling}, provisional=order.provisional)
        if old is None or row is None:
            return moved
        margin = row.leg_margin
        made = count(found.how, self.pack, ceiling, ended(order.pauses)) if found is not None else None
        new, why = (made.due, made.why) if made is not None else (min(old, ceiling - margin), "")
        changed["answer"] = (old, new, why)
        late = {clock: how for clock, how in order.provisional.items() if clock != "answer"}
        if found is not None and made is not None and made.provisional:
            late["answer"] = found.how
        due = {**moved.due, "answer": new}
        return self._with_legs(Moved(changed=changed, due=due, provisional=late), (), order.pauses, earlier=True)

    def above(self, amount: int) -> datetime | None:
        """The platform's due time moved on by as much: it granted the extension of its own order."""
        ceiling, row = self.order.due.get(UPSTREAM), self.row()
        return ceiling if ceiling is None or row is None else self._moved_on(ceiling, row, amount)

    def resumed(self, pauses: Sequence[Pause], ceiling: datetime | None) -> Moved:
        """Return the due times when the last pause has ended as ``pauses`` say: every clock it stopped is counted again."""
        order, stood = self.order, pauses[-1]
        due, changed = dict(order.due), dict[str, tuple[datetime, datetime, str]]()
        late = dict(order.provisional)
        if ceiling is not None:
            due[UPSTREAM] = ceiling
        for clock in (clock for clock in STOPS if _runs(order, clock) and clock in order.due):
            new, why, how = self._again(clock, pauses, ceiling, stood)
            changed[clock], due[clock] = (order.due[clock], new, why), new
            late.pop(clock, None)
            if how is not None:
                late[clock] = how
        return self._with_legs(Moved(changed=changed, due=due, provisional=late), (), pauses)

    # -- one clock -----------------------------------------------------------------------------------------------------
    def _again(
        self, clock: str, pauses: Sequence[Pause], ceiling: datetime | None, stood: Pause
    ) -> tuple[datetime, str, Provisional | None]:
        """Count a clock again with the pauses; where nobody knows how it was counted, it moves on by the pause's length."""
        old = self.order.due[clock]
        granted = self._granted() if clock == "answer" else ()
        above = self.order.due.get(UPSTREAM) if clock == "answer" else None
        found = self._counted(clock, old, self._start, granted, above)
        if found is None:
            return _by_length(old, stood), "", None
        made = count(found.how, self.pack, ceiling if clock == "answer" else None, ended(pauses))
        return max(made.due, old), made.why, found.how if made.provisional else None

    def _counted(
        self, clock: str, old: datetime | None, start_of: Any, granted: tuple[int, ...], ceiling: datetime | None
    ) -> Counted | None:
        if old is None:
            return None
        row_id = self.order.due_rows.get(clock, "")
        for pack in self._packs():
            row = pack.deadlines.limits.get(row_id)
            start = start_of(row) if row is not None else None
            if row is None or start is None:
                continue
            how = replace(how_counted(start, row), extensions=granted)
            if count(how, self.pack, ceiling, ended(self.order.pauses)).due == old:
                return Counted(clock=clock, old=old, how=how, row=row, ceiling=ceiling)
        return None

    def _packs(self) -> Iterator[Pack]:
        """Yield the book in force, then those of the round's events and of the order itself."""
        yield self.pack
        named = dict.fromkeys([*(str(event.data.get("book", "")) for event in self._events), self.order.book])
        for digest in (one for one in named if one and one != self.pack.content_hash):
            try:
                yield self._books.pack(digest)
            except HotlineError:
                continue  # a book that this program cannot read any more gives no row

    def _start(self, row: DeadlineRow) -> datetime | None:
        order = self.order
        known = {
            "received": order.round_began_at, "upstream_dispatch": order.round_began_at, "rated": order.rated_at,
            "first_dispatch": order.first_dispatched_at, "leg_dispatch": order.dispatched_at,
        }  # fmt: skip
        return known.get(row.starts)

    def _granted(self, since: datetime | None = None) -> tuple[int, ...]:
        """The amounts of the extensions granted in this round (since the running leg began)."""
        granted = (event for event in self._events if event.kind == "extension_granted" and event.data.get("amount"))
        return tuple(int(event.data["amount"]) for event in granted if since is None or event.at >= since)

    # -- what hangs on it ----------------------------------------------------------------------------------------------
    def _with_legs(self, moved: Moved, more: tuple[int, ...], pauses: Sequence[Pause], *, earlier: bool = False) -> Moved:
        """Move the running legs: the lead's own limit within the order's new due time, the assistants' before it.

        They only move on, unless ``earlier``: the platform above may want it sooner.
        """
        leg, row = self.lead, self.row()
        if leg is None or leg.due_at is None or row is None:
            return moved
        since, answer = self._granted(leg.assigned_at), moved.due.get("answer")
        how = replace(how_counted(leg.assigned_at, row), extensions=(*since, *more))
        made = count(how, self.pack, answer, ended(pauses))
        new = made.due if earlier else max(made.due, leg.due_at)
        late = {**moved.provisional, **({LEG: how} if made.provisional else {})}
        return replace(
            moved, changed={**moved.changed, LEG: (leg.due_at, new, made.why)}, provisional=late, legs=leg_dues(how, new)
        )

    def _on_from(self, old: datetime, row: DeadlineRow | None, amount: int, ceiling: datetime | None) -> datetime:
        new = self._moved_on(old, row, amount) if row is not None else old
        return max(old, new if ceiling is None else min(new, ceiling))

    def _moved_on(self, due: datetime, row: DeadlineRow, amount: int) -> datetime:
        """A due time moved on from where it stands, however it was counted."""
        local = due.astimezone(self.pack.zone)
        stands = DueDate(local, row.limit, (), (), False, (local - MOMENT).date())
        return extended(stands, amount, self.pack.calendar).due.astimezone(UTC)


def _runs(order: Order, clock: str) -> bool:
    if clock == "sign":
        return order.signed_at is None
    if clock == "contact":
        return order.contacted_at is None
    rectifying = Flag.RECTIFYING in order.flags
    return rectifying if clock == "rectification" else not (clock == "answer" and rectifying)


def _by_length(old: datetime, stood: Pause) -> datetime:
    since, to = stood
    return old if to is None or old <= since else old + (to - since)
