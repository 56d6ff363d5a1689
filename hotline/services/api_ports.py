"""What the API's own services need from the store: rooms beside those of orders (``ports``)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from hotline.services.api_rows import Headers, Repeat


class Repeats(Protocol):
    """Requests under an ``Idempotency-Key``."""

    def get(self, ident: str) -> Repeat | None:
        """Return a request."""

    def claim(self, new: Repeat, kept_since: datetime) -> bool:
        """Store a request that begins; False when another attempt runs or has answered.

        It takes the place of one whose attempt died (``until`` ≤ ``new.claimed_at``) and of one begun before ``kept_since``.
        """

    def answer(self, ident: str, holder: str, status: int, headers: Headers, body: bytes) -> bool:
        """Store the answer of the attempt ``holder``; False when another attempt has taken its place."""

    def release(self, ident: str, holder: str) -> None:
        """Forget an attempt that changed nothing."""

    def purge(self, claimed_before: datetime) -> int:
        """Delete requests begun before; return how many."""


class Savepoint(Protocol):
    """A place inside a unit of work to go back to; one of the two is called, once."""

    def keep(self) -> None:
        """Go on with what was done since."""

    def undo(self) -> None:
        """Undo what was done since."""


class ApiRooms(Protocol):
    """The part of a unit of work that the API's own services need."""

    @property
    def repeats(self) -> Repeats: ...

    def savepoint(self) -> Savepoint:
        """Return a place to go back to inside the transaction."""
