"""Answers of requests under an ``Idempotency-Key``, kept for 24 hours.

A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, Integer, LargeBinary, MetaData, String, Table

from hotline.store.sql.dialects import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s"})

Table(
    "repeats",
    _metadata,
    Column("id", String(64), primary_key=True),
    Column("print", String(64), nullable=False),
    Column("holder", String(32), nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False, index=True),
    Column("until", UtcDateTime, nullable=False),
    Column("status", Integer),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


def upgrade() -> None:
    """Make the table."""
    _metadata.create_all(op.get_bind(), checkfirst=False)
