"""Files that people attach to orders: each content once, by its hash.

A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

from hotline.store.sql.dialects import GROWING, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_orders: Final = Table("orders", _metadata, Column("id", String(32), primary_key=True))

_contents: Final = Table(
    "contents",
    _metadata,
    Column("hash", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

_attachments: Final = Table(
    "attachments",
    _metadata,
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


def upgrade() -> None:
    """Make the two tables."""
    for table in (_contents, _attachments):
        table.create(op.get_bind(), checkfirst=False)
