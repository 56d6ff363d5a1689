"""Small facts of the running processes: leases and marks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select

from hotline.store.sql import tables
from hotline.store.sql.session import Session

m: Final = tables.marks


class SqlMarks:
    """``ports.Marks`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lease(self, name: str, holder: str, now: datetime, seconds: float) -> bool:
        """Take or renew a lease; False while another holds it."""
        new = self._session.insert(tables.leases).values(name=name, holder=holder, until=now + timedelta(seconds=seconds))
        free = or_(tables.leases.c.holder == holder, tables.leases.c.until <= now)
        wanted = {"holder": new.excluded.holder, "until": new.excluded.until}
        upsert = new.on_conflict_do_update(index_elements=["name"], set_=wanted, where=free).returning(tables.leases.c.name)
        return self._session.run(upsert).first() is not None

    def release(self, name: str, holder: str) -> None:
        """Give a lease up."""
        self._session.run(delete(tables.leases).where(tables.leases.c.name == name, tables.leases.c.holder == holder))

    def mark(self, name: str) -> str | None:
        """Return a mark."""
        return self._session.run(select(m.c.value).where(m.c.name == name)).scalar()

    def set_mark(self, name: str, value: str) -> None:
        """Set a mark."""
        new = self._session.insert(m).values(name=name, value=value)
        self._session.run(new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value}))
