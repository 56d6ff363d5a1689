"""Calls, orders and what happened to them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    column,
    false,
)

from hotline.store.sql.dialects import GROWING, UtcDateTime, flagged_index, partial_index
from hotline.store.sql.dialects.grams import index_with
from hotline.store.sql.tables.base import metadata

calls: Final = Table(
    "calls",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("code", String(16), nullable=False),
    Column("order_id", String(32)),
    Column("phone", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("doc", JSON, nullable=False),
    Column("number", Text),  # under which others know the order: 市级编号, else 办件编号
    UniqueConstraint("source", "message_id"),
    partial_index("ix_calls_number", "number", "recorded_at", where=column("number").is_not(None)),
    partial_index("ix_calls_waiting", "number", where=and_(column("number").is_not(None), column("order_id").is_(None))),
    partial_index("ix_calls_phone", "phone", "received_at", where=column("phone") != ""),
    Index("ix_calls_order", "order_id"),
)

orders: Final = Table(
    "orders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("call_id", String(32), ForeignKey("calls.id"), nullable=False),
    Column("upstream_no", Text, unique=True),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),  # of the clock that runs
    Column("is_open", Boolean, nullable=False),
    Column("urgency", SmallInteger, nullable=False),  # 0 danger, 1 urgent, 2 normal
    Column("return_asked", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False, server_default=false()),  # a due time waits for a year's holidays
    Column("unit", Text),
    Column("channel", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("category", Text),
    Column("place", Text),
    Column("title", Text, nullable=False),
    Column("flags", Text, nullable=False, server_default="|"),  # |confidential|paused|
    Column("again", Boolean, nullable=False, server_default=false()),  # 退回·重办
    Column("waits", Text),  # |extension|return|: what waits for a decision
    Column("recused", Text, nullable=False, server_default="|"),  # |unit|@person|: who may not know of it
    Column("doc", JSON, nullable=False),
    Column("merged_into", String(40)),
    Column("incident", String(40)),
    Column("matter", SmallInteger, nullable=False, server_default="1"),
    Column("spot_check", Boolean, nullable=False, server_default=false()),  # 抽查: sent without a person, to be looked at
    Column("to_enter", Boolean, nullable=False, server_default=false()),  # 未回填: may have to be entered above
    UniqueConstraint("call_id", "matter"),
    partial_index("ix_orders_merged_into", "merged_into", where=column("merged_into").is_not(None)),
    partial_index("ix_orders_incident", "incident", where=column("incident").is_not(None)),
    partial_index("ix_orders_spot_check", "id", where=column("spot_check")),
    flagged_index("ix_orders_to_enter", "received_at", "id", flag="to_enter"),
    Index("ix_orders_received", "received_at", "id"),
    Index("ix_orders_state", "state", "urgency", "received_at", "id"),
    Index("ix_orders_unit", "unit", "received_at", "id"),
    partial_index("ix_orders_due", "due_at", where=column("due_at").is_not(None)),
    partial_index("ix_orders_unit_open", "unit", "id", where=column("is_open")),
    partial_index("ix_orders_open", "id", where=column("is_open")),
    partial_index("ix_orders_waits", "id", where=column("waits").is_not(None)),
    partial_index("ix_orders_provisional", "id", where=column("provisional")),
)

order_numbers: Final = Table(
    "order_numbers",
    metadata,
    Column("day", String(8), primary_key=True),
    Column("taken", Integer, nullable=False),
)

legs: Final = Table(
    "legs",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False, index=True),
    Column("round", Integer, nullable=False),
    Column("unit", Text, nullable=False),
    Column("role", String(8), nullable=False),
    Column("assigned_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(16), nullable=False),
    Index("ix_legs_unit", "unit", "order_id"),
    partial_index("ix_legs_running", "unit", "order_id", where=column("ended_at").is_(None)),
)

order_texts: Final = Table(
    "order_texts",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("call_id", String(32), ForeignKey("calls.id"), nullable=False),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False, index=True),
    Column("said", Text, nullable=False),  # masked: what is searched
    UniqueConstraint("call_id", "order_id"),
)
index_with(order_texts)

events: Final = Table(
    "events",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("unit", Text),
    Column("data", JSON, nullable=False),
    Column("position", GROWING),  # in the order of commits, given once by the clock (DESIGN §3)
    UniqueConstraint("order_id", "seq"),
    Index("ix_events_position", "position", unique=True),
    partial_index("ix_events_unsettled", "id", where=column("position").is_(None)),
)

ratings: Final = Table(
    "ratings",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("solved", String(8)),
    Column("reason", Text, nullable=False),
    UniqueConstraint("order_id", "round", "channel"),
)

notices: Final = Table(
    "notices",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False, index=True),
    Column("addressee", String(64), nullable=False),
    Column("step", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("show_from", UtcDateTime, nullable=False),
    Column("why", Text, nullable=False),
    Column("row", String(32), nullable=False),
    Column("clock", String(32), nullable=False),
    Column("due", UtcDateTime),
    Column("urgent", Boolean, nullable=False),
    Column("read_at", UtcDateTime),
    Column("read_by", Text, nullable=False),
    Index("ix_notices_addressee_at_id", "addressee", "at", "id"),
    partial_index("ix_notices_unread", "addressee", "show_from", where=column("read_at").is_(None)),
)
