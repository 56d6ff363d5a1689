"""Rule books, and the drafts on their way to become one. Files lie once a hash, however often it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update

from hotline.errors import DraftChanged
from hotline.services.rows import Book, Draft, DraftState, DraftStep
from hotline.store.sql import session as sql
from hotline.store.sql import tables
from routing_rules.findings import Finding

b: Final = tables.books
f: Final = tables.book_files
d: Final = tables.drafts
s: Final = tables.draft_steps
_HEAVY: Final = ("findings", "fresh", "rehearsal")
_LIGHT: Final = [column for column in d.columns if column.name not in _HEAVY]
_STEP: Final = [s.c[name] for name in DraftStep.__slots__]


class SqlBooks:
    """``ports.Books`` in SQL."""

    def __init__(self, session: sql.Session) -> None:
        self._session = session

    def add(self, book: Book) -> None:
        """Store a publication; the same hash may be published again for another time."""
        self.keep(book.hash, book.files)
        self._session.run(insert(b), {
            "hash": book.hash, "effective_at": book.effective_at, "published_at": book.published_at,
            "published_by": book.published_by, "proposed_by": book.proposed_by or None, "withdrawn_at": book.withdrawn_at,
        })  # fmt: skip

    def in_force(self, now: datetime) -> Book | None:
        """Return the book with the latest ``effective_at`` ≤ now (the later publication where equal), none that was withdrawn."""
        row = self._session.run(self._latest(now)).first()
        return replace(_book(row), files=self.files(row.hash)) if row else None

    def hash_in_force(self, now: datetime) -> str | None:
        """Like ``in_force``, without reading the files."""
        row = self._session.run(self._latest(now)).first()
        return row.hash if row else None

    def listing(self) -> list[Book]:
        """Return publications, newest first, with empty ``files``."""
        return [_book(row) for row in self._session.rows(select(b).order_by(b.c.published_at.desc(), b.c.id.desc()))]

    def withdraw(self, digest: str, at: datetime) -> int:
        """Withdraw the publications of a book that come into force after ``at``; return how many."""
        coming = (b.c.hash == digest, b.c.effective_at > at, b.c.withdrawn_at.is_(None))
        return self._session.run(update(b).where(*coming).values(withdrawn_at=at)).rowcount

    def keep(self, digest: str, files: Mapping[str, bytes]) -> None:
        """Store files under their hash; those of a hash that is known stay as they are."""
        rows = [{"hash": digest, "path": path, "content": content} for path, content in files.items()]
        if rows:
            self._session.run(self._session.insert(f).on_conflict_do_nothing(), rows)

    def files(self, digest: str) -> dict[str, bytes]:
        """Return the files of a book or draft; empty when none has that hash."""
        found = self._session.run(select(f.c.path, f.c.content).where(f.c.hash == digest).order_by(f.c.path))
        return {path: content for path, content in found}  # noqa: C416  # rows are no pairs to a type checker

    def hashes(self, prefix: str = "") -> list[str]:
        """Return the hashes of all files kept that begin so, sorted."""
        known = select(f.c.hash).where(f.c.hash.startswith(prefix, autoescape=True)).distinct().order_by(f.c.hash)
        return [row.hash for row in self._session.rows(known)]

    @staticmethod
    def _latest(now: datetime) -> Any:
        newest = (b.c.effective_at.desc(), b.c.published_at.desc(), b.c.id.desc())
        return select(b).where(b.c.effective_at <= now, b.c.withdrawn_at.is_(None)).order_by(*newest).limit(1)


class SqlDrafts:
    """``ports.Drafts`` in SQL."""

    def __init__(self, session: sql.Session) -> None:
        self._session = session

    def add(self, draft: Draft) -> None:
        """Store a draft; raises ``DraftChanged`` when there is one of its hash."""
        new = self._session.insert(d).values(_draft_row(draft)).on_conflict_do_nothing().returning(d.c.hash)
        if self._session.run(new).first() is None:
            raise DraftChanged(draft.hash)

    def save(self, draft: Draft) -> None:
        """Write a draft whose stored version is one less; raises ``DraftChanged`` otherwise."""
        known = (d.c.hash == draft.hash, d.c.version == draft.version - 1)
        if self._session.run(update(d).where(*known).values(_draft_row(draft))).rowcount != 1:
            raise DraftChanged(draft.hash)

    def get(self, digest: str) -> Draft | None:
        """Return the draft."""
        row = self._session.run(select(d).where(d.c.hash == digest)).first()
        return _draft(row) if row else None

    def listing(self) -> list[Draft]:
        """Return all drafts, those proposed last first, without ``findings``, ``fresh`` and ``rehearsal``."""
        newest = select(*_LIGHT).order_by(d.c.proposed_at.desc(), d.c.hash.desc())
        return [_draft(row) for row in self._session.rows(newest)]

    def add_step(self, step: DraftStep) -> None:
        """Append a step."""
        self._session.run(insert(s), {name: getattr(step, name) for name in DraftStep.__slots__})

    def steps(self, digest: str) -> list[DraftStep]:
        """Return a draft's steps, oldest first."""
        found = self._session.rows(select(*_STEP).where(s.c.hash == digest).order_by(s.c.id))
        return [DraftStep(**row._mapping) for row in found]


def _book(row: sql.Row) -> Book:
    return Book(
        hash=row.hash, files={}, effective_at=row.effective_at, published_at=row.published_at, published_by=row.published_by,
        proposed_by=row.proposed_by or "", withdrawn_at=row.withdrawn_at,
    )  # fmt: skip


def _draft_row(draft: Draft) -> dict[str, Any]:
    plain = {name: getattr(draft, name) for name in Draft.__slots__ if name not in ("findings", "state")}
    return {**plain, "state": draft.state.value, "findings": [asdict(one) for one in draft.findings]}


def _draft(row: sql.Row) -> Draft:
    read = dict(row._mapping)
    read["state"] = DraftState(read["state"])
    if "findings" in read:
        read["findings"] = tuple(Finding(**{**one, "others": tuple(one["others"])}) for one in read["findings"])
        read["fresh"] = tuple(read["fresh"])
    return Draft(**read)
