"""The tables. What is searched is a column; the rest of a call or an order is one JSON document beside them.

``calls.order_id`` has no foreign key: an order points at its call, and a circle of keys helps nobody.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    column,
    false,
)

from hotline.store.sql.dialects import GROWING, UtcDateTime, partial_index
from hotline.store.sql.dialects.grams import index_with

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

#: Tables the database itself lets grow only; an event's position is filled in once.
APPEND_ONLY: Final = ("events", "views", "draft_steps")

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
    UniqueConstraint("source", "message_id"),
    partial_index("ix_calls_phone", "phone", "received_at", where=column("phone") != ""),
    Index("ix_calls_order", "order_id"),
)

orders: Final = Table(
    "orders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("call_id", String(32), ForeignKey("calls.id"), nullable=False, unique=True),
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
    Column("doc", JSON, nullable=False),
    Index("ix_orders_received", "received_at", "id"),
    Index("ix_orders_state", "state", "urgency", "received_at", "id"),
    Index("ix_orders_unit", "unit", "received_at", "id"),
    partial_index("ix_orders_due", "due_at", where=column("due_at").is_not(None)),
    partial_index("ix_orders_unit_open", "unit", "id", where=column("is_open")),
    partial_index("ix_orders_open", "id", where=column("is_open")),
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
    Column("call_id", String(32), ForeignKey("calls.id"), nullable=False, unique=True),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False, index=True),
    Column("said", Text, nullable=False),  # masked: what is searched
)
index_with(order_texts)

saved_views: Final = Table(
    "saved_views",
    metadata,
    Column("key_id", String(32), ForeignKey("keys.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("query", Text, nullable=False),
)

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

outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("ref", String(32), nullable=False, index=True),
    Column("sent_at", UtcDateTime),
    partial_index("ix_outbox_unsent", "id", where=column("sent_at").is_(None)),
)

set_asides: Final = Table(
    "set_asides",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("ref", Text, nullable=False, index=True),
    Column("retried_at", UtcDateTime),
)

keys: Final = Table(
    "keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("unit", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("key_id", String(32), ForeignKey("keys.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

views: Final = Table(
    "views",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("what", String(64), nullable=False),
    Column("ref", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
)

books: Final = Table(
    "books",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("effective_at", UtcDateTime, nullable=False, index=True),
    Column("published_at", UtcDateTime, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("proposed_by", Text),
    Column("withdrawn_at", UtcDateTime),
)

book_files: Final = Table(
    "book_files",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("path", String(255), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

drafts: Final = Table(
    "drafts",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("base", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("findings", JSON, nullable=False),
    Column("fresh", JSON, nullable=False),
    Column("rehearsal", JSON(none_as_null=True)),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", UtcDateTime),
    Column("effective_at", UtcDateTime),
    Column("withdrawn_by", Text, nullable=False),
    Column("withdrawn_at", UtcDateTime),
)

draft_steps: Final = Table(
    "draft_steps",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("hash", String(64), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("step", String(16), nullable=False),
    Column("data", JSON, nullable=False),
)

marks: Final = Table(
    "marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

repeats: Final = Table(
    "repeats",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("print", String(64), nullable=False),
    Column("holder", String(32), nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False, index=True),
    Column("until", UtcDateTime, nullable=False),
    Column("status", Integer),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

leases: Final = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
