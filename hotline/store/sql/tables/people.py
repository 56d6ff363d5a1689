"""Keys, sessions, who saw what, and what somebody likes to see."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    String,
    Table,
    Text,
)

from hotline.store.sql.dialects import GROWING, UtcDateTime
from hotline.store.sql.tables.base import metadata

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

saved_views: Final = Table(
    "saved_views",
    metadata,
    Column("key_id", String(32), ForeignKey("keys.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("query", Text, nullable=False),
)
