"""On an order's page beside its handling: what the office, its checkers and its agents do, and a unit's reply to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from hotline.domain.actions import Action
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.followup import Followup
from hotline.web.auth import DispatchUser, WhoIsThere, acting
from hotline.web.console.order_acts import Field, act_on
from hotline.web.console.pages import Typed
from hotline.web.parts import parts_of

router = APIRouter(prefix="/orders/{order_id}")
AcknowledgeUser = Annotated[Actor, Depends(acting(Action.ACKNOWLEDGE))]
SuperviseUser = Annotated[Actor, Depends(acting(Action.SUPERVISE))]
ReplyUser = Annotated[Actor, Depends(acting(Action.REPLY_SUPERVISION))]
AccusedUser = Annotated[Actor, Depends(acting(Action.NAME_ACCUSED))]

ChangeReader = Annotated[Actor, Depends(acting(Action.READ_CHANGE))]
CheckUser = Annotated[Actor, Depends(acting(Action.CHECK_RATING))]
RectifyUser = Annotated[Actor, Depends(acting(Action.RECTIFY))]
UrgeUser = Annotated[Actor, Depends(acting(Action.URGE))]
WithdrawUser = Annotated[Actor, Depends(acting(Action.WITHDRAW))]


@router.post("/acknowledge")
def acknowledge(request: Request, who: WhoIsThere, by: AcknowledgeUser, order_id: str, note: Field = "") -> Response:
    """确认知悉."""
    act = lambda: _of(request).supervising.acknowledge(order_id, note=note, by=by)  # noqa: E731  # done below, with its errors
    return act_on(request, who, order_id, "acknowledge", Typed(), act)


@router.post("/supervise")
def supervise(
    request: Request, who: WhoIsThere, by: SuperviseUser, order_id: str, text: Field = "", due: Field = ""
) -> Response:  # fmt: skip
    """督办."""

    def act() -> object:
        return _of(request).supervising.supervise(order_id, text=text, due=_local(request, due), by=by)

    return act_on(request, who, order_id, "supervise", Typed(supervision=text, supervision_due=due), act)


@router.post("/supervision-reply")
def reply(request: Request, who: WhoIsThere, by: ReplyUser, order_id: str, text: Field = "") -> Response:
    """回复督办."""
    act = lambda: _of(request).supervising.reply(order_id, text=text, by=by)  # noqa: E731  # done below, with its errors
    return act_on(request, who, order_id, "supervision-reply", Typed(reply=text), act)


@router.post("/accused")
def accused(
    request: Request, who: WhoIsThere, by: AccusedUser, order_id: str, persons: Field = "",
    units: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """登记被反映对象."""
    people = [one.strip() for one in persons.replace("、", ",").replace(",", ",").split(",") if one.strip()]
    codes = [one for one in units or [] if one]

    def act() -> object:
        return _of(request).supervising.name_accused(order_id, units=codes, persons=people, by=by)

    return act_on(request, who, order_id, "accused", Typed(persons=persons), act)


@router.post("/handling-text")
def handling_text(request: Request, who: WhoIsThere, by: DispatchUser, order_id: str, text: Field = "") -> Response:
    """确认办理文本."""
    act = lambda: _of(request).supervising.hide_reporter(order_id, text=text, by=by)  # noqa: E731  # done below, with its errors
    return act_on(request, who, order_id, "handling-text", Typed(handling_text=text), act)


@router.post("/change-read")
def change_read(request: Request, who: WhoIsThere, by: ChangeReader, order_id: str, note: Field = "") -> Response:
    """来件变更已处理."""
    act = lambda: parts_of(request).above.replies.read_change(order_id, note=note, by=by)  # noqa: E731  # done below
    return act_on(request, who, order_id, "change-read", Typed(change_note=note), act)


@router.post("/check-rating")
def check_rating(
    request: Request, who: WhoIsThere, by: CheckUser, order_id: str, reasonable: Field = "", reason: Field = ""
) -> Response:  # fmt: skip
    """差评核实: a reasonable one goes back to its unit in the same commit."""

    def act() -> object:
        if reasonable not in ("yes", "no"):
            raise InvalidInput("a decision is needed", message="请选择核实结果")
        fair = reasonable == "yes"
        return _of(request).ratings.check(order_id, reasonable=fair, reason=reason, rectify=fair, by=by)

    return act_on(request, who, order_id, "check-rating", Typed(check_reason=reason), act)


@router.post("/rectify")
def rectify(request: Request, who: WhoIsThere, by: RectifyUser, order_id: str, note: Field = "") -> Response:
    """发回整改."""
    act = lambda: _of(request).ratings.rectify(order_id, note=note, by=by)  # noqa: E731  # done below, with its errors
    return act_on(request, who, order_id, "rectify", Typed(rectify_note=note), act)


@router.post("/urge")
def urge(request: Request, who: WhoIsThere, by: UrgeUser, order_id: str, note: Field = "") -> Response:
    """催单."""
    act = lambda: _of(request).again.urge(order_id, note=note, by=by)  # noqa: E731  # done below, with its errors
    return act_on(request, who, order_id, "urge", Typed(urge_note=note), act)


@router.post("/withdraw")
def withdraw(request: Request, who: WhoIsThere, by: WithdrawUser, order_id: str, reason: Field = "") -> Response:
    """撤回."""
    act = lambda: _of(request).again.withdraw(order_id, reason=reason, by=by)  # noqa: E731  # done below, with its errors
    return act_on(request, who, order_id, "withdraw", Typed(withdraw_reason=reason), act)


def _of(request: Request) -> Followup:
    return parts_of(request).followup


def _local(request: Request, due: str) -> datetime:
    """Return the moment a person chose, local in the pack's zone. Raises ``InvalidInput``."""
    try:
        moment = datetime.fromisoformat(due)
    except ValueError:
        raise InvalidInput(f"{due!r} is no time", message="请填写督办回复时限") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=parts_of(request).books.current().zone)
