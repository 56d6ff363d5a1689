"""工单列表, the list of orders: the office's, or a unit's own. The filter is a GET form, so that a colleague can be sent it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.rows import Page
from hotline.services.work_list import MOST_COUNTED, MOST_LISTED, OFFICE_TABS, UNIT_TABS, Listed, Signed
from hotline.web.api.saved_views import Account
from hotline.web.auth import ReadUser, UnitUser, WhoIsThere
from hotline.web.console.figure_list import figure_page
from hotline.web.console.order_filter import FLAG_NAMES, KIND_NAMES, SORT_NAMES, TAB_NAMES, Choices, Query
from hotline.web.console.pages import draw, moment, times_of
from hotline.web.console.rows import ListRow, list_row
from hotline.web.console.sheet import HEADS, cells
from hotline.web.console.units import receiving
from hotline.web.console.words import CHANNEL_NAMES, URGENCY_NAMES
from hotline.web.parts import UsesParts, parts_of
from hotline.web.problems import status_of

router = APIRouter(prefix="/orders")
ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with its count, in words beyond what is counted."""

    key: str
    name: str
    count: str
    href: str


@router.get("")
def order_list(request: Request, who: WhoIsThere, by: ReadUser, account: Account, cursor: str = "", view: str = "") -> Response:
    """Show a page of orders, those with the least time left first, or those behind a figure (``figure_list``)."""
    if "figure" in request.query_params:
        return figure_page(request, who)
    query = Query.of(request.query_params.multi_items(), office=not by.of_unit)
    return _drawn(request, who, account, query, cursor=cursor, done={"kept": "已保存视图", "gone": "已删除视图"}.get(view, ""))


@router.get("/news")
def news(request: Request, parts: UsesParts, by: ReadUser, since: str) -> dict[str, int]:
    """Tell how many orders of the list came after ``since``: made then, or sent to the unit then."""
    query = Query.of(request.query_params.multi_items(), office=not by.of_unit)
    try:
        return {"new": parts.work_list.new_since(query.asked(parts.books.current()), moment(since, parts.clock.now()), by=by)}
    except HotlineError:
        return {"new": 0}


@router.post("/sign")
def sign(
    request: Request, who: WhoIsThere, by: UnitUser, account: Account,
    order: Annotated[list[str] | None, Form()] = None, back: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Sign for the chosen orders, each by itself, and show the list again with what came of each."""
    query = Query.of(parse_qsl(back), office=not by.of_unit)
    try:
        told = parts_of(request).work_list.sign(order or (), by=by)
    except InvalidInput as refused:
        problem = "请先勾选要签收的工单" if not order else refused.message
        return _drawn(request, who, account, query, problem=problem, status=status_of(refused))
    return _drawn(request, who, account, query, signed=told)


@router.get("/export.csv")
def export(request: Request, parts: UsesParts, by: ReadUser) -> Response:
    """Return the list as CSV for Excel, masked as on the page; who took it is recorded."""
    query, times = Query.of(request.query_params.multi_items(), office=not by.of_unit), times_of(request)
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(HEADS)
    for listed in parts.work_list.export(query.asked(parts.books.current()), by=by):
        sheet.writerows(cells(row) for row in _rows(request, listed))
    name = quote(f"工单_{TAB_NAMES[query.tab]}_{times.absolute(times.now)}.csv".replace(":", "").replace(" ", "_"))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response("\ufeff" + written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/views")
def keep_view(
    request: Request, by: ReadUser, account: Account, who: WhoIsThere, name: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Keep the list's filter under a name."""
    query = Query.of(parse_qsl(back), office=not by.of_unit)
    try:
        parts_of(request).saved_views.keep(account, name, back)
    except InvalidInput as refused:
        return _drawn(request, who, account, query, problem=refused.message, status=status_of(refused))
    return RedirectResponse(query.address() + "&view=kept", 303)


@router.post("/views/forget")
def forget_view(
    request: Request, by: ReadUser, account: Account, name: Annotated[str, Form()] = "", back: Annotated[str, Form()] = ""
) -> Response:  # fmt: skip
    """Forget a view; one that is gone already stays gone."""
    with suppress(NotFound):
        parts_of(request).saved_views.forget(account, name)
    return RedirectResponse(Query.of(parse_qsl(back), office=not by.of_unit).address() + "&view=gone", 303)


def _drawn(
    request: Request, who: WhoIsThere, account: str, query: Query, *, cursor: str = "", problem: str = "", status: int = 200,
    done: str = "", signed: Sequence[Signed] = (),
) -> Response:  # fmt: skip
    parts, times, by = parts_of(request), times_of(request), who.actor
    pack = parts.books.current()
    asked, tabs = query.asked(pack), OFFICE_TABS if query.office else UNIT_TABS
    try:
        listed = parts.work_list.page(asked, cursor=cursor or None, limit=ROWS, by=by)
    except InvalidInput as refused:
        listed, problem, status = (
            Listed(page=Page((), None), total=0, signers={}, position=0),
            refused.message,
            status_of(refused),
        )
    counts, address = parts.work_list.counts(asked, tabs, by=by), query.address()
    return draw(
        request, "orders.html", who, title="工单", status=status, personal=True, query=query, given=query.values,
        tab_name=TAB_NAMES[query.tab], rows=list(_rows(request, listed)), cursor=listed.page.cursor, paged=bool(cursor),
        tabs=[Tab(key, TAB_NAMES[key], _counted(counts[key]), query.address(tab=key)) for key in tabs],
        total=f"{listed.total}{'+' if listed.total >= MOST_LISTED else ''}", self_url=address, back=address.partition("?")[2],
        clear_url=f"/orders?tab={query.tab}", units=receiving(pack), choices=Choices.of(pack), kinds=KIND_NAMES,
        channels=CHANNEL_NAMES, urgencies=URGENCY_NAMES, flags=FLAG_NAMES, sorts=SORT_NAMES, problem=problem, done=done,
        views=parts.saved_views.of(account), signed=signed, updated=times.clock(), position=listed.position,
    )  # fmt: skip


def _rows(request: Request, listed: Listed) -> Iterator[ListRow]:
    pack, times = parts_of(request).books.current(), times_of(request)
    unit = getattr(request.state.signed_in.actor, "unit", None)
    return (list_row(one, pack, times, signer=listed.signers.get(one.id, ""), unit=unit) for one in listed.page.orders)


def _counted(count: int) -> str:
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)
