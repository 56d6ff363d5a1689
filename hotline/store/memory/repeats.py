"""Requests under an ``Idempotency-Key``, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hotline.services.api_rows import Headers, Repeat
from hotline.store.memory.state import State


class MemoryRepeats:
    """``api_ports.Repeats`` in memory."""

    def __init__(self, state: State) -> None:
        self._rows = state.repeats

    def get(self, ident: str) -> Repeat | None:
        """Return a request."""
        return self._rows.get(ident)

    def claim(self, new: Repeat, kept_since: datetime) -> bool:
        """Store a request that begins; False when another attempt runs or has answered."""
        found = self._rows.get(new.id)
        if found is not None and found.claimed_at > kept_since and (found.status is not None or found.until > new.claimed_at):
            return False
        self._rows[new.id] = new
        return True

    def answer(self, ident: str, holder: str, status: int, headers: Headers, body: bytes) -> bool:
        """Store the answer of the attempt ``holder``; False when another attempt has taken its place."""
        found = self._rows.get(ident)
        if found is None or found.holder != holder or found.status is not None:
            return False
        self._rows[ident] = replace(found, status=status, headers=tuple(headers), body=body)
        return True

    def release(self, ident: str, holder: str) -> None:
        """Forget an attempt that changed nothing."""
        found = self._rows.get(ident)
        if found is not None and found.holder == holder and found.status is None:
            del self._rows[ident]

    def purge(self, claimed_before: datetime) -> int:
        """Delete requests begun before; return how many."""
        old = [ident for ident, row in self._rows.items() if row.claimed_at < claimed_before]
        for ident in old:
            del self._rows[ident]
        return len(old)
