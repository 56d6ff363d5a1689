"""工单列表, the list of orders: the office's, or a unit's own. The filter is a GET form, so that a colleague can be sent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from hotline.domain.bands import running_due
from hotline.domain.order import ENDS, Order, State
from hotline.errors import HotlineError, InvalidInput
from hotline.services.queries import LARGEST_PAGE
from hotline.services.rows import OrderFilter, Page
from hotline.web.auth import ReadUser, WhoIsThere
from hotline.web.console.desk_view import ON_DESK
from hotline.web.console.pages import draw, moment, times_of
from hotline.web.console.rows import row_of
from hotline.web.console.units import receiving
from hotline.web.parts import UsesParts, parts_of
from hotline.web.problems import status_of

router = APIRouter(prefix="/orders")
ROWS: Final = 50
SOON: Final = timedelta(hours=24)
_FAR: Final = datetime.max.replace(tzinfo=UTC)

NAMES: Final[Mapping[str, str]] = {
    "open": "全部在办", "desk": "待派单", "sign": "待签收", "handling": "办理中", "soon": "24 小时内到期(含超期)",
    "late": "已超期", "returns": "退单申请", "review": "待审核", "callback": "待回访", "closed": "已办结",
}  # fmt: skip
FILTERS: Final[Mapping[str, OrderFilter]] = {
    "open": OrderFilter(open_only=True), "desk": OrderFilter(states=ON_DESK),
    "sign": OrderFilter(states=frozenset({State.DISPATCHED})), "handling": OrderFilter(states=frozenset({State.SIGNED})),
    "soon": OrderFilter(open_only=True), "late": OrderFilter(open_only=True),
    "returns": OrderFilter(waiting_return=True, open_only=True),
    "review": OrderFilter(states=frozenset({State.ANSWERED, State.SIGNED_OFF, State.IN_REVIEW})),
    "callback": OrderFilter(states=frozenset({State.IN_CALLBACK})), "closed": OrderFilter(states=ENDS),
}  # fmt: skip
UNIT_TABS: Final = ("sign", "handling", "soon", "late", "returns", "review", "callback", "closed")


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with its count."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    tab: str
    q: str
    unit: str
    category: str

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the tab."""
        return bool(self.q or self.unit or self.category)

    @property
    def query(self) -> str:
        """The filter as the rest of an address."""
        kept = {name: value for name in ("q", "unit", "category") if (value := getattr(self, name))}
        return f"&{urlencode(kept)}" if kept else ""

    def wanted(self, now: datetime, tab: str = "") -> OrderFilter:
        """Return the filter of a tab, narrowed."""
        key = tab or self.tab
        due = {"soon": now + SOON, "late": now}.get(key)
        unit, category = self.unit or None, self.category or None
        return replace(FILTERS[key], due_before=due, text=self.q, unit=unit, category=category)


@router.get("")
def order_list(
    request: Request, who: WhoIsThere, by: ReadUser, tab: str = "", q: str = "", unit: str = "", category: str = "",
    cursor: str = "",
) -> Response:  # fmt: skip
    """Show a page of orders, those with the least time left first."""
    parts, times, office = parts_of(request), times_of(request), not by.of_unit
    asked = _asked(tab, q, unit if office else "", category, office=office)
    wanted, problem, status = asked.wanted(times.now), "", 200
    try:
        page = parts.queries.orders(wanted, cursor=cursor or None, limit=ROWS, by=by)
    except InvalidInput as refused:
        page, problem, status = Page((), None), refused.message, status_of(refused)
    pack = parts.books.current()
    tabs = NAMES if office else UNIT_TABS
    return draw(
        request, "orders.html", who, title="工单", status=status, personal=True, tab=asked.tab, tab_name=NAMES[asked.tab],
        tabs=[Tab(key, NAMES[key], parts.queries.count(_plain(times.now, key), by=by)) for key in tabs],
        rows=[row_of(one, pack, times) for one in sorted(page.orders, key=_time_left)], cursor=page.cursor, paged=bool(cursor),
        total=parts.queries.count(wanted, by=by), q=asked.q, unit=asked.unit, category=asked.category, office=office,
        filtered=asked.filtered, filter_query=asked.query, units=receiving(pack), problem=problem, updated=times.clock(),
        categories=sorted({one.split("/")[0] for one in pack.categories}), self_url=f"/orders?tab={asked.tab}{asked.query}",
    )  # fmt: skip


@router.get("/news")
def news(
    parts: UsesParts, by: ReadUser, since: str, tab: str = "", q: str = "", unit: str = "", category: str = ""
) -> dict[str, int]:  # fmt: skip
    """Tell how many orders of the list came after ``since``: made then, or sent to the unit then."""
    now = parts.clock.now()
    asked, after = _asked(tab, q, unit, category, office=not by.of_unit), moment(since, now)
    try:
        found = parts.queries.orders(asked.wanted(now), limit=LARGEST_PAGE, by=by).orders
    except HotlineError:
        return {"new": 0}
    return {"new": sum(1 for order in found if max(order.created_at, order.dispatched_at or order.created_at) > after)}


def _plain(now: datetime, key: str) -> OrderFilter:
    """Return the plain filter of a tab."""
    return Asked(key, "", "", "").wanted(now)


def _asked(tab: str, q: str, unit: str, category: str, *, office: bool) -> Asked:
    known = NAMES if office else UNIT_TABS
    return Asked(tab if tab in known else next(iter(known)), q.strip()[:200], unit, category)


def _time_left(order: Order) -> datetime:
    return (running_due(order) or _FAR) if order.open else _FAR
