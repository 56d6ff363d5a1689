"""Rule books in force and drafts of them."""

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
)

from hotline.store.sql.dialects import GROWING, UtcDateTime
from hotline.store.sql.tables.base import metadata

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
