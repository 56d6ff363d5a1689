"""Keys, sessions, who saw what; and the published rule books."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from hotline.domain.roles import Role
from hotline.services.rows import Book, Key, Session, Viewed
from hotline.store.sql import session as sql
from hotline.store.sql import tables

k: Final = tables.keys
v: Final = tables.views
b: Final = tables.books
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


class SqlBooks:
    """``ports.Books`` in SQL: the files once a hash, however often it is published."""

    def __init__(self, session: sql.Session) -> None:
        self._session = session

    def add(self, book: Book) -> None:
        """Store a publication; the same hash may be published again for another time."""
        files = [{"hash": book.hash, "path": path, "content": content} for path, content in book.files.items()]
        if files:
            self._session.run(self._session.insert(tables.book_files).on_conflict_do_nothing(), files)
        self._session.run(insert(b), {
            "hash": book.hash, "effective_at": book.effective_at, "published_at": book.published_at,
            "published_by": book.published_by,
        })  # fmt: skip

    def in_force(self, now: datetime) -> Book | None:
        """Return the book with the latest ``effective_at`` ≤ now (the later publication where equal)."""
        row = self._session.run(self._latest(now)).first()
        if row is None:
            return None
        f = tables.book_files
        files = self._session.run(select(f.c.path, f.c.content).where(f.c.hash == row.hash))
        return replace(_book(row), files={path: content for path, content in files})  # noqa: C416  # rows are no pairs to a type checker

    def hash_in_force(self, now: datetime) -> str | None:
        """Like ``in_force``, without reading the files."""
        row = self._session.run(self._latest(now)).first()
        return row.hash if row else None

    def listing(self) -> list[Book]:
        """Return publications, newest first, with empty ``files``."""
        return [_book(row) for row in self._session.rows(select(b).order_by(b.c.published_at.desc(), b.c.id.desc()))]

    @staticmethod
    def _latest(now: datetime) -> Any:
        newest = (b.c.effective_at.desc(), b.c.published_at.desc(), b.c.id.desc())
        return select(b).where(b.c.effective_at <= now).order_by(*newest).limit(1)


def _key(row: sql.Row) -> Key:
    return Key(**{**row._mapping, "role": Role(row.role)})


def _book(row: sql.Row) -> Book:
    return Book(
        hash=row.hash, files={}, effective_at=row.effective_at, published_at=row.published_at, published_by=row.published_by
    )
