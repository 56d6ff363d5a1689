"""What the running processes keep: messages to send, what was set aside, marks, leases, answers to repeat."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    column,
)

from hotline.store.sql.dialects import GROWING, UtcDateTime, partial_index
from hotline.store.sql.tables.base import metadata

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

marks: Final = Table(
    "marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

leases: Final = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
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
