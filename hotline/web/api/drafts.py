"""Books on their way into force: proposed, checked, rehearsed, approved by another person, effective at a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from fastapi import Path as PathParam
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from hotline.services.rows import Book, Draft, DraftStep
from hotline.web.api.fields import EARLIEST, Code, Moment, Request, aware, known_shape, start_of
from hotline.web.api.rules import FindingView
from hotline.web.auth import RULES_READERS, RulesReader
from hotline.web.parts import UsesParts, WebParts
from hotline.web.uploads import laid_over_book, received
from routing_rules.rehearsal.ruling import SCOPE

router = APIRouter(prefix="/api/v1/rules", tags=["规则"], dependencies=[RULES_READERS])
Digest = Annotated[str, PathParam(description="草案或版本的编号(前 4 位以上)"), known_shape("draft")]
AHEAD = timedelta(days=3660)


class BookView(BaseModel):
    """A publication of a book; in force from ``effective_at`` on, until the next."""

    hash: str
    effective_at: datetime
    published_at: datetime
    proposed_by: str
    approved_by: str
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, one: Book) -> BookView:
        """Show a publication."""
        return cls(
            hash=one.hash, effective_at=one.effective_at, published_at=one.published_at, proposed_by=one.proposed_by,
            approved_by=one.published_by, withdrawn_at=one.withdrawn_at,
        )  # fmt: skip


class BooksView(BaseModel):
    """What is in force, and every publication, newest first."""

    in_force: str
    books: list[BookView]


class DraftView(BaseModel):
    """A draft; in lists ``findings`` and ``rehearsal`` are left out."""

    hash: str
    base: str
    state: str
    note: str
    order_id: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str
    approved_at: datetime | None
    effective_at: datetime | None
    withdrawn_by: str
    withdrawn_at: datetime | None
    errors: int
    warnings: int
    findings: list[FindingView]
    rehearsal: dict[str, Any] | None

    @classmethod
    def of(cls, one: Draft) -> DraftView:
        """Show a draft."""
        same = {name: getattr(one, name) for name in cls.model_fields if name not in ("state", "findings", "rehearsal")}
        rehearsal = dict(one.rehearsal) if one.rehearsal is not None else None
        return cls(state=one.state, findings=[FindingView.of(found) for found in one.findings], rehearsal=rehearsal, **same)


class StepView(BaseModel):
    """A step of a draft."""

    at: datetime
    actor: str
    step: str
    data: dict[str, Any]

    @classmethod
    def of(cls, one: DraftStep) -> StepView:
        """Show a step."""
        return cls(at=one.at, actor=one.actor, step=one.step, data=dict(one.data))


class RulingRequest(Request):
    """A ruling on an order that is to become a row: who leads what is like it, and in which facts it must be like it."""

    order: Code
    lead: Code
    scope: Annotated[list[str], Field(max_length=10, default_factory=lambda: list(SCOPE))]


class RehearseRequest(Request):
    """Try it on the orders received since a local day (30 days when none is given), as coming into force at ``effective_at``.

    Without a time: at once, or after the books that are approved already.
    """

    since: Annotated[date | None, Field(strict=False)] = None
    effective_at: Moment | None = None


class ApproveRequest(Request):
    """When the book comes into force; at once when no time is given."""

    effective_at: Moment | None = None


class WithdrawRequest(Request):
    """Why a draft is taken back."""

    reason: Annotated[str, Field(max_length=2000)] = ""


@router.get("")
def books(parts: UsesParts) -> BooksView:
    """Tell what is in force and every publication there was or will be."""
    return BooksView(in_force=parts.books.hash, books=[BookView.of(one) for one in parts.drafts.publications()])


@router.get("/drafts")
def drafts(parts: UsesParts) -> list[DraftView]:
    """List the drafts, the last proposed first."""
    return [DraftView.of(one) for one in parts.drafts.listing()]


@router.post("/drafts")
async def propose(
    parts: UsesParts, who: RulesReader, files: Annotated[list[UploadFile], File()],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> DraftView:  # fmt: skip
    """Lay the tables that are sent (CSV or XLSX by their names) over the book in force and propose the result."""
    book = await run_in_threadpool(laid_over_book, parts, await received(files))
    return DraftView.of(await run_in_threadpool(lambda: parts.drafts.propose(book, by=who, note=note)))


@router.post("/drafts/from-order")
def propose_row(parts: UsesParts, who: RulesReader, body: RulingRequest) -> DraftView:
    """Propose the row that a ruling on an order becomes; what it would shadow stands among the findings."""
    return DraftView.of(parts.drafts.propose_row(body.order, body.lead, scope=tuple(body.scope), by=who))


@router.get("/drafts/{digest}")
def draft(parts: UsesParts, digest: Digest) -> DraftView:
    """Show a draft with what the check found and its last rehearsal."""
    return _shown(parts, digest)


@router.get("/drafts/{digest}/steps")
def steps(parts: UsesParts, digest: Digest) -> list[StepView]:
    """Tell who did what with a draft, oldest first."""
    return [StepView.of(one) for one in parts.drafts.steps(parts.drafts.find(digest))]


@router.post("/drafts/{digest}/rehearse")
def rehearse(parts: UsesParts, who: RulesReader, digest: Digest, body: RehearseRequest | None = None) -> DraftView:
    """Try a draft on past orders against the book that it would replace, with the rows of its day."""
    asked, zone = body or RehearseRequest(), parts.books.current().zone
    day = asked.since or parts.clock.now().astimezone(zone).date() - timedelta(days=30)
    since, at = max(start_of(day, zone), EARLIEST), _effective(parts, asked.effective_at)
    parts.drafts.rehearse(parts.drafts.find(digest), since=since, effective_at=at, by=who)
    return _shown(parts, digest)


@router.post("/drafts/{digest}/approve")
def approve(parts: UsesParts, who: RulesReader, digest: Digest, body: ApproveRequest | None = None) -> DraftView:
    """Approve a draft that somebody else proposed."""
    at = _effective(parts, body.effective_at if body else None)
    parts.drafts.approve(parts.drafts.find(digest), effective_at=at, by=who)
    return _shown(parts, digest)


@router.post("/drafts/{digest}/withdraw")
def withdraw(parts: UsesParts, who: RulesReader, digest: Digest, body: WithdrawRequest | None = None) -> DraftView:
    """Withdraw a draft, or an approved book before its time."""
    parts.drafts.withdraw(parts.drafts.find(digest), by=who, reason=body.reason if body else "")
    return _shown(parts, digest)


def _effective(parts: WebParts, at: datetime | None) -> datetime | None:
    zone = parts.books.current().zone
    return aware(at, zone, name="effective_at", latest=parts.clock.now() + AHEAD) if at else None


def _shown(parts: WebParts, digest: str) -> DraftView:
    return DraftView.of(parts.drafts.get(parts.drafts.find(digest)))
