"""The work list: orders by tab and filter, how many there are, and several signed for at once."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field

from hotline.domain.call import CHANNELS
from hotline.domain.facts import Kind, Urgency
from hotline.domain.order import Flag, State
from hotline.domain.text import clean
from hotline.errors import HotlineError
from hotline.services.rows import OrderFilter
from hotline.services.unit_work import MOST_AT_ONCE
from hotline.services.work_list import MOST_COUNTED, MOST_SIGNED, OFFICE_TABS, UNIT_TABS, Asked, Signed
from hotline.web.api.fields import Code, Line, Moment, Request, Said, aware
from hotline.web.api.order_views import OrderPage, OrderRow
from hotline.web.auth import ReadUser, UnitUser
from hotline.web.parts import UsesParts, WebParts
from hotline.web.problems import problem_of

router = APIRouter(prefix="/api/v1/orders", tags=["工单"])

Cursor = Annotated[str, Field(max_length=200, pattern=r"^[!-~]+$")]
Search = Annotated[str, Field(max_length=100), AfterValidator(clean)]
Channel = Literal["phone", "web", "app", "letter", "upstream", "excel", "replay"]
TabName = Literal[
    "open", "desk", "sign", "handling", "soon", "late", "again", "answered", "returns", "review", "callback", "closed"
]
assert set(Channel.__args__) == set(CHANNELS)  # type: ignore[attr-defined]  # noqa: S101  # one list, said twice for the document

_SAME: Final = ("unit", "category", "place", "kind", "channel", "urgency", "text")
_TIMES: Final = ("received_from", "received_before", "due_before")


class Narrowed(BaseModel):
    """What narrows a list. Times without a zone are local; ``category`` and ``place`` mean everything below them, too."""

    state: list[State] = Field(default=[], max_length=len(State))
    unit: Code | None = None
    category: Line | None = None
    place: Line | None = None
    kind: Kind | None = None
    channel: Channel | None = None
    urgency: Urgency | None = None
    flag: list[Flag] = Field(default=[], max_length=len(Flag))
    text: Search = Field(default="", description="工单编号、市级编号,或诉求中的词;被遮盖的内容查不到")
    received_from: Moment | None = None
    received_before: Moment | None = None
    due_before: Moment | None = None

    def filter(self, parts: WebParts) -> OrderFilter:
        """Return the filter; raises ``UnknownUnit`` and ``InvalidInput``."""
        pack = parts.books.current()
        if self.unit is not None:
            pack.receiving_unit(self.unit)
        fields: dict[str, Any] = {name: getattr(self, name) for name in _SAME}
        for name in _TIMES:
            at = getattr(self, name)
            fields[name] = at and aware(at, pack.zone, name=name)
        return OrderFilter(states=frozenset(self.state), flags=frozenset(self.flag), **fields)


class Listing(Narrowed):
    """A list: its tab, its sort, and where it goes on."""

    tab: TabName | None = Field(default=None, description="缺省为全部工单")
    sort: Literal["due", "received"] | None = Field(
        default=None, description="剩余时间从少到多,或受理时间从新到旧;已办结缺省为后者"
    )
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class WorkPage(OrderPage):
    """A page; ``total`` counts to 10,000. ``position`` is where ``/changes`` and ``/live`` go on from this page."""

    total: int
    position: int
    signers: dict[str, str] = Field(description="每件已签收工单由谁签收")


class Counts(BaseModel):
    """How many orders each tab has under the filter; nobody counts further than ``most``."""

    counts: dict[str, int]
    most: int


class SignRequest(Request):
    """Orders to sign for."""

    order_ids: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=MOST_SIGNED)]


class SignedView(BaseModel):
    """What came of one order."""

    order_id: str
    signed: bool
    code: str | None = None
    message: str | None = None

    @classmethod
    def of(cls, one: Signed) -> SignedView:
        """Show a result."""
        if one.error is None:
            return cls(order_id=one.order_id, signed=True)
        problem = problem_of(one.error)
        return cls(order_id=one.order_id, signed=False, code=problem.code, message=problem.title)


class SignedList(BaseModel):
    """What came of each order, in the order they were sent."""

    results: list[SignedView]


class HandDownRequest(Request):
    """Orders to hand down 转办 to a unit below one's own, and whom there."""

    order_ids: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=MOST_AT_ONCE)]
    to: Code
    person: Line = ""
    note: Said = ""


class HandedDownView(BaseModel):
    """What came of one order."""

    order_id: str
    handed_down: bool
    code: str | None = None
    message: str | None = None

    @classmethod
    def of(cls, order_id: str, error: HotlineError | None) -> HandedDownView:
        """Show a result."""
        problem = problem_of(error) if error else None
        said = {"code": problem.code, "message": problem.title} if problem else {}
        return cls(order_id=order_id, handed_down=error is None, **said)


class HandedDownList(BaseModel):
    """What came of each order, in the order they were sent."""

    results: list[HandedDownView]


@router.get("")
def list_orders(asked: Annotated[Listing, Query()], parts: UsesParts, who: ReadUser) -> WorkPage:
    """List orders, the least time left first; a unit's key lists its own: what lies with it now, and what it had."""
    wanted = Asked(tab=asked.tab or "", narrowed=asked.filter(parts), sort=asked.sort or "")
    found = parts.work_list.page(wanted, cursor=asked.cursor, limit=asked.limit, by=who)
    pack, now = parts.books.current(), parts.clock.now()
    rows = [OrderRow.of(order, pack, now, who) for order in found.page.orders]
    return WorkPage(
        orders=rows, cursor=found.page.cursor, total=found.total, position=found.position, signers=dict(found.signers)
    )  # fmt: skip


@router.get("/counts")
def count_orders(asked: Annotated[Narrowed, Query()], parts: UsesParts, who: ReadUser) -> Counts:
    """Count the orders of every tab that the key has."""
    tabs = UNIT_TABS if who.of_unit else OFFICE_TABS
    counts = parts.work_list.counts(Asked(narrowed=asked.filter(parts)), tabs, by=who)
    return Counts(counts=counts, most=MOST_COUNTED)


@router.post("/sign")
def sign_orders(body: SignRequest, parts: UsesParts, who: UnitUser) -> SignedList:
    """Sign for several orders 签收, each by itself: one that cannot be signed for does not keep the others."""
    return SignedList(results=[SignedView.of(one) for one in parts.work_list.sign(body.order_ids, by=who)])


@router.post("/hand-down")
def hand_down_orders(body: HandDownRequest, parts: UsesParts, who: UnitUser) -> HandedDownList:
    """Hand several orders down 转办, each by itself: one that cannot be handed down does not keep the others."""
    told = parts.inside.work.hand_down_each(body.order_ids, to=body.to, person=body.person, note=body.note, by=who)
    return HandedDownList(results=[HandedDownView.of(order_id, error) for order_id, error in told.items()])
