"""What the API shows of calls: callers masked, and the numbers of people in texts; in clear only for a recorded reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel

from hotline.domain.call import Call, Caller
from hotline.domain.roles import Actor, May, may
from hotline.domain.text import mask_text
from hotline.services.access import masked
from hotline.services.rows import Receipt, SetAside

_IDS = frozenset({"call", "unit", "row", "rows", "due", "facts", "book"})  # of an event's data: nobody's words


def seen_data(value: Any) -> Any:
    """Return an event's data as everybody sees it: numbers of people hidden; ids stay whole."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, Mapping):
        return {name: one if name in _IDS else seen_data(one) for name, one in value.items()}
    return [seen_data(one) for one in value] if isinstance(value, list | tuple) else value


class CallerView(BaseModel):
    """A caller: masked, unless it was asked for with a reason."""

    name: str
    phone: str

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """Show a caller as given."""
        return cls(name=caller.name, phone=caller.phone)


class UnmaskedView(CallerView):
    """A caller in clear, with what was said."""

    text: str


class ReceiptView(BaseModel):
    """The answer to a recorded call; ``order_id`` is null until it was triaged, ``code`` is the citizen's query code 提取码."""

    call_id: str
    order_id: str | None
    code: str

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """Show a receipt."""
        return cls(call_id=receipt.call_id, order_id=receipt.order_id, code=receipt.code)


class RowView(BaseModel):
    """One row's result: ``row`` counts from 1, ``status`` is what the row alone would have been answered with."""

    row: int
    status: int
    call_id: str | None = None
    order_id: str | None = None
    code: str | None = None
    problem: dict[str, Any] | None = None


class BatchView(BaseModel):
    """The results of a batch, in its order."""

    results: list[RowView]


class CallView(BaseModel):
    """A recorded call."""

    call_id: str
    order_id: str | None
    code: str | None
    source: str
    message_id: str
    received_at: datetime
    recorded_at: datetime
    channel: str
    title: str
    text: str
    address: str
    caller: CallerView
    upstream_no: str | None
    upstream_due: datetime | None

    @classmethod
    def of(cls, call: Call, by: Actor) -> Self:
        """Show a call to ``by``; the query code only to who records calls and tells it to the citizen."""
        new = call.new
        return cls(
            call_id=call.id, order_id=call.order_id, code=call.code if by.role and may(by.role, May.RECORD) else None,
            source=new.source, message_id=mask_text(new.message_id), received_at=new.received_at, recorded_at=call.recorded_at,
            channel=new.channel, title=mask_text(new.title), text=mask_text(new.text), address=mask_text(new.address),
            caller=CallerView.of(masked(new.caller)), upstream_no=new.upstream_no, upstream_due=new.upstream_due,
        )  # fmt: skip


class SetAsideView(BaseModel):
    """Something that could not be processed; ``preview`` only for who may read orders."""

    id: str
    kind: str
    reason: str
    detail: str
    ref: str
    at: datetime
    retried_at: datetime | None
    preview: str | None

    @classmethod
    def of(cls, aside: SetAside, by: Actor) -> Self:
        """Show an entry: its first 200 characters, numbers of people masked for everybody."""
        reads = by.role is not None and may(by.role, May.READ_ALL)
        preview = mask_text(_words(aside))[:200] if reads else None
        return cls(
            id=aside.id, kind=aside.kind, reason=mask_text(aside.reason), detail=mask_text(aside.detail),
            ref=mask_text(aside.ref), at=aside.at, retried_at=aside.retried_at, preview=preview,
        )  # fmt: skip


def _words(aside: SetAside) -> str:
    """Return what may be shown of an entry: a topic's bytes; of a message or a row its words, never its caller."""
    if aside.kind in ("topic", "call"):
        return aside.payload.decode("utf-8", "replace")
    try:
        fields = json.loads(aside.payload)
    except (ValueError, RecursionError):
        return ""
    said = (fields.get("title"), fields.get("text")) if isinstance(fields, dict) else ()
    return " ".join(one for one in said if isinstance(one, str) and one)


class SetAsidePage(BaseModel):
    """Entries, newest first; ``waiting`` counts all that were not retried."""

    items: list[SetAsideView]
    waiting: int


class TakenView(BaseModel):
    """A call that intake took after all; its query code is the citizen's, not the retrier's."""

    call_id: str
    order_id: str | None


class RetriedView(BaseModel):
    """A retry: ``call`` when intake took it, null when it went back to its topic."""

    id: str
    call: TakenView | None

    @classmethod
    def of(cls, ident: str, receipt: Receipt | None) -> Self:
        """Show a retry."""
        return cls(id=ident, call=TakenView(call_id=receipt.call_id, order_id=receipt.order_id) if receipt else None)
