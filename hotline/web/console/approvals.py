"""待审批: returns, extensions, 挂账, exclusions and rulings in one inbox; one is open at a time, Alt+1 同意, Alt+2 不同意."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.applications import ASKS_NAMES, Asks
from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.inbox import Waiting
from hotline.web.auth import ReadUser, WhoIsThere
from hotline.web.console.approvals_view import item, opened
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.console.units import receiving
from hotline.web.parts import WebParts, parts_of
from hotline.web.problems import status_of
from routing_rules.approvals import ASKED_NAMES

router = APIRouter(prefix="/approvals")
Field = Annotated[str, Form()]
SHOWN: Final = 100
DECIDED: Final = {"yes": "已同意", "no": "未同意", "agreed": "已同意,待另一人复核", "ruled": "已裁定并派出"}


@router.get("")
def inbox(
    request: Request, who: WhoIsThere, _: ReadUser, asks: str = "", order: str = "", done: str = "", how: str = ""
) -> Response:  # fmt: skip
    """Show what waits, and one of it: the one asked for, else the first."""
    said = f"{done} {DECIDED[how]}" if done and how in DECIDED else ""
    return _page(request, who, asks if asks in ASKED_NAMES else "", order, done=said, ruled=done if how == "ruled" else "")


@router.post("/{order_id}/ruling")
def rule(
    request: Request, who: WhoIsThere, by: ReadUser, order_id: str, unit: Field = "", assist: Field = "", reason: Field = "",
    asks: Field = "",
) -> Response:  # fmt: skip
    """Rule on a dispute."""
    parts = parts_of(request)

    def act() -> str:
        if not unit:
            raise InvalidInput("no unit chosen", message="请选择由哪个单位主办")
        assists = tuple(one for one in (assist,) if one and one != unit)
        parts.metrics.dispatched(parts.handling.disputes.rule(order_id, unit=unit, assists=assists, reason=reason, by=by))
        return "ruled"

    return _done(request, who, (order_id, "ruling"), asks, Typed(unit=unit, assist=assist, reason=reason), act)


@router.post("/{order_id}/{sort}")
def decide(
    request: Request, who: WhoIsThere, by: ReadUser, order_id: str, sort: Asks, granted: Field = "", reason: Field = "",
    decided_by: Field = "", decided_at: Field = "", due: Field = "", asks: Field = "",
) -> Response:  # fmt: skip
    """Grant or refuse an application."""
    parts = parts_of(request)

    def act() -> str:
        if granted not in ("yes", "no"):
            raise InvalidInput("a decision is needed", message="请选择审批结果")
        if granted == "no" and not reason.strip():
            raise InvalidInput("a refusal needs a reason", message=f"不同意{ASKS_NAMES[sort]}须填写审批意见")
        order = parts.handling.applications.decide(
            order_id, sort, granted=granted == "yes", reason=reason, decided_by=decided_by,
            decided_at=_local(decided_at, parts, "批复时间"), due=_local(due, parts, "上级新时限"), by=by,
        )  # fmt: skip
        waits = any(one.asks is sort for one in order.applications)
        return "agreed" if waits else granted

    typed = Typed(reason=reason, decided_by=decided_by, decided_at=decided_at, due=due)
    return _done(request, who, (order_id, str(sort)), asks, typed, act)


def _done(
    request: Request, who: WhoIsThere, which: tuple[str, str], asks: str, typed: Typed, act: Callable[[], str]
) -> Response:  # fmt: skip
    """Act and open the next one; refused, what was typed stays."""
    try:
        how = act()
    except NotFound:
        raise
    except HotlineError as refused:
        return _page(request, who, asks, "-".join(which), problem=refused.message, status=status_of(refused), typed=typed)
    query = {"asks": asks} if asks in ASKED_NAMES else {}
    return RedirectResponse(f"/approvals?{urlencode({**query, 'done': which[0], 'how': how})}", 303)


def _page(
    request: Request, who: WhoIsThere, asks: str, wanted: str, *, done: str = "", ruled: str = "", problem: str = "",
    status: int = 200, typed: Typed | None = None,
) -> Response:  # fmt: skip
    parts, times, pack = parts_of(request), times_of(request), parts_of(request).books.current()
    found = parts.handling.applications.inbox(who.actor)
    listed = [one for one in found if asks in ("", one.asks)]
    chosen = _chosen(listed, wanted)
    shown = None
    if chosen is not None:
        order = parts.queries.order(chosen.order.id, by=who.actor)
        shown = opened(chosen, parts.handling.applications.effect(chosen), order, pack, times)
    tabs = [("", "全部", len(found))] + [(key, name, sum(one.asks == key for one in found)) for key, name in ASKED_NAMES.items()]
    return draw(
        request, "approvals.html", who, title="待审批", status=status, personal=True, asks=asks, tabs=tabs, opened=shown,
        items=[item(one, pack, times) for one in listed[:SHOWN]], total=len(listed), done=done, ruled=ruled, problem=problem,
        typed=typed or Typed(), units=receiving(pack) if shown and shown.item.asks == "ruling" else [], updated=times.clock(),
        unit_sees=who.actor.of_unit, now_local=f"{times.now.astimezone(times.zone):%Y-%m-%dT%H:%M}",
    )  # fmt: skip


def _chosen(listed: list[Waiting], wanted: str) -> Waiting | None:
    """The one an address names (``number-sort`` or a number), else the first."""
    named = (one for one in listed if wanted in (one.order.id, f"{one.order.id}-{one.asks}"))
    return next(named, None) or next(iter(listed), None)


def _local(text: str, parts: WebParts, name: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=parts.books.current().zone).astimezone(UTC)
    except ValueError:
        raise InvalidInput(f"{name} {text!r} is no time", message=f"{name}的格式有误") from None
