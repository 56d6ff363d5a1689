"""The room of the store for what the schema ``report`` joins to the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ReportUnit:
    """A unit with its name."""

    code: str
    name: str


class ReportRows(Protocol):
    """The two small tables that the views of the schema ``report`` join."""

    def keep(self, units: Sequence[ReportUnit], settings: Mapping[str, str]) -> None:
        """Keep these in place of what there was."""

    def units(self) -> list[ReportUnit]:
        """Return the units, by code."""

    def settings(self) -> dict[str, str]:
        """Return the settings."""
