"""What every table stands in."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    MetaData,
)

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

#: Tables the database itself lets grow only; an event's position is filled in once.
APPEND_ONLY: Final = (
    "events", "views", "draft_steps", "ratings", "incident_steps", "assessment_steps", "assessment_editions", "assessment_units",
    "official_files", "official_scores",
)  # fmt: skip
