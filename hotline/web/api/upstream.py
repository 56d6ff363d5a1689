"""The platform above over HTTP: its messages, what has to be entered there, and changes a dispatcher has read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from hotline.domain.actions import Action
from hotline.domain.call import MAX_TEXT, Caller, NewCall
from hotline.domain.roles import Actor
from hotline.services.upstream_messages import Taken
from hotline.services.upstream_replies import Entry
from hotline.web.api.calls import CallerRequest
from hotline.web.api.fields import AHEAD, Identifier, Line, Moment, OrderId, Request, Said, aware
from hotline.web.api.order_views import OrderRow, shown
from hotline.web.auth import ReadUser, acting
from hotline.web.parts import UsesParts, WebParts

router = APIRouter(prefix="/api/v1", tags=["市级平台"])

MOST_DATA = 50
Value = bool | Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | Annotated[str, Field(max_length=20_000)] | None
Sender = Annotated[Actor, Depends(acting(Action.RECALL))]
"""The platform above, or a dispatcher who enters what stands on its page."""
Filler = Annotated[Actor, Depends(acting(Action.FILL_IN))]
ChangeReader = Annotated[Actor, Depends(acting(Action.READ_CHANGE))]


class MessageRequest(Request):
    """A message from above: ``about`` is one of new, supplement, urge, redo, send_back, recall, change_due, decision, callback,
    rating, close; another one goes to the desk. ``data`` belongs to it; ``sent_at`` says which of two is the newer.
    """

    source: Identifier
    message_id: Identifier
    upstream_no: Identifier
    about: Annotated[str, Field(max_length=64)] = ""
    sent_at: Moment | None = None
    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    title: Annotated[str, Field(max_length=500)] = ""
    address: Annotated[str, Field(max_length=500)] = ""
    caller: CallerRequest | None = None
    upstream_due: Moment | None = None
    data: Annotated[dict[Annotated[str, Field(max_length=64)], Value], Field(max_length=MOST_DATA, default_factory=dict)]

    def call(self, parts: WebParts, by: Actor) -> NewCall:
        """Return the message. Raises ``InvalidInput``."""
        pack, now, caller = parts.books.current(), parts.clock.now(), self.caller or CallerRequest()
        due, sent = self.upstream_due, self.sent_at
        return NewCall(
            source=self.source, message_id=self.message_id, upstream_no=self.upstream_no, about=self.about, text=self.text,
            title=self.title, address=self.address, channel="upstream", caller=Caller(name=caller.name, phone=caller.phone),
            received_at=aware(sent, pack.zone, name="sent_at", latest=now + AHEAD) if sent else now,
            upstream_due=aware(due, pack.zone, name="upstream_due") if due else None, data=self.data, recorded_by=by.name,
        )  # fmt: skip


class TakenView(BaseModel):
    """What became of a message: ``event`` of its order, an ``order`` of its own, or it ``waits`` for its order."""

    call_id: str
    order_id: str | None
    outcome: str
    created: bool

    @classmethod
    def of(cls, taken: Taken) -> TakenView:
        """Show it."""
        receipt = taken.receipt
        return cls(call_id=receipt.call_id, order_id=taken.order_id, outcome=taken.outcome, created=receipt.created)


class EntryView(BaseModel):
    """Something to be entered above; ``filled_by`` and ``filled_at`` say who entered it when."""

    key: str
    order_id: str
    upstream_no: str
    kind: str
    unit: str | None
    at: datetime
    due: datetime | None
    text: str
    public: str
    amount: int | None
    until: str | None
    filled_by: str
    filled_at: datetime | None

    @classmethod
    def of(cls, one: Entry) -> EntryView:
        """Show it."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class FillRequest(Request):
    """Keys of entries that stand above now."""

    keys: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=1000)]
    note: Line = ""


class FilledView(BaseModel):
    """How many were marked, that were not before."""

    filled: int


class ChangeRead(Request):
    """What the dispatcher did about it."""

    note: Said = ""


@router.post("/upstream/messages", status_code=202, responses={200: {"model": TakenView, "description": "同一消息此前已处理"}})
def receive(body: MessageRequest, parts: UsesParts, who: Sender, response: Response) -> TakenView:
    """Take a message from above: 202 for a new one, 200 for the same again, 409 for its id with other content."""
    taken = parts.above.messages.receive(body.call(parts, who))
    response.status_code = 202 if taken.receipt.created else 200
    return TakenView.of(taken)


@router.get("/upstream/entries")
def entries(
    parts: UsesParts, who: ReadUser, since: Annotated[Moment | None, Query()] = None, filled: bool = False
) -> list[EntryView]:
    """List what has to be entered above, the nearest deadline first; ``filled`` lists what stands there."""
    start = aware(since, parts.books.current().zone, name="since") if since else None
    return [EntryView.of(one) for one in parts.above.replies.entries(since=start, filled=filled, by=who)]


@router.post("/upstream/entries/filled")
def fill_in(body: FillRequest, parts: UsesParts, who: Filler) -> FilledView:
    """Mark entries as entered above 已回填; marking one twice does nothing more."""
    return FilledView(filled=parts.above.replies.fill_in(body.keys, note=body.note, by=who))


@router.post("/orders/{order_id}/change-read")
def change_read(order_id: OrderId, body: ChangeRead, parts: UsesParts, who: ChangeReader) -> OrderRow:
    """A dispatcher has seen what changed above 来件变更 and done what it needs."""
    return shown(parts.above.replies.read_change(order_id, note=body.note, by=who), parts, who)
