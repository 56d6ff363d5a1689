"""What a topic brings is believed only as far as it can be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.errors import UnreadableMessage
from hotline.services.messages import source_key
from streams.records import LONGEST_MESSAGE_BYTES, decode_call, decode_call_id, decode_intake, decode_order_event

AT = "2026-11-23T08:00:00+00:00"


def call(**changes: object) -> bytes:
    return json.dumps({"call_id": "c1", "source_key": "k" * 32, "recorded_at": AT} | changes).encode()


def event(**changes: object) -> bytes:
    return json.dumps({"order_id": "KDL2026112300001", "seq": 1, "kind": "dispatched", "at": AT} | changes).encode()


def test_a_call_comes_back_as_it_was_written() -> None:
    assert decode_call(call()).recorded_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert decode_call_id(call()) == "c1"


def test_an_order_event_comes_back_as_it_was_written() -> None:
    assert decode_order_event(event(seq=7)).seq == 7


def test_a_key_shows_neither_source_nor_message_id() -> None:
    key = source_key("phone", "13800000000")
    assert len(key) == 32
    assert "138" not in key or "13800000000" not in key


def test_a_key_tells_where_the_source_ends() -> None:
    assert source_key("ab", "c") != source_key("a", "bc")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"\xff\xfe", b"[]", b"1", b"null", call(call_id=7), call(call_id=""), call(call_id="x" * 201),
        call(call_id="a\x00b"), call(recorded_at="yesterday"), call(recorded_at="2026-11-23T08:00:00"), call(recorded_at=None),
        b" " * (LONGEST_MESSAGE_BYTES + 1), b"[" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_call_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        decode_call(raw)


@pytest.mark.parametrize("raw", [event(seq=0), event(seq=True), event(seq=1.5), event(seq=2**31), event(kind=None)])
def test_what_is_no_order_event_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        decode_order_event(raw)


def test_a_refusal_does_not_repeat_the_message() -> None:
    with pytest.raises(UnreadableMessage) as refused:
        decode_call(b"13800000000 lives in Hexi Road")
    assert "138" not in str(refused.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for decode in (decode_call, decode_order_event, decode_intake):
        try:
            decode(raw)
        except UnreadableMessage:
            continue
