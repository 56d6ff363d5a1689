"""A month's assessment: its steps and its tables as they were, and the city's official scores beside them.

``assessment_units`` holds a line for each unit in each edition of a month. The one that counts is ``assessments.in_force`` of a
month whose stage is ``frozen`` or ``published``; the first one frozen is ``assessments.edition``.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Column, Date, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from hotline.domain.indicators import RATES
from hotline.store.sql.dialects import GROWING, UtcDateTime
from hotline.store.sql.tables.base import metadata

assessments: Final = Table(
    "assessments",
    metadata,
    Column("month", Date, primary_key=True),
    Column("stage", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("in_force", Integer, nullable=False),
    Column("until", UtcDateTime),
)

assessment_steps: Final = Table(
    "assessment_steps",
    metadata,
    Column("id", GROWING, primary_key=True),
    Column("month", Date, ForeignKey("assessments.month"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("data", JSON, nullable=False),
    UniqueConstraint("month", "seq"),
)

assessment_editions: Final = Table(
    "assessment_editions",
    metadata,
    Column("month", Date, ForeignKey("assessments.month"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("pack", String(64), nullable=False),
    Column("basis", JSON, nullable=False),
)

assessment_units: Final = Table(
    "assessment_units",
    metadata,
    Column("month", Date, primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("sort", String(12), nullable=False),
    Column("volume", Integer, nullable=False),
    Column("period_volume", Integer, nullable=False),
    *(Column(f"{rate}_{part}", Integer, nullable=False) for rate in RATES for part in ("num", "den")),
    Column("points", Float, nullable=False),
    Column("period_points", Float, nullable=False),
    Column("rated", Float),
    Column("score", Float),
    Column("ranking", Float),
    Column("tier", Integer, nullable=False),
    Column("rank", Integer),
    Column("period", JSON, nullable=False),
)

official_files: Final = Table(
    "official_files",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("rows", Integer, nullable=False),
)

official_scores: Final = Table(
    "official_scores",
    metadata,
    Column("file", String(64), ForeignKey("official_files.hash"), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("score", Float, nullable=False),
    Column("rates", JSON, nullable=False),
)
