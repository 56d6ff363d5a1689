"""The outbox and the marks as the streams want them."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime

from hotline.services.messages import CALLS
from hotline.services.ports import Store
from hotline.services.rows import OutboxRow


def this_process() -> str:
    """Return the name under which this process holds leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


class OutboxDoor:
    """The outbox and the marks as the streams want them: each call one short unit of work."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holder = this_process()

    def unsent(self, limit: int) -> list[OutboxRow]:
        """Return rows that wait."""
        with self._store.read() as work:
            return work.outbox.unsent(limit)

    def mark_sent(self, ids: Sequence[int], at: datetime) -> None:  # the port's word
        """Mark rows as sent."""
        with self._store.write() as work:
            work.outbox.mark_sent(ids, at)
            work.commit()

    def seen_start(self) -> str | None:
        """Return the broker start remembered last."""
        with self._store.read() as work:
            return work.marks.mark("broker_start")

    def remember_start(self, start_id: str) -> None:
        """Remember a broker start."""
        with self._store.write() as work:
            work.marks.set_mark("broker_start", start_id)
            work.commit()

    def reopen_untriaged(self, limit: int, emitted_before: datetime) -> int:
        """Make rows of calls without an order unsent again."""
        with self._store.write() as work:
            count = work.outbox.reopen_untriaged(CALLS, limit, emitted_before)
            work.commit()
        return count

    def purge(self, sent_before: datetime) -> None:
        """Delete messages sent before; those of calls that still need them stay."""
        with self._store.write() as work:
            work.outbox.purge(sent_before)
            work.commit()

    def take(self, name: str, seconds: float) -> bool:
        """Take or renew a lease."""
        with self._store.write() as work:
            held = work.marks.lease(name, self._holder, datetime.now(UTC), seconds)
            work.commit()
        return held

    def release(self, name: str) -> None:
        """Give a lease up."""
        with self._store.write() as work:
            work.marks.release(name, self._holder)
            work.commit()
