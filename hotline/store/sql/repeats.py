"""Requests under an ``Idempotency-Key``, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import and_, delete, or_, select, update

from hotline.services.api_rows import Headers, Repeat
from hotline.store.sql import tables
from hotline.store.sql.session import Session

t: Final = tables.repeats
_COLUMNS: Final = [t.c[name] for name in Repeat.__slots__]


class SqlRepeats:
    """``api_ports.Repeats`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, ident: str) -> Repeat | None:
        """Return a request."""
        row = self._session.run(select(*_COLUMNS).where(t.c.id == ident)).first()
        if row is None:
            return None
        read = dict(row._mapping)
        return Repeat(**{**read, "headers": tuple((name, value) for name, value in read["headers"])})

    def claim(self, new: Repeat, kept_since: datetime) -> bool:
        """Store a request that begins; False when another attempt runs or has answered."""
        row = {**{name: getattr(new, name) for name in Repeat.__slots__}, "headers": [list(pair) for pair in new.headers]}
        insert = self._session.insert(t).values(row).on_conflict_do_nothing().returning(t.c.id)
        if self._session.run(insert).first() is not None:
            return True
        dead = or_(and_(t.c.status.is_(None), t.c.until <= new.claimed_at), t.c.claimed_at <= kept_since)
        return self._session.run(update(t).where(t.c.id == new.id, dead).values(row)).rowcount == 1

    def answer(self, ident: str, holder: str, status: int, headers: Headers, body: bytes) -> bool:
        """Store the answer of the attempt ``holder``; False when another attempt has taken its place."""
        mine = update(t).where(t.c.id == ident, t.c.holder == holder, t.c.status.is_(None))
        kept = {"status": status, "headers": [list(pair) for pair in headers], "body": body}
        return self._session.run(mine.values(kept)).rowcount == 1

    def release(self, ident: str, holder: str) -> None:
        """Forget an attempt that changed nothing."""
        self._session.run(delete(t).where(t.c.id == ident, t.c.holder == holder, t.c.status.is_(None)))

    def purge(self, claimed_before: datetime) -> int:
        """Delete requests begun before; return how many."""
        return self._session.run(delete(t).where(t.c.claimed_at < claimed_before)).rowcount
