"""Assessments: steps, tables of months as they were, the city's official scores.

A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import JSON, Column, Date, Float, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

from hotline.store.sql.dialects import GROWING, UtcDateTime, append_only

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_RATES: Final = (
    "response", "resolution", "satisfaction", "on_time", "signed_on_time", "callback", "return", "reopening", "first_dispatch",
)  # fmt: skip
_APPEND_ONLY: Final = ("assessment_steps", "assessment_editions", "assessment_units", "official_files", "official_scores")
_metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)  # fmt: skip
Table(
    "assessments",
    _metadata,
    Column("month", Date, primary_key=True),
    Column("stage", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("in_force", Integer, nullable=False),
    Column("until", UtcDateTime),
)
Table(
    "assessment_steps",
    _metadata,
    Column("id", GROWING, primary_key=True),
    Column("month", Date, ForeignKey("assessments.month"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("data", JSON, nullable=False),
    UniqueConstraint("month", "seq"),
)
Table(
    "assessment_editions",
    _metadata,
    Column("month", Date, ForeignKey("assessments.month"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("pack", String(64), nullable=False),
    Column("basis", JSON, nullable=False),
)
Table(
    "assessment_units",
    _metadata,
    Column("month", Date, primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("sort", String(12), nullable=False),
    Column("volume", Integer, nullable=False),
    Column("period_volume", Integer, nullable=False),
    *(Column(f"{rate}_{part}", Integer, nullable=False) for rate in _RATES for part in ("num", "den")),
    Column("points", Float, nullable=False),
    Column("period_points", Float, nullable=False),
    Column("rated", Float),
    Column("score", Float),
    Column("ranking", Float),
    Column("tier", Integer, nullable=False),
    Column("rank", Integer),
    Column("period", JSON, nullable=False),
)
Table(
    "official_files",
    _metadata,
    Column("hash", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("rows", Integer, nullable=False),
)
Table(
    "official_scores",
    _metadata,
    Column("file", String(64), ForeignKey("official_files.hash"), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("score", Float, nullable=False),
    Column("rates", JSON, nullable=False),
)


def upgrade() -> None:
    """Make the tables; the database itself refuses to change what was written."""
    connection = op.get_bind()
    _metadata.create_all(connection, checkfirst=False)
    for table in _APPEND_ONLY:
        for statement in append_only(table, connection.dialect):
            op.execute(statement)
