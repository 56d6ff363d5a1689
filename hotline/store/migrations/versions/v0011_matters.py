"""Several matters of one call are several orders; orders under one handling order 并单; incidents; unknown places.

Until now a call made one order. SQLite cannot take a table's UNIQUE away, so there the two tables are written anew.
A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    column,
    false,
)

from hotline.store.sql.dialects import GROWING, UtcDateTime, append_only, partial_index
from hotline.store.sql.dialects.anew import with_constraint

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)  # fmt: skip
Table("orders", _metadata, Column("id", String(32), primary_key=True))
_incidents: Final = Table(
    "incidents",
    _metadata,
    Column("id", String(40), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("doc", JSON, nullable=False),
)
_steps: Final = Table(
    "incident_steps",
    _metadata,
    Column("id", GROWING, primary_key=True),
    Column("incident_id", String(40), ForeignKey("incidents.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("data", JSON, nullable=False),
    UniqueConstraint("incident_id", "seq"),
)
_unknown: Final = Table(
    "unknown_places",
    _metadata,
    Column("name", String(64), primary_key=True),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("times", Integer, nullable=False),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False),
    Column("settled_at", UtcDateTime),
    Column("settled_by", Text, nullable=False),
    partial_index("ix_unknown_places_waiting", "times", where=column("settled_at").is_(None)),
)


def upgrade() -> None:
    """Make the columns, the tables and the indexes, and let a call have an order for each matter."""
    connection = op.get_bind()
    for name in ("merged_into", "incident"):
        op.add_column("orders", Column(name, String(40)))
    op.add_column("orders", Column("matter", SmallInteger, nullable=False, server_default="1"))
    op.add_column("orders", Column("spot_check", Boolean, nullable=False, server_default=false()))
    with_constraint(connection, "orders", ("call_id",), ("call_id", "matter"))
    with_constraint(connection, "order_texts", ("call_id",), ("call_id", "order_id"))
    for name in ("merged_into", "incident"):
        there: ColumnElement[bool] = column(name).is_not(None)
        op.create_index(f"ix_orders_{name}", "orders", [name], sqlite_where=there, postgresql_where=there)
    sampled: ColumnElement[bool] = column("spot_check")
    op.create_index("ix_orders_spot_check", "orders", ["id"], sqlite_where=sampled, postgresql_where=sampled)
    _metadata.create_all(connection, tables=[_incidents, _steps, _unknown], checkfirst=False)
    for statement in append_only("incident_steps", connection.dialect):
        op.execute(statement)
