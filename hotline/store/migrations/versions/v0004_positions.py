"""An event's position is given by the clock in the order of commits; the number it got when it was inserted is only its id.

What is there was committed long ago: it keeps its number as its position, so that who follows goes on where it was.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ColumnElement, column

from hotline.store.sql.dialects import GROWING, filled_once

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OTHERS: Final = ("id", "order_id", "seq", "at", "kind", "actor", "unit", "data")


def upgrade() -> None:
    """Rename the number, add the position, and let it be filled in once."""
    dialect = op.get_bind().dialect
    op.execute("ALTER TABLE events RENAME COLUMN position TO id")
    if dialect.name == "postgresql":
        op.execute("ALTER SEQUENCE events_position_seq RENAME TO events_id_seq")
    op.add_column("events", Column("position", GROWING))
    for statement in filled_once("events", "position", _OTHERS, dialect):
        op.execute(statement)
    op.execute("UPDATE events SET position = id")
    op.create_index("ix_events_position", "events", ["position"], unique=True)
    waits: ColumnElement[bool] = column("position").is_(None)
    op.create_index("ix_events_unsettled", "events", ["id"], sqlite_where=waits, postgresql_where=waits)
