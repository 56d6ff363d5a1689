"""待审批, one inbox for all that waits for a decision, each with what deciding it would do."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from hotline.domain.actions import Action
from hotline.domain.applications import STEPS, Application, Asks
from hotline.domain.conditions import SELF_APPROVED, waits
from hotline.domain.indicators import Rate, observe
from hotline.domain.lifecycle import refusal
from hotline.domain.order import Event, Order
from hotline.domain.roles import UNIT_ROLES, Actor, Role
from hotline.errors import HotlineError, NotAllowed, StoreUnavailable
from hotline.services.books import Books
from hotline.services.clocks import UPSTREAM
from hotline.services.disputes import may_rule
from hotline.services.granting import Granting
from hotline.services.pausing import ends_at
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.recusal import hides
from hotline.services.redispatch import back_on_desk
from hotline.services.rows import OrderFilter
from hotline.services.secrecy import listed
from hotline.services.standing import Standing

log = logging.getLogger(__name__)
READERS: Final = UNIT_ROLES | {Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN}
AT_ONCE: Final = 200
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits: ``asks`` is a sort of application, or ``ruling``.

    ``may_decide`` = this reader may grant or agree now, else ``why_not`` says why not; ``late`` = it was asked for after the
    time for that.
    """

    order: Order
    asks: str
    at: datetime
    unit: str | None
    person: str
    reason: str
    decider: str
    due_at: datetime | None
    code: str = ""
    clause: str = ""
    evidence: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    amount: int | None = None
    until: str | None = None
    public: str = ""
    agreed_by: str | None = None
    row: str = ""
    late: bool = False
    may_decide: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What granting would do: the answer's due time before and after where it moves, the unit that is next, the rates it leaves.

    ``counted`` are the order's observations that an exclusion takes out of the figures: (rate, unit, whether it was good).
    """

    before: datetime | None = None
    after: datetime | None = None
    amount: int | None = None
    why: str = ""
    next_unit: str | None = None
    next_row: str | None = None
    counted: tuple[tuple[Rate, str, bool], ...] = ()


class Inbox:
    """What waits, for who decides; a unit sees its own."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def waiting(self, by: Actor, asks: str | None = None) -> list[Waiting]:
        """Return what waits, the nearest limit first. Raises ``NotAllowed``."""
        if by.role not in READERS:
            raise NotAllowed(f"{by.name} may not read applications")
        with self._store.read() as work:
            found = [one for order in self._orders(work, asks, by) for one in self._of(work, order, by)]
        wanted = (one for one in found if asks is None or one.asks == asks)
        return sorted(wanted, key=lambda one: (one.due_at or _NEVER, one.at, one.order.id, one.asks))

    def effect(self, one: Waiting) -> Effect:
        """Return what granting it would do as things stand now; where that cannot be counted, ``why`` says so."""
        with self._store.read() as work:
            try:
                return self._effect(work, one)
            except StoreUnavailable:
                raise
            except Exception:  # an earlier version let in what no calendar reaches: the inbox opens all the same
                log.exception("the effect of %s on order %s cannot be counted", one.asks, one.order.id)
                stands = one.order.due.get("answer")
                return Effect(before=stands, after=stands, why="无法测算批准后的时限,请核对申请内容")

    # -- who waits -----------------------------------------------------------------------------------------------------
    def _orders(self, work: UnitOfWork, asks: str | None, by: Actor) -> Iterator[Order]:
        wanted = OrderFilter(waits=asks or "*", seen_by=by.unit if by.of_unit else None)
        cursor = None
        while True:
            page = work.orders.page(wanted, cursor, AT_ONCE)
            yield from (order for order in page.orders if not hides(order, by))
            if (cursor := page.cursor) is None:
                return

    def _of(self, work: UnitOfWork, order: Order, by: Actor) -> Iterator[Waiting]:
        events = work.events.of_order(order.id)
        for application in order.applications:
            if not by.of_unit or by.unit in (application.unit, *order.holders):
                yield self._application(order, application, events, by)
        known = {str(one.asks) for one in order.applications}
        for asks in (asks for asks in waits(order) if asks not in known):
            if not by.of_unit or by.unit in order.holders:
                yield self._of_event(order, asks, events, by)

    def _application(self, order: Order, one: Application, events: Sequence[Event], by: Actor) -> Waiting:
        asked = _last(events, f"{one.asks}_applied")
        why = _why_not(order, one, by)
        return Waiting(
            order=listed(order, by), asks=str(one.asks), at=one.at, unit=one.unit, person=one.person, reason=one.reason,
            decider=one.decider, due_at=one.due_at, code=one.code, clause=one.clause, evidence=one.evidence,
            documents=one.documents, amount=one.amount, until=one.until, public=one.public, agreed_by=one.agreed_by, row=one.row,
            late=bool(asked and asked.data.get("late")), may_decide=not why, why_not=why,
        )  # fmt: skip

    def _of_event(self, order: Order, asks: str, events: Sequence[Event], by: Actor) -> Waiting:
        """A dispute that waits for its ruling; or an application of an earlier version, of which only the event is known."""
        asked = _last(events, "ruling_asked" if asks == "ruling" else f"{asks}_applied")
        said = asked.data if asked else {}
        if asks == "ruling":
            why = refusal(order, Action.RULE, by) or ("" if may_rule(self._books.current(), order, by) else "裁定人另有规定")
        else:
            why = refusal(order, STEPS[Asks(asks)].grant, by) or ""
        decide_by = said.get("decide_by")
        due = datetime.fromisoformat(decide_by) if decide_by else order.due.get("return_decision")
        return Waiting(
            order=listed(order, by), asks=asks, at=asked.at if asked else order.updated_at, unit=order.unit,
            person=asked.actor if asked else "", reason=str(said.get("reason", "")), row=str(said.get("row", "")), due_at=due,
            decider=str(said.get("decider", "dispatcher")), code=str(said.get("reason_code", "")), may_decide=not why,
            why_not=why,
        )  # fmt: skip

    # -- what it would do ----------------------------------------------------------------------------------------------
    def _effect(self, work: UnitOfWork, one: Waiting) -> Effect:
        order, answer = one.order, one.order.due.get("answer")
        application = next((asked for asked in order.applications if asked.asks == one.asks), None)
        match one.asks:
            case "return":
                fields = back_on_desk(self._books.current(), order)
                return Effect(before=answer, after=answer, next_unit=fields["rule_unit"], next_row=fields["rule_row"])
            case "extension" if application is not None:
                return self._extended(work, order, application)
            case "pause" if application is not None and application.until:
                return self._paused(work, order, application)
            case "exclusion":
                seen = observe(work.events.of_order(order.id), self._books.current().settings.rates, self._clock.now())
                return Effect(counted=tuple((note.rate, note.unit, note.good) for note in seen))
            case _:
                return Effect()

    def _extended(self, work: UnitOfWork, order: Order, application: Application) -> Effect:
        try:
            amount, moved = Granting(self._books, work).extension(order, application)
        except HotlineError as refused:
            return Effect(before=order.due.get("answer"), after=order.due.get("answer"), why=refused.message)
        before, after, why = moved.changed["answer"]
        return Effect(before=before, after=after, amount=amount, why=why)

    def _paused(self, work: UnitOfWork, order: Order, application: Application) -> Effect:
        """The due time if the pause began now and lasted until its last day."""
        now, end = self._clock.now(), ends_at(application.until or "", self._books.current())
        stands = replace(order, pauses=(*order.pauses, (now, None)))
        standing = Standing(self._books, stands, work.events.of_order(order.id), work.legs.of_order(order.id))
        ceiling = order.due.get(UPSTREAM)
        above = ceiling + (end - now) if ceiling and application.decider == "upstream" and end > now else ceiling
        moved = standing.resumed((*order.pauses, (now, max(end, now))), above)
        before, after, why = moved.changed.get("answer", (order.due.get("answer"), order.due.get("answer"), ""))
        return Effect(before=before, after=after, why=why)


def _why_not(order: Order, one: Application, by: Actor) -> str:
    """Why this reader may neither grant nor, as the first of two, agree; empty when one of them is possible."""
    if one.decider == "two" and not one.agreed_by:
        why = refusal(order, Action.AGREE, by)
        return why or (SELF_APPROVED if by.name == one.person else "")
    return refusal(order, STEPS[one.asks].grant, by) or ""


def _last(events: Sequence[Event], kind: str) -> Event | None:
    return next((event for event in reversed(events) if event.kind == kind), None)
