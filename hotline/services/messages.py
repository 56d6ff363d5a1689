"""What travels on the topics, as it is written into the outbox: ids and codes as JSON bytes, never a person's words.

``streams.records`` reads them back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from hotline.domain.call import Call
from hotline.domain.order import Event
from hotline.services.rows import OutboxRow

CALLS: Final = "hotline.calls"
ORDERS: Final = "hotline.orders"
INTAKE: Final = "hotline.intake"


@dataclass(frozen=True, slots=True)
class CallRecorded:
    """A call was written to the database; ``recorded_at`` is aware."""

    call_id: str
    source_key: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One event of an order, the ``seq``-th from 1; ``at`` is aware."""

    order_id: str
    seq: int
    kind: str
    at: datetime


def source_key(source: str, message_id: str) -> str:
    """Return 32 hex digits that stand for (source, message id); a message id may be a phone number, so it is hashed."""
    return hashlib.sha256(f"{source}\x1f{message_id}".encode()).hexdigest()[:32]


def call_row(call: Call) -> OutboxRow:
    """Return the message that tells triage of a recorded call; its key keeps a source's message in one partition."""
    key = source_key(call.new.source, call.new.message_id)
    value = {"call_id": call.id, "source_key": key, "recorded_at": call.recorded_at.isoformat()}
    return OutboxRow(CALLS, key.encode(), orjson.dumps(value), call.id)


def event_row(event: Event) -> OutboxRow:
    """Return the message that tells webhooks and bursts of an order's event; keyed by order, so that they come in order."""
    value = {"order_id": event.order_id, "seq": event.seq, "kind": event.kind, "at": event.at.isoformat()}
    return OutboxRow(ORDERS, event.order_id.encode(), orjson.dumps(value), event.order_id)
