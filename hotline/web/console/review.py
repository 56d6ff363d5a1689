"""审核台: the appeal left, the answer right, a checklist, pass or send back, and the next one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.actions import Action
from hotline.domain.contacts import no_duty
from hotline.domain.lifecycle import refusal
from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.reviewing import CHECKS, Waiting
from hotline.web.auth import ReviewUser, WhoIsThere
from hotline.web.console.inside_view import inside_text
from hotline.web.console.inside_words import CHECK_NAMES
from hotline.web.console.order_view import order_text
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.console.rows import row_of
from hotline.web.parts import parts_of
from hotline.web.problems import status_of

router = APIRouter(prefix="/review")
Field = Annotated[str, Form()]
DONE = {"passed": "已通过", "closed": "已通过并办结", "back": "已退回补正"}


@router.get("")
def page(request: Request, who: WhoIsThere, _: ReviewUser, order: str = "", done: str = "") -> Response:
    """Show the queue and one answer: the one asked for, what this person took, or the first."""
    return _page(request, who, wanted=order, done=DONE.get(done, ""))


@router.post("/next")
def take_next(request: Request, by: ReviewUser) -> Response:
    """Take the first answer that nobody looks at."""
    taken = parts_of(request).inside.reviewing.take_next(by=by)
    return RedirectResponse(f"/review?order={taken.id}" if taken else "/review", 303)


@router.post("/{order_id}/take")
def take(request: Request, who: WhoIsThere, by: ReviewUser, order_id: str) -> Response:
    """Begin to review one: colleagues see it."""
    try:
        parts_of(request).inside.reviewing.take(order_id, by=by)
    except NotFound:
        raise
    except HotlineError as refused:
        return _page(request, who, wanted=order_id, problem=refused.message, status=status_of(refused))
    return RedirectResponse(f"/review?order={order_id}", 303)


@router.post("/{order_id}")
def decide(
    request: Request, who: WhoIsThere, by: ReviewUser, order_id: str, verdict: Field = "", note: Field = "",
    checks: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Pass the answer or send it back, then open the next one."""
    reviewing, ticked = parts_of(request).inside.reviewing, checks or []
    try:
        checklist = {name: name in ticked for name in CHECKS}
        if verdict in ("passed", "closed"):
            reviewing.pass_answer(order_id, checklist=checklist, note=note, close=verdict == "closed", by=by)
        elif verdict == "back" and note.strip():
            reviewing.send_back(order_id, note=note, checklist=checklist, by=by)
        else:
            raise InvalidInput(
                "a verdict is needed", message="退回补正须写明要补正什么" if verdict == "back" else "请选择通过或退回"
            )
        following = reviewing.take_next(by=by)
    except NotFound:
        raise
    except HotlineError as refused:
        typed = Typed(note=note, **dict.fromkeys(ticked, "on"))
        return _page(request, who, wanted=order_id, problem=refused.message, typed=typed, status=status_of(refused))
    return RedirectResponse(f"/review?done={verdict}" + (f"&order={following.id}" if following else ""), 303)


def _page(
    request: Request, who: WhoIsThere, *, wanted: str = "", done: str = "", problem: str = "", typed: Typed | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    parts, times, by = parts_of(request), times_of(request), who.actor
    pack, queue = parts.books.current(), parts.inside.reviewing.queue(by=by)
    own = (one.order.id for one in queue if one.taken_by == by.name)
    wanted = wanted or next(own, queue[0].order.id if queue else "")
    found = parts.queries.order(wanted, by=by) if wanted else None
    waiting = next((one for one in queue if one.order.id == wanted), None)
    answer = next((event for event in reversed(found.events) if event.kind == "answered"), None) if found else None
    return draw(
        request, "review.html", who, title="审核台", status=status, personal=True, done=done, problem=problem,
        typed=typed or Typed(), updated=times.clock(), checks=CHECK_NAMES, wanted=wanted,
        queue=[(row_of(one.order, pack, times), _taken(one, by.name, times.clock(one.taken_at))) for one in queue],
        order=order_text(pack, found, times, by) if found else None, waiting=waiting,
        inside=inside_text(request, found, by) if found else None, mine=bool(waiting and waiting.taken_by == by.name),
        said=answer.data if answer else {}, by=answer.actor if answer else "", at=times.absolute(answer.at) if answer else "",
        unit=pack.unit_name(str(answer.data.get("by_unit") or answer.unit or "")) if answer else "",
        why=refusal(found.order, Action.PASS_REVIEW, by) if found else "", no_duty=no_duty(found.order) if found else "",
        may_close=bool(found and parts.inside.reviewing.may_close(found.order)),
    )  # fmt: skip


def _taken(one: Waiting, own: str, at: str) -> str:
    """Who looks at an answer, in words."""
    if not one.taken_by:
        return ""
    return "我正在审核" if one.taken_by == own else f"{one.taken_by} 正在审核({at})"
