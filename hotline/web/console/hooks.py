"""事件推送: where events of orders are sent, what has not arrived, and sending again; setting up is the administrator's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.roles import May, may
from hotline.domain.webhook import KINDS
from hotline.errors import HotlineError, NotFound
from hotline.services.api_rows import Delivery, Endpoint
from hotline.services.webhooks import LAST, Listed
from hotline.web.auth import WhoIsThere, permitted
from hotline.web.console.clocktext import Times
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.console.units import receiving
from hotline.web.console.words import EVENT_NAMES
from hotline.web.parts import WebParts, parts_of
from hotline.web.problems import status_of

router = APIRouter(prefix="/webhooks", dependencies=[Depends(permitted(May.WEBHOOKS))])
SHOWN: Final = 50
STATES: Final[Mapping[str, str]] = {"": "全部", "waiting": "待发送", "gave_up": "已放弃", "delivered": "已送达"}
ERRORS: Final[Mapping[str, str]] = {
    "timeout": "5 秒内没有应答", "connect": "连接不上", "tls": "证书或加密不符", "redirect": "要求跳转(不跟随)",
    "address": "地址不允许访问", "unknown_host": "域名无法解析", "protocol": "应答不是 HTTP", "recused": "回避,不发送",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HookLine:
    """An endpoint in the list; ``bad`` marks one that fails or was switched off by the machine."""

    id: str
    url: str
    note: str
    unit: str
    kinds: str
    state: str
    bad: bool
    enabled: bool
    waiting: int
    gave_up: int
    last_ok: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLine:
    """A delivery in the list."""

    id: str
    order: str
    event: str
    state: str
    bad: bool
    made: str
    tried: str
    tries: int
    result: str


@router.get("")
def listing(request: Request, who: WhoIsThere) -> Response:
    """Show the endpoints."""
    return _listing(request, who, Typed())


@router.post("")
def register(
    request: Request, who: WhoIsThere, url: Annotated[str, Form()] = "", unit: Annotated[str, Form()] = "",
    kinds: Annotated[list[str] | None, Form()] = None, note: Annotated[str, Form(max_length=500)] = "",
) -> Response:  # fmt: skip
    """Register an endpoint and show its secret, this once."""
    parts = parts_of(request)
    try:
        made = parts.webhooks.register(url.strip(), unit=unit or None, kinds=kinds or (), note=note.strip(), by=who.actor)
    except HotlineError as refused:
        typed = Typed(url=url, unit=unit, note=note)
        return _listing(request, who, typed, problem=refused.message, status=status_of(refused))
    return _listing(request, who, Typed(), secret=made.secret)


@router.get("/{ident}")
def one(request: Request, who: WhoIsThere, ident: str, state: str = "", before: Annotated[int, Query(ge=1)] = LAST) -> Response:
    """Show an endpoint's deliveries."""
    return _one(request, who, ident, state=state if state in STATES else "", before=min(before, LAST))


@router.post("/{ident}/secret")
def new_secret(request: Request, who: WhoIsThere, ident: str) -> Response:
    """Replace the secret and show it, this once."""
    made = parts_of(request).webhooks.new_secret(ident, by=who.actor)
    return _one(request, who, ident, secret=made.secret)


@router.post("/{ident}/off")
def off(request: Request, who: WhoIsThere, ident: str) -> Response:
    """Send nothing more."""
    parts_of(request).webhooks.switch_off(ident, by=who.actor)
    return RedirectResponse(f"/webhooks/{ident}", 303)


@router.post("/{ident}/on")
def on(request: Request, who: WhoIsThere, ident: str, skip: Annotated[str, Form()] = "") -> Response:
    """Send again, with or without what happened meanwhile."""
    parts_of(request).webhooks.switch_on(ident, skip=bool(skip), by=who.actor)
    return RedirectResponse(f"/webhooks/{ident}", 303)


@router.post("/{ident}/deliveries/{delivery}/resend")
def resend(request: Request, who: WhoIsThere, ident: str, delivery: str, state: Annotated[str, Form()] = "") -> Response:
    """Send a delivery again."""
    parts_of(request).webhooks.resend(ident, delivery, by=who.actor)
    return RedirectResponse(f"/webhooks/{ident}?state={state if state in STATES else ''}", 303)


def _listing(
    request: Request, who: WhoIsThere, typed: Typed, *, secret: str = "", problem: str = "", status: int = 200
) -> Response:
    parts, times = parts_of(request), times_of(request)
    return draw(
        request, "webhooks.html", who, title="事件推送", status=status, problem=problem, typed=typed, secret=secret,
        hooks=[_hook(found, parts, times) for found in parts.webhooks.listing(by=who.actor)], may_set=_may_set(who),
        units=receiving(parts.books.current()), kinds={kind: EVENT_NAMES.get(kind, kind) for kind in sorted(KINDS)},
    )  # fmt: skip


def _one(request: Request, who: WhoIsThere, ident: str, *, state: str = "", before: int = LAST, secret: str = "") -> Response:
    parts, times = parts_of(request), times_of(request)
    if not ident.isalnum() or len(ident) > 64:
        raise NotFound("webhook", "?")
    found = parts.webhooks.get(ident, by=who.actor)
    sent = parts.webhooks.deliveries(ident, state=state, before=before, limit=SHOWN, by=who.actor)
    return draw(
        request, "webhook.html", who, title="推送记录", hook=_hook(found, parts, times), state=state, states=STATES,
        secret=secret, off_why=found.endpoint.off_why, sent=[_sent(delivery, times) for delivery in sent], may_set=_may_set(who),
        before=sent[-1].number if len(sent) == SHOWN else 0,
    )  # fmt: skip


def _may_set(who: WhoIsThere) -> bool:
    return who.actor.role is not None and may(who.actor.role, May.SET_WEBHOOKS)


def _hook(found: Listed, parts: WebParts, times: Times) -> HookLine:
    hook = found.endpoint
    state, bad = _state(hook, times)
    kinds = "、".join(EVENT_NAMES.get(kind, kind) for kind in hook.kinds)
    return HookLine(
        id=hook.id, url=hook.url.partition("?")[0], note=hook.note, kinds=kinds or "全部", state=state, bad=bad,
        unit=parts.books.current().unit_name(hook.unit) if hook.unit else "全部", enabled=hook.enabled,
        waiting=found.backlog.waiting, gave_up=found.backlog.gave_up,
        last_ok=times.absolute(hook.last_ok_at) if hook.last_ok_at else "从未",
    )  # fmt: skip


def _state(hook: Endpoint, times: Times) -> tuple[str, bool]:
    if not hook.enabled:
        return "已停用", hook.failing_since is not None
    if hook.failing_since is not None:
        return f"{times.absolute(hook.failing_since)} 起失败", True
    return "正常", False


def _sent(one: Delivery, times: Times) -> SentLine:
    result = ERRORS.get(one.error, one.error) or (f"HTTP {one.status}" if one.status else "")
    return SentLine(
        id=one.id, order=one.order_id, event=EVENT_NAMES.get(one.kind, one.kind), state=STATES[one.state],
        bad=one.state == "gave_up" or bool(one.attempts and one.state == "waiting"), made=times.absolute(one.created_at),
        tried=times.absolute(one.tried_at) if one.tried_at else "未发送", tries=one.attempts, result=result,
    )  # fmt: skip
