"""工单 behind a figure: exactly those that it counts, with the figure in words above them; boards and bulletins link here."""

from __future__ import annotations

import csv
import io
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from hotline.domain.indicators import BOOK_NAMES, RATE_NAMES, definitions, left_out
from hotline.domain.indicators.rates import Ratio
from hotline.errors import InvalidInput
from hotline.services.figures.lists import Figure, FigureOrders
from hotline.services.figures.periods import Period
from hotline.services.work_list import MOST_LISTED
from hotline.web.auth import ReadUser, SignedIn
from hotline.web.console.figure_links import address, read_figure
from hotline.web.console.figure_words import about, heading, percent, whose
from hotline.web.console.pages import draw, times_of
from hotline.web.console.rows import list_row
from hotline.web.console.sheet import HEADS, cells
from hotline.web.parts import UsesParts, parts_of
from hotline.web.problems import status_of
from routing_rules.pack import Pack

router = APIRouter(prefix="/orders")
ROWS: Final = 50
_SIDES: Final = (False, True, None)


@router.get("/figure.csv")
def export(request: Request, parts: UsesParts, by: ReadUser) -> Response:
    """Return the orders behind a figure as CSV for Excel, masked as on the page; who took them is recorded."""
    pack, times = parts.books.current(), times_of(request)
    figure, period = read_figure(dict(request.query_params), pack)
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(HEADS)
    unit = by.unit if by.of_unit else None
    for order in parts.figure_lists.export(figure, by=by):
        sheet.writerow(cells(list_row(order, pack, times, signer="", unit=unit)))
    name = quote(f"工单_{RATE_NAMES[figure.rate]}_{period.words}.csv".replace(" ", ""))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response("\ufeff" + written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def figure_page(request: Request, who: SignedIn) -> Response:
    """Show the orders behind the figure that the address names."""
    parts, times, by = parts_of(request), times_of(request), who.actor
    given, pack = dict(request.query_params), parts.books.current()
    try:
        figure, period = read_figure(given, pack)
        start = _start(given.get("start", ""))
        found = parts.figure_lists.page(figure, start=start, limit=ROWS, by=by)
    except InvalidInput as refused:
        return draw(
            request, "figure_orders.html", who, title="指标工单", status=status_of(refused), problem=refused.message, found=None
        )
    unit = by.unit if by.of_unit else None
    words = definitions(pack.settings.rates, pack.settings.callback_attempts, figure.book)
    here = _links(figure, period)
    return draw(
        request, "figure_orders.html", who, title=f"{RATE_NAMES[figure.rate]}工单", personal=True, found=found,
        heading=_heading(figure, period, found, pack),
        rows=[list_row(order, pack, times, signer="", unit=unit) for order in found.orders], start=start, page_rows=ROWS,
        total=f"{found.total}{'+' if found.total >= MOST_LISTED else ''}", sides=here, percent=percent(found.ratio.value),
        interval=_interval(found.ratio), book=BOOK_NAMES[figure.book], definition=words.get(figure.rate, ""),
        left_out=left_out(pack.settings.rates), self_url=_one(figure, period, figure.good), figure=figure, office=not by.of_unit,
        export_url=_one(figure, period, figure.good, path="/orders/figure.csv"), updated=times.clock(),
        running=period.goes_on(times.now.astimezone(times.zone).date()), board_url=_board(figure, period),
    )  # fmt: skip


def _heading(figure: Figure, period: Period, found: FigureOrders, pack: Pack) -> str:
    days, orders = "" if figure.by == "month" and figure.key else period.words, found.total
    return heading(about(figure, pack), days, figure.rate, found.ratio, figure.good, found.counted, orders)


def _links(figure: Figure, period: Period) -> list[tuple[str, str, bool]]:
    """Return the three lists of one figure: what is missed, what counts, all; which of them this is."""
    return [(whose(figure.rate, good), _one(figure, period, good), good is figure.good) for good in _SIDES]


def _one(figure: Figure, period: Period, good: bool | None, path: str = "/orders") -> str:
    return address(
        figure.rate, period, book=figure.book, by=figure.by, key=figure.key, good=good, level=figure.level, path=path,
        category=figure.category, place=figure.place, tag=figure.tag, apart=bool(figure.apart),
    )  # fmt: skip


def _board(figure: Figure, period: Period) -> str:
    level = f"&level={figure.level}" if figure.level else ""
    return f"/board?period=span&from={period.first}&to={period.last}&book={figure.book}&by={figure.by}{level}"


def _interval(ratio: Ratio) -> str:
    known = ratio.interval
    return f"{known[0]:.1%} 至 {known[1]:.1%}" if known else ""


def _start(text: str) -> int:
    return min(int(text), MOST_LISTED) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
