"""What happens inside a unit: parse, one service call, render."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hotline.web.api.fields import Code, Hashes, Line, OrderId, Request, Said
from hotline.web.api.order_views import OrderRow, shown
from hotline.web.auth import LeaderUser, ReadUser, UnitUser
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1/orders/{order_id}", tags=["单位内部"])

Person = Annotated[Line, Field(max_length=40)]


class HandDownRequest(Request):
    """The unit below, the person there, and a word to them."""

    to: Code
    person: Person = ""
    note: Said = ""


class HandBackRequest(Request):
    """Why the unit above has it back."""

    reason: Said


class HandlerRequest(Request):
    """Who handles the order."""

    person: Person


class PartRequest(Request):
    """What an assisting unit has to say."""

    text: Said
    attachments: Hashes


class SignOffRequest(Request):
    """The leader's word, if there is one."""

    note: Said = ""


class TakeBackRequest(Request):
    """Why the answer is taken back."""

    reason: Said


class TargetView(BaseModel):
    """A unit that the order may be handed down to."""

    code: str
    name: str
    parent: str | None


@router.get("/hand-down")
def list_targets(order_id: OrderId, parts: UsesParts, who: ReadUser) -> list[TargetView]:
    """List the units that the caller's unit may hand the order down to 转办."""
    order = parts.queries.order(order_id, by=who).order
    return [TargetView(code=one.code, name=one.name, parent=one.parent) for one in parts.inside.work.targets(order, who)]


@router.post("/hand-down")
def hand_down(order_id: OrderId, body: HandDownRequest, parts: UsesParts, who: UnitUser) -> OrderRow:
    """Hand the order down inside the lead's tree 转办; no clock moves."""
    order = parts.inside.work.hand_down(order_id, to=body.to, person=body.person, note=body.note, by=who)
    return shown(order, parts, who)


@router.post("/hand-back")
def hand_back(order_id: OrderId, body: HandBackRequest, parts: UsesParts, who: UnitUser) -> OrderRow:
    """Give a handed-down order back to the unit above."""
    return shown(parts.inside.work.hand_back(order_id, reason=body.reason, by=who), parts, who)


@router.post("/handler")
def name_handler(order_id: OrderId, body: HandlerRequest, parts: UsesParts, who: UnitUser) -> OrderRow:
    """Name the person who handles the order 经办人."""
    return shown(parts.inside.work.name_handler(order_id, person=body.person, by=who), parts, who)


@router.post("/part")
def answer_part(order_id: OrderId, body: PartRequest, parts: UsesParts, who: UnitUser) -> OrderRow:
    """Give the assisting unit's part 协办意见."""
    return shown(parts.inside.work.answer_part(order_id, text=body.text, attachments=body.attachments, by=who), parts, who)


@router.post("/sign-off")
def sign_off(order_id: OrderId, body: SignOffRequest, parts: UsesParts, who: LeaderUser) -> OrderRow:
    """Release the unit's answer 签发."""
    return shown(parts.inside.work.sign_off(order_id, note=body.note, by=who), parts, who)


@router.post("/take-back")
def take_back_answer(order_id: OrderId, body: TakeBackRequest, parts: UsesParts, who: UnitUser) -> OrderRow:
    """Take the answer back to mend it 收回修改."""
    return shown(parts.inside.work.take_back_answer(order_id, reason=body.reason, by=who), parts, who)
