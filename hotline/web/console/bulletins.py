"""通报: choose a period, a book and a topic; read the bulletin, take it along as a workbook or a document."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hotline.domain.indicators import BOOK_NAMES, BOOKS, Book
from hotline.errors import InvalidInput
from hotline.reports import html
from hotline.services.figures.bulletin import Bulletin
from hotline.web.api.bulletins import Format, file_of, make
from hotline.web.auth import OfficeRatesUser, WhoIsThere
from hotline.web.console.pages import draw, times_of
from hotline.web.parts import parts_of
from hotline.web.problems import status_of
from routing_rules.pack import Pack

router = APIRouter(prefix="/bulletins")
_LONG: Final = 200


@router.get("")
def bulletins(
    request: Request, who: WhoIsThere, by: OfficeRatesUser,
    span: Annotated[str, Query(max_length=8)] = "month", month: Annotated[str, Query(max_length=20)] = "",
    week: Annotated[str, Query(max_length=20)] = "", first: Annotated[str, Query(alias="from", max_length=20)] = "",
    last: Annotated[str, Query(alias="to", max_length=20)] = "", book: Annotated[str, Query(max_length=10)] = "own",
    category: Annotated[str, Query(max_length=_LONG)] = "", place: Annotated[str, Query(max_length=_LONG)] = "",
) -> Response:  # fmt: skip
    """Show the form and, once a period is chosen, the bulletin below it."""
    parts, times = parts_of(request), times_of(request)
    pack, today = parts.books.current(), times.now.astimezone(times.zone).date()
    before = today.replace(day=1) - timedelta(days=1)
    given = {
        "span": span, "month": month or f"{before:%Y-%m}", "week": week or f"{today - timedelta(days=7):%G-W%V}",
        "from": first, "to": last, "book": book, "category": category, "place": place,
    }  # fmt: skip
    period = {"week": given["week"], "days": f"{first}_{last}"}.get(span, given["month"])
    made, problem, status = None, "", 200
    try:
        made = make(parts, period, _book(book), category, place, "", by) if request.query_params else None
    except InvalidInput as refused:
        problem, status = refused.message, status_of(refused)
    return draw(
        request, "bulletins.html", who, title="通报", given=given, books=BOOK_NAMES, categories=sorted(pack.categories),
        places=_places(pack), problem=problem, status=status, downloads=_downloads(made, place), updated=times.clock(),
        report=html.body(made) if made else None, style=html.style() if made else "",
    )  # fmt: skip


@router.get("/{period}.{wanted}")
def download(
    request: Request, by: OfficeRatesUser, period: str, wanted: Format, book: Annotated[str, Query(max_length=10)] = "own",
    category: Annotated[str, Query(max_length=_LONG)] = "", place: Annotated[str, Query(max_length=_LONG)] = "",
) -> Response:  # fmt: skip
    """Return the bulletin as a file; the page to print opens in the browser."""
    made = make(parts_of(request), period, _book(book), category, place, "", by)
    return file_of(made, wanted, str(request.base_url).rstrip("/"))


def _book(text: str) -> Book:
    found = next((book for book in BOOKS if book == text), None)
    if found is None:
        raise InvalidInput(f"{text[:20]} is no book", message="没有这种口径")
    return found


def _places(pack: Pack) -> list[tuple[str, str]]:
    """Return the streets by code: communities would make the list too long to choose from."""
    places, own = pack.geography.places, pack.settings.district
    return [(code, one.name) for code, one in places.items() if one.level == "street" and one.parent == own]


def _downloads(made: Bulletin | None, place: str) -> list[tuple[str, str]]:
    if made is None:
        return []
    asked = {"book": made.book, "category": made.topic.category, "place": place}
    query = urlencode({name: value for name, value in asked.items() if value})
    names: tuple[tuple[str, str], ...] = (("下载表格(XLSX)", "xlsx"), ("下载文档(DOCX)", "docx"), ("打印版", "html"))
    return [(name, f"/bulletins/{made.period.key}.{kind}?{query}") for name, kind in names]
