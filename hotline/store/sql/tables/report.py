"""What the views of the read-only schema ``report`` join beside the figures; written by the clock from the book in force."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, String, Table, Text

from hotline.store.sql.tables.base import metadata

report_units: Final = Table(
    "report_units",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("name", Text, nullable=False),
)

report_settings: Final = Table(
    "report_settings",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
