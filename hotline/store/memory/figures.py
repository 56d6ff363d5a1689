"""The figures kept ready, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from hotline.domain.indicators import Rate
from hotline.services.figures.differences import Differs, differing
from hotline.services.figures.rows import Asked, Counts, Crossed, Figured, Stayed, Wanted, behind, counted, crossed, stayed
from hotline.store.memory.state import State


class MemoryFigures:
    """``figures.ports.FigureRows`` in memory."""

    def __init__(self, state: State) -> None:
        self._figures = state.figures

    def one_keeps(self) -> None:
        """Do nothing: there is one writing unit of work at a time."""

    def replace(self, rows: Sequence[Figured]) -> None:
        """Keep these orders' rows in place of what there was."""
        self._figures.update({row.order_id: row for row in rows})

    def forget(self) -> None:
        """Delete everything."""
        self._figures.clear()

    def counts(self, asked: Asked, only: Sequence[str] | None = None) -> Counts:
        """Count what is asked for, of all orders or of ``only`` these."""
        return counted(self._rows(only), asked)

    def crossed(self, asked: Asked, only: Sequence[str] | None = None) -> Crossed:
        """Count what is asked for by class and place, of all orders or of ``only`` these."""
        return crossed(self._rows(only), asked)

    def behind(self, asked: Asked, wanted: Wanted, after: str, limit: int) -> list[str]:
        """Return the ids of the orders behind a figure, in order, beyond ``after``."""
        found = {row.order_id for row in self._rows(None) if behind(row, asked, wanted)}
        return [order_id for order_id in sorted(found) if order_id > after][:limit]

    def differences(self, asked: Asked, rate: Rate, contrary: bool, after: str, limit: int) -> list[Differs]:
        """Return the orders from above that the books count differently."""
        found = (differing(row, asked, rate, contrary=contrary) for row in self._rows(None) if row.order_id > after)
        return sorted((one for one in found if one is not None), key=attrgetter("order_id"))[:limit]

    def stays(self, asked: Asked) -> list[Stayed]:
        """Return the stays that ended in the period, of the units, category and place asked for."""
        return [one for row in self._rows(None) for one in stayed(row, asked)]

    def _rows(self, only: Sequence[str] | None) -> Iterator[Figured]:
        wanted = self._figures if only is None else [one for one in only if one in self._figures]
        return (self._figures[order_id] for order_id in wanted)
