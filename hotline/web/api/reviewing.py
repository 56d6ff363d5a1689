"""The office's review: its queue, who looks at an answer, the phrases of the pack."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hotline.web.api.fields import OrderId
from hotline.web.api.order_views import OrderRow, shown
from hotline.web.auth import ReadUser, ReviewUser
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1", tags=["审核"])


class WaitingView(BaseModel):
    """An answer that waits for review, and who looks at it."""

    order: OrderRow
    taken_by: str
    taken_at: datetime | None


class PhraseView(BaseModel):
    """A text offered in the form of an act."""

    act: str
    title: str
    text: str


@router.get("/reviews")
def list_reviews(parts: UsesParts, who: ReviewUser) -> list[WaitingView]:
    """List the answers that wait for review, urgent first, then oldest."""
    return [
        WaitingView(order=shown(one.order, parts, who), taken_by=one.taken_by, taken_at=one.taken_at)
        for one in parts.inside.reviewing.queue(by=who)
    ]


@router.post("/orders/{order_id}/review/take")
def take_review(order_id: OrderId, parts: UsesParts, who: ReviewUser) -> OrderRow:
    """Begin to review an answer; colleagues see by whom."""
    return shown(parts.inside.reviewing.take(order_id, by=who), parts, who)


@router.get("/phrases")
def list_phrases(
    parts: UsesParts, _who: ReadUser, act: Annotated[str, Query(max_length=32), Field(pattern=r"^[a-z_]*$")] = ""
) -> list[PhraseView]:  # fmt: skip
    """List the pack's phrases, of one act or of all."""
    found = (one for one in parts.books.current().phrases if act in ("", one.act))
    return [PhraseView(act=one.act, title=one.title, text=one.text) for one in found]
