"""On an order's page beside its handling: acknowledged, supervised, replied to, the accused named, the text confirmed."""

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


def _of(request: Request) -> Followup:
    return parts_of(request).followup


def _local(request: Request, due: str) -> datetime:
    """Return the moment a person chose, local in the pack's zone. Raises ``InvalidInput``."""
    try:
        moment = datetime.fromisoformat(due)
    except ValueError:
        raise InvalidInput(f"{due!r} is no time", message="请填写督办回复时限") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=parts_of(request).books.current().zone)
