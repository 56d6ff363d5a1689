"""What follows an answer, and who watches over an order: ratings, acknowledgement, written supervision, the accused, secrecy."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from hotline.domain.actions import Action
from hotline.domain.ratings import Rating
from hotline.domain.roles import Actor
from hotline.services.callback_queue import Waiting
from hotline.web.api import notices
from hotline.web.api.fields import Code, Line, Moment, OrderId, Request, Said, aware
from hotline.web.api.order_views import OrderRow, shown
from hotline.web.auth import CallbackUser, DispatchUser, ReadUser, acting
from hotline.web.parts import UsesParts, WebParts

router = APIRouter(prefix="/api/v1/orders/{order_id}", tags=["回访与督办"])
queue = APIRouter(prefix="/api/v1/callbacks", tags=["回访与督办"])
routers = (router, queue, notices.router)

RateUser = Annotated[Actor, Depends(acting(Action.RATE))]
CheckUser = Annotated[Actor, Depends(acting(Action.CHECK_RATING))]
RectifyUser = Annotated[Actor, Depends(acting(Action.RECTIFY))]
AcknowledgeUser = Annotated[Actor, Depends(acting(Action.ACKNOWLEDGE))]
SuperviseUser = Annotated[Actor, Depends(acting(Action.SUPERVISE))]
ReplyUser = Annotated[Actor, Depends(acting(Action.REPLY_SUPERVISION))]
AccusedUser = Annotated[Actor, Depends(acting(Action.NAME_ACCUSED))]
UrgeUser = Annotated[Actor, Depends(acting(Action.URGE))]
WithdrawUser = Annotated[Actor, Depends(acting(Action.WITHDRAW))]
Channel = Literal["phone", "message", "web", "app", "letter", "upstream"]
Names = Annotated[list[Line], Field(max_length=20, default_factory=list)]


class RatingRequest(Request):
    """A rating that did not come by our callback; ``level`` 5 非常满意 … 1 非常不满意."""

    channel: Channel
    level: Annotated[int, Field(ge=1, le=5)]
    solved: Literal["yes", "partly", "no"] | None = None
    reason: Said = ""


class CheckRequest(Request):
    """Whether a bad rating is reasonable, and why; ``rectify`` gives a reasonable one back to its unit at once."""

    reasonable: bool
    reason: Said
    rectify: bool = False


class NoteRequest(Request):
    """A word about it."""

    note: Said = ""


class SuperviseRequest(Request):
    """What is to be done, and until when the unit has to reply."""

    text: Said
    due: Moment


class TextRequest(Request):
    """A text."""

    text: Said


class UrgeRequest(Request):
    """What the caller who presses for an order said."""

    note: Said


class WithdrawRequest(Request):
    """Why the caller takes an order back."""

    reason: Said


class AccusedRequest(Request):
    """Units and persons that are complained about."""

    units: Annotated[list[Code], Field(max_length=20, default_factory=list)]
    persons: Names


class RatingView(BaseModel):
    """A rating, as it stands for ever."""

    round: int
    channel: str
    level: int
    solved: str | None
    reason: str
    at: datetime
    by: str

    @classmethod
    def of(cls, one: Rating) -> Self:
        """Show a rating."""
        return cls(
            round=one.round, channel=one.channel, level=one.level, solved=one.solved, reason=one.reason, at=one.at, by=one.actor
        )


class WaitingView(BaseModel):
    """An order of the callback desk; ``why``: ``always``, ``sampled``, ``not_sampled`` or ``none``."""

    order: OrderRow
    why: str
    tried_at: datetime | None
    too_soon: bool
    rating: RatingView | None


class QueueView(BaseModel):
    """The callback desk's queue."""

    items: list[WaitingView]


@queue.get("")
def list_callbacks(
    parts: UsesParts, who: ReadUser, tab: Annotated[Literal["call", "uncalled", "checks"], Query()] = "call"
) -> QueueView:  # fmt: skip
    """List who is to be called back, who is closed without a call, or which bad ratings wait for a check."""
    return QueueView(items=[_waiting(one, parts, who) for one in parts.followup.callbacks.waiting(tab, by=who)])


@router.post("/close-uncalled")
def close_uncalled(order_id: OrderId, parts: UsesParts, who: CallbackUser) -> OrderRow:
    """Close an order that is not called back: not in the sample, nobody to call, or no reply wanted."""
    return shown(parts.closing.close_uncalled(order_id, by=who), parts, who)


@router.get("/ratings")
def ratings(order_id: OrderId, parts: UsesParts, who: ReadUser) -> list[RatingView]:
    """List an order's ratings; its unit sees none before the order is closed."""
    return [RatingView.of(one) for one in parts.followup.ratings.of(order_id, by=who)]


@router.post("/ratings")
def rate(order_id: OrderId, body: RatingRequest, parts: UsesParts, who: RateUser) -> OrderRow:
    """Take in a rating; there is one for a round and channel, and it is never changed (409)."""
    order = parts.followup.ratings.rate(
        order_id, channel=body.channel, level=body.level, solved=body.solved, reason=body.reason, by=who
    )
    return shown(order, parts, who)


@router.post("/ratings/check")
def check_rating(order_id: OrderId, body: CheckRequest, parts: UsesParts, who: CheckUser) -> OrderRow:
    """Find a bad rating reasonable, or not 差评核实."""
    checked = parts.followup.ratings.check(
        order_id, reasonable=body.reasonable, reason=body.reason, rectify=body.rectify, by=who
    )  # fmt: skip
    return shown(checked, parts, who)


@router.post("/ratings/rectify")
def rectify(order_id: OrderId, body: NoteRequest, parts: UsesParts, who: RectifyUser) -> OrderRow:
    """Give the order back to its unit to rectify 差评整改."""
    return shown(parts.followup.ratings.rectify(order_id, note=body.note, by=who), parts, who)


@router.post("/urge")
def urge(order_id: OrderId, body: UrgeRequest, parts: UsesParts, who: UrgeUser) -> OrderRow:
    """Write down that the caller presses for the order 催单; whoever holds it is told."""
    return shown(parts.followup.again.urge(order_id, note=body.note, by=who), parts, who)


@router.post("/withdraw")
def withdraw(order_id: OrderId, body: WithdrawRequest, parts: UsesParts, who: WithdrawUser) -> OrderRow:
    """End an order that its caller takes back 撤回, with the caller's reason."""
    return shown(parts.followup.again.withdraw(order_id, reason=body.reason, by=who), parts, who)


@router.post("/acknowledge")
def acknowledge(order_id: OrderId, body: NoteRequest, parts: UsesParts, who: AcknowledgeUser) -> OrderRow:
    """Record that a person has seen an urgent order."""
    return shown(parts.followup.supervising.acknowledge(order_id, note=body.note, by=who), parts, who)


@router.post("/supervision")
def supervise(order_id: OrderId, body: SuperviseRequest, parts: UsesParts, who: SuperviseUser) -> OrderRow:
    """Supervise the unit in writing 督办."""
    due = aware(body.due, parts.books.current().zone, name="due")
    return shown(parts.followup.supervising.supervise(order_id, text=body.text, due=due, by=who), parts, who)


@router.post("/supervision/reply")
def reply(order_id: OrderId, body: TextRequest, parts: UsesParts, who: ReplyUser) -> OrderRow:
    """Answer a written supervision."""
    return shown(parts.followup.supervising.reply(order_id, text=body.text, by=who), parts, who)


@router.post("/accused")
def name_accused(order_id: OrderId, body: AccusedRequest, parts: UsesParts, who: AccusedUser) -> OrderRow:
    """Name units and persons complained about 回避: they, and everybody below, neither get nor see the order."""
    named = parts.followup.supervising.name_accused(order_id, units=body.units, persons=body.persons, by=who)
    return shown(named, parts, who)


@router.post("/handling-text")
def handling_text(order_id: OrderId, body: TextRequest, parts: UsesParts, who: DispatchUser) -> OrderRow:
    """Confirm what the unit reads of a secret order."""
    return shown(parts.followup.supervising.hide_reporter(order_id, text=body.text, by=who), parts, who)


def _waiting(one: Waiting, parts: WebParts, by: Actor) -> WaitingView:
    rating = RatingView.of(one.rating) if one.rating else None
    order = shown(one.order, parts, by)
    return WaitingView(order=order, why=one.why, tried_at=one.tried_at, too_soon=one.too_soon, rating=rating)
