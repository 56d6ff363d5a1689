"""Split and merge, what is asked above, neighbours, and the sample of what the system sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hotline.domain.order import Order
from hotline.domain.roles import Actor
from hotline.services.merging import Offered
from hotline.services.neighbours import Neighbour
from hotline.services.splitting import MOST, Part
from hotline.services.spot_checks import WAITING
from hotline.web.api.fields import Code, Line, OrderId, Request, Said
from hotline.web.api.order_views import OrderPage, OrderRow, shown
from hotline.web.auth import DispatchUser, OfficeUser, ReadUser
from hotline.web.parts import UsesParts, WebParts

router = APIRouter(prefix="/api/v1/orders", tags=["拆分与并单"])
Cursor = Annotated[str | None, Field(max_length=500)]


class PartRequest(Request):
    """One matter: its own words; class and place where the dispatcher says them."""

    text: Said
    title: Line = ""
    category: Line | None = None
    place: Code | None = None


class SplitRequest(Request):
    """The matters of one call."""

    parts: Annotated[list[PartRequest], Field(min_length=2, max_length=MOST)]


class MergeRequest(Request):
    """The handling order; different callers have to be confirmed, with a reason."""

    into: Code
    reason: Said = ""
    different_callers: bool = False


class ReasonRequest(Request):
    """Why."""

    reason: Said = ""


class QuestionRequest(Request):
    """What the platform above is asked."""

    question: Said


class SpotCheckRequest(Request):
    """Whether the order went to the right unit; if not, to which it should have gone, or why."""

    right: bool
    unit: Code | None = None
    reason: Said = ""


class OrdersView(BaseModel):
    """Several orders."""

    orders: list[OrderRow]


class OfferedView(BaseModel):
    """The handling order's answer, to be taken or not."""

    order_id: str
    text: str
    public: str

    @classmethod
    def of(cls, one: Offered) -> OfferedView:
        """Show it."""
        return cls(order_id=one.order_id, text=one.text, public=one.public)


class NeighbourView(BaseModel):
    """An open order that may tell of the same: ``likeness`` 0…1, ``shared`` the words that both say."""

    order: OrderRow
    likeness: float
    shared: list[str]
    same_caller: bool


class NeighboursView(BaseModel):
    """``complete`` is false while the index of the open orders is still being filled."""

    neighbours: list[NeighbourView]
    complete: bool


@router.get("/spot-checks")
def list_spot_checks(parts: UsesParts, who: OfficeUser, cursor: Cursor = None) -> OrderPage:
    """List orders sent without a person that wait to be looked at 抽查."""
    page = parts.queries.orders(WAITING, cursor=cursor, by=who)
    return OrderPage.of(page, parts.books.current(), parts.clock.now(), who)


@router.post("/{order_id}/split")
def split(order_id: OrderId, body: SplitRequest, parts: UsesParts, who: DispatchUser) -> OrdersView:
    """Split an order on the desk into one for each matter 拆分; the first keeps the number."""
    wanted = [Part(text=one.text, title=one.title, category=one.category, place=one.place) for one in body.parts]
    return _several(parts.together.matters.split(order_id, wanted, by=who), parts, who)


@router.post("/{order_id}/merge")
def merge(order_id: OrderId, body: MergeRequest, parts: UsesParts, who: DispatchUser) -> OrderRow:
    """Put the order under a handling order 并单; it keeps its number, due time, answer and callback."""
    done = parts.together.matters.merge(order_id, body.into, reason=body.reason, different_callers=body.different_callers, by=who)
    return shown(done, parts, who)


@router.post("/{order_id}/unmerge")
def unmerge(order_id: OrderId, body: ReasonRequest, parts: UsesParts, who: DispatchUser) -> OrderRow:
    """Take the order out from under its handling order."""
    return shown(parts.together.matters.unmerge(order_id, reason=body.reason, by=who), parts, who)


@router.get("/{order_id}/members")
def members(order_id: OrderId, parts: UsesParts, who: ReadUser) -> OrdersView:
    """List the orders under a handling order."""
    return _several(parts.together.matters.members(order_id, by=who), parts, who)


@router.get("/{order_id}/offered-answer")
def offered(order_id: OrderId, parts: UsesParts, who: ReadUser) -> OfferedView | None:
    """Show the handling order's answer as a proposal for this one; null while there is none."""
    found = parts.together.matters.offered(order_id, by=who)
    return OfferedView.of(found) if found else None


@router.post("/{order_id}/ask-above")
def ask_above(order_id: OrderId, body: QuestionRequest, parts: UsesParts, who: DispatchUser) -> OrderRow:
    """Ask the platform above what its message leaves open; the order stays on the desk."""
    return shown(parts.together.matters.ask_above(order_id, question=body.question, by=who), parts, who)


@router.get("/{order_id}/neighbours")
def neighbours(order_id: OrderId, parts: UsesParts, who: ReadUser) -> NeighboursView:
    """List the open orders that may tell of the same, the most alike first."""
    found = parts.together.neighbours.of(order_id, by=who)
    return NeighboursView(neighbours=[_neighbour(one, parts, who) for one in found], complete=parts.together.neighbours.ready)


@router.post("/{order_id}/spot-check")
def spot_check(order_id: OrderId, body: SpotCheckRequest, parts: UsesParts, who: OfficeUser) -> OrderRow:
    """Say whether an order sent without a person went to the right unit 抽查."""
    done = parts.together.spot_checks.check(order_id, right=body.right, unit=body.unit, reason=body.reason, by=who)
    return shown(done, parts, who)


def _neighbour(one: Neighbour, parts: WebParts, by: Actor) -> NeighbourView:
    return NeighbourView(
        order=shown(one.order, parts, by), likeness=one.likeness, shared=list(one.shared), same_caller=one.same_caller
    )


def _several(orders: list[Order], parts: WebParts, by: Actor) -> OrdersView:
    return OrdersView(orders=[shown(order, parts, by) for order in orders])
