"""Requests that may be sent twice and take effect once: draft-ietf-httpapi-idempotency-key-header, per API key and path, 24 h.

What a request changes and its answer are one commit (``one_commit``), so there is no moment at which the effect is there and the
answer is not: whoever asks again after a crash finds either both or nothing. Only that a request *runs* is committed before it,
as a row with a lease: it keeps a second one away meanwhile (409). The lease is no part of the promise: an attempt that outlives
it and was overtaken cannot store its answer, and its effect is undone with it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from hotline.domain.refusals import KeyReused, StillRunning
from hotline.services.api_rows import Headers, Repeat
from hotline.services.one_commit import OneCommit
from hotline.services.ports import Clock, Store

KEPT: Final = timedelta(hours=24)
LEASE: Final = timedelta(seconds=60)
"""How long an attempt keeps others away; longer than any request but a rehearsal takes, shorter than a caller's patience."""


class Repeats:
    """Tells the first request under a key from the ones that follow."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def begin(self, *, key_id: str, path: str, key: str, sent: bytes) -> Repeat:
        """Return the answer kept for the key, or a row without ``status``: the caller's own attempt, to be settled by it.

        ``sent`` is everything that makes two requests the same one. Raises ``KeyReused`` and ``StillRunning``.
        """
        now, ident = self._clock.now(), _digest(key_id.encode(), path.encode(), key.encode())
        new = Repeat(id=ident, print=_digest(sent), holder=secrets.token_hex(16), claimed_at=now, until=now + LEASE)
        with self._store.read() as work:
            found = work.repeats.get(ident)
        if found is not None and found.claimed_at > now - KEPT:
            if found.print != new.print:
                raise KeyReused(path)
            if found.status is not None:
                return found
            if found.until > now:
                raise StillRunning(path)
        with self._store.write() as work:
            if not work.repeats.claim(new, now - KEPT):
                raise StillRunning(path)
            work.commit()
        return new

    def one_commit(self) -> OneCommit:
        """Return the transaction that an attempt works in."""
        return OneCommit(self._store)

    def settle(self, mine: Repeat, one: OneCommit, *, status: int, headers: Headers, body: bytes) -> None:
        """Keep the answer together with what the attempt changed; forget an attempt that failed or changed nothing.

        A refusal that changed nothing is not kept: nothing can be doubled by it, and who has mended its cause may ask again
        under the same key. A failure (5xx) undoes what was done before it. Raises ``StillRunning`` when the attempt was
        overtaken and is undone.
        """
        if status >= 500 or (status >= 400 and not one.wrote):
            self.drop(mine, one)
        elif not one.finish(lambda work: work.repeats.answer(mine.id, mine.holder, status, headers, body)):
            raise StillRunning("the attempt was overtaken")

    def drop(self, mine: Repeat, one: OneCommit) -> None:
        """Undo an attempt and let the next one begin."""
        one.abandon()
        with self._store.write() as work:
            work.repeats.release(mine.id, mine.holder)
            work.commit()

    def purge(self) -> int:
        """Forget what is older than 24 hours; return how many."""
        with self._store.write() as work:
            gone = work.repeats.purge(self._clock.now() - KEPT)
            work.commit()
        return gone


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(len(part).to_bytes(8) + part for part in parts)).hexdigest()
