"""What the read-only schema ``report`` needs beside the figures: the units' names and the score's weights, as the pack has them.

A panel's SQL cannot ask the pack; the clock writes these rows anew whenever another book is in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hotline.services.books import Books
from hotline.services.figures.report_ports import ReportUnit
from hotline.services.ports import Store
from routing_rules.pack import Pack

WRITTEN: Final = "report:book"
VERSION: Final = 1
"""Counts up when what is written changes: then it is written anew."""


class ReportKeeper:
    """Keeps names and weights in step with the book in force; one process does."""

    def __init__(self, store: Store, books: Books) -> None:
        self._store, self._books = store, books

    def keep(self) -> bool:
        """Write them where another book is in force than the last time; return whether it was. Raises ``StoreUnavailable``."""
        pack = self._books.current()
        basis = f"{VERSION} {pack.content_hash}"
        with self._store.read() as work:
            if work.marks.mark(WRITTEN) == basis:
                return False
        with self._store.write() as work:
            work.report.keep(list(report_units(pack)), report_settings(pack))
            work.marks.set_mark(WRITTEN, basis)
            work.commit()
        return True


def report_units(pack: Pack) -> Iterator[ReportUnit]:
    """Yield every unit of the pack."""
    for code, unit in pack.units.items():
        yield ReportUnit(code, unit.name)


def report_settings(pack: Pack) -> dict[str, str]:
    """Return ``{"zone": …, "floor": …, "weight.response": …}``; a rate without a weight is not named."""
    weights = {f"weight.{rate}": repr(float(weight)) for rate, weight in pack.settings.weights.items()}
    return {"zone": str(pack.zone), "floor": str(pack.settings.floor), **weights}
