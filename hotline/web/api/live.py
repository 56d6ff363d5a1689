"""What happens to orders: as it happens, and since a position; ids, codes and states of what the key may see."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, cast

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from hotline.services.live import Told, may_listen, sees
from hotline.web.auth import ReadUser, identify
from hotline.web.live import Hub
from hotline.web.observe import LIVE
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1", tags=["实时更新"])
LARGEST_PAGE: Final = 500
_LAST: Final = 2**62


class ChangeView(BaseModel):
    """One event of an order; ``state`` and ``unit`` are the order's now, ``position`` is where to go on from."""

    position: int
    order_id: str
    seq: int
    kind: str
    at: datetime
    state: str
    unit: str | None

    @classmethod
    def of(cls, told: Told) -> ChangeView:
        """Show an event."""
        return cls(
            position=told.position, order_id=told.order_id, seq=told.seq, kind=told.kind, at=told.at, state=told.state,
            unit=told.unit,
        )  # fmt: skip


class ChangePage(BaseModel):
    """Events in the order of their commits; ``position`` asks for what follows, ``more`` says that it is there already."""

    changes: list[ChangeView]
    position: int
    more: bool


@router.get("/live", response_class=StreamingResponse, responses={200: {"content": {LIVE: {}}, "description": "事件流"}})
async def listen(
    request: Request, who: ReadUser, last_event_id: Annotated[str | None, Header(max_length=32)] = None
) -> StreamingResponse:  # fmt: skip
    """Tell what happens as server-sent events: ``order`` with its data, ``reset`` = too much was missed, load the list anew.

    ``Last-Event-ID`` is the position of the last event heard: what came after it is told first. Idle lines carry a comment every
    five seconds. 503 when too many listen.
    """
    may_listen(who)
    hub, since = cast(Hub, request.app.state.live), _position(last_event_id)
    hub.room_for(who)

    async def still_there() -> None:
        request.state.signed_in = None  # forget who it was: a revoked key is refused here
        await identify(request)

    lines = hub.listen(who, since, still_there)
    return StreamingResponse(lines, media_type=LIVE, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@router.get("/changes")
def list_changes(
    parts: UsesParts, who: ReadUser, since: Annotated[int, Query(ge=0, le=_LAST)] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
) -> ChangePage:  # fmt: skip
    """List what happened after a position, for who asks from time to time; a list of orders names the position to begin with."""
    may_listen(who)
    told = parts.live.after(since, limit)
    position = told[-1].position if told else since
    return ChangePage(
        changes=[ChangeView.of(one) for one in told if sees(one, who)], position=position, more=len(told) == limit
    )  # fmt: skip


def _position(header: str | None) -> int | None:
    """Return the position of the last event heard; what is none of ours begins from now."""
    return int(header) if header is not None and header.isascii() and header.isdecimal() else None
