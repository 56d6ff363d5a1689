"""版本与草案: the book in force, what comes next, the drafts on their way; a draft begins by sending the tables that changed."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from hotline.domain.roles import May, may
from hotline.errors import HotlineError, NotFound
from hotline.services.rows import Book, Draft, DraftState
from hotline.web.auth import RULES_READERS, WhoIsThere
from hotline.web.console.clocktext import Times
from hotline.web.console.pages import Typed, times_of
from hotline.web.console.rules.frame import draw_rules
from hotline.web.parts import WebParts, parts_of
from hotline.web.problems import status_of
from hotline.web.uploads import laid_over_book, received
from routing_rules.names import TABLE_NAMES

router = APIRouter(prefix="/rules", dependencies=[RULES_READERS])
STATE_WORDS: Final[Mapping[DraftState, str]] = {
    DraftState.DRAFT: "须修改", DraftState.CHECKED: "待试算", DraftState.REHEARSED: "待审批", DraftState.APPROVED: "已审批",
    DraftState.WITHDRAWN: "已撤回",
}  # fmt: skip
FIRST_START: Final = "first-start"
SHOWN: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """A publication of a book; ``state`` is 生效中, 待生效, 已被取代 or 已撤回."""

    hash: str
    since: str
    proposed_by: str
    approved_by: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A draft in the list."""

    hash: str
    state: str
    open: bool
    proposed_by: str
    proposed: str
    note: str
    errors: int
    warnings: int


@router.get("")
def home(request: Request, who: WhoIsThere) -> Response:
    """Show what is in force, what comes, and the drafts."""
    return _page(request, who, Typed())


@router.post("/drafts")
async def propose(
    request: Request, who: WhoIsThere, files: Annotated[list[UploadFile] | None, File()] = None, note: Annotated[str, Form()] = ""
) -> Response:  # fmt: skip
    """Lay the tables that were sent over the book in force and propose the result; the service says who may."""
    parts = parts_of(request)
    try:
        book = await run_in_threadpool(laid_over_book, parts, await received(files or []))
        draft = await run_in_threadpool(lambda: parts.drafts.propose(book, by=who.actor, note=note.strip()))
    except HotlineError as refused:
        return await run_in_threadpool(_page, request, who, Typed(note=note), refused.message, status_of(refused))
    return RedirectResponse(f"/rules/drafts/{draft.hash}", 303)


@router.post("/drafts/from-order")
def from_order(
    request: Request, who: WhoIsThere, order: Annotated[str, Form()], lead: Annotated[str, Form()] = "",
    scope: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Propose the row that a ruling on an order becomes."""
    draft = parts_of(request).drafts.propose_row(order, lead, scope=tuple(scope or ()), by=who.actor)
    return RedirectResponse(f"/rules/drafts/{draft.hash}", 303)


@router.get("/files/{name}")
def file(request: Request, name: str, book: str = "") -> Response:
    """Return a table of the book in force, or of the book or draft ``book``; CSV with the mark by which Excel knows UTF-8."""
    parts = parts_of(request)
    files = parts.drafts.files(book or parts.books.now_in_force())
    found = next((one for one in files if one == name or one.rpartition(".")[0] == name), None)
    if found is None:
        raise NotFound("table", name[:64])
    data = files[found] if not found.endswith(".csv") or files[found].startswith(BOM_UTF8) else BOM_UTF8 + files[found]
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type="application/octet-stream", headers=headers)


def _page(request: Request, who: WhoIsThere, typed: Typed, problem: str = "", status: int = 200) -> Response:
    parts, times = parts_of(request), times_of(request)
    role = who.actor.role
    drafts, latest = parts.drafts.listing(), parts.drafts.replaced()
    return draw_rules(
        request, "rules_home.html", who, title="规则版本与草案", tab="/rules", status=status, problem=problem, typed=typed,
        books=_books(parts, times)[:SHOWN], drafts=[_draft(one, times) for one in drafts[:SHOWN]], more=len(drafts) - SHOWN,
        may_propose=role is not None and may(role, May.PROPOSE_RULES),
        tables={name: TABLE_NAMES.get(name.rpartition(".")[0], "") for name in sorted(parts.drafts.files(latest))},
        waiting=latest if latest != parts.books.now_in_force() else "",
    )  # fmt: skip


def _books(parts: WebParts, times: Times) -> list[BookLine]:
    """Return the publications, the one to come last first; the first that has begun is in force."""
    found = sorted(parts.drafts.publications(), key=lambda one: (one.effective_at, one.published_at), reverse=True)
    begun = [one for one in found if one.effective_at <= times.now and one.withdrawn_at is None]
    return [_book(one, begun, times) for one in found]


def _book(one: Book, begun: Sequence[Book], times: Times) -> BookLine:
    state = "已撤回" if one.withdrawn_at else "待生效" if one.effective_at > times.now else "已被取代"
    if begun and one is begun[0]:
        state = "生效中"
    approved = "首次启动(随程序提供)" if one.published_by == FIRST_START else one.published_by
    return BookLine(
        hash=one.hash, since=times.absolute(one.effective_at), proposed_by=one.proposed_by, approved_by=approved, state=state
    )


def _draft(one: Draft, times: Times) -> DraftLine:
    return DraftLine(
        hash=one.hash, state=STATE_WORDS[one.state], open=one.open, proposed_by=one.proposed_by,
        proposed=times.absolute(one.proposed_at), note=one.note, errors=one.errors, warnings=one.warnings,
    )  # fmt: skip
