"""Whether something of an order may have to be entered above 未回填, as a column: it is asked for however old it is.

A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import JSON, Boolean, Column, ColumnElement, MetaData, String, Table, Text, column, false, select, text, update

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_metadata: Final = MetaData()
_orders: Final = Table(
    "orders", _metadata, Column("id", String(32)), Column("state", String(20)), Column("doc", JSON), Column("to_enter", Boolean)
)
_events: Final = Table("events", _metadata, Column("order_id", String(32)), Column("kind", Text))
ENTERED: Final = (
    "exclusion_applied", "extension_applied", "passed_up", "pause_applied", "return_applied", "review_passed", "upward_applied",
)  # fmt: skip
LEFT: Final = ("recalled", "withdrawn")


def upgrade() -> None:
    """Make the column and its index; what came from above and was ever released or applied for is looked at once more."""
    op.add_column("orders", Column("to_enter", Boolean, nullable=False, server_default=false()))
    above = _orders.c.doc["origin"].as_string() == "upstream"
    told = _orders.c.id.in_(select(_events.c.order_id).where(_events.c.kind.in_(ENTERED)))
    found = update(_orders).where(above, told, _orders.c.state.not_in(LEFT)).values(to_enter=True)
    op.get_bind().execute(found)
    waits: ColumnElement[bool] = column("to_enter")
    sqlite = text("to_enter = 1")  # as it is asked there
    op.create_index("ix_orders_to_enter", "orders", ["received_at", "id"], sqlite_where=sqlite, postgresql_where=waits)
