"""工单详情, one order with its history; the caller in clear only with a reason, which is recorded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hotline.domain.actions import Action
from hotline.domain.call import Caller
from hotline.domain.lifecycle import allowed
from hotline.domain.roles import May, may
from hotline.errors import HotlineError, InvalidInput
from hotline.services.rows import OrderView
from hotline.web.auth import ReadUser, UnmaskUser, WhoIsThere
from hotline.web.console import application_words
from hotline.web.console.applying import forms
from hotline.web.console.inside_view import inside_text
from hotline.web.console.inside_words import DONE as INSIDE_DONE
from hotline.web.console.order_bound import bound
from hotline.web.console.order_view import order_text
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.console.units import every, receiving
from hotline.web.console.words import (
    CONTACT_MEANS,
    CONTACT_RESULTS,
    RATING_NAMES,
    RETURN_REASONS,
    SOLVED_NAMES,
    UNMASK_REASONS,
)
from hotline.web.parts import parts_of
from hotline.web.problems import status_of
from routing_rules.names import FACT_NAMES
from routing_rules.rehearsal.ruling import SCOPE

router = APIRouter(prefix="/orders/{order_id}")

DONE = {
    "sign": "已签收", "contact": "已登记联系情况", "return": "已提交退单申请,等待审批", "decide-return": "已登记审批结果",
    "answer": "已提交答复", "review": "已登记审核结果", "callback": "已登记回访", **INSIDE_DONE,
    "acknowledge": "已确认知悉", "supervise": "已发出督办", "supervision-reply": "已回复督办", "accused": "已登记被反映对象",
    "handling-text": "已确认办理文本", "change-read": "已登记来件变更已处理", "check-rating": "已登记核实意见",
    "rectify": "已发回整改", "urge": "已登记催单,已提醒承办方", "withdraw": "已登记撤回,工单已结束", **application_words.DONE,
}  # fmt: skip

SCOPES = {name: FACT_NAMES[name] for name in SCOPE}


@router.get("")
def order_page(request: Request, who: WhoIsThere, by: ReadUser, order_id: str, done: str = "") -> Response:
    """Show an order."""
    found = parts_of(request).queries.order(order_id, by=by)
    return draw_order(request, who, found, done=DONE.get(done, ""))


@router.post("/caller")
def caller(
    request: Request, who: WhoIsThere, by: UnmaskUser, order_id: str, reason: Annotated[str, Form()] = ""
) -> Response:  # fmt: skip
    """Show the order once with its caller in clear; who looked, when and why is recorded."""
    parts = parts_of(request)
    found = parts.queries.order(order_id, by=by)
    try:
        if not reason:
            raise InvalidInput("a reason is needed", message="请选择查看理由")
        shown = parts.access.unmask(order_id, reason=reason, by=by)
    except HotlineError as refused:
        return draw_order(request, who, found, problem=refused.message, status=status_of(refused))
    return draw_order(request, who, found, caller=shown)


def draw_order(
    request: Request, who: WhoIsThere, found: OrderView, *, done: str = "", problem: str = "", status: int = 200,
    typed: Typed | None = None, caller: Caller | None = None,
) -> Response:  # fmt: skip
    """Return the page of an order."""
    pack = parts_of(request).books.current()
    order = order_text(pack, found, times_of(request), who.actor, clear=caller is not None)
    return draw(
        request, "order.html", who, title=found.order.id, status=status, personal=True, order=order, caller=caller, done=done,
        problem=problem, typed=typed or Typed(), contact_results=CONTACT_RESULTS, contact_means=CONTACT_MEANS,
        return_reasons=RETURN_REASONS, unmask_reasons=UNMASK_REASONS, solved_names=SOLVED_NAMES, rating_names=RATING_NAMES,
        ruled=found.order.unit or "", rulers=receiving(pack) if _may_propose(who) and found.order.unit else [], scopes=SCOPES,
        applying=forms(pack, found, who.actor, times_of(request)),
        every_unit=every(pack) if Action.NAME_ACCUSED in allowed(found.order, who.actor) else [],
        explained=who.actor.role is not None and may(who.actor.role, May.READ_ALL),
        inside=inside_text(request, found, who.actor), bound=bound(parts_of(request), found, who.actor),
    )  # fmt: skip


def _may_propose(who: WhoIsThere) -> bool:
    return who.actor.role is not None and may(who.actor.role, May.PROPOSE_RULES)
