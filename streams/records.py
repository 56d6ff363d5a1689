"""What travels on the topics: ids and codes as JSON bytes, never a person's words, number or address."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from hotline.errors import UnreadableMessage

#: A message of ours has some two hundred bytes; what is longer was written by somebody else.
LONGEST_MESSAGE_BYTES = 64 * 1024
#: Ids are used as database keys; a longer one is no id of ours.
LONGEST_ID = 200
#: Stands between source and message id under the hash, so that ("ab", "c") and ("a", "bc") differ.
_UNIT_SEPARATOR = "\x1f"


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
    return hashlib.sha256(f"{source}{_UNIT_SEPARATOR}{message_id}".encode()).hexdigest()[:32]


def encode_call(record: CallRecorded) -> bytes:
    """Return the bytes of ``record`` for `hotline.calls`."""
    return orjson.dumps(
        {"call_id": record.call_id, "source_key": record.source_key, "recorded_at": _aware(record.recorded_at).isoformat()}
    )


def decode_call(raw: bytes) -> CallRecorded:
    """Return the call in ``raw``, or raise `UnreadableMessage`."""
    fields = _fields(raw)
    return CallRecorded(_text(fields, "call_id"), _text(fields, "source_key"), _moment(fields, "recorded_at"))


def decode_call_id(raw: bytes) -> str:
    """Return only the id of the call in ``raw``, which is all that triage needs; raise `UnreadableMessage`."""
    return decode_call(raw).call_id


def encode_order_event(record: OrderEvent) -> bytes:
    """Return the bytes of ``record`` for `hotline.orders`."""
    return orjson.dumps(
        {"order_id": record.order_id, "seq": record.seq, "kind": record.kind, "at": _aware(record.at).isoformat()}
    )


def decode_order_event(raw: bytes) -> OrderEvent:
    """Return the order event in ``raw``, or raise `UnreadableMessage`."""
    fields = _fields(raw)
    return OrderEvent(_text(fields, "order_id"), _count(fields, "seq"), _text(fields, "kind"), _moment(fields, "at"))


def decode_intake(raw: bytes) -> Mapping[str, object]:
    """Return the JSON object in ``raw`` for the intake service to check, or raise `UnreadableMessage`."""
    return _fields(raw)


def _fields(raw: bytes) -> Mapping[str, object]:
    if len(raw) > LONGEST_MESSAGE_BYTES:
        raise UnreadableMessage(f"message of {len(raw)} bytes, {LONGEST_MESSAGE_BYTES} are allowed")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        # orjson's own sentence gives a position, never the content.
        raise UnreadableMessage(f"message is not JSON: {problem}") from None
    if not isinstance(value, dict):
        raise UnreadableMessage(f"message is a JSON {type(value).__name__}, an object is expected")
    return value


def _field(fields: Mapping[str, object], name: str, kind: type) -> object:
    value = fields.get(name)
    # bool is an int to Python, but never a sequence number.
    if not isinstance(value, kind) or isinstance(value, bool):
        raise UnreadableMessage(f"{name} is {type(value).__name__}, {kind.__name__} is expected")
    return value


def _text(fields: Mapping[str, object], name: str) -> str:
    value = str(_field(fields, name, str))
    # PostgreSQL refuses NUL in a text, and one such id would fail the whole batch's query.
    if not 0 < len(value) <= LONGEST_ID or "\x00" in value:
        raise UnreadableMessage(f"{name} must have 1 to {LONGEST_ID} characters, none of them NUL")
    return value


def _count(fields: Mapping[str, object], name: str) -> int:
    value = _field(fields, name, int)
    if not isinstance(value, int) or not 0 < value < 2**31:
        raise UnreadableMessage(f"{name} must be from 1 to 2^31-1")
    return value


def _moment(fields: Mapping[str, object], name: str) -> datetime:
    text = str(_field(fields, name, str))
    try:
        return _aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise UnreadableMessage(f"{name} is no time with an offset in ISO 8601") from None


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a time without an offset")
    return moment
