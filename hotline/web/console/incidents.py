"""Incidents 事件: what is proposed, what goes on, and what is done for all its orders."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.incident import STATE_NAMES, Incident, IncidentState
from hotline.domain.text import mask_text
from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.incidents import OFFICE, Outcome, Told
from hotline.web.auth import OfficeUser, ReadUser, SignedIn, WhoIsThere
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.console.rows import row_of
from hotline.web.console.units import UnitChoice, receiving
from hotline.web.parts import WebParts, parts_of
from hotline.web.problems import status_of
from routing_rules.pack import Pack

router = APIRouter(prefix="/incidents")
Field = Annotated[str, Form()]
STEP_NAMES: Final = {
    "proposed": "系统提出", "grown": "工单增加", "opened": "确认事件", "changed": "修改", "dispatched": "统一派单",
    "reported": "进展", "closed": "已恢复", "replied": "统一答复", "dismissed": "不成立",
}  # fmt: skip


@router.get("")
def listing(request: Request, who: WhoIsThere, _: ReadUser, over: str = "") -> Response:
    """Show the incidents that go on, or those that are over."""
    return _list(request, who, over=bool(over))


@router.post("")
def begin(
    request: Request, who: WhoIsThere, _: OfficeUser, title: Field = "", category: Field = "", place: Field = "",
    cause: Field = "", unit: Field = "", assist: Field = "", expected_end: Field = "",
) -> Response:  # fmt: skip
    """Open an incident that no burst of calls has proposed: a notice of works, a broken main."""
    typed = Typed(title=title, category=category, place=place, cause=cause, unit=unit, assist=assist, expected_end=expected_end)
    try:
        told = Told(
            title=title, category=_chosen(category), place=place or None, cause=cause,
            units=tuple(dict.fromkeys(one for one in (unit, assist) if one)),
            expected_end=_moment(parts_of(request), expected_end),
        )  # fmt: skip
        made = parts_of(request).together.incidents.open(told, by=who.actor)
    except HotlineError as refused:
        return _list(request, who, problem=refused.message, status=status_of(refused), typed=typed)
    return RedirectResponse(f"/incidents/{made.id}?done=已新建", 303)


@router.get("/{ident}")
def show(request: Request, who: WhoIsThere, _: ReadUser, ident: str, done: str = "") -> Response:
    """Show one with its orders."""
    return _page(request, who, ident, done=done)


@router.post("/{ident}/open")
def confirm(
    request: Request, who: WhoIsThere, _: OfficeUser, ident: str, title: Annotated[str, Form()] = "",
    cause: Annotated[str, Form()] = "", unit: Annotated[str, Form()] = "", expected_end: Annotated[str, Form()] = "",
    order: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Confirm a proposal with the chosen orders, or write down anew what is known of an open one."""
    parts = parts_of(request)
    try:
        incident = parts.together.incidents.get(ident, by=who.actor)[0]
        units = (unit, *(one for one in incident.units if one != unit)) if unit else incident.units
        told = Told(
            title=title, category=incident.category, place=incident.place, place_name=incident.place_name, cause=cause,
            units=units, expected_end=_moment(parts, expected_end),
        )  # fmt: skip
        if incident.state is IncidentState.PROPOSED:
            parts.together.incidents.open(told, ident=ident, orders=order or [], by=who.actor)
        else:
            parts.together.incidents.change(ident, told, by=who.actor)
    except HotlineError as refused:
        return _refused(request, who, ident, refused)
    return RedirectResponse(f"/incidents/{ident}?done=已登记", 303)


@router.post("/{ident}/do")
def do(
    request: Request, who: WhoIsThere, _: ReadUser, ident: str, act: Annotated[str, Form()],
    text: Annotated[str, Form()] = "", order: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Do something for all: join, dispatch, report, close, dismiss."""
    incidents, by = parts_of(request).together.incidents, who.actor
    try:
        outcome: Outcome | Incident
        match act:
            case "join":
                outcome = incidents.join(ident, order or [], by=by)
            case "dispatch":
                outcome = incidents.dispatch(ident, by=by)
            case "report":
                outcome = incidents.report(ident, text=text, by=by)
            case "close":
                outcome = incidents.close(ident, reply=text, by=by)
            case "dismiss":
                outcome = incidents.dismiss(ident, reason=text, by=by)
            case _:
                raise InvalidInput("no such act")
    except HotlineError as refused:
        return _refused(request, who, ident, refused, Typed(text=text))
    return _said(request, who, ident, outcome)


@router.post("/{ident}/reply")
async def reply(request: Request, who: WhoIsThere, _: ReadUser, ident: str) -> Response:
    """Answer the orders of a closed incident, each with its own text."""
    form = await request.form()
    texts = {name.removeprefix("text-"): str(said) for name, said in form.items() if name.startswith("text-")}
    chosen = {str(one) for one in form.getlist("order")}
    wanted = {ident: text for ident, text in texts.items() if ident in chosen}
    try:
        outcome = parts_of(request).together.incidents.reply(ident, wanted, by=who.actor)
    except HotlineError as refused:
        return _refused(request, who, ident, refused)
    return _said(request, who, ident, outcome)


def _list(
    request: Request, who: SignedIn, *, over: bool = False, problem: str = "", status: int = 200, typed: Typed | None = None
) -> Response:
    parts, times = parts_of(request), times_of(request)
    pack, found = parts.books.current(), parts.together.incidents.listing(going_on=not over, by=who.actor)
    rows = [(one, STATE_NAMES[one.state], times.absolute(one.created_at), _units(parts, one)) for one in found]
    return draw(
        request, "incidents.html", who, title="事件", status=status, rows=rows, over=over, updated=times.clock(),
        office=who.actor.role in OFFICE, problem=problem, typed=typed or Typed(), units=receiving(pack),
        categories=[UnitChoice(one, one) for one in sorted(pack.categories)], places=_places(pack),
    )  # fmt: skip


def _places(pack: Pack) -> list[UnitChoice]:
    """The district's own streets and communities, each with the street it lies in."""
    places = pack.geography.places
    above = {code: places[place.parent].name for code, place in places.items() if place.parent and place.parent in places}
    found = ((pack.geography.path(code), place, above.get(code, "")) for code, place in places.items())
    return [UnitChoice(path, place.name, street) for path, place, street in sorted(found, key=lambda one: one[0])]


def _chosen(category: str) -> str:
    if not category:
        raise InvalidInput("a category is needed", message="请选择事项")
    return category


def _said(request: Request, who: SignedIn, ident: str, outcome: Outcome | Incident) -> Response:
    if isinstance(outcome, Incident):
        return RedirectResponse(f"/incidents/{ident}?done=已登记", 303)
    return _page(request, who, ident, done=f"已办 {len(outcome.done)} 件", left=dict(outcome.left or {}))


def _refused(request: Request, who: SignedIn, ident: str, refused: HotlineError, typed: Typed | None = None) -> Response:
    if isinstance(refused, NotFound):
        raise refused
    return _page(request, who, ident, problem=refused.message, status=status_of(refused), typed=typed)


def _page(
    request: Request, who: SignedIn, ident: str, *, done: str = "", problem: str = "", status: int = 200,
    left: dict[str, str] | None = None, typed: Typed | None = None,
) -> Response:  # fmt: skip
    parts, times, by = parts_of(request), times_of(request), who.actor
    pack, book = parts.books.current(), parts.together.incidents
    incident, steps, orders = book.get(ident, by=by)
    waiting = book.waiting(ident, by=by) if incident.goes_on and by.role in OFFICE else []
    answerable = [one for one in orders if by.of_unit and one.unit == by.unit and one.state.value in ("dispatched", "signed")]
    return draw(
        request, "incident.html", who, title=f"事件 {incident.title}", status=status, personal=True, incident=incident,
        state=STATE_NAMES[incident.state], units_said=_units(parts, incident), office=by.role in OFFICE,
        handles=by.role in OFFICE or by.unit in incident.units, created=times.absolute(incident.created_at),
        end=times.absolute(incident.expected_end) if incident.expected_end else "",
        end_local=incident.expected_end.astimezone(pack.zone).strftime("%Y-%m-%dT%H:%M") if incident.expected_end else "",
        steps=[(times.absolute(one.at), STEP_NAMES[one.kind], one.actor, _words(one.data)) for one in reversed(steps)],
        rows=[row_of(one, pack, times) for one in orders], waiting=[row_of(one, pack, times) for one in waiting],
        replies=[(row_of(one, pack, times), incident.reply) for one in answerable] if incident.reply else [],
        units=receiving(pack), done=done, problem=problem, left=left or {}, typed=typed or Typed(),
    )  # fmt: skip


def _units(parts: WebParts, incident: Incident) -> str:
    pack = parts.books.current()
    return "、".join(pack.unit_name(code) for code in incident.units)


def _words(data: object) -> str:
    said = data if isinstance(data, dict) else {}
    orders = f"{len(said['orders'])} 件工单" if said.get("orders") else ""
    told = str(said.get("text") or said.get("reply") or said.get("reason") or said.get("cause") or "")
    return mask_text(";".join(part for part in (told, orders) if part))


def _moment(parts: WebParts, said: str) -> datetime | None:
    """A local time as the browser's field writes it."""
    if not said.strip():
        return None
    try:
        return datetime.fromisoformat(said).replace(tzinfo=parts.books.current().zone)
    except ValueError:
        raise InvalidInput("no time", message="预计恢复时间填写有误") from None
