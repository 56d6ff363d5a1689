"""Names and weights for the schema ``report``, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.services.figures.report_ports import ReportUnit
from hotline.store.memory.state import State


class MemoryReport:
    """``figures.report_ports.ReportRows`` in memory."""

    def __init__(self, state: State) -> None:
        self._units, self._settings = state.report_units, state.report_settings

    def keep(self, units: Sequence[ReportUnit], settings: Mapping[str, str]) -> None:
        """Keep these in place of what there was."""
        self._units.clear()
        self._units.update({unit.code: unit for unit in units})
        self._settings.clear()
        self._settings.update(settings)

    def units(self) -> list[ReportUnit]:
        """Return the units, by code."""
        return sorted(self._units.values(), key=lambda unit: unit.code)

    def settings(self) -> dict[str, str]:
        """Return the settings."""
        return dict(self._settings)
