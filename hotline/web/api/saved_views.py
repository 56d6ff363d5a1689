"""Filters of the work list that a key's holder keeps."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from hotline.services.ids import fingerprint
from hotline.services.rows import SavedView
from hotline.services.saved_views import LONGEST_NAME
from hotline.web.api.fields import Request as Body
from hotline.web.auth import ReadUser, WhoIsThere
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1/views", tags=["工单"])


async def account_of(request: Request, who: WhoIsThere) -> str:
    """Return the id of the key that asks, the same for the key itself and for a session that began with it."""
    if who.session is not None:
        return who.session.key_id
    return fingerprint(request.headers["authorization"].partition(" ")[2].strip())[:12]


Account = Annotated[str, Depends(account_of)]
ViewName = Annotated[str, Path(min_length=1, max_length=LONGEST_NAME, description="视图名称")]


class ViewBody(Body):
    """A filter, as an address has it: ``tab=late&kind=投诉``."""

    query: Annotated[str, Field(max_length=4000)]


class ViewView(BaseModel):
    """A filter under its name."""

    name: str
    query: str

    @classmethod
    def of(cls, view: SavedView) -> Self:
        """Show a view."""
        return cls(name=view.name, query=view.query)


class ViewList(BaseModel):
    """A key's views, by name."""

    views: list[ViewView]


@router.get("")
def list_views(parts: UsesParts, _who: ReadUser, account: Account) -> ViewList:
    """List one's own views."""
    return ViewList(views=[ViewView.of(view) for view in parts.saved_views.of(account)])


@router.put("/{name}")
def keep_view(name: ViewName, body: ViewBody, parts: UsesParts, _who: ReadUser, account: Account) -> ViewView:
    """Keep a filter under a name, in place of the one that had it; fields that no list has are left out."""
    return ViewView.of(parts.saved_views.keep(account, name, body.query))


@router.delete("/{name}", status_code=204)
def forget_view(name: ViewName, parts: UsesParts, _who: ReadUser, account: Account) -> Response:
    """Forget a view."""
    parts.saved_views.forget(account, name)
    return Response(status_code=204)
