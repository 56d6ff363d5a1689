"""Keys, sessions, views, leases and marks, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hotline.services.rows import Key, Session, Viewed
from hotline.store.memory.state import State


class MemoryAccess:
    """``ports.Access`` in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_key(self, key: Key) -> None:
        """Store a key."""
        self._state.keys[key.id] = key

    def key(self, sha256: str) -> Key | None:
        """Find a key that is not revoked."""
        return next((key for key in self._state.keys.values() if key.sha256 == sha256 and key.revoked_at is None), None)

    def key_by_id(self, ident: str) -> Key | None:
        """Find a key that is not revoked."""
        key = self._state.keys.get(ident)
        return key if key is not None and key.revoked_at is None else None

    def keys(self) -> list[Key]:
        """List keys, newest first."""
        return sorted(self._state.keys.values(), key=lambda key: (key.created_at, key.id), reverse=True)

    def revoke(self, ident: str, at: datetime) -> bool:
        """Revoke a key; False when there is none."""
        key = self.key_by_id(ident)
        if key is not None:
            self._state.keys[ident] = replace(key, revoked_at=at)
        return key is not None

    def add_session(self, session: Session) -> None:
        """Store a session."""
        self._state.sessions[session.sha256] = session

    def session(self, sha256: str, now: datetime) -> Session | None:
        """Find a session that has not expired."""
        found = self._state.sessions.get(sha256)
        return found if found is not None and found.expires_at > now else None

    def end_session(self, sha256: str) -> None:
        """Delete a session."""
        self._state.sessions.pop(sha256, None)

    def viewed(self, row: Viewed) -> None:
        """Record who saw what."""
        self._state.views.append(row)

    def views(self, ref: str) -> list[Viewed]:
        """Return who saw it, oldest first."""
        return [row for row in self._state.views if row.ref == ref]


class MemoryMarks:
    """``ports.Marks`` in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def lease(self, name: str, holder: str, now: datetime, seconds: float) -> bool:
        """Take or renew a lease; False while another holds it."""
        held_by, until = self._state.leases.get(name, (holder, now))
        if held_by != holder and until > now:
            return False
        self._state.leases[name] = (holder, now + timedelta(seconds=seconds))
        return True

    def release(self, name: str, holder: str) -> None:
        """Give a lease up."""
        if self._state.leases.get(name, ("", None))[0] == holder:
            del self._state.leases[name]

    def mark(self, name: str) -> str | None:
        """Return a mark."""
        return self._state.marks.get(name)

    def set_mark(self, name: str, value: str) -> None:
        """Set a mark."""
        self._state.marks[name] = value
