"""市级平台: what has to be entered on the city's page 回填, and its sheet, looked at before it is brought in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import PurePosixPath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from hotline.domain.actions import Action
from hotline.domain.bands import band
from hotline.domain.roles import Actor, Role
from hotline.domain.text import mask_text
from hotline.errors import HotlineError, InvalidInput
from hotline.services.import_rows import ImportPlan
from hotline.services.upstream_replies import LOOK_BACK, Entry
from hotline.web.auth import WhoIsThere, acting
from hotline.web.console.clocktext import DueText, Times
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.parts import WebParts, parts_of
from hotline.web.problems import status_of
from routing_rules.pack import Pack

router = APIRouter()
Filler = Annotated[Actor, Depends(acting(Action.FILL_IN))]
Importer = Annotated[Actor, Depends(acting(Action.READ_CHANGE))]
SHOWN: Final = 200
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DONE: Final = {"filled": "已标记为已回填", "none": "没有新的标记:所选各行此前已回填"}
IMPORTERS: Final = frozenset({Role.DISPATCHER, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry in the list."""

    key: str
    number: str
    order_id: str
    what: str
    unit: str
    text: str
    at: str
    due: DueText | None
    filled: str


@router.get("/upstream")
def page(request: Request, who: WhoIsThere, by: Filler, tab: str = "waiting", since: str = "", done: str = "") -> Response:
    """Show what has to be entered above, the nearest deadline first."""
    return _page(request, who, by, tab=tab, since=since, done=DONE.get(done, ""))


@router.post("/upstream/filled")
def filled(
    request: Request, who: WhoIsThere, by: Filler, keys: Annotated[list[str] | None, Form()] = None,
    note: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Mark the chosen ones as entered above by this person now."""
    try:
        count = parts_of(request).above.replies.fill_in(keys or [], note=note.strip(), by=by)
    except HotlineError as refused:
        return _page(request, who, by, problem=refused.message, status=status_of(refused), note=note)
    return RedirectResponse(f"/upstream?done={'filled' if count else 'none'}", 303)


@router.get("/upstream/sheet")
def sheet(request: Request, by: Filler, tab: str = "waiting", since: str = "") -> Response:
    """Hand the list out as a workbook; that somebody took it is recorded."""
    parts = parts_of(request)
    found = parts.above.replies.entries(since=_since(since, parts), filled=tab == "filled", by=by)
    parts.above.replies.exported(found, by=by)
    name = f"replies-{parts.clock.now().astimezone(parts.books.current().zone):%Y%m%d-%H%M}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(parts.above.sheet(found, parts.books.current()), media_type=XLSX, headers=headers)


@router.get("/import")
def import_page(request: Request, who: WhoIsThere, _by: Importer) -> Response:
    """Ask for a sheet."""
    return _import_page(request, who)


@router.post("/import")
async def look(
    request: Request, who: WhoIsThere, _by: Importer, file: Annotated[UploadFile | None, File()] = None,
    as_of: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Keep a sheet and show what bringing it in would do."""
    content = await file.read() if file is not None else b""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name[:200] if file is not None else ""
    return await run_in_threadpool(_looked, request, who, name, content, as_of)


@router.post("/import/apply")
def apply_sheet(
    request: Request, who: WhoIsThere, by: Importer, digest: Annotated[str, Form()], name: Annotated[str, Form()] = "",
    as_of: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Bring in the sheet that was looked at."""
    parts = parts_of(request)
    try:
        path = parts.above.imports.kept(digest, name)
        report = parts.above.imports.bring(path, as_of=_as_of(as_of, parts), name=name, by=by)
    except HotlineError as refused:
        return _import_page(request, who, problem=refused.message, status=status_of(refused))
    return _import_page(request, who, report=report, name=name)


def _looked(request: Request, who: Any, name: str, content: bytes, as_of: str) -> Response:
    parts = parts_of(request)
    try:
        if not content:
            raise InvalidInput("no file", message="请选择要导入的表(.xlsx 或 .csv)")
        at, kept = _as_of(as_of, parts), parts.above.imports.keep(name, content)
        plan = parts.above.imports.look(parts.above.imports.kept(kept.digest, name), as_of=at, name=name)
    except HotlineError as refused:
        typed = Typed(as_of=as_of)
        return _import_page(request, who, problem=refused.message, status=status_of(refused), typed=typed)
    return _import_page(request, who, plan=plan, digest=kept.digest, name=name, as_of=as_of)


def _import_page(
    request: Request, who: Any, *, plan: ImportPlan | None = None, report: Any = None, digest: str = "", name: str = "",
    as_of: str = "", problem: str = "", status: int = 200, typed: Typed | None = None,
) -> Response:  # fmt: skip
    times = times_of(request)
    return draw(
        request, "import.html", who, title="导入市级表", status=status, personal=True, plan=plan, report=report, digest=digest,
        name=name, as_of=as_of, problem=problem, typed=typed or Typed(), shown=SHOWN, mask=mask_text,
        exported=times.absolute(plan.as_of) if plan else "", last=times.absolute(plan.last) if plan and plan.last else "",
    )  # fmt: skip


def _page(
    request: Request, who: Any, by: Actor, *, tab: str = "waiting", since: str = "", done: str = "", problem: str = "",
    status: int = 200, note: str = "",
) -> Response:  # fmt: skip
    parts, times = parts_of(request), times_of(request)
    pack, shows_filled = parts.books.current(), tab == "filled"
    try:
        found = parts.above.replies.entries(since=_since(since, parts), filled=shows_filled, by=by)
    except InvalidInput as wrong:
        found, problem, status = [], wrong.message, status_of(wrong)
    return draw(
        request, "upstream.html", who, title="市级回填", status=status, personal=True,
        tab="filled" if shows_filled else "waiting",
        lines=[_line(one, pack, times) for one in found[:SHOWN]], total=len(found), since=since, done=done, problem=problem,
        updated=times.clock(), look_back=LOOK_BACK.days, may_import=by.role in IMPORTERS, typed=Typed(note=note),
    )  # fmt: skip


def _line(one: Entry, pack: Pack, times: Times) -> Line:
    asked = f"(申请 {one.amount})" if one.amount else f"(至 {one.until})" if one.until else ""
    return Line(
        key=one.key, number=one.upstream_no, order_id=one.order_id, what=one.name + asked,
        unit=pack.unit_name(one.unit) if one.unit else "", text=mask_text(one.public or one.text), at=times.absolute(one.at),
        due=_due(one, pack, times), filled=f"{one.filled_by} {times.absolute(one.filled_at)}" if one.filled_by else "",
    )  # fmt: skip


def _due(one: Entry, pack: Pack, times: Times) -> DueText | None:
    if one.due is None:
        return None
    shown = times.moment(one.due)
    near = band(times.now, one.due, one.received, pack.settings.bands)
    return DueText(band=near, words=shown.words, absolute=shown.absolute, due=shown.due)


def _since(text: str, parts: WebParts) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is no date", message="起始日期应如 2026-11-01") from None
    return datetime.combine(day, time(), parts.books.current().zone).astimezone(UTC)


def _as_of(text: str, parts: WebParts) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is no time", message="导出时间应如 2026-11-23T17:00") from None
    return (found if found.tzinfo else found.replace(tzinfo=parts.books.current().zone)).astimezone(UTC)
