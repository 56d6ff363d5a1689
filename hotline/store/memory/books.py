"""Rule books, and the drafts on their way to become one, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import orjson

from hotline.errors import DraftChanged
from hotline.services.rows import Book, Draft, DraftStep
from hotline.store.memory.state import State
from hotline.store.texts import as_json


class MemoryBooks:
    """``ports.Books`` in memory."""

    def __init__(self, state: State) -> None:
        self._books, self._files = state.books, state.book_files

    def add(self, book: Book) -> None:
        """Store a publication; the same hash may be published again for another time."""
        self.keep(book.hash, book.files)
        self._books.append(replace(book, files={}))

    def in_force(self, now: datetime) -> Book | None:
        """Return the book with the latest ``effective_at`` ≤ now (the later publication where equal), none that was withdrawn."""
        found = [
            (book.effective_at, book.published_at, i)
            for i, book in enumerate(self._books)
            if book.effective_at <= now and book.withdrawn_at is None
        ]
        if not found:
            return None
        book = self._books[max(found)[-1]]
        return replace(book, files=self.files(book.hash))

    def hash_in_force(self, now: datetime) -> str | None:
        """Like ``in_force``, without reading the files."""
        book = self.in_force(now)
        return book.hash if book else None

    def listing(self) -> list[Book]:
        """Return publications, newest first, with empty ``files``."""
        ordered = sorted(enumerate(self._books), key=lambda numbered: (numbered[1].published_at, numbered[0]), reverse=True)
        return [book for _, book in ordered]

    def withdraw(self, digest: str, at: datetime) -> int:
        """Withdraw the publications of a book that come into force after ``at``; return how many."""
        coming = [
            i
            for i, book in enumerate(self._books)
            if book.hash == digest and book.effective_at > at and book.withdrawn_at is None
        ]
        for i in coming:
            self._books[i] = replace(self._books[i], withdrawn_at=at)
        return len(coming)

    def keep(self, digest: str, files: Mapping[str, bytes]) -> None:
        """Store files under their hash; those of a hash that is known stay as they are."""
        if files:
            self._files.setdefault(digest, dict(files))

    def files(self, digest: str) -> dict[str, bytes]:
        """Return the files of a book or draft; empty when none has that hash."""
        return dict(self._files.get(digest, {}))

    def hashes(self, prefix: str = "") -> list[str]:
        """Return the hashes of all files kept that begin so, sorted."""
        return sorted(digest for digest in self._files if digest.startswith(prefix))


class MemoryDrafts:
    """``ports.Drafts`` in memory."""

    def __init__(self, state: State) -> None:
        self._drafts, self._steps = state.drafts, state.draft_steps

    def add(self, draft: Draft) -> None:
        """Store a draft; raises ``DraftChanged`` when there is one of its hash."""
        if draft.hash in self._drafts:
            raise DraftChanged(draft.hash)
        self._drafts[draft.hash] = _stored(draft)

    def save(self, draft: Draft) -> None:
        """Write a draft whose stored version is one less; raises ``DraftChanged`` otherwise."""
        stored = self._drafts.get(draft.hash)
        if stored is None or stored.version != draft.version - 1:
            raise DraftChanged(draft.hash)
        self._drafts[draft.hash] = _stored(draft)

    def get(self, digest: str) -> Draft | None:
        """Return the draft."""
        return self._drafts.get(digest)

    def listing(self) -> list[Draft]:
        """Return all drafts, those proposed last first, without ``findings``, ``fresh`` and ``rehearsal``."""
        ordered = sorted(self._drafts.values(), key=lambda draft: (draft.proposed_at, draft.hash), reverse=True)
        return [replace(draft, findings=(), fresh=(), rehearsal=None) for draft in ordered]

    def add_step(self, step: DraftStep) -> None:
        """Append a step."""
        self._steps.append(replace(step, data=orjson.loads(as_json(step.data))))

    def steps(self, digest: str) -> list[DraftStep]:
        """Return a draft's steps, oldest first."""
        return [step for step in self._steps if step.hash == digest]


def _stored(draft: Draft) -> Draft:
    """What a database gives back: a rehearsal as JSON has it, sequences that do not change."""
    rehearsal = None if draft.rehearsal is None else orjson.loads(as_json(draft.rehearsal))
    return replace(draft, findings=tuple(draft.findings), fresh=tuple(draft.fresh), rehearsal=rehearsal)
