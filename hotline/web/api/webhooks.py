"""Webhooks: endpoints set up by administrators, deliveries seen and sent again by operations too (Standard Webhooks 1.0).

A body is ``{"type": "order.signed", "timestamp": …, "data": {"order_id", "version", "event", "at", "unit"}}``; the rest is
fetched from ``/api/v1/orders/{order_id}`` with the receiver's own key. ``webhook-id`` stays the same at every try.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AfterValidator, BaseModel, Field

from hotline.domain.roles import Actor, May
from hotline.domain.text import clean
from hotline.domain.webhook import LONGEST_URL
from hotline.services.api_rows import Delivery, Endpoint
from hotline.services.webhooks import LAST, Listed
from hotline.web.api.fields import Code, Request, known_shape
from hotline.web.auth import permitted
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1/webhooks", tags=["事件推送"])

WebhookUser = Annotated[Actor, Depends(permitted(May.WEBHOOKS))]
WebhookAdmin = Annotated[Actor, Depends(permitted(May.SET_WEBHOOKS))]
EndpointId = Annotated[str, Path(description="推送地址编号"), known_shape("webhook")]
DeliveryId = Annotated[str, Path(description="推送记录编号", max_length=64, pattern="^msg_[0-9a-f]{1,60}$")]
DeliveryState = Literal["waiting", "delivered", "gave_up"]


class WebhookRequest(Request):
    """An endpoint: of one unit's orders or of all (``unit`` null), for some kinds of events or for all (``kinds`` empty)."""

    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
    unit: Code | None = None
    kinds: Annotated[list[Code], Field(max_length=100, default_factory=list)]
    note: Annotated[str, Field(max_length=500), AfterValidator(clean)] = ""


class OnRequest(Request):
    """``skip`` leaves out the events that happened while it was off."""

    skip: bool = False


class WebhookView(BaseModel):
    """An endpoint; ``waiting`` and ``gave_up`` count what it has not got. ``failing_since`` is null while it answers."""

    id: str
    url: str
    unit: str | None
    kinds: list[str]
    note: str
    enabled: bool
    created_at: datetime
    created_by: str
    failures: int
    failing_since: datetime | None
    retry_at: datetime | None
    last_ok_at: datetime | None
    off_at: datetime | None
    off_why: str
    waiting: int
    gave_up: int

    @classmethod
    def of(cls, found: Listed) -> WebhookView:
        """Show an endpoint, never its secret."""
        names = [name for name in cls.model_fields if name not in ("kinds", "waiting", "gave_up")]
        same = {name: getattr(found.endpoint, name) for name in names}
        backlog = found.backlog
        return cls(kinds=list(found.endpoint.kinds), waiting=backlog.waiting, gave_up=backlog.gave_up, **same)


class SecretView(BaseModel):
    """A secret, shown this once."""

    id: str
    secret: str

    @classmethod
    def of(cls, endpoint: Endpoint) -> SecretView:
        """Show the secret."""
        return cls(id=endpoint.id, secret=endpoint.secret)


class DeliveryView(BaseModel):
    """A delivery; ``next_at`` is when it is tried again, ``error`` why there was no answer, ``status`` the receiver's."""

    id: str
    number: int
    state: DeliveryState
    order_id: str
    version: int
    event: str
    created_at: datetime
    attempts: int
    tried_at: datetime | None
    next_at: datetime | None
    delivered_at: datetime | None
    gave_up_at: datetime | None
    status: int | None
    error: str

    @classmethod
    def of(cls, one: Delivery) -> DeliveryView:
        """Show a delivery."""
        names = [name for name in cls.model_fields if name not in ("version", "event")]
        return cls(version=one.seq, event=one.kind, **{name: getattr(one, name) for name in names})


class DeliveryPage(BaseModel):
    """Deliveries, newest first; ``before`` names the next page, null at the end."""

    items: list[DeliveryView]
    before: int | None

    @classmethod
    def of(cls, found: Sequence[Delivery], limit: int) -> DeliveryPage:
        """Show a page."""
        before = found[-1].number if len(found) == limit else None
        return cls(items=[DeliveryView.of(one) for one in found], before=before)


@router.get("")
def list_webhooks(parts: UsesParts, who: WebhookUser) -> list[WebhookView]:
    """List the endpoints, oldest first."""
    return [WebhookView.of(one) for one in parts.webhooks.listing(by=who)]


@router.post("", status_code=201)
def register(body: WebhookRequest, parts: UsesParts, who: WebhookAdmin) -> SecretView:
    """Register an endpoint for the events from now on; the answer alone shows its secret."""
    return SecretView.of(parts.webhooks.register(body.url, unit=body.unit, kinds=body.kinds, note=body.note, by=who))


@router.get("/{ident}")
def show_webhook(ident: EndpointId, parts: UsesParts, who: WebhookUser) -> WebhookView:
    """Show an endpoint."""
    return WebhookView.of(parts.webhooks.get(ident, by=who))


@router.post("/{ident}/off")
def switch_off(ident: EndpointId, parts: UsesParts, who: WebhookAdmin) -> WebhookView:
    """Send nothing more; what waits stays."""
    parts.webhooks.switch_off(ident, by=who)
    return WebhookView.of(parts.webhooks.get(ident, by=who))


@router.post("/{ident}/on")
def switch_on(ident: EndpointId, parts: UsesParts, who: WebhookAdmin, body: OnRequest | None = None) -> WebhookView:
    """Send again: what it has not got, and the events since it was switched off unless ``skip``."""
    parts.webhooks.switch_on(ident, skip=body.skip if body else False, by=who)
    return WebhookView.of(parts.webhooks.get(ident, by=who))


@router.post("/{ident}/secret")
def new_secret(ident: EndpointId, parts: UsesParts, who: WebhookAdmin) -> SecretView:
    """Give an endpoint another secret; the answer alone shows it."""
    return SecretView.of(parts.webhooks.new_secret(ident, by=who))


@router.get("/{ident}/deliveries")
def list_deliveries(
    ident: EndpointId, parts: UsesParts, who: WebhookUser, state: Annotated[DeliveryState | None, Query()] = None,
    before: Annotated[int, Query(ge=1, le=LAST)] = LAST, limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryPage:  # fmt: skip
    """List an endpoint's deliveries, newest first."""
    return DeliveryPage.of(parts.webhooks.deliveries(ident, state=state or "", before=before, limit=limit, by=who), limit)


@router.post("/{ident}/deliveries/{delivery}/resend", status_code=202)
def resend(ident: EndpointId, delivery: DeliveryId, parts: UsesParts, who: WebhookUser) -> DeliveryView:
    """Send a delivery again, whatever became of it."""
    return DeliveryView.of(parts.webhooks.resend(ident, delivery, by=who))
