"""The figures kept ready, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hotline.domain.indicators import Rate
from hotline.services.figures.ports import Stayed
from hotline.services.figures.rows import Asked, Counts, Figured, below, counted, matching
from hotline.store.memory.state import State


class MemoryFigures:
    """``figures.ports.FigureRows`` in memory."""

    def __init__(self, state: State) -> None:
        self._figures = state.figures

    def replace(self, rows: Sequence[Figured]) -> None:
        """Keep these orders' rows in place of what there was."""
        self._figures.update({row.order_id: row for row in rows})

    def forget(self) -> None:
        """Delete everything."""
        self._figures.clear()

    def counts(self, asked: Asked, only: Sequence[str] | None = None) -> Counts:
        """Count what is asked for, of all orders or of ``only`` these."""
        return counted(self._rows(only), asked)

    def behind(self, asked: Asked, rate: Rate, key: str | None, good: bool | None, after: str, limit: int) -> list[str]:
        """Return the ids of the orders behind a figure, in order, beyond ``after``."""
        found = {
            row.order_id
            for row in self._rows(None)
            for seen in matching(row, asked)
            if seen.rate == rate and good in (None, seen.good) and _under(row.keys(seen, asked.by), key, asked)
        }
        return [order_id for order_id in sorted(found) if order_id > after][:limit]

    def stays(self, asked: Asked) -> list[Stayed]:
        """Return the stays that ended in the period, of the units, category and place asked for."""
        return [
            Stayed(row.order_id, one.stage, one.unit, row.category, one.entered, one.left)
            for row in self._rows(None)
            if row.order_id not in asked.without and below(row.category, asked.category) and below(row.place, asked.place)
            for one in row.stays
            if asked.start <= one.left < asked.end and (asked.units is None or one.unit in asked.units)
        ]

    def _rows(self, only: Sequence[str] | None) -> Iterator[Figured]:
        wanted = self._figures if only is None else [one for one in only if one in self._figures]
        return (self._figures[order_id] for order_id in wanted)


def _under(keys: Sequence[str], key: str | None, asked: Asked) -> bool:
    if key is None or asked.by == "all":
        return True
    return any(below(one, key) if asked.by in ("street", "category") else one == key for one in keys)
