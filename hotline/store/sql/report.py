"""Names and weights for the schema ``report``, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy import delete, select

from hotline.services.figures.report_ports import ReportUnit
from hotline.store.sql import tables
from hotline.store.sql.session import Session

u: Final = tables.report_units
s: Final = tables.report_settings


class SqlReport:
    """``figures.report_ports.ReportRows`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, units: Sequence[ReportUnit], settings: Mapping[str, str]) -> None:
        """Keep these in place of what there was."""
        for table in (u, s):
            self._session.run(delete(table))
        if units:
            self._session.add(u, [asdict(unit) for unit in units])
        if settings:
            self._session.add(s, [{"name": name, "value": value} for name, value in settings.items()])

    def units(self) -> list[ReportUnit]:
        """Return the units, by code."""
        return [ReportUnit(*row) for row in self._session.rows(select(u.c.code, u.c.name).order_by(u.c.code))]

    def settings(self) -> dict[str, str]:
        """Return the settings."""
        return {row.name: row.value for row in self._session.rows(select(s.c.name, s.c.value))}
