"""A database of an older program, brought up to this one's schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from hotline.services.rows import OrderFilter
from hotline.store import migrate
from hotline.store.sql.dialects import make_engine
from tests.postgres_server import PostgresServer
from tests.store.conftest import opened, postgres_too
from tests.store.examples import NOON


def fresh(server: PostgresServer) -> str:
    return server.address(server.database())


@postgres_too
def test_an_upgraded_database_keeps_what_was_already_reminded_of(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if kind == "sqlite" else fresh(request.getfixturevalue("postgres"))
    migrate(url, to="0001")
    at_desk, at_unit = NOON.isoformat(), NOON.replace(day=30).isoformat()
    old_order(url, "K1", "on_desk", {"warned_for": f"late {at_desk}", "created_at": at_desk})
    old_order(url, "K2", "signed", {"warned_for": at_unit, "round": 2, "created_at": at_desk})
    old_order(url, "K3", "closed", {"warned_for": "", "created_at": at_desk})
    migrate(url)
    with opened(url) as store, store.read() as work:
        kept = {ident: work.orders.get(ident) for ident in ("K1", "K2", "K3")}
    assert {ident: order.steps for ident, order in kept.items() if order} == {
        "K1": {f"1|dispatch|escalate|{at_desk}"}, "K2": {f"2|answer|warn|{at_unit}"}, "K3": set(),
    }  # fmt: skip


@postgres_too
def test_an_upgraded_database_lists_what_was_never_entered_above(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if kind == "sqlite" else fresh(request.getfixturevalue("postgres"))
    migrate(url, to="0001")
    above = {"origin": "upstream", "created_at": NOON.isoformat()}
    own = {**above, "origin": "own"}
    old = {"K1": ("in_callback", above), "K2": ("recalled", above), "K3": ("closed", own), "K4": ("signed", above)}
    for ident, (state, doc) in old.items():
        old_order(url, ident, state, doc)
    migrate(url, to="0013")
    released(url, "K1", "K2", "K3")
    migrate(url)
    with opened(url) as store, store.read() as work:
        assert [order.id for order in work.orders.page(OrderFilter(to_enter=True), None, 50).orders] == ["K1"]


def released(url: str, *orders: str) -> None:
    """Write of each order that the office passed its answer."""
    engine = make_engine(url)
    with engine.begin() as connection:
        for one in orders:
            connection.execute(text(_OLD_EVENT), {"order": one, "at": NOON.replace(tzinfo=None).isoformat(sep=" ") + "+00:00"})
    engine.dispose()


def old_order(url: str, ident: str, state: str, doc: dict[str, object]) -> None:
    """Write an order as the first schema's program did."""
    call = {"id": ident, "message": ident, "at": NOON.replace(tzinfo=None).isoformat(sep=" ") + "+00:00", "doc": json.dumps({})}
    order = {"id": ident, "call": ident, "at": call["at"], "state": state, "open": state != "closed", "doc": json.dumps(doc)}
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text(_OLD_CALL), call)
        connection.execute(text(_OLD_ORDER), order)
    engine.dispose()


_OLD_EVENT = "INSERT INTO events (order_id, seq, at, kind, actor, data) VALUES (:order, 4, :at, 'review_passed', '审核', '{}')"
_OLD_CALL = (
    "INSERT INTO calls (id, source, message_id, received_at, recorded_at, code, phone, text, doc) "
    "VALUES (:id, 'desk', :message, :at, :at, '234567', '', '暖气不热', :doc)"
)
_OLD_ORDER = (
    "INSERT INTO orders (id, call_id, state, version, received_at, updated_at, is_open, urgency, return_asked, channel, kind, "
    "title, doc) VALUES (:id, :call, :state, 3, :at, :at, :open, 2, false, 'phone', '求助', '暖气', :doc)"
)
