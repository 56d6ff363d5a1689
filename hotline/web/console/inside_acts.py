"""What a unit's people do on an order's page among themselves, and the order's files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hotline.web.api.attachments import Digest, download, received
from hotline.web.auth import LeaderUser, ReadUser, UnitUser, WhoIsThere
from hotline.web.console.order_acts import act_on
from hotline.web.console.pages import Typed
from hotline.web.parts import parts_of

router = APIRouter(prefix="/orders/{order_id}")
Field = Annotated[str, Form()]
Files = Annotated[list[UploadFile] | None, File()]


@router.post("/hand-down")
def hand_down(
    request: Request, who: WhoIsThere, by: UnitUser, order_id: str, to: Field = "", person: Field = "", note: Field = ""
) -> Response:  # fmt: skip
    """转办."""
    work = parts_of(request).inside.work
    typed = Typed(to=to, person=person, hand_note=note)
    return act_on(
        request, who, order_id, "hand-down", typed, lambda: work.hand_down(order_id, to=to, person=person, note=note, by=by)
    )


@router.post("/hand-back")
def hand_back(request: Request, who: WhoIsThere, by: UnitUser, order_id: str, reason: Field = "") -> Response:
    """退回上一级."""
    work = parts_of(request).inside.work
    return act_on(
        request, who, order_id, "hand-back", Typed(back_reason=reason), lambda: work.hand_back(order_id, reason=reason, by=by)
    )


@router.post("/handler")
def name_handler(request: Request, who: WhoIsThere, by: UnitUser, order_id: str, person: Field = "") -> Response:
    """指定经办人."""
    work = parts_of(request).inside.work
    typed = Typed(handler=person)
    return act_on(request, who, order_id, "handler", typed, lambda: work.name_handler(order_id, person=person, by=by))


@router.post("/part")
def part(
    request: Request, who: WhoIsThere, by: UnitUser, order_id: str, text: Field = "",
    attached: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """协办意见."""
    work = parts_of(request).inside.work
    return act_on(
        request, who, order_id, "part", Typed(part=text),
        lambda: work.answer_part(order_id, text=text, attachments=attached or (), by=by),
    )  # fmt: skip


@router.post("/sign-off")
def sign_off(request: Request, who: WhoIsThere, by: LeaderUser, order_id: str, note: Field = "") -> Response:
    """签发."""
    work = parts_of(request).inside.work
    return act_on(request, who, order_id, "sign-off", Typed(sign_note=note), lambda: work.sign_off(order_id, note=note, by=by))


@router.post("/take-back")
def take_back(request: Request, who: WhoIsThere, by: UnitUser, order_id: str, reason: Field = "") -> Response:
    """收回修改."""
    work = parts_of(request).inside.work
    typed = Typed(take_reason=reason)
    return act_on(request, who, order_id, "take-back", typed, lambda: work.take_back_answer(order_id, reason=reason, by=by))


@router.post("/attachments")
async def attach(request: Request, who: WhoIsThere, by: ReadUser, order_id: str, files: Files = None) -> Response:
    """上传附件."""
    parts = parts_of(request)
    sent = await received(files or [], parts)
    return await run_in_threadpool(
        lambda: act_on(request, who, order_id, "attachments", Typed(), lambda: parts.inside.files.add(order_id, sent, by=by))
    )


@router.get("/attachments/{digest}")
def read(request: Request, by: ReadUser, order_id: str, digest: Digest) -> Response:
    """Give a file out for saving."""
    return download(*parts_of(request).inside.files.read(order_id, digest, by=by))
