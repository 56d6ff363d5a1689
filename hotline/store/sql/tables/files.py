"""The tables of attached files: each content once, by its hash; which order has which, and who sent it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from hotline.store.sql.dialects import GROWING, UtcDateTime
from hotline.store.sql.tables.base import metadata

contents: Final = Table(
    "contents",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

attachments: Final = Table(
    "attachments",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False),
    Column("hash", String(64), ForeignKey("contents.hash"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("size", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("unit", Text),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("order_id", "hash"),
)
