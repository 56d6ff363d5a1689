"""What people do to an order: parse, one service call, render."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from hotline.domain.text import clean
from hotline.services.closing import Callback
from hotline.web.api.fields import Code, Hashes, Line, OrderId, Request, Said
from hotline.web.api.order_views import OrderRow, shown
from hotline.web.auth import CallbackUser, DispatchUser, OfficeUser, ReviewUser, UnitUser
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1/orders/{order_id}", tags=["办理"])

ContactResult = Literal["reached", "no_answer", "off", "wrong_number", "refused"]
Check = Literal["answers", "contacted", "grounds", "tone"]
ReturnReason = Literal["not_our_duty", "wrong_place", "needs_other_lead", "not_accepted_matter", "other"]


class DispatchRequest(Request):
    """The lead 主办, the assisting units 协办, and why another unit than the first suggested was chosen."""

    unit: Code
    assists: Annotated[list[Code], Field(max_length=20, default_factory=list)]
    reason: Said = ""
    reason_code: Annotated[str, Field(max_length=64, pattern=r"^[a-z_]*$")] = ""
    version: Annotated[int, Field(ge=1)] | None = None
    handling_text: Said = ""


class DeclineRequest(Request):
    """The lawful way for a matter outside the hotline."""

    route: Said


class TransferRequest(Request):
    """The emergency number the caller was put through to."""

    number: Literal["110", "119", "120", "122"]
    note: Said = ""


class ContactRequest(Request):
    """An attempt to contact the citizen; ``number`` empty = the caller's own (it is kept masked)."""

    result: ContactResult = "reached"
    means: Annotated[str, Field(max_length=64)] = "phone"
    note: Said = ""
    number: Annotated[Line, Field(max_length=32)] = ""
    evidence: Hashes


class ReturnRequest(Request):
    """An application to give the order back."""

    reason: Said
    reason_code: ReturnReason = "other"


class DecisionRequest(Request):
    """Whether an application is granted."""

    granted: bool
    reason: Said = ""


class AnswerRequest(Request):
    """What was done, and what the public may read of it."""

    text: Said
    public: Said = ""
    attachments: Hashes


class ReviewRequest(Request):
    """Whether the answer passes the office's review, and what was looked at: ``{"tone": true}``.

    ``close`` = whoever passes it closes it with that, where nobody is owed a callback.
    """

    passed: bool
    note: Said = ""
    checklist: Annotated[dict[Check, bool], Field(default_factory=dict)]
    close: bool = False


class CallbackRequest(Request):
    """What the citizen said: three questions; none of them when nobody was reached."""

    reached: bool
    responded: bool | None = None
    solved: Literal["yes", "partly", "no"] | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    note: Said = ""
    reason: Said = ""
    reopen: bool | None = None


@router.post("/dispatch")
def dispatch(order_id: OrderId, body: DispatchRequest, parts: UsesParts, who: DispatchUser) -> OrderRow:
    """Send the order to a unit 派单."""
    assists = tuple(dict.fromkeys(body.assists))
    order = parts.handling.dispatch(
        order_id, unit=body.unit, assists=assists, reason=body.reason, reason_code=body.reason_code, version=body.version,
        handling_text=body.handling_text, by=who,
    )  # fmt: skip
    parts.metrics.dispatched(order)
    return shown(order, parts, who)


@router.post("/decline")
def decline(order_id: OrderId, body: DeclineRequest, parts: UsesParts, who: DispatchUser) -> OrderRow:
    """Do not accept a matter outside the hotline 不予受理, naming the lawful route."""
    return shown(parts.handling.decline(order_id, route=body.route, by=who), parts, who)


@router.post("/transfer")
def transfer(order_id: OrderId, body: TransferRequest, parts: UsesParts, who: DispatchUser) -> OrderRow:
    """Record that the caller was put through to an emergency number 转接."""
    return shown(parts.handling.transfer(order_id, number=body.number, note=body.note, by=who), parts, who)


@router.post("/sign")
def sign(order_id: OrderId, parts: UsesParts, who: UnitUser) -> OrderRow:
    """Take the order 签收."""
    return shown(parts.handling.sign(order_id, by=who), parts, who)


@router.post("/contact")
def contact(order_id: OrderId, body: ContactRequest, parts: UsesParts, who: UnitUser) -> OrderRow:
    """Record an attempt to contact the citizen 联系."""
    said = {"result": body.result, "means": body.means, "note": body.note, "number": body.number}
    return shown(parts.handling.contact(order_id, **said, evidence=body.evidence, by=who), parts, who)


@router.post("/return")
def give_back(order_id: OrderId, body: ReturnRequest, parts: UsesParts, who: UnitUser) -> OrderRow:
    """Apply for the order to be taken back 退单; holder and clock stay until the office decides."""
    return shown(parts.handling.apply_return(order_id, reason=body.reason, reason_code=body.reason_code, by=who), parts, who)


@router.post("/return/decision")
def decide_return(order_id: OrderId, body: DecisionRequest, parts: UsesParts, who: OfficeUser) -> OrderRow:
    """Grant or refuse an application to give the order back."""
    return shown(parts.handling.decide_return(order_id, granted=body.granted, reason=body.reason, by=who), parts, who)


@router.post("/answer")
def answer(order_id: OrderId, body: AnswerRequest, parts: UsesParts, who: UnitUser) -> OrderRow:
    """Answer 答复."""
    order = parts.handling.answer(order_id, text=body.text, public=body.public, attachments=body.attachments, by=who)
    return shown(order, parts, who)


@router.post("/review")
def review(order_id: OrderId, body: ReviewRequest, parts: UsesParts, who: ReviewUser) -> OrderRow:
    """Pass the answer on to the callback, or send it back for correction 办结审核."""
    reviewing, checklist = parts.inside.reviewing, {str(name): fine for name, fine in body.checklist.items()}
    if body.passed:
        order = reviewing.pass_answer(order_id, note=body.note, checklist=checklist, close=body.close, by=who)
    else:
        order = reviewing.send_back(order_id, note=body.note, checklist=checklist, by=who)
    return shown(order, parts, who)


@router.post("/callback")
def callback(order_id: OrderId, body: CallbackRequest, parts: UsesParts, who: CallbackUser) -> OrderRow:
    """Record a callback 回访: the order is closed, done again, or called again."""
    said = Callback(
        reached=body.reached, responded=body.responded, solved=body.solved, rating=body.rating, note=clean(body.note),
        reason=clean(body.reason), reopen=body.reopen,
    )  # fmt: skip
    return shown(parts.closing.callback(order_id, said, by=who), parts, who)
