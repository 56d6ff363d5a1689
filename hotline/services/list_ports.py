"""The rooms of the store behind the work list: what orders are found by, and the filters people keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hotline.services.rows import OrderText, SavedView


class Texts(Protocol):
    """What calls say, masked, to find their orders by (``OrderFilter.text``)."""

    def add(self, rows: Sequence[OrderText]) -> None:
        """Append; a call that its order has already is left out."""


class SavedViews(Protocol):
    """Filters of the work list that people keep."""

    def of(self, key: str) -> list[SavedView]:
        """Return a key's views, by name."""

    def put(self, view: SavedView) -> None:
        """Keep a view; one of that name is replaced."""

    def drop(self, key: str, name: str) -> bool:
        """Forget a view; False when there is none."""
