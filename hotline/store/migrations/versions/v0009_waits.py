"""What of an order waits for a decision, as a column: the inbox of applications reads few of many orders.

A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, ColumnElement, MetaData, String, Table, Text, column, update

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_orders = Table(
    "orders",
    MetaData(),
    Column("state", String(20)),
    Column("return_asked", Boolean),
    Column("waits", Text),
)


def upgrade() -> None:
    """Make the column and its index; until now there were applications to give back and no others."""
    op.add_column("orders", Column("waits", Text))
    waits: ColumnElement[bool] = column("waits").is_not(None)
    op.create_index("ix_orders_waits", "orders", ["id"], sqlite_where=waits, postgresql_where=waits)
    connection = op.get_bind()
    connection.execute(update(_orders).where(_orders.c.return_asked).values(waits="|return|"))
    connection.execute(update(_orders).where(_orders.c.state == "in_ruling").values(waits="|ruling|"))
