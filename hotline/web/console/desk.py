"""派单台, the dispatcher's queue: one order open at a time, Enter = dispatch and next."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.order import Order
from hotline.domain.transitions import STATE_NAMES
from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.handling import EMERGENCY_NUMBERS
from hotline.services.rows import OrderFilter
from hotline.services.spot_checks import WAITING
from hotline.web.auth import DispatchUser, WhoIsThere
from hotline.web.console.desk_together import others
from hotline.web.console.desk_view import ON_DESK, SHOWN, desk_order
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.console.rows import row_of
from hotline.web.console.units import receiving
from hotline.web.console.words import CHOICE_REASONS
from hotline.web.parts import UsesParts, WebParts, parts_of
from hotline.web.problems import status_of

router = APIRouter(prefix="/desk")
QUEUE: Final = 50
TABS: Final[dict[str, OrderFilter]] = {
    "desk": OrderFilter(states=ON_DESK, by_urgency=True),
    "returns": OrderFilter(waiting_return=True, open_only=True, by_urgency=True),
}


@router.get("")
def desk(
    request: Request, who: WhoIsThere, _: DispatchUser, tab: str = "desk", q: str = "", order: str = "", done: str = ""
) -> Response:  # fmt: skip
    """Show the queue and one order: the one asked for, else the first."""
    return _page(request, who, tab if tab in TABS else "desk", q=q, wanted=order, done=done)


@router.get("/news")
def news(parts: UsesParts, who: DispatchUser, tab: str = "desk", known: int = 0) -> dict[str, int]:
    """Tell how many more orders wait than the page showed."""
    return {"new": max(parts.queries.count(TABS.get(tab, TABS["desk"]), by=who) - known, 0)}


@router.post("/{order_id}/dispatch")
def dispatch(
    request: Request, who: WhoIsThere, _: DispatchUser, order_id: str,
    unit: Annotated[str, Form()] = "", other: Annotated[str, Form()] = "", assist: Annotated[str, Form()] = "",
    rule_assists: Annotated[list[str] | None, Form()] = None, reason_code: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "", version: Annotated[int | None, Form()] = None,
    handling_text: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002  # the form's word
) -> Response:  # fmt: skip
    """Send the order to the chosen unit and open the next one."""
    parts, chosen = parts_of(request), other or unit
    try:
        order = parts.queries.order(order_id, by=who.actor).order
        _check(order, chosen, reason_code)
        by_rule = [] if chosen != order.rule_unit else rule_assists or []
        assists = tuple(dict.fromkeys(one for one in (*by_rule, assist) if one and one != chosen))
        sent = parts.handling.dispatch(
            order_id, unit=chosen, assists=assists, reason=reason, reason_code=reason_code, version=version,
            handling_text=handling_text, by=who.actor,
        )  # fmt: skip
        parts.metrics.dispatched(sent)
    except HotlineError as refused:
        typed = Typed(unit=unit, other=other, assist=assist, reason=reason, reason_code=reason_code, handling_text=handling_text)
        return refused_page(request, who, "desk", order_id, refused, typed)
    following = f"order={next}&" if next else ""
    return RedirectResponse(f"/desk?{following}done={order_id}", 303)


@router.post("/{order_id}/return")
def decide_return(
    request: Request, who: WhoIsThere, _: DispatchUser, order_id: str, granted: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Grant an application to give the order back, and choose again; or refuse it, with a reason."""
    try:
        if granted != "yes" and not reason.strip():
            raise InvalidInput("a refusal needs a reason", message="不同意退单须填写审批意见")
        parts_of(request).handling.decide_return(order_id, granted=granted == "yes", reason=reason, by=who.actor)
    except HotlineError as refused:
        return refused_page(request, who, "returns", order_id, refused, Typed(reason=reason))
    return RedirectResponse(f"/desk?order={order_id}" if granted == "yes" else f"/desk?tab=returns&done={order_id}", 303)


@router.post("/{order_id}/decline")
def decline(
    request: Request, who: WhoIsThere, _: DispatchUser, order_id: str, route: Annotated[str, Form()] = ""
) -> Response:  # fmt: skip
    """Do not accept the matter; the citizen is told the lawful route."""
    try:
        parts_of(request).handling.decline(order_id, route=route, by=who.actor)
    except HotlineError as refused:
        return refused_page(request, who, "desk", order_id, refused, Typed(route=route, ends="yes"))
    return RedirectResponse(f"/desk?done={order_id}", 303)


@router.post("/{order_id}/transfer")
def transfer(
    request: Request, who: WhoIsThere, _: DispatchUser, order_id: str, number: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Record that the caller was put through to an emergency number."""
    try:
        parts_of(request).handling.transfer(order_id, number=number, note=note, by=who.actor)
    except HotlineError as refused:
        return refused_page(request, who, "desk", order_id, refused, Typed(number=number, note=note, ends="yes"))
    return RedirectResponse(f"/desk?done={order_id}", 303)


def _check(order: Order, chosen: str, reason_code: str) -> None:
    """Refuse a dispatch without a unit, or to one that was not suggested without a reason (UX.md)."""
    if not chosen:
        raise InvalidInput("no unit chosen", message="还没有选择主办单位")
    if chosen not in {one.unit for one in order.suggestions[:SHOWN]} and reason_code not in CHOICE_REASONS:
        raise InvalidInput("another unit needs a reason code", message="选择建议以外的单位,请选择未采用建议的原因")


def refused_page(request: Request, who: WhoIsThere, tab: str, order_id: str, refused: HotlineError, typed: Typed) -> Response:
    if isinstance(refused, NotFound):
        raise refused
    return _page(request, who, tab, wanted=order_id, problem=refused.message, typed=typed, status=status_of(refused))


def _page(
    request: Request, who: WhoIsThere, tab: str, *, q: str = "", wanted: str = "", done: str = "", problem: str = "",
    typed: Typed | None = None, status: int = 200,
) -> Response:  # fmt: skip
    parts, times, by = parts_of(request), times_of(request), who.actor
    pack = parts.books.current()
    found = list(parts.queries.orders(_searched(TABS[tab], q), limit=QUEUE, by=by).orders)
    waiting = [one.id for one in found]
    if (done and wanted not in waiting) or not wanted:  # the next one may be taken meanwhile
        wanted = waiting[0] if waiting else ""
    opened = desk_order(parts, parts.queries.order(wanted, by=by), times, by) if wanted else None
    at = waiting.index(wanted) + 1 if wanted in waiting else 0
    return draw(
        request, "desk.html", who, title="派单台", status=status, personal=True, tab=tab, q=q, order=opened,
        rows=[row_of(one, pack, times) for one in found], counts=_counts(parts, who), units=receiving(pack),
        choice_reasons=CHOICE_REASONS, numbers=EMERGENCY_NUMBERS, updated=times.clock(),
        next_id=next(iter(waiting[at:] or waiting[: at - 1]), ""),
        others=others(parts, parts.queries.order(wanted, by=by), times, by) if wanted else None,
        checks=parts.queries.count(WAITING, by=by), incidents=len(parts.together.incidents.listing(by=by)),
        done=_done(parts, who, done), problem=problem, typed=typed or Typed(),
    )  # fmt: skip


def _searched(wanted: OrderFilter, q: str) -> OrderFilter:
    return OrderFilter(
        states=wanted.states, waiting_return=wanted.waiting_return, open_only=wanted.open_only, by_urgency=True, text=q.strip()
    )


def _counts(parts: WebParts, who: WhoIsThere) -> dict[str, int]:
    return {tab: parts.queries.count(wanted, by=who.actor) for tab, wanted in TABS.items()}


def _done(parts: WebParts, who: WhoIsThere, order_id: str) -> str:
    """Say what became of the order that was just dealt with."""
    if not order_id:
        return ""
    try:
        order = parts.queries.order(order_id, by=who.actor).order
    except NotFound:
        return ""
    sent = f"已派 {parts.books.current().unit_name(order.unit)}" if order.unit else STATE_NAMES[order.state]
    return f"{order.id} {sent}"
