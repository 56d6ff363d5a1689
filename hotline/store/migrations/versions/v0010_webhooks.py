"""Endpoints of webhooks, and a row for each event that each of them is to get.

A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    column,
)

from hotline.store.sql.dialects import GROWING, UtcDateTime, partial_index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

Table(
    "webhook_endpoints",
    _metadata,
    Column("id", String(32), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("unit", Text),
    Column("kinds", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("position", GROWING, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_since", UtcDateTime),
    Column("retry_at", UtcDateTime),
    Column("last_ok_at", UtcDateTime),
    Column("off_at", UtcDateTime),
    Column("off_why", Text, nullable=False),
)

Table(
    "webhook_deliveries",
    _metadata,
    Column("number", GROWING, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("endpoint_id", String(32), ForeignKey("webhook_endpoints.id"), nullable=False),
    Column("order_id", String(32), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("first_at", UtcDateTime),
    Column("tried_at", UtcDateTime),
    Column("status", Integer),
    Column("error", Text, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("gave_up_at", UtcDateTime),
    Column("holder", Text, nullable=False),
    Column("until", UtcDateTime),
    UniqueConstraint("endpoint_id", "order_id", "seq"),
    Index("ix_webhook_deliveries_endpoint", "endpoint_id", "number"),
    partial_index("ix_webhook_deliveries_due", "endpoint_id", "next_at", where=column("next_at").is_not(None)),
    partial_index("ix_webhook_deliveries_gave_up", "endpoint_id", where=column("gave_up_at").is_not(None)),
    partial_index("ix_webhook_deliveries_delivered", "delivered_at", where=column("delivered_at").is_not(None)),
)


def upgrade() -> None:
    """Make the tables."""
    _metadata.create_all(op.get_bind(), checkfirst=False)
