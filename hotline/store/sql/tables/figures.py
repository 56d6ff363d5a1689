"""What every order says of the rates, kept ready for reading; folded anew from the events whenever one happened."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from hotline.store.sql.dialects import GROWING, UtcDateTime
from hotline.store.sql.tables.base import metadata

figures: Final = Table(
    "figures",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("order_id", String(32), nullable=False, index=True),
    Column("book", String(8), nullable=False),
    Column("rate", String(20), nullable=False),
    Column("unit", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),  # when it is settled; ahead of now for what is still undone
    Column("good", Boolean, nullable=False),
    Column("month", String(7), nullable=False),  # of ``at``, local
    Column("category", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    # counting reads this alone: of 100,000 orders a month these are two million rows, spread over the table
    Index(
        "ix_figures_counted",
        "book",
        "rate",
        "at",
        "good",
        "unit",
        "category",
        "place",
        "channel",
        "kind",
        "month",
        "order_id",
    ),
)

figure_tags: Final = Table(
    "figure_tags",
    metadata,
    Column("order_id", String(32), primary_key=True),
    Column("tag", String(64), primary_key=True),
)

figure_stays: Final = Table(
    "figure_stays",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("order_id", String(32), nullable=False, index=True),
    Column("stage", String(16), nullable=False),
    Column("unit", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime, nullable=False, index=True),
)
