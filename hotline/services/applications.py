"""Applications 退单 延期 挂账 剔除 退回上级: asked for with reason and evidence, decided within a limit, left with their holder.

Until it is granted, holder and due time stay as they are (DESIGN §2). Who decides, until when, and how often it may be had are
rows of the pack (``routing_rules.approvals``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from hotline.domain.actions import Action
from hotline.domain.applications import ASKS_NAMES, STEPS, Application, Asks, Decider
from hotline.domain.conditions import SELF_APPROVED, pending
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Order
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, NotFromHere
from hotline.services import lapsing
from hotline.services.acting import Acts, said
from hotline.services.allowances import allowed, approval_of, refuse_reason, refuse_spent, used
from hotline.services.attachments import belonging
from hotline.services.clocks import count, facts_of, how_counted
from hotline.services.facts import asked
from hotline.services.granting import Decision, Granting
from hotline.services.inbox import Effect, Inbox, Waiting
from hotline.services.pausing import last_day, resumed
from hotline.services.ports import UnitOfWork
from hotline.services.standing import Standing
from routing_rules.decide import upstream_window
from routing_rules.pack import Pack

MOST_DOCUMENTS: Final = 20
LONGEST_DOCUMENT: Final = 200
LONGEST_EXTENSION: Final = 999
PLATFORM: Final = "上级平台"
OVERDUE: Final = "答复时限已过,不能再申请延期"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was written into an application."""

    reason: str
    clause: str
    evidence: tuple[str, ...]
    documents: tuple[str, ...]
    amount: int | None
    until: str | None
    code: str
    public: str


class Applications(Acts):
    """Applications and their decisions; each act is one commit and raises what ``lifecycle.check`` raises."""

    def apply(
        self, order_id: str, asks: Asks, *, reason: str, clause: str = "", evidence: tuple[str, ...] = (),
        documents: tuple[str, ...] = (), amount: int | None = None, until: str | None = None, reason_code: str = "other",
        public: str = "", by: Actor,
    ) -> Order:  # fmt: skip
        """Apply for something: ``amount`` more of the limit's own units, a pause ``until`` a local date (the last one).

        ``evidence`` are content hashes of the order's own attachments, ``documents`` numbers of papers that lie elsewhere; an
        exclusion needs one of either, a pause what the citizen is told of it (``public``) and a ``reason_code`` that the
        answer's row knows. Raises ``AllowanceSpent`` and ``InvalidInput``.
        """
        given = _Asked(
            reason=said(reason), clause=said(clause), evidence=tuple(evidence),
            documents=tuple(one for one in map(str.strip, map(said, documents)) if one), amount=amount, until=until,
            code=reason_code, public=said(public),
        )  # fmt: skip
        _complete(asks, given)
        return self._act(order_id, by, lambda work, order: [self._applied(work, order, asks, given, by)])

    def decide(
        self, order_id: str, asks: Asks, *, granted: bool, reason: str = "", decided_by: str = "",
        decided_at: datetime | None = None, due: datetime | None = None, by: Actor,
    ) -> Order:  # fmt: skip
        """Grant or refuse what waits; where two persons decide, the first who grants has only agreed.

        For what the platform above decides, ``decided_by`` and ``decided_at`` say who did and when, and ``due`` the new due time
        that it gave; a dispatcher who did not apply enters them.
        """

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            at, application = self._clock.now(), pending(order, asks)
            data: dict[str, Any] = {"reason": said(reason), "asks": str(asks)}
            if application is not None:
                data |= {"decider": application.decider, "row": application.row}
                data |= _entered(application, decided_by, decided_at, by, at)
            if not granted:
                return [apply(order, STEPS[asks].refuse, at=at, by=by, data=data)]
            if application is not None and application.decider == "two" and not application.agreed_by:
                return [_agreed(order, application, data, at, by)]
            if application is not None and application.agreed_by:
                data["agreed_by"] = application.agreed_by
            return Granting(self._books, work).changes(order, asks, Decision(at=at, by=by, data=data, due=due))

        return self._act(order_id, by, act)

    def resume(self, order_id: str, *, reason: str = "", by: Actor) -> Order:
        """Take up a long matter again: every clock that stood still is counted again with the pause."""
        why = said(reason)
        return self._act(
            order_id, by, lambda work, order: [resumed(self._books, work, order, at=self._clock.now(), by=by, reason=why)]
        )

    def lapse(self, now: datetime) -> int:
        """Say once of each application whose limit ran out that nobody decided, and do what its row says; returns how many."""
        return lapsing.lapse(self._store, self._books, now)

    def wake(self, now: datetime) -> int:
        """Take up every order whose pause is over; returns how many. The pause ends when it was to, however late this runs."""
        return lapsing.wake(self._store, self._books, now)

    def sweep(self) -> int:
        """Do what passing time asks for, now; returns how many orders changed."""
        now = self._clock.now()
        return self.wake(now) + self.lapse(now)

    def inbox(self, by: Actor, asks: Asks | str | None = None) -> list[Waiting]:
        """Return what waits for a decision, the nearest limit first: all of it for the office, its own for a unit.

        ``asks`` limits it to one sort, ``ruling`` to the disputes. Raises ``NotAllowed``.
        """
        return Inbox(self._store, self._clock, self._books).waiting(by, str(asks) if asks else None)

    def effect(self, one: Waiting) -> Effect:
        """Return what granting it would do as things stand now: the due time before and after, the next unit, the rates."""
        return Inbox(self._store, self._clock, self._books).effect(one)

    def _applied(self, work: UnitOfWork, order: Order, asks: Asks, given: _Asked, by: Actor) -> Change:
        action = STEPS[asks].apply
        check(order, action, by)
        at, pack, events = self._clock.now(), self._books.current(), work.events.of_order(order.id)
        files = tuple(belonging(work, order, given.evidence, pack.settings.attachments))
        answer = Standing(self._books, order, events, work.legs.of_order(order.id)).row()
        _refuse_overdue(order, asks, at)
        approved = approval_of(pack, order, asks.value, at)
        refuse_spent(order, asks, allowed(pack, order, approved.row, answer), used(order, asks, events))
        until = None
        if asks is Asks.PAUSE:
            refuse_reason(answer, given.code)
            until = last_day(given.until, pack, at)
        row = approved.row
        application = Application(
            asks=asks, at=at, unit=by.unit or order.unit, person=by.name, decider=row.decider, reason=given.reason,
            clause=given.clause, evidence=files, documents=given.documents, amount=given.amount, until=until,
            due_at=approved.due_at, code=given.code, public=given.public, unanswered=row.unanswered, row=row.row_id,
        )  # fmt: skip
        data = {**_told(application), "late": _late(pack, order, asks, at), **_dues(approved.fields)}
        data |= asked(pack.content_hash, facts_of(order))
        fields: dict[str, Any] = {"applications": (*order.applications, application), **approved.fields}
        return apply(order, action, at=at, by=by, data=data, **fields)


def _complete(asks: Asks, given: _Asked) -> None:
    """Raise ``InvalidInput`` when something is missing that every such application needs."""
    if not given.reason.strip():
        raise InvalidInput(f"{asks} needs a reason", message=f"申请{ASKS_NAMES[asks]}须填写理由")
    if asks is Asks.EXCLUSION and not (given.evidence or given.documents):
        raise InvalidInput("an exclusion needs evidence", message="申请剔除须附佐证附件,或写明文号")
    if len(given.documents) > MOST_DOCUMENTS or any(len(one) > LONGEST_DOCUMENT for one in given.documents):
        raise InvalidInput("too many documents", message=f"文号最多 {MOST_DOCUMENTS} 项,每项最多 {LONGEST_DOCUMENT} 字")
    if given.amount is not None and not 1 <= given.amount <= LONGEST_EXTENSION:
        raise InvalidInput(f"amount {given.amount}", message=f"延期数量应为 1 至 {LONGEST_EXTENSION}")
    if asks is Asks.PAUSE and not given.public.strip():
        raise InvalidInput("a pause is explained", message="申请挂账须填写对来电人的说明")


def _refuse_overdue(order: Order, asks: Asks, at: datetime) -> None:
    """Raise ``NotFromHere`` when an extension is asked for too late: no grant makes timely what is late already."""
    if asks is Asks.EXTENSION and overdue(order, at):
        raise NotFromHere(order.id, STEPS[asks].apply, order.state, OVERDUE)


def overdue(order: Order, at: datetime) -> bool:
    """Whether the answer is late already."""
    due = order.due.get("answer")
    return due is not None and at > due


def _told(application: Application) -> dict[str, Any]:
    """What the event keeps of an application; ``decide_by`` is the limit of the decision."""
    said_ = {
        "reason": application.reason, "reason_code": application.code, "clause": application.clause,
        "evidence": list(application.evidence), "documents": list(application.documents), "amount": application.amount,
        "until": application.until,
        "public": application.public, "decider": application.decider, "row": application.row,
        "decide_by": application.due_at.isoformat() if application.due_at else None,
    }  # fmt: skip
    return {name: value for name, value in said_.items() if value not in (None, "", [])}


def _dues(fields: dict[str, Any]) -> dict[str, Any]:
    if not fields:
        return {}
    return {"due": {clock: at.isoformat() for clock, at in fields["due"].items()}, "rows": dict(fields["due_rows"])}


def _late(pack: Pack, order: Order, asks: Asks, at: datetime) -> bool:
    """Whether the time for asking had passed: the unit's window, or the platform's for the office. The decider weighs it."""
    if asks is Asks.RETURN:
        return (window := order.due.get("return_window")) is not None and at > window
    row = upstream_window(pack, facts_of(order)) if asks is Asks.UPWARD else None
    return row is not None and at > count(how_counted(order.round_began_at, row), pack, None).due


def _entered(application: Application, who: str, when: datetime | None, by: Actor, at: datetime) -> dict[str, Any]:
    """Who above decided and when, where the platform decides; entered by whom, unless the platform's own message says so."""
    decider: Decider = application.decider
    if decider != "upstream":
        return {}
    decided_at = when or at
    if decided_at > at or decided_at < application.at:
        raise InvalidInput(f"decided at {decided_at}", message="上级批复时间应在申请之后、现在之前")
    if by.role is not Role.UPSTREAM and not said(who).strip():
        raise InvalidInput("nobody above decided", message="登记上级批复须写明上级批复人或文号")
    entered = {} if by.role is Role.UPSTREAM else {"entered_by": by.name}
    return {"decided_by": said(who).strip() or PLATFORM, "decided_at": decided_at.isoformat(), **entered}


def _agreed(order: Order, application: Application, data: dict[str, Any], at: datetime, by: Actor) -> Change:
    """The first of two persons agrees."""
    if by.name == application.person:
        raise NotFromHere(order.id, Action.AGREE, order.state, SELF_APPROVED)
    marked = tuple(replace(one, agreed_by=by.name) if one is application else one for one in order.applications)
    return apply(order, Action.AGREE, at=at, by=by, data=data, applications=marked)
