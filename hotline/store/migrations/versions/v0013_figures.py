"""Figures kept ready: what every order says of the rates, its stays in stages, its tags.

Nothing is filled in here: the clock folds all events when it finds no rows. A frozen copy: ``hotline.store.sql.tables`` goes on,
this stays.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, String, Text

from hotline.store.sql.dialects import GROWING, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "figures",
        Column("id", GROWING, primary_key=True),
        Column("order_id", String(32), nullable=False, index=True),
        Column("book", String(8), nullable=False),
        Column("rate", String(20), nullable=False),
        Column("unit", Text, nullable=False),
        Column("at", UtcDateTime, nullable=False),
        Column("good", Boolean, nullable=False),
        Column("month", String(7), nullable=False),
        Column("category", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("kind", String(16), nullable=False),
    )
    op.create_index("ix_figures_book_at", "figures", ["book", "at"])
    op.create_table(
        "figure_tags", Column("order_id", String(32), primary_key=True), Column("tag", String(64), primary_key=True)
    )  # fmt: skip
    _stays()


def _stays() -> None:
    op.create_table(
        "figure_stays",
        Column("id", GROWING, primary_key=True),
        Column("order_id", String(32), nullable=False, index=True),
        Column("stage", String(16), nullable=False),
        Column("unit", Text, nullable=False),
        Column("category", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("entered_at", UtcDateTime, nullable=False),
        Column("left_at", UtcDateTime, nullable=False, index=True),
    )
