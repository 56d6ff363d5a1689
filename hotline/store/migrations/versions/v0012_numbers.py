"""The number under which others know an order, as a column of the calls: what came under one is read together.

A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import JSON, Column, ColumnElement, MetaData, String, Table, Text, and_, case, column, func, update

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_calls: Final = Table(
    "calls", MetaData(), Column("order_id", String(32)), Column("doc", JSON), Column("number", Text)
)  # fmt: skip
OWN_NUMBER: Final = "办件编号"


def upgrade() -> None:
    """Make the column and its indexes: the city's number, else the district's own."""
    op.add_column("calls", Column("number", Text))
    own: ColumnElement[str | None] = _calls.c.doc["extra"][OWN_NUMBER].as_string()
    city: ColumnElement[str | None] = _calls.c.doc["upstream_no"].as_string()
    number = func.coalesce(case((city != "", city)), case((own != "", own)))
    op.get_bind().execute(update(_calls).values(number=number))
    some: ColumnElement[bool] = column("number").is_not(None)
    waits = and_(column("number").is_not(None), column("order_id").is_(None))
    op.create_index("ix_calls_number", "calls", ["number", "recorded_at"], sqlite_where=some, postgresql_where=some)
    op.create_index("ix_calls_waiting", "calls", ["number"], sqlite_where=waits, postgresql_where=waits)
