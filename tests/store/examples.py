"""Calls, orders and events to store: plain ones, and any that can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import Any

from hypothesis import strategies as st

from hotline.domain.call import Call, Caller, NewCall
from hotline.domain.due import LIMIT_UNITS, TimeLimit
from hotline.domain.facts import KINDS
from hotline.domain.incident import Incident, IncidentState
from hotline.domain.order import Event, Flag, Leg, Order, Provisional, State, Suggestion
from hotline.domain.text import clean
from hotline.services.ports import Store
from hotline.services.rows import OutboxRow, SetAside

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

_numbers = count(1)


def a_call(ident: str | None = None, **fields: Any) -> Call:
    """Return a call; ``fields`` are the message's or the call's own."""
    ident = ident or f"call-{next(_numbers)}"
    own = {name: fields.pop(name) for name in ("code", "recorded_at", "order_id") if name in fields}
    new = NewCall(**{"source": "desk", "message_id": f"m-{ident}", "received_at": NOON, "text": "暖气不热", **fields})
    return Call(**{"id": ident, "new": new, "code": "234567", "recorded_at": NOON, **own})


def an_order(ident: str, call_id: str, **fields: Any) -> Order:
    """Return an order on the desk."""
    plain = {"state": State.ON_DESK, "version": 1, "received_at": NOON, "created_at": NOON, "updated_at": NOON}
    return Order(**{"id": ident, "call_id": call_id, **plain, **fields})


def an_event(order_id: str, seq: int = 1, **fields: Any) -> Event:
    """Return an event."""
    return Event(**{"order_id": order_id, "seq": seq, "at": NOON, "kind": "registered", "actor": "triage", **fields})


def an_incident(ident: str = "E1", **fields: Any) -> Incident:
    """Return an incident that the machine proposes."""
    plain = {"state": IncidentState.PROPOSED, "version": 1, "category": "供水", "place": "15/1", "created_at": NOON}
    return Incident(**{"id": ident, "created_by": "bursts", **plain, **fields})


def a_leg(order_id: str, unit: str, **fields: Any) -> Leg:
    """Return a running leg."""
    return Leg(**{"order_id": order_id, "round": 1, "unit": unit, "role": "lead", "assigned_at": NOON, **fields})


def a_row(ref: str, topic: str = "hotline.calls") -> OutboxRow:
    """Return a message that waits."""
    return OutboxRow(topic, ref.encode(), b"{}", ref)


def set_aside(ident: str, **fields: Any) -> SetAside:
    """Return something set aside."""
    plain = {"kind": "topic", "reason": "无法读取", "detail": "", "payload": b"\xff\x00", "at": NOON}
    return SetAside(**{"id": ident, **plain, **fields})


def keep(store: Store, orders: Sequence[Order], events: Sequence[Event] = (), legs: Sequence[Leg] = ()) -> None:
    """Store orders with the calls they came from, their events and legs, in one commit."""
    with store.write() as work:
        work.calls.add([a_call(order.call_id, received_at=order.received_at) for order in orders])
        assert len(work.orders.add(orders)) == len(orders)
        work.calls.link({order.call_id: order.id for order in orders})
        work.legs.add(legs)
        work.events.add(events)
        work.commit()


def keep_order(store: Store, ident: str = "KDL1", **fields: Any) -> Order:
    """Store one order and return it."""
    order = an_order(ident, f"call-of-{ident}", **fields)
    keep(store, [order])
    return order


# -- any call, any order -----------------------------------------------------------------------------------------------
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
said = texts.filter(lambda text: bool(clean(text).strip()))  # a message that says nothing is none
idents = texts.filter(lambda text: bool(text) and clean(text) == text)  # ids hold no control characters
names = texts.filter(bool)
zones = st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001  # zones are drawn
some = st.none() | names
shares = st.floats(0, 1)


any_new_call = st.builds(
    NewCall, source=idents, message_id=idents, received_at=times, text=said, title=texts, channel=names,
    caller=st.builds(Caller, name=texts, phone=texts), address=texts, upstream_no=st.none() | idents,
    upstream_due=st.none() | times, chosen_unit=some, direct_answer=texts, recorded_by=texts,
    extra=st.dictionaries(names, texts, max_size=2),
)  # fmt: skip

any_order = st.builds(
    Order, id=st.just("KDL1"), call_id=st.just("call-1"), version=st.integers(1, 1000), received_at=times, created_at=times,
    updated_at=times, origin=st.sampled_from(["own", "upstream"]), upstream_no=some, channel=names, title=texts, category=some,
    kind=st.sampled_from(KINDS), emergency=some, place=some, place_name=texts, estate=some, anonymous=st.booleans(),
    reply_needed=st.booleans(), unsure=st.booleans(), why_desk=texts, unit=some,
    assists=st.lists(names, max_size=2).map(tuple), round=st.integers(1, 9), returned_by=st.frozensets(names, max_size=2),
    returns=st.integers(0, 9), flags=st.frozensets(st.sampled_from(Flag)), due=st.dictionaries(names, times, max_size=3),
    due_rows=st.dictionaries(names, names, max_size=3), callback_attempts=st.integers(0, 9),
    steps=st.frozensets(names, max_size=3), to_enter=st.booleans(),
    suggestions=st.lists(st.builds(Suggestion, unit=names, confidence=shares, row=some, why=texts), max_size=2).map(tuple),
    model_version=texts, model_category=some, model_confidence=st.none() | shares,
    evidence=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), texts), max_size=2).map(tuple), rule_row=some,
    rule_unit=some, book=texts,
    place_unsure=st.booleans(), caller_kind=some, words=st.frozensets(names, max_size=2),
    vulnerable=st.frozensets(names, max_size=2), held_by=st.frozensets(names, max_size=2), reopened_at=st.none() | times,
    provisional=st.dictionaries(
        names,
        st.builds(
            Provisional, start=times, limit=st.builds(TimeLimit, st.integers(1, 99), st.sampled_from(LIMIT_UNITS)),
            margin_seconds=st.integers(0, 10**6),
        ),
        max_size=2,
    ),
)  # fmt: skip
