"""What a person does on an order's page: a plain form, one service call, back to the page; refused, what was typed stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.closing import Callback
from hotline.web.auth import CallbackUser, OfficeUser, ReviewUser, UnitUser, WhoIsThere
from hotline.web.console.order_page import draw_order
from hotline.web.console.pages import Typed
from hotline.web.console.words import CONTACT_MEANS, CONTACT_RESULTS, RETURN_REASONS
from hotline.web.parts import parts_of
from hotline.web.problems import status_of

router = APIRouter(prefix="/orders/{order_id}")
Field = Annotated[str, Form()]
Attached = Annotated[list[str] | None, Form()]
_YES_NO: dict[str, bool | None] = {"yes": True, "no": False, "": None}


@router.post("/sign")
def sign(request: Request, who: WhoIsThere, by: UnitUser, order_id: str) -> Response:
    """签收."""
    return act_on(request, who, order_id, "sign", Typed(), lambda: parts_of(request).handling.sign(order_id, by=by))


@router.post("/contact")
def contact(
    request: Request, who: WhoIsThere, by: UnitUser, order_id: str, result: Field = "", means: Field = "", note: Field = "",
    number: Field = "", attached: Attached = None,
) -> Response:  # fmt: skip
    """登记联系情况."""
    handling = parts_of(request).handling

    def act() -> object:
        _one_of(result, CONTACT_RESULTS, "联系结果")
        _one_of(means, CONTACT_MEANS, "联系方式")
        return handling.contact(order_id, result=result, means=means, note=note, number=number, evidence=attached or (), by=by)

    return act_on(request, who, order_id, "contact", Typed(result=result, means=means, note=note, number=number), act)


@router.post("/return")
def apply_return(
    request: Request, who: WhoIsThere, by: UnitUser, order_id: str, reason: Field = "", reason_code: Field = ""
) -> Response:  # fmt: skip
    """申请退单."""
    handling = parts_of(request).handling

    def act() -> object:
        _one_of(reason_code, RETURN_REASONS, "退单原因")
        return handling.apply_return(order_id, reason=reason, reason_code=reason_code, by=by)

    return act_on(request, who, order_id, "return", Typed(reason=reason, reason_code=reason_code), act)


@router.post("/decide-return")
def decide_return(
    request: Request, who: WhoIsThere, by: OfficeUser, order_id: str, granted: Field = "", reason: Field = ""
) -> Response:  # fmt: skip
    """退单审批."""
    handling = parts_of(request).handling

    def act() -> object:
        yes = _decided(granted, reason, "不同意退单须填写审批意见")
        return handling.decide_return(order_id, granted=yes, reason=reason, by=by)

    return act_on(request, who, order_id, "decide-return", Typed(reason=reason), act)


@router.post("/answer")
def answer(
    request: Request, who: WhoIsThere, by: UnitUser, order_id: str, text: Field = "", public: Field = "",
    attached: Attached = None,
) -> Response:  # fmt: skip
    """答复."""
    handling = parts_of(request).handling

    def act() -> object:
        return handling.answer(order_id, text=text, public=public, attachments=attached or (), by=by)

    return act_on(request, who, order_id, "answer", Typed(text=text, public=public), act)


@router.post("/review")
def review(
    request: Request, who: WhoIsThere, by: ReviewUser, order_id: str, passed: Field = "", note: Field = ""
) -> Response:  # fmt: skip
    """办结审核."""
    handling = parts_of(request).handling

    def act() -> object:
        return handling.review(order_id, passed=_decided(passed, note, "退回补正须填写审核意见"), note=note, by=by)

    return act_on(request, who, order_id, "review", Typed(note=note), act)


@router.post("/callback")
def callback(
    request: Request, who: WhoIsThere, by: CallbackUser, order_id: str, reached: Field = "", responded: Field = "",
    solved: Field = "", rating: Field = "", note: Field = "", reopen: Field = "",
) -> Response:  # fmt: skip
    """回访."""
    typed = Typed(reached=reached, responded=responded, solved=solved, rating=rating, note=note, reopen=reopen)

    def act() -> object:
        return parts_of(request).closing.callback(order_id, heard(typed), by=by)

    return act_on(request, who, order_id, "callback", typed, act)


def heard(typed: Typed, reason: str = "") -> Callback:
    """Return what the form of a callback says; ``reason`` why it is not solved. Raises ``InvalidInput``."""
    if typed["reached"] not in ("yes", "no"):
        raise InvalidInput("reached is needed", message="请选择是否接通")
    return Callback(
        reached=typed["reached"] == "yes", responded=_YES_NO.get(typed["responded"]), solved=typed["solved"] or None,
        rating=int(typed["rating"]) if typed["rating"].isdecimal() else None, note=typed["note"],
        reason=reason, reopen=_YES_NO.get(typed["reopen"]),
    )  # fmt: skip


def _decided(said: str, reason: str, needed: str) -> bool:
    """Return whether it was granted; a refusal carries its reason."""
    if said not in ("yes", "no"):
        raise InvalidInput("a decision is needed", message="请选择审批结果")
    if said == "no" and not reason.strip():
        raise InvalidInput("a refusal needs a reason", message=needed)
    return said == "yes"


def _one_of(value: str, known: object, name: str) -> None:
    if value not in known:  # type: ignore[operator]  # a mapping of ours
        raise InvalidInput(f"{name}: unknown", message=f"请选择{name}")


def act_on(
    request: Request, who: WhoIsThere, order_id: str, done: str, typed: Typed, act: Callable[[], object]
) -> Response:  # fmt: skip
    """Do it and go back to the order's page; refused, the page is drawn again with what was typed and why not."""
    try:
        act()
    except NotFound:
        raise
    except HotlineError as refused:
        found = parts_of(request).queries.order(order_id, by=who.actor)
        return draw_order(request, who, found, problem=refused.message, status=status_of(refused), typed=typed)
    return RedirectResponse(f"/orders/{order_id}?done={done}", 303)
