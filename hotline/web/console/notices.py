"""提醒: what supervision tells a person's unit or part of the office; above it the urgent orders nobody acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.actions import Action
from hotline.domain.roles import Actor
from hotline.domain.text import mask_text
from hotline.errors import HotlineError, NotFound
from hotline.services.notice_rows import Notice
from hotline.services.notices import UNACKNOWLEDGED
from hotline.web.auth import ReadUser, WhoIsThere, acting
from hotline.web.console.clocktext import Times
from hotline.web.console.pages import draw, times_of
from hotline.web.console.rows import row_of
from hotline.web.console.words import CLOCK_NAMES, NOTICE_STEPS, TOLD_NAMES
from hotline.web.parts import UsesParts, parts_of
from hotline.web.problems import status_of
from routing_rules.pack import Pack

router = APIRouter(prefix="/notices")
AcknowledgeUser = Annotated[Actor, Depends(acting(Action.ACKNOWLEDGE))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A notice in words."""

    id: str
    order_id: str
    step: str
    why: str
    to: str
    at: str
    due: str
    clock: str
    row: str
    urgent: bool
    read: str


@router.get("")
def notices(request: Request, who: WhoIsThere, by: ReadUser, show: str = "unread", done: str = "") -> Response:
    """Show what waits to be read, or everything."""
    return _page(request, who, by, show=show, done={"read": "已标为已读", "acknowledged": "已登记确认"}.get(done, ""))


@router.get("/count")
def count(parts: UsesParts, by: ReadUser) -> dict[str, int]:
    """Tell how many notices wait to be read."""
    return {"unread": parts.followup.notices.unread(by=by)}


@router.post("/{ident}/read")
def read(request: Request, _who: WhoIsThere, by: ReadUser, ident: str) -> Response:
    """Mark one as read."""
    parts_of(request).followup.notices.read(ident, by=by)
    return RedirectResponse("/notices?done=read", 303)


@router.post("/orders/{order_id}/acknowledge")
def acknowledge(
    request: Request, who: WhoIsThere, by: AcknowledgeUser, order_id: str, note: Annotated[str, Form()] = ""
) -> Response:  # fmt: skip
    """Acknowledge an urgent order."""
    try:
        parts_of(request).followup.supervising.acknowledge(order_id, note=note, by=by)
    except NotFound:
        raise
    except HotlineError as refused:
        return _page(request, who, by, problem=refused.message, status=status_of(refused))
    return RedirectResponse("/notices?done=acknowledged", 303)


def _page(
    request: Request, who: WhoIsThere, by: Actor, *, show: str = "unread", done: str = "", problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    parts, times = parts_of(request), times_of(request)
    pack, unread = parts.books.current(), show != "all"
    found = parts.followup.notices.inbox(unread=unread, by=by)
    urgent = parts.queries.orders(UNACKNOWLEDGED, limit=50, by=by).orders
    return draw(
        request, "notices.html", who, title="提醒", status=status, show="unread" if unread else "all",
        lines=[_line(one, pack, times) for one in found], unread=parts.followup.notices.unread(by=by),
        urgent=[row_of(one, pack, times) for one in urgent], done=done, problem=problem, updated=times.clock(), personal=True,
    )  # fmt: skip


def _line(one: Notice, pack: Pack, times: Times) -> Line:
    return Line(
        id=one.id, order_id=one.order_id, step=NOTICE_STEPS.get(one.step, one.step), why=mask_text(one.why),
        to=TOLD_NAMES.get(one.addressee, pack.unit_name(one.addressee)), at=times.absolute(one.at),
        due=times.absolute(one.due) if one.due else "", clock=CLOCK_NAMES.get(one.clock, ""), row=one.row, urgent=one.urgent,
        read=f"{one.read_by} {times.absolute(one.read_at)}" if one.read_at else "",
    )  # fmt: skip
