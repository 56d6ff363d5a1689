"""Incidents 事件: proposed, opened, reported on, closed, answered for all; and names of places nobody has written down."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from hotline.domain.incident import Incident, IncidentStep
from hotline.domain.roles import Actor
from hotline.domain.text import harmless_cell
from hotline.services.incidents import Outcome, Told
from hotline.web.api.fields import Code, Line, Moment, OrderId, Request, Said, aware, known_shape
from hotline.web.api.matters import OrdersView
from hotline.web.api.order_views import OrderRow, shown
from hotline.web.auth import DispatchUser, OfficeUser, ReadUser
from hotline.web.parts import UsesParts, WebParts

router = APIRouter(prefix="/api/v1", tags=["事件"])
IncidentId = Annotated[str, Path(description="事件编号"), known_shape("incident")]
CSV = "text/csv; charset=utf-8"


class IncidentRequest(Request):
    """What is known of an incident; ``units`` are the lead and the assisting ones, ``orders`` are joined to it at once."""

    title: Line
    category: Line
    place: Line | None = None
    place_name: Line = ""
    cause: Said = ""
    units: Annotated[list[Code], Field(max_length=20, default_factory=list)]
    expected_end: Moment | None = None
    orders: Annotated[list[Code], Field(max_length=1000, default_factory=list)]


class JoinRequest(Request):
    """Orders of the incident."""

    orders: Annotated[list[Code], Field(min_length=1, max_length=1000)]


class ReportRequest(Request):
    """How it goes on 进展."""

    text: Said
    expected_end: Moment | None = None


class CloseRequest(Request):
    """The text that is then offered for every order."""

    reply: Said


class ReplyRequest(Request):
    """The answer of each order."""

    texts: Annotated[dict[Code, Said], Field(min_length=1, max_length=1000)]


class DismissRequest(Request):
    """Why it is none."""

    reason: Said


class IncidentView(BaseModel):
    """An incident."""

    id: str
    state: str
    version: int
    title: str
    category: str
    place: str | None
    place_name: str
    cause: str
    units: list[str]
    expected_end: datetime | None
    created_at: datetime
    created_by: str
    opened_at: datetime | None
    closed_at: datetime | None
    reply: str
    offered: list[str]
    expected: float | None

    @classmethod
    def of(cls, one: Incident) -> IncidentView:
        """Show an incident."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class StepView(BaseModel):
    """A step of an incident."""

    seq: int
    at: datetime
    actor: str
    kind: str
    data: dict[str, Any]

    @classmethod
    def of(cls, one: IncidentStep) -> StepView:
        """Show a step."""
        return cls(seq=one.seq, at=one.at, actor=one.actor, kind=one.kind, data=dict(one.data))


class IncidentDetail(BaseModel):
    """An incident with its past and its orders."""

    incident: IncidentView
    steps: list[StepView]
    orders: list[OrderRow]


class IncidentsView(BaseModel):
    """Incidents, newest first."""

    incidents: list[IncidentView]


class OutcomeView(BaseModel):
    """The orders an act was done to, and why not to the others."""

    done: list[str]
    left: dict[str, str]

    @classmethod
    def of(cls, one: Outcome) -> OutcomeView:
        """Show what an act for all came to."""
        return cls(done=list(one.done), left=dict(one.left or {}))


class PlaceView(BaseModel):
    """A name that sounds like an estate's and is in no table."""

    name: str
    times: int
    first_at: datetime
    last_at: datetime
    order_id: str


class PlacesView(BaseModel):
    """Names of places, the most frequent first."""

    places: list[PlaceView]


class PlaceRequest(Request):
    """A name that was written down, or is no place."""

    name: Line


@router.get("/incidents")
def list_incidents(parts: UsesParts, who: ReadUser, over: bool = False) -> IncidentsView:
    """List the incidents that go on, or those that are over."""
    return IncidentsView(incidents=[IncidentView.of(one) for one in parts.together.incidents.listing(going_on=not over, by=who)])


@router.post("/incidents")
def open_incident(body: IncidentRequest, parts: UsesParts, who: OfficeUser) -> IncidentView:
    """Open an incident."""
    return IncidentView.of(parts.together.incidents.open(_told(body, parts), orders=body.orders, by=who))


@router.get("/incidents/{ident}")
def show_incident(ident: IncidentId, parts: UsesParts, who: ReadUser) -> IncidentDetail:
    """Show an incident with its steps and orders."""
    incident, steps, orders = parts.together.incidents.get(ident, by=who)
    return IncidentDetail(
        incident=IncidentView.of(incident), steps=[StepView.of(one) for one in steps], orders=_rows(orders, parts, who)
    )


@router.get("/incidents/{ident}/waiting")
def list_waiting(ident: IncidentId, parts: UsesParts, who: OfficeUser) -> OrdersView:
    """List the open orders that tell of the incident and are not joined to it."""
    return OrdersView(orders=_rows(parts.together.incidents.waiting(ident, by=who), parts, who))


@router.post("/incidents/{ident}/open")
def confirm_incident(ident: IncidentId, body: IncidentRequest, parts: UsesParts, who: OfficeUser) -> IncidentView:
    """Open an incident that was proposed."""
    return IncidentView.of(parts.together.incidents.open(_told(body, parts), ident=ident, orders=body.orders, by=who))


@router.post("/incidents/{ident}/dismiss")
def dismiss_incident(ident: IncidentId, body: DismissRequest, parts: UsesParts, who: OfficeUser) -> IncidentView:
    """Say that a proposal is no incident."""
    return IncidentView.of(parts.together.incidents.dismiss(ident, reason=body.reason, by=who))


@router.post("/incidents/{ident}/change")
def change_incident(ident: IncidentId, body: IncidentRequest, parts: UsesParts, who: OfficeUser) -> IncidentView:
    """Write down anew what is known of an open incident."""
    return IncidentView.of(parts.together.incidents.change(ident, _told(body, parts), by=who))


@router.post("/incidents/{ident}/join")
def join_incident(ident: IncidentId, body: JoinRequest, parts: UsesParts, who: DispatchUser) -> OutcomeView:
    """Join orders to an open incident."""
    return OutcomeView.of(parts.together.incidents.join(ident, body.orders, by=who))


@router.post("/incidents/{ident}/dispatch")
def dispatch_incident(ident: IncidentId, parts: UsesParts, who: DispatchUser) -> OutcomeView:
    """Send every order of the incident that waits on the desk to its units."""
    return OutcomeView.of(parts.together.incidents.dispatch(ident, by=who))


@router.post("/incidents/{ident}/report")
def report_incident(ident: IncidentId, body: ReportRequest, parts: UsesParts, who: ReadUser) -> IncidentView:
    """Write how it goes on."""
    end = _moment(body.expected_end, parts)
    return IncidentView.of(parts.together.incidents.report(ident, text=body.text, expected_end=end, by=who))


@router.post("/incidents/{ident}/close")
def close_incident(ident: IncidentId, body: CloseRequest, parts: UsesParts, who: ReadUser) -> IncidentView:
    """Close an incident; its text is offered for every order."""
    return IncidentView.of(parts.together.incidents.close(ident, reply=body.reply, by=who))


@router.post("/incidents/{ident}/reply")
def reply_incident(ident: IncidentId, body: ReplyRequest, parts: UsesParts, who: ReadUser) -> OutcomeView:
    """Answer orders of a closed incident in one act; each keeps its own duties."""
    return OutcomeView.of(parts.together.incidents.reply(ident, body.texts, by=who))


@router.post("/orders/{order_id}/leave-incident")
def leave_incident(order_id: OrderId, parts: UsesParts, who: DispatchUser) -> OrderRow:
    """Take an order out of its incident."""
    return shown(parts.together.incidents.leave(order_id, by=who), parts, who)


@router.get("/unknown-places")
def list_unknown_places(parts: UsesParts, who: ReadUser) -> PlacesView:
    """List names of estates that orders have and no table knows."""
    found = parts.together.unknown_places.listing(by=who)
    return PlacesView(places=[PlaceView(**{name: getattr(one, name) for name in PlaceView.model_fields}) for one in found])


@router.get("/unknown-places.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def download_unknown_places(parts: UsesParts, who: ReadUser) -> Response:
    """Return the list as rows of the pack's table of estates, to be completed by the office."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["id", "name", "community", "times", "last_order"])
    for one in parts.together.unknown_places.listing(by=who):
        writer.writerow(["", harmless_cell(one.name), "", one.times, one.order_id])
    named = {"Content-Disposition": 'attachment; filename="unknown-places.csv"'}
    return Response("\ufeff" + sheet.getvalue(), media_type=CSV, headers=named)


@router.post("/unknown-places/settle")
def settle_unknown_place(body: PlaceRequest, parts: UsesParts, who: ReadUser) -> PlacesView:
    """Take a name off the list: it was written down, or is no place."""
    parts.together.unknown_places.settle(body.name, by=who)
    return list_unknown_places(parts, who)


def _told(body: IncidentRequest, parts: WebParts) -> Told:
    return Told(
        title=body.title, category=body.category, place=body.place, place_name=body.place_name, cause=body.cause,
        units=tuple(dict.fromkeys(body.units)), expected_end=_moment(body.expected_end, parts),
    )  # fmt: skip


def _moment(moment: datetime | None, parts: WebParts) -> datetime | None:
    return None if moment is None else aware(moment, parts.books.current().zone, name="expected_end")


def _rows(orders: Any, parts: WebParts, by: Actor) -> list[OrderRow]:
    pack, now = parts.books.current(), parts.clock.now()
    return [OrderRow.of(order, pack, now, by) for order in orders]
