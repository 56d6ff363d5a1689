"""Filters of the work list that people keep."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, select

from hotline.services.rows import SavedView
from hotline.store.sql import tables
from hotline.store.sql.session import Session

t: Final = tables.saved_views


class SqlSavedViews:
    """``ports.SavedViews`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, key: str) -> list[SavedView]:
        """Return a key's views, by name."""
        found = self._session.rows(select(t.c.key_id, t.c.name, t.c.query).where(t.c.key_id == key))
        return sorted(
            (SavedView(key=key_id, name=name, query=query) for key_id, name, query in found), key=lambda view: view.name
        )

    def put(self, view: SavedView) -> None:
        """Keep a view; one of that name is replaced."""
        new = self._session.insert(t).values(key_id=view.key, name=view.name, query=view.query)
        self._session.run(new.on_conflict_do_update(index_elements=["key_id", "name"], set_={"query": view.query}))

    def drop(self, key: str, name: str) -> bool:
        """Forget a view; False when there is none."""
        return self._session.run(delete(t).where(t.c.key_id == key, t.c.name == name)).rowcount > 0
