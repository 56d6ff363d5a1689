"""What many orders have in common: incidents, and names of places nobody has written down."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint, column

from hotline.store.sql.dialects import GROWING, UtcDateTime, partial_index
from hotline.store.sql.tables.base import metadata

incidents: Final = Table(
    "incidents",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("doc", JSON, nullable=False),
)

incident_steps: Final = Table(
    "incident_steps",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("incident_id", String(40), ForeignKey("incidents.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("data", JSON, nullable=False),
    UniqueConstraint("incident_id", "seq"),
)

unknown_places: Final = Table(
    "unknown_places",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("times", Integer, nullable=False),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False),
    Column("settled_at", UtcDateTime),
    Column("settled_by", Text, nullable=False),
    partial_index("ix_unknown_places_waiting", "times", where=column("settled_at").is_(None)),
)
