"""Applications 退单 延期 挂账 剔除 退回上级 and rulings 裁定: asked for, decided, taken up again, and the inbox of what waits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from hotline.domain.actions import Action
from hotline.domain.applications import ASKS_NAMES, Asks
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.inbox import Effect, Waiting
from hotline.web.api.fields import Code, Hashes, Line, Moment, OrderId, Request, Said, aware
from hotline.web.api.order_views import OrderRow, shown
from hotline.web.auth import OfficeUser, ReadUser, acting
from hotline.web.parts import UsesParts, WebParts
from routing_rules.approvals import ASKED_NAMES, Asked
from routing_rules.pack import Pack

router = APIRouter(prefix="/api/v1", tags=["审批"])

Applicant = Annotated[Actor, Depends(acting(Action.APPLY_EXCLUSION))]
Resumer = Annotated[Actor, Depends(acting(Action.RESUME))]
Disputant = Annotated[Actor, Depends(acting(Action.ASK_RULING))]
Ruler = Annotated[Actor, Depends(acting(Action.RULE))]
Documents = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=20, default_factory=list)]


class ApplyRequest(Request):
    """What is asked for and why: ``evidence`` = attachments of the order, ``documents`` = numbers of papers that lie elsewhere.

    ``amount``: by how many of the limit's own units an extension is asked for; ``until``: the last local day of a pause, with
    what the citizen is told of it in ``public`` and one of the table's reasons in ``reason_code``.
    """

    asks: Annotated[Asks, Field(strict=False)]
    reason: Said
    reason_code: Annotated[str, Field(max_length=64)] = "other"
    clause: Line = ""
    evidence: Hashes
    documents: Documents
    amount: Annotated[int, Field(ge=1, le=999)] | None = None
    until: Annotated[date | None, Field(strict=False)] = None
    public: Said = ""


class DecideRequest(Request):
    """Whether it is granted; a refusal is reasoned.

    What the platform above decided is entered with who and when, and the new due time if it gave one.
    """

    granted: bool
    reason: Said = ""
    decided_by: Line = ""
    decided_at: Moment | None = None
    due: Moment | None = None


class ReasonRequest(Request):
    """Why."""

    reason: Said = ""


class RulingRequest(Request):
    """Which unit leads from now on, which assist, and on what grounds."""

    unit: Code
    assists: Annotated[list[Code], Field(max_length=20, default_factory=list)]
    reason: Said


class CountedView(BaseModel):
    """One of the order's observations that an exclusion takes out of the figures."""

    rate: str
    unit: str
    good: bool


class EffectView(BaseModel):
    """What granting would do now: the answer's due time before and after, the unit that is next, the figures it leaves."""

    before: datetime | None
    after: datetime | None
    amount: int | None
    why: str
    next_unit: str | None
    next_row: str | None
    counted: list[CountedView]

    @classmethod
    def of(cls, one: Effect) -> Self:
        """Show an effect."""
        counted = [CountedView(rate=rate, unit=unit, good=good) for rate, unit, good in one.counted]
        return cls(
            before=one.before, after=one.after, amount=one.amount, why=one.why, next_unit=one.next_unit, next_row=one.next_row,
            counted=counted,
        )  # fmt: skip


class WaitingView(BaseModel):
    """Something that waits for a decision; ``may_decide`` tells whether the asker may grant it, or agree as one of two."""

    order: OrderRow
    asks: str
    name: str
    at: datetime
    unit: str | None
    unit_name: str
    person: str
    reason: str
    reason_code: str
    clause: str
    evidence: list[str]
    documents: list[str]
    amount: int | None
    until: str | None
    public: str
    decider: str
    row: str
    decide_by: datetime | None
    agreed_by: str | None
    late: bool
    may_decide: bool
    why_not: str
    effect: EffectView

    @classmethod
    def of(cls, one: Waiting, effect: Effect, pack: Pack, now: datetime, by: Actor) -> Self:
        """Show what waits."""
        return cls(
            order=OrderRow.of(one.order, pack, now, by), asks=one.asks, name=ASKED_NAMES[one.asks], at=one.at, unit=one.unit,
            unit_name=pack.unit_name(one.unit) if one.unit else "", person=one.person, reason=one.reason, reason_code=one.code,
            clause=one.clause, evidence=list(one.evidence), documents=list(one.documents), amount=one.amount, until=one.until,
            public=one.public, decider=one.decider, row=one.row, decide_by=one.due_at, agreed_by=one.agreed_by, late=one.late,
            may_decide=one.may_decide, why_not=one.why_not, effect=EffectView.of(effect),
        )  # fmt: skip


class InboxView(BaseModel):
    """What waits, the nearest limit first; ``total`` counts what ``limit`` left off too."""

    waiting: list[WaitingView]
    total: int


class RuledView(OrderRow):
    """The order after a ruling; ``rule_draft`` is what to post to ``/api/v1/rules/drafts/from-order`` to make it a row."""

    rule_draft: dict[Literal["order", "lead"], str]


@router.get("/applications")
def list_applications(
    parts: UsesParts, who: ReadUser, asks: Annotated[Asked | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> InboxView:  # fmt: skip
    """List what waits for a decision: all of it for who decides, its own for a unit."""
    found, pack, now = parts.handling.applications.inbox(who, asks), parts.books.current(), parts.clock.now()
    effect = parts.handling.applications.effect
    return InboxView(waiting=[WaitingView.of(one, effect(one), pack, now, who) for one in found[:limit]], total=len(found))


@router.post("/orders/{order_id}/applications")
def apply(order_id: OrderId, body: ApplyRequest, parts: UsesParts, who: Applicant) -> OrderRow:
    """Apply for something; holder and clock stay until it is granted."""
    order = parts.handling.applications.apply(
        order_id, body.asks, reason=body.reason, reason_code=body.reason_code, clause=body.clause, evidence=tuple(body.evidence),
        documents=tuple(body.documents), amount=body.amount, until=body.until.isoformat() if body.until else None,
        public=body.public, by=who,
    )  # fmt: skip
    return shown(order, parts, who)


@router.post("/orders/{order_id}/applications/resume")
def resume(order_id: OrderId, parts: UsesParts, who: Resumer, body: ReasonRequest | None = None) -> OrderRow:
    """Take up a long matter again 恢复办理: its clocks are counted again with the pause."""
    return shown(parts.handling.applications.resume(order_id, reason=body.reason if body else "", by=who), parts, who)


@router.post("/orders/{order_id}/applications/ruling/ask")
def ask_ruling(order_id: OrderId, body: ReasonRequest, parts: UsesParts, who: Disputant) -> OrderRow:
    """Put a dispute over who answers for the order before whom the pack names 提请裁定."""
    return shown(parts.handling.disputes.ask_ruling(order_id, reason=body.reason, by=who), parts, who)


@router.post("/orders/{order_id}/applications/ruling")
def rule(order_id: OrderId, body: RulingRequest, parts: UsesParts, who: Ruler) -> RuledView:
    """Rule which unit answers for the order and send it there; final."""
    assists = tuple(dict.fromkeys(body.assists))
    order = parts.handling.disputes.rule(order_id, unit=body.unit, assists=assists, reason=body.reason, by=who)
    parts.metrics.dispatched(order)
    return RuledView(**shown(order, parts, who).model_dump(), rule_draft={"order": order.id, "lead": body.unit})


@router.post("/orders/{order_id}/applications/{asks}/decide")
def decide(order_id: OrderId, asks: Asks, body: DecideRequest, parts: UsesParts, who: OfficeUser) -> OrderRow:
    """Grant or refuse; where two persons decide, the first to grant has only agreed."""
    if not body.granted and not body.reason.strip():
        raise InvalidInput("a refusal needs a reason", message=f"不同意{ASKS_NAMES[asks]}须填写审批意见")
    order = parts.handling.applications.decide(
        order_id, asks, granted=body.granted, reason=body.reason, decided_by=body.decided_by,
        decided_at=_aware(body.decided_at, parts, "decided_at"), due=_aware(body.due, parts, "due"), by=who,
    )  # fmt: skip
    return shown(order, parts, who)


def _aware(moment: datetime | None, parts: WebParts, name: str) -> datetime | None:
    return aware(moment, parts.books.current().zone, name=name) if moment else None
