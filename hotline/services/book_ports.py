"""The rooms of the store for rule books: those published, and the drafts on their way to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from hotline.services.rows import Book, Draft, DraftStep


class Books(Protocol):
    """Published rule books."""

    def add(self, book: Book) -> None:
        """Store a publication; the same hash may be published again for another time."""

    def in_force(self, now: datetime) -> Book | None:
        """Return the book with the latest ``effective_at`` ≤ now (the later publication where equal), none that was withdrawn."""

    def hash_in_force(self, now: datetime) -> str | None:
        """Like ``in_force``, without reading the files."""

    def listing(self) -> list[Book]:
        """Return publications, newest first, with empty ``files``."""

    def withdraw(self, digest: str, at: datetime) -> int:
        """Withdraw the publications of a book that come into force after ``at``; return how many."""

    def keep(self, digest: str, files: Mapping[str, bytes]) -> None:
        """Store files under their hash; those of a hash that is known stay as they are."""

    def files(self, digest: str) -> dict[str, bytes]:
        """Return the files of a book or draft; empty when none has that hash."""

    def hashes(self, prefix: str = "") -> list[str]:
        """Return the hashes of all files kept that begin so, sorted."""


class Drafts(Protocol):
    """Books on their way into force."""

    def add(self, draft: Draft) -> None:
        """Store a draft; raises ``DraftChanged`` when there is one of its hash."""

    def save(self, draft: Draft) -> None:
        """Write a draft whose stored version is one less; raises ``DraftChanged`` otherwise."""

    def get(self, digest: str) -> Draft | None:
        """Return the draft."""

    def listing(self) -> list[Draft]:
        """Return all drafts, those proposed last first, without ``findings``, ``fresh`` and ``rehearsal``."""

    def add_step(self, step: DraftStep) -> None:
        """Append a step."""

    def steps(self, digest: str) -> list[DraftStep]:
        """Return a draft's steps, oldest first."""
