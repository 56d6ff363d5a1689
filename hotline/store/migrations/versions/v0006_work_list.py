"""The work list: flags and 退回·重办 as columns, what orders are found by, the filters people keep.

The texts of what is there are written by the clock, which follows the events from the first one. A frozen copy:
``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from typing import Any, Final

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    cast,
    column,
    false,
    or_,
    select,
    update,
)

from hotline.store.sql.dialects import GROWING
from hotline.store.sql.dialects.grams import index_statements

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)  # fmt: skip
for _name in ("calls", "keys"):
    Table(_name, _metadata, Column("id", String(32), primary_key=True))
_orders: Final = Table(
    "orders",
    _metadata,
    Column("id", String(32), primary_key=True),
    Column("state", String(20)),
    Column("doc", JSON),
    Column("flags", Text),
    Column("again", Boolean),
)
_texts: Final = Table(
    "order_texts",
    _metadata,
    Column("id", GROWING, primary_key=True),
    Column("call_id", String(32), ForeignKey("calls.id"), nullable=False),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False, index=True),
    Column("said", Text, nullable=False),
    UniqueConstraint("call_id"),
)
_views: Final = Table(
    "saved_views",
    _metadata,
    Column("key_id", String(32), ForeignKey("keys.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("query", Text, nullable=False),
)


def upgrade() -> None:
    """Make the columns, the tables and the indexes, and fill in the columns."""
    connection = op.get_bind()
    op.add_column("orders", Column("flags", Text, nullable=False, server_default="|"))
    op.add_column("orders", Column("again", Boolean, nullable=False, server_default=false()))
    _metadata.create_all(connection, tables=[_texts, _views], checkfirst=False)
    for statement in index_statements(connection.dialect):
        op.execute(statement)
    is_open: ColumnElement[bool] = column("is_open")
    op.create_index("ix_orders_unit_open", "orders", ["unit", "id"], sqlite_where=is_open, postgresql_where=is_open)
    runs: ColumnElement[bool] = column("ended_at").is_(None)
    op.create_index("ix_legs_running", "legs", ["unit", "order_id"], sqlite_where=runs, postgresql_where=runs)
    said = cast(_orders.c.doc, Text)
    marked = or_(said.contains('"flags"'), said.contains('"round"'), said.contains('"review"'))
    rows = connection.execute(select(_orders.c.id, _orders.c.state, _orders.c.doc).where(marked)).all()
    if rows:
        change = (
            update(_orders)
            .where(_orders.c.id == bindparam("b_id"))
            .values(flags=bindparam("b_flags"), again=bindparam("b_again"))
        )
        connection.execute(change, [{"b_id": ident, **_listed(state, doc)} for ident, state, doc in rows])


def _listed(state: str, doc: dict[str, Any]) -> dict[str, Any]:
    flags = sorted(doc.get("flags", ()))
    sent_back = state == "signed" and "review" in doc.get("due", {})
    again = doc.get("round", 1) > 1 or sent_back or "return_asked" in flags
    return {"b_flags": "".join(f"|{flag}" for flag in flags) + "|", "b_again": again}
