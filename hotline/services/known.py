"""Which of the city's numbers we know: asked before an import is recorded, so that its summary can say what is new."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.services.ports import Store


def known_upstream(store: Store, numbers: Sequence[str]) -> frozenset[str]:
    """Return those of ``numbers`` (市级编号) that have an order."""
    with store.read() as work:
        return frozenset(work.orders.by_upstream(numbers)) if numbers else frozenset()
