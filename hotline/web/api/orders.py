"""Orders as they stand, one with its history, and its caller in clear for who gives a reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field

from hotline.domain.text import clean
from hotline.services.access import masked
from hotline.web.api.fields import OrderId, Request
from hotline.web.api.order_views import OrderDetail
from hotline.web.api.views import CallerView, UnmaskedView
from hotline.web.auth import ReadUser, UnmaskUser
from hotline.web.parts import UsesParts
from hotline.web.preconditions import etag

router = APIRouter(prefix="/api/v1/orders", tags=["工单"])


class UnmaskRequest(Request):
    """Why the caller must be seen."""

    reason: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(clean)]


@router.get("/{order_id}")
def show_order(order_id: OrderId, parts: UsesParts, who: ReadUser, response: Response) -> OrderDetail:
    """Show an order with its history; another unit's order is not found. ``ETag`` is its version, for ``If-Match``."""
    found = parts.queries.order(order_id, by=who)
    response.headers["ETag"] = etag(found.order.version)
    return OrderDetail.of_found(found, parts.books.current(), parts.clock.now(), who)


@router.get("/{order_id}/caller")
def show_caller(order_id: OrderId, parts: UsesParts, who: ReadUser) -> CallerView | None:
    """Show the caller, masked."""
    calls = parts.queries.order(order_id, by=who).calls
    return CallerView.of(masked(calls[0].new.caller)) if calls else None


@router.post("/{order_id}/caller")
def unmask_caller(order_id: OrderId, body: UnmaskRequest, parts: UsesParts, who: UnmaskUser) -> UnmaskedView:
    """Show the caller and the text in clear; who asked, when and why is recorded for ever."""
    caller = parts.access.unmask(order_id, reason=body.reason, by=who)
    text = parts.queries.order(order_id, by=who).calls[0].new.text
    return UnmaskedView(name=caller.name, phone=caller.phone, text=text)
