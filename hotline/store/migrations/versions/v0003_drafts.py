"""Drafts of rule books and their steps; who proposed a book, and one withdrawn before its time.

A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, Text

from hotline.store.sql.dialects import GROWING, UtcDateTime, append_only

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_metadata: Final = MetaData(naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s"})

Table(
    "drafts",
    _metadata,
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

Table(
    "draft_steps",
    _metadata,
    Column("id", GROWING, primary_key=True),
    Column("hash", String(64), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("step", String(16), nullable=False),
    Column("data", JSON, nullable=False),
)


def upgrade() -> None:
    """Make the tables and the columns."""
    connection = op.get_bind()
    _metadata.create_all(connection, checkfirst=False)
    for statement in append_only("draft_steps", connection.dialect):
        op.execute(statement)
    op.add_column("books", Column("proposed_by", Text))
    op.add_column("books", Column("withdrawn_at", UtcDateTime))
