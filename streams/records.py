"""Reads what travels on the topics; `hotline.services.messages` writes it.

Anybody may write to a topic, so nothing is believed: one bad message must never cost a batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import orjson

from hotline.errors import UnreadableMessage
from hotline.services.messages import CallRecorded, OrderEvent

#: A message of ours has some two hundred bytes; what is longer was written by somebody else.
LONGEST_MESSAGE_BYTES = 64 * 1024
#: Ids are used as database keys; a longer one is no id of ours.
LONGEST_ID = 200


def decode_call(raw: bytes) -> CallRecorded:
    """Return the call in ``raw``, or raise `UnreadableMessage`."""
    fields = _fields(raw)
    return CallRecorded(_text(fields, "call_id"), _text(fields, "source_key"), _moment(fields, "recorded_at"))


def decode_call_id(raw: bytes) -> str:
    """Return only the id of the call in ``raw``, which is all that triage needs; raise `UnreadableMessage`."""
    return decode_call(raw).call_id


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
