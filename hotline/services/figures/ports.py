"""The room of the store where the figures are kept ready."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hotline.domain.indicators import Rate
from hotline.services.figures.differences import Differs
from hotline.services.figures.rows import Asked, Counts, Crossed, Figured, Stayed, Wanted


class FigureRows(Protocol):
    """Observations and stays by order, replaced together whenever something happened to the order."""

    def one_keeps(self) -> None:
        """Wait until no other unit of work keeps figures, and let none begin to before this one is over.

        What the other one wrote is seen from now on: whoever keeps figures calls this first, then looks how far they are.
        """

    def replace(self, rows: Sequence[Figured]) -> None:
        """Keep these orders' rows in place of what there was."""

    def forget(self) -> None:
        """Delete everything."""

    def counts(self, asked: Asked, only: Sequence[str] | None = None) -> Counts:
        """Count what is asked for, of all orders or of ``only`` these."""

    def crossed(self, asked: Asked, only: Sequence[str] | None = None) -> Crossed:
        """Count what is asked for by class and place, of all orders or of ``only`` these."""

    def behind(self, asked: Asked, wanted: Wanted, after: str, limit: int) -> list[str]:
        """Return the ids of the orders behind a figure, in order, beyond ``after``."""

    def differences(self, asked: Asked, rate: Rate, contrary: bool, after: str, limit: int) -> list[Differs]:
        """Return the orders from above that the books count differently, by id, beyond ``after`` (``Figures.differences``)."""

    def stays(self, asked: Asked) -> list[Stayed]:
        """Return the stays that ended in the period, of the units, category and place asked for."""
