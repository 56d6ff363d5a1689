"""The rooms of the store for who may come in, and for small facts of the running processes."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from hotline.services.rows import Key, Session, Viewed


class Access(Protocol):
    """Keys, sessions, and who saw what."""

    def add_key(self, key: Key) -> None:
        """Store a key."""

    def key(self, sha256: str) -> Key | None:
        """Find a key that is not revoked."""

    def key_by_id(self, ident: str) -> Key | None:
        """Find a key that is not revoked."""

    def keys(self) -> list[Key]:
        """List keys, newest first."""

    def revoke(self, ident: str, at: datetime) -> bool:
        """Revoke a key; False when there is none."""

    def add_session(self, session: Session) -> None:
        """Store a session."""

    def session(self, sha256: str, now: datetime) -> Session | None:
        """Find a session that has not expired."""

    def end_session(self, sha256: str) -> None:
        """Delete a session."""

    def viewed(self, row: Viewed) -> None:
        """Record who saw what."""

    def views(self, ref: str) -> list[Viewed]:
        """Return who saw it, oldest first."""


class Marks(Protocol):
    """Small facts of the running processes: leases and marks."""

    def lease(self, name: str, holder: str, now: datetime, seconds: float) -> bool:
        """Take or renew a lease; False while another holds it."""

    def release(self, name: str, holder: str) -> None:
        """Give a lease up."""

    def mark(self, name: str) -> str | None:
        """Return a mark."""

    def set_mark(self, name: str, value: str) -> None:
        """Set a mark."""
