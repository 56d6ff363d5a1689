"""Notices 提醒: what supervision tells the asker's unit or part of the office."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from hotline.domain.text import mask_text
from hotline.services.notice_rows import Notice
from hotline.web.api.fields import known_shape
from hotline.web.auth import ReadUser
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1/notices", tags=["回访与督办"])
NoticeId = Annotated[str, Path(description="提醒编号"), known_shape("notice")]


class NoticeView(BaseModel):
    """One thing told; ``step``: ``warn``, ``remind``, ``supervise``, ``escalate``, ``problem``, ``acknowledge``, ``reply``."""

    id: str
    order_id: str
    addressee: str
    step: str
    why: str
    row: str
    clock: str
    due: datetime | None
    at: datetime
    urgent: bool
    read_at: datetime | None
    read_by: str

    @classmethod
    def of(cls, one: Notice) -> Self:
        """Show a notice."""
        return cls(
            id=one.id, order_id=one.order_id, addressee=one.addressee, step=one.step, why=mask_text(one.why), row=one.row,
            clock=one.clock, due=one.due, at=one.at, urgent=one.urgent, read_at=one.read_at, read_by=one.read_by,
        )  # fmt: skip


class NoticesView(BaseModel):
    """Notices, newest first; ``unread`` counts up to 100."""

    items: list[NoticeView]
    unread: int


@router.get("")
def list_notices(
    parts: UsesParts, who: ReadUser, unread: Annotated[bool, Query()] = False, limit: Annotated[int, Query(ge=1, le=200)] = 100
) -> NoticesView:
    """List what is told to the asker; in the quiet hours only what is urgent."""
    notices = parts.followup.notices
    found = notices.inbox(unread=unread, limit=limit, by=who)
    return NoticesView(items=[NoticeView.of(one) for one in found], unread=notices.unread(by=who))


@router.post("/{ident}/read")
def read_notice(ident: NoticeId, parts: UsesParts, who: ReadUser) -> NoticeView:
    """Note that a notice was read; who read it first stays."""
    return NoticeView.of(parts.followup.notices.read(ident, by=who))
