"""Bulletins 通报: the weekly, the monthly or a topic's report as a page, a workbook or a document, for the office."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from hotline.domain.indicators import Book
from hotline.domain.roles import Actor
from hotline.reports import docx, html, xlsx
from hotline.services.figures.bulletin import Bulletin, Topic
from hotline.services.figures.periods import read_period
from hotline.web.auth import OfficeRatesUser
from hotline.web.parts import UsesParts, WebParts

router = APIRouter(prefix="/api/v1/bulletins", tags=["指标"])

Format = Literal["xlsx", "html", "docx"]
TYPES: Final[dict[Format, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}
_FILES: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {one.partition(";")[0]: _FILE for one in TYPES.values()}}}


@router.get("/{period}", response_class=Response, responses=_FILES)
def bulletin(
    request: Request,
    parts: UsesParts,
    who: OfficeRatesUser,
    period: Annotated[str, Path(max_length=21, description="2026-10、2026-W43 或 2026-10-01_2026-10-20")],
    format: Annotated[Format, Query(description="文件格式")] = "xlsx",  # noqa: A002  # the name in the address
    book: Annotated[Book, Query(description="口径")] = "own",
    category: Annotated[str, Query(max_length=200, description="专题:类别的路径,含其下各类")] = "",
    place: Annotated[str, Query(max_length=40, description="专题:地点代码,含其下")] = "",
    tag: Annotated[str, Query(max_length=64, description="专题:标签")] = "",
) -> Response:
    """Return the bulletin as a file; every number in it is a link to the orders behind it."""
    made = make(parts, period, book, category, place, tag, who)
    return file_of(made, format, str(request.base_url).rstrip("/"))


def make(parts: WebParts, period: str, book: Book, category: str, place: str, tag: str, by: Actor) -> Bulletin:
    """Return the bulletin that was asked for. Raises ``InvalidInput`` and ``NotAllowed``."""
    pack = parts.books.current()
    known = pack.geography.places.get(place)
    topic = Topic(
        category=category, place=pack.geography.path(place) if known else place, place_name=known.name if known else "", tag=tag
    )
    return parts.bulletins.make(read_period(period, pack.zone), book=book, topic=topic, by=by)


def file_of(made: Bulletin, wanted: Format, site: str) -> Response:
    """Return a bulletin as a file to be kept; a page is shown in the browser."""
    writers = {"xlsx": xlsx.workbook, "docx": docx.document}
    content = html.page(made, site).encode() if wanted == "html" else writers[wanted](made, site)
    name = quote(f"{made.title}_{made.period.key}_{made.book_name}.{wanted}")
    how = "inline" if wanted == "html" else "attachment"
    return Response(content, media_type=TYPES[wanted], headers={"Content-Disposition": f"{how}; filename*=UTF-8''{name}"})
