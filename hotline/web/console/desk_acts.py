"""The desk's other acts: split, merge, ask above, return upward, join an incident, many of one class, the sample 抽查."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.applications import Asks
from hotline.domain.order import Order
from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.splitting import Part
from hotline.services.spot_checks import WAITING
from hotline.web.auth import DispatchUser, OfficeUser, SignedIn, WhoIsThere
from hotline.web.console import desk
from hotline.web.console.desk_together import of_class
from hotline.web.console.desk_view import ON_DESK
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.console.rows import pieces, row_of
from hotline.web.console.units import receiving
from hotline.web.parts import parts_of
from hotline.web.problems import status_of

router = APIRouter(prefix="/desk")
_BETWEEN: Final = re.compile(r"\n\s*\n")
"""An empty line stands between the matters of a split."""


@router.post("/{order_id}/split")
def split(request: Request, who: WhoIsThere, _: DispatchUser, order_id: str, matters: Annotated[str, Form()] = "") -> Response:
    """Split the order: an empty line between its matters."""
    told = [Part(text=one.strip()) for one in _BETWEEN.split(matters.replace("\r\n", "\n")) if one.strip()]
    try:
        if len(told) < 2:
            raise InvalidInput("one matter", message="各件之间须空一行;至少拆为 2 件")
        made = parts_of(request).together.matters.split(order_id, told, by=who.actor)
    except HotlineError as refused:
        return _refused(request, who, order_id, refused, Typed(matters=matters))
    return RedirectResponse(f"/desk?order={order_id}&done={made[-1].id}", 303)


@router.post("/{order_id}/merge")
def merge(
    request: Request, who: WhoIsThere, _: DispatchUser, order_id: str, into: Annotated[str, Form()] = "",
    merge_reason: Annotated[str, Form()] = "", different: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Put the order under a handling order."""
    try:
        if not into.strip():
            raise InvalidInput("no order", message="请填写主单编号")
        parts_of(request).together.matters.merge(
            order_id, into.strip().upper(), reason=merge_reason, different_callers=different == "yes", by=who.actor
        )
    except NotFound as refused:
        said = InvalidInput("no such order", message=refused.message)
        return _refused(request, who, order_id, said, Typed(into=into, merge_reason=merge_reason))
    except HotlineError as refused:
        return _refused(request, who, order_id, refused, Typed(into=into, merge_reason=merge_reason))
    return RedirectResponse(f"/desk?order={order_id}&done={order_id}", 303)


@router.post("/{order_id}/unmerge")
def unmerge(request: Request, who: WhoIsThere, _: DispatchUser, order_id: str) -> Response:
    """Take the order out from under its handling order."""
    try:
        parts_of(request).together.matters.unmerge(order_id, by=who.actor)
    except HotlineError as refused:
        return _refused(request, who, order_id, refused, Typed())
    return RedirectResponse(f"/desk?order={order_id}", 303)


@router.post("/{order_id}/ask-above")
def ask_above(
    request: Request, who: WhoIsThere, _: DispatchUser, order_id: str, question: Annotated[str, Form()] = ""
) -> Response:
    """Ask the platform above what its message leaves open."""
    try:
        parts_of(request).together.matters.ask_above(order_id, question=question, by=who.actor)
    except HotlineError as refused:
        return _refused(request, who, order_id, refused, Typed(question=question))
    return RedirectResponse(f"/desk?order={order_id}", 303)


@router.post("/{order_id}/upward")
def upward(
    request: Request, who: WhoIsThere, _: DispatchUser, order_id: str, upward_reason: Annotated[str, Form()] = ""
) -> Response:
    """Apply to give the order back to the platform above; until it decides, holder and clock stay."""
    try:
        parts_of(request).handling.applications.apply(order_id, Asks.UPWARD, reason=upward_reason, by=who.actor)
    except HotlineError as refused:
        return _refused(request, who, order_id, refused, Typed(upward_reason=upward_reason))
    return RedirectResponse(f"/desk?order={order_id}", 303)


@router.post("/{order_id}/join")
def join(request: Request, who: WhoIsThere, _: DispatchUser, order_id: str, incident: Annotated[str, Form()]) -> Response:
    """Join the order to an open incident."""
    try:
        parts_of(request).together.incidents.join(incident, [order_id], by=who.actor)
    except HotlineError as refused:
        return _refused(request, who, order_id, refused, Typed())
    return RedirectResponse(f"/desk?order={order_id}", 303)


# -- many of one class ---------------------------------------------------------------------------------------------------
@router.get("/batch")
def batch(request: Request, who: WhoIsThere, _: DispatchUser, like: str) -> Response:
    """Show the orders that may go out with one, to be confirmed once."""
    return _batch(request, who, parts_of(request).queries.order(like, by=who.actor).order)


@router.post("/batch")
def send_batch(
    request: Request, who: WhoIsThere, _: DispatchUser, like: Annotated[str, Form()], unit: Annotated[str, Form()],
    order: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Send the chosen orders to the unit of their rule; what is refused for one is told and does not keep the others."""
    parts, done, left = parts_of(request), 0, dict[str, str]()
    for one in order or []:
        ident, version = (*one.split(":", 1), "")[:2]
        try:
            sent = parts.handling.dispatch(
                ident, unit=unit, version=int(version) if version.isdigit() else None, reason="同类批量派单", by=who.actor
            )
            parts.metrics.dispatched(sent)
            done += 1
        except HotlineError as refused:
            left[ident] = refused.message
    if not order:
        return _batch(request, who, parts.queries.order(like, by=who.actor).order, problem="还没有选择工单")
    return _batch(request, who, parts.queries.order(like, by=who.actor).order, sent=done, left=left)


# -- the sample of what the system sent ------------------------------------------------------------------------------------
@router.get("/checks")
def checks(request: Request, who: WhoIsThere, _: OfficeUser, done: str = "") -> Response:
    """Show what the system sent and a person has to look at."""
    return _checks(request, who, done=done)


@router.post("/checks/{order_id}")
def check(
    request: Request, who: WhoIsThere, _: OfficeUser, order_id: str, right: Annotated[str, Form()] = "",
    unit: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Say whether it went to the right unit."""
    try:
        parts_of(request).together.spot_checks.check(
            order_id, right=right == "yes", unit=unit or None if right != "yes" else None, reason=reason, by=who.actor
        )
    except HotlineError as refused:
        return _checks(request, who, problem=refused.message, status=status_of(refused))
    return RedirectResponse(f"/desk/checks?done={order_id}", 303)


def _refused(request: Request, who: SignedIn, order_id: str, refused: HotlineError, typed: Typed) -> Response:
    return desk.refused_page(request, who, "desk", order_id, refused, typed)


def _batch(
    request: Request, who: SignedIn, like: Order, *, problem: str = "", sent: int = 0, left: dict[str, str] | None = None
) -> Response:  # fmt: skip
    parts, times = parts_of(request), times_of(request)
    pack = parts.books.current()
    found = [one for one in of_class(parts, like, who.actor) if one.state in ON_DESK]
    rows = [(row_of(one, pack, times), one.version) for one in found]
    return draw(
        request, "desk_batch.html", who, title="同类批量派单", personal=True, rows=rows, like=like.id,
        category=like.category or "", unit=like.rule_unit or "", row_id=like.rule_row or "",
        unit_said=pack.unit_name(like.rule_unit) if like.rule_unit else "",
        problem=problem, sent=sent, left=left or {}, status=422 if problem else 200,
    )  # fmt: skip


def _checks(request: Request, who: SignedIn, *, done: str = "", problem: str = "", status: int = 200) -> Response:
    parts, times = parts_of(request), times_of(request)
    pack = parts.books.current()
    page = parts.queries.orders(WAITING, limit=20, by=who.actor)
    rows = []
    for one in page.orders:
        said = parts.queries.order(one.id, by=who.actor).calls[0].new
        rows.append((row_of(one, pack, times), pieces(said.text, one.evidence), one, parts.together.spot_checks.approved_by(one)))
    return draw(
        request, "desk_checks.html", who, title="系统派单抽查", personal=True, rows=rows, units=receiving(pack), done=done,
        problem=problem, status=status, updated=times.clock(),
    )  # fmt: skip
