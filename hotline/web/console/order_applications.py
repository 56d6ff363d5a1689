"""What a unit applies for on an order's page: 延期 挂账 剔除, taking a long matter up again, asking for a ruling."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hotline.domain.actions import Action
from hotline.domain.applications import Asks
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.web.auth import WhoIsThere, acting
from hotline.web.console.order_acts import Attached, Field, act_on
from hotline.web.console.pages import Typed
from hotline.web.parts import parts_of

router = APIRouter(prefix="/orders/{order_id}/applications")
Applicant = Annotated[Actor, Depends(acting(Action.APPLY_EXCLUSION))]
Resumer = Annotated[Actor, Depends(acting(Action.RESUME))]
Disputant = Annotated[Actor, Depends(acting(Action.ASK_RULING))]


@router.post("")
def apply(
    request: Request, who: WhoIsThere, by: Applicant, order_id: str, asks: Field = "", reason: Field = "", clause: Field = "",
    documents: Field = "", amount: Field = "", until: Field = "", reason_code: Field = "other", public: Field = "",
    attached: Attached = None,
) -> Response:  # fmt: skip
    """Apply; ``documents`` has a line for each, ``attached`` are the order's own files."""
    typed = Typed(
        asks=asks, reason=reason, clause=clause, documents=documents, amount=amount, until=until, reason_code=reason_code,
        public=public,
    )  # fmt: skip

    def act() -> object:
        if asks not in set(Asks):
            raise InvalidInput("asks: unknown", message="请选择申请事项")
        if amount and not amount.isdecimal():
            raise InvalidInput("amount is no number", message="延长数量应为整数")
        return parts_of(request).handling.applications.apply(
            order_id, Asks(asks), reason=reason, clause=clause, until=until or None, reason_code=reason_code, public=public,
            evidence=tuple(attached or ()), documents=tuple(line.strip() for line in documents.splitlines() if line.strip()),
            amount=int(amount) if amount else None, by=by,
        )  # fmt: skip

    return act_on(request, who, order_id, f"apply-{asks}", typed, act)


@router.post("/resume")
def resume(request: Request, who: WhoIsThere, by: Resumer, order_id: str, reason: Field = "") -> Response:
    """恢复办理."""
    act = lambda: parts_of(request).handling.applications.resume(order_id, reason=reason, by=by)  # noqa: E731  # done below
    return act_on(request, who, order_id, "resume", Typed(reason=reason), act)


@router.post("/ruling")
def ask_ruling(request: Request, who: WhoIsThere, by: Disputant, order_id: str, reason: Field = "") -> Response:
    """提请裁定."""
    act = lambda: parts_of(request).handling.disputes.ask_ruling(order_id, reason=reason, by=by)  # noqa: E731  # done below
    return act_on(request, who, order_id, "ask-ruling", Typed(reason=reason, asks="ruling"), act)
