"""Keys, sessions, who saw what."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select, update

from hotline.domain.roles import Role
from hotline.services.rows import Key, Session, Viewed
from hotline.store.sql import session as sql
from hotline.store.sql import tables

k: Final = tables.keys
v: Final = tables.views
_SEEN: Final = (v.c.at, v.c.actor, v.c.what, v.c.ref, v.c.reason)


class SqlAccess:
    """``ports.Access`` in SQL."""

    def __init__(self, session: sql.Session) -> None:
        self._session = session

    def add_key(self, key: Key) -> None:
        """Store a key."""
        self._session.run(insert(k), {**asdict(key), "role": key.role.value})

    def key(self, sha256: str) -> Key | None:
        """Find a key that is not revoked."""
        row = self._session.run(select(k).where(k.c.sha256 == sha256, k.c.revoked_at.is_(None))).first()
        return _key(row) if row else None

    def key_by_id(self, ident: str) -> Key | None:
        """Find a key that is not revoked."""
        row = self._session.run(select(k).where(k.c.id == ident, k.c.revoked_at.is_(None))).first()
        return _key(row) if row else None

    def keys(self) -> list[Key]:
        """List keys, newest first."""
        return [_key(row) for row in self._session.rows(select(k).order_by(k.c.created_at.desc(), k.c.id.desc()))]

    def revoke(self, ident: str, at: datetime) -> bool:
        """Revoke a key; False when there is none."""
        done = self._session.run(update(k).where(k.c.id == ident, k.c.revoked_at.is_(None)).values(revoked_at=at))
        return bool(done.rowcount)

    def add_session(self, session: Session) -> None:
        """Store a session."""
        self._session.run(insert(tables.sessions), asdict(session))

    def session(self, sha256: str, now: datetime) -> Session | None:
        """Find a session that has not expired."""
        s = tables.sessions
        row = self._session.run(select(s).where(s.c.sha256 == sha256, s.c.expires_at > now)).first()
        return Session(**row._mapping) if row else None

    def end_session(self, sha256: str) -> None:
        """Delete a session."""
        self._session.run(delete(tables.sessions).where(tables.sessions.c.sha256 == sha256))

    def viewed(self, row: Viewed) -> None:
        """Record who saw what."""
        self._session.run(insert(v), asdict(row))

    def views(self, ref: str) -> list[Viewed]:
        """Return who saw it, oldest first."""
        return [Viewed(**row._mapping) for row in self._session.rows(select(*_SEEN).where(v.c.ref == ref).order_by(v.c.id))]


def _key(row: sql.Row) -> Key:
    return Key(**{**row._mapping, "role": Role(row.role)})
