"""What could not be processed: seen, and tried again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from hotline.web.api.fields import AsideId
from hotline.web.api.views import RetriedView, SetAsidePage, SetAsideView
from hotline.web.auth import SetAsideUser
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1/set-aside", tags=["异常件"])


@router.get("")
def list_set_aside(
    parts: UsesParts, who: SetAsideUser, limit: Annotated[int, Query(ge=1, le=200)] = 50, retried: bool = False
) -> SetAsidePage:
    """List what waits, newest first; ``retried`` lists what was tried again."""
    found = parts.set_aside.page(limit=limit, retried=retried, by=who)
    return SetAsidePage(items=[SetAsideView.of(one, who) for one in found], waiting=parts.set_aside.count())


@router.post("/{ident}/retry", status_code=202)
def retry(ident: AsideId, parts: UsesParts, who: SetAsideUser) -> RetriedView:
    """Try an entry again; who did it is recorded."""
    done = parts.set_aside.retry(ident, by=who)
    return RetriedView.of(done.id, done.receipt)
