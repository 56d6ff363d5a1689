"""Orders keep every fact, due times that wait for a year's holidays, and marks of what was reminded of instead of the last one.

``steps`` (``round|clock|step|due``) takes the place of ``warned_for`` (the due time warned of, ``late `` before it when the order
was escalated), so that nothing is reminded of twice after the change.
"""

from __future__ import annotations

from typing import Any, Final

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    cast,
    column,
    false,
    select,
    update,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LATE: Final = "late "
_CLOCKS: Final = {
    "registered": "dispatch", "on_desk": "dispatch", "in_ruling": "dispatch", "answered": "review", "signed_off": "review",
    "in_review": "review", "passed_up": "review", "in_callback": "callback",
}  # fmt: skip
_orders: Final = Table(
    "orders",
    MetaData(),
    Column("id", String(32), primary_key=True),
    Column("state", String(20)),
    Column("doc", JSON),
    Column("provisional", Boolean),
)


def upgrade() -> None:
    """Add the column with its index, and turn the last warning of each order into a mark."""
    op.add_column("orders", Column("provisional", Boolean, nullable=False, server_default=false()))
    waits: ColumnElement[bool] = column("provisional")
    op.create_index("ix_orders_provisional", "orders", ["id"], sqlite_where=waits, postgresql_where=waits)
    connection = op.get_bind()
    warned = cast(_orders.c.doc, Text).contains('"warned_for"')
    rows = connection.execute(select(_orders.c.id, _orders.c.state, _orders.c.doc).where(warned)).all()
    changed = [{"b_id": ident, "b_doc": _marked(state, doc)} for ident, state, doc in rows if "warned_for" in doc]
    if changed:
        statement = update(_orders).where(_orders.c.id == bindparam("b_id")).values(doc=bindparam("b_doc", type_=JSON))
        connection.execute(statement, changed)


def _marked(state: str, doc: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in doc.items() if name != "warned_for"}
    due = doc["warned_for"].removeprefix(_LATE)
    step = "escalate" if doc["warned_for"].startswith(_LATE) else "warn"
    return {**kept, "steps": [f"{doc.get('round', 1)}|{_CLOCKS.get(state, 'answer')}|{step}|{due}"]} if due else kept
