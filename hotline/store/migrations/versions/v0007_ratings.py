"""Ratings, of which there is one for an order's round and channel; notices; and who may not know of an order 回避.

A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    column,
)

from hotline.store.sql.dialects import GROWING, UtcDateTime, append_only, partial_index

revision = "0007"
down_revision = "0006"
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

_ratings: Final = Table(
    "ratings",
    _metadata,
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

_notices: Final = Table(
    "notices",
    _metadata,
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
    partial_index("ix_notices_unread", "addressee", "show_from", where=column("read_at").is_(None)),
)


def upgrade() -> None:
    """Make the tables and the column."""
    connection = op.get_bind()
    _metadata.create_all(connection, tables=[_ratings, _notices], checkfirst=False)
    for statement in append_only("ratings", connection.dialect):
        op.execute(statement)
    op.create_index("ix_notices_addressee_at_id", "notices", ["addressee", "at", "id"])
    op.add_column("orders", Column("recused", Text, nullable=False, server_default="|"))
