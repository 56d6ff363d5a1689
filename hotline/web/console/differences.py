"""两套口径差异: the orders from above on which our own book and the official one differ, rate by rate, with why that is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from hotline.domain.indicators import BOOK_NAMES, NOTHING, OFFICIAL, RATE_NAMES, Book, Rate, Ratio, definitions
from hotline.domain.order import Order
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.figures.differences import Differs
from hotline.services.figures.periods import Period
from hotline.services.figures.rows import HEARD, Asked
from hotline.services.queries import LARGEST_PAGE
from hotline.web.auth import RatesUser, ReadUser, WhoIsThere
from hotline.web.console.board_query import BoardQuery
from hotline.web.console.board_rows import Cell, cell
from hotline.web.console.figure_words import COUNTED
from hotline.web.console.pages import draw, times_of
from hotline.web.console.periods import PRESETS
from hotline.web.console.rows import Row, row_of
from hotline.web.parts import WebParts, parts_of

router = APIRouter(prefix="/board/differences")
ROWS: Final = 50
WHY: Final[Mapping[Rate, str]] = {
    "response": "本区按{basis}计,上级按其回访中来电人所答计",
    "resolution": "本区按本区回访(含预回访)计,上级按上级回访或评价认定计",
    "satisfaction": "本区按本区回访或评价计,上级按上级回访或评价计",
    "on_time": "本区按答复时间对工单答复时限计,上级按上报或回填时间对市级时限计",
    "callback": "本区与上级各自回访,接通与否各按各的记录",
    "return": "本区计本区同意的退单,上级只计上级同意的退单",
    "reopening": "本区计全部发回重办,上级只计上级发回的重办",
    "excluded": "本区计本区或上级同意的剔除,上级只计上级同意的剔除",
}  # fmt: skip
_BASES: Final = {"contact_log": "联系登记", "sign_and_contact": "签收和联系登记", "callback": "本区回访"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    """An order with what each book says of it, and why they differ."""

    row: Row
    own: str
    official: str
    why: str


@router.get("")
def differences(
    request: Request, who: WhoIsThere, by: ReadUser, _: RatesUser, rate: str = "on_time", after: str = ""
) -> Response:  # fmt: skip
    """Show the orders on which the books differ in one rate."""
    parts, times = parts_of(request), times_of(request)
    today = times.now.astimezone(times.zone).date()
    query = BoardQuery.of(request.query_params, today, times.zone)
    chosen: Rate = rate if rate in OFFICIAL else "on_time"
    contrary = request.query_params.get("contrary") == "yes"
    try:
        asked = _asked(parts, query.period, by)
    except InvalidInput as refused:
        query = replace(BoardQuery.of({}, today, times.zone), problem=refused.message)
        asked = _asked(parts, query.period, by)
    found = parts.figures.differences(asked, chosen, contrary=contrary, after=after[:64], limit=ROWS)
    rows = _rows(request, parts, found, chosen, by)
    pack = parts.books.current()
    here = f"{query.address('/board/differences', book='', by='', level='')}&rate={chosen}{'&contrary=yes' if contrary else ''}"
    return draw(
        request, "differences.html", who, title="两套口径差异", personal=True, query=query, problem=query.problem, rate=chosen,
        rate_name=RATE_NAMES[chosen], rows=rows, contrary=contrary, periods=PRESETS,
        books=BOOK_NAMES, blind=by.of_unit and chosen in HEARD,
        rates=[(one, RATE_NAMES[one], _counted(parts, asked, one, contrary)) for one in OFFICIAL], updated=times.clock(),
        sums=_sums(parts, query, chosen, by), here=here, more=found[-1].order_id if len(found) == ROWS else "", paged=bool(after),
        said=[definitions(pack.settings.rates, pack.settings.callback_attempts, book).get(chosen, "") for book in BOOK_NAMES],
    )  # fmt: skip


def _asked(parts: WebParts, period: Period, by: Actor) -> Asked:
    return parts.figures.asked(period.start, period.end, by=by)


def _counted(parts: WebParts, asked: Asked, rate: Rate, contrary: bool) -> str:
    """Return how many orders differ; nobody counts further than a page of the API."""
    found = len(parts.figures.differences(asked, rate, contrary=contrary, limit=LARGEST_PAGE))
    return f"{LARGEST_PAGE}+" if found == LARGEST_PAGE else str(found)


def _sums(parts: WebParts, query: BoardQuery, rate: Rate, by: Actor) -> list[tuple[str, Cell]]:
    """Return the rate in each book, of all orders that count in it."""
    found = list[tuple[str, Cell]]()
    for book in BOOK_NAMES:
        asked = replace(_asked(parts, query.period, by), book=book, by="all", rates=frozenset({rate}))
        ratio = parts.figures.rates(asked, wanted=(rate,)).get("", {}).get(rate, NOTHING)
        found.append((BOOK_NAMES[book], cell(rate, ratio, replace(query, book=book, by="all", level=None), None)))
    return found


def _rows(request: Request, parts: WebParts, found: list[Differs], rate: Rate, by: Actor) -> list[DifferenceRow]:
    known = {order.id: order for order in parts.queries.some([one.order_id for one in found], by=by)}
    return [_row(request, parts, one, known[one.order_id], rate) for one in found if one.order_id in known]


def _row(request: Request, parts: WebParts, one: Differs, order: Order, rate: Rate) -> DifferenceRow:
    pack = parts.books.current()
    return DifferenceRow(
        row=row_of(order, pack, times_of(request)), own=_said(rate, one.own, "own"),
        official=_said(rate, one.official, "official"), why=_why(rate, one, _BASES[pack.settings.rates.response_basis]),
    )  # fmt: skip


def _said(rate: Rate, ratio: Ratio, book: Book) -> str:
    """Return one book's word: 已解决, 未解决, both of them over several rounds, or that it says nothing."""
    if not ratio.denominator:
        return "没有结果" if book == "official" else "不计入"
    good, missed = COUNTED[rate]
    if ratio.denominator == 1:
        return good if ratio.numerator else missed
    return f"{good} {ratio.numerator} 次,{missed} {ratio.denominator - ratio.numerator} 次"


def _why(rate: Rate, one: Differs, basis: str) -> str:
    if not one.official.denominator:
        return "上级在区间内对该单没有结果(未回访、未评价、时限未到,或已由上级剔除)"
    if not one.own.denominator:
        return "本区在区间内对该单没有记录(未回访、时限未到、退单或改派,或按口径不计入)"
    if one.own.denominator != one.official.denominator and one.own.value == one.official.value:
        return "次数不同:两边各按各的办理轮次或回访次数计"
    return WHY[rate].format(basis=basis)
