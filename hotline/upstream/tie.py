"""The tie to the platform above: what came is received, what waits is entered, as often as the clock says.

It is a chore of the clock (DESIGN §3): one process is active by its lease, so nobody asks twice at once, and a chore runs in a
thread of its own. The cursor is kept after what it covers was received: a crash between brings the same messages again, which
are answered as the first time; what was entered above and not marked here is entered again under the same key, which is no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from hotline.domain.roles import Actor
from hotline.errors import MessageConflict, UpstreamUnavailable
from hotline.services import ids
from hotline.services.ports import Store
from hotline.services.rows import SetAside
from hotline.services.upstream_messages import UpstreamMessages
from hotline.services.upstream_replies import Entry, UpstreamReplies
from hotline.upstream.port import Platform, Unread

log = structlog.get_logger(__name__)
LINK: Final = Actor("市级平台接口")
CURSOR: Final = "upstream:cursor"
EVERY: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
AT_ONCE: Final = 100
MOST_PAGES: Final = 50
"""Of messages in one turn, so that a platform that always has more does not keep the replies waiting."""


class Tie:
    """Receives and enters; after a failure it waits twice as long each time, at most 15 minutes."""

    def __init__(
        self, platform: Platform, messages: UpstreamMessages, replies: UpstreamReplies, store: Store,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._platform, self._messages, self._replies, self._store, self._now = platform, messages, replies, store, now
        self._failures = 0
        self._not_before: datetime | None = None

    def tick(self) -> bool:
        """Receive and enter what there is; False when it has to wait or the platform did not answer."""
        if self._not_before is not None and self._now() < self._not_before:
            return False
        try:
            received, entered = self._receive(), self._enter()
        except UpstreamUnavailable as problem:
            self._failures += 1
            wait = min(EVERY * 2 ** min(self._failures - 1, 10), LONGEST_WAIT)
            self._not_before = self._now() + wait
            log.warning("upstream does not answer", problem=str(problem), failures=self._failures, again_in=wait.total_seconds())
            return False
        self._failures, self._not_before = 0, None
        if received or entered:
            log.info("upstream", received=received, entered=entered)
        return True

    def _receive(self) -> int:
        count = 0
        for _ in range(MOST_PAGES):
            with self._store.read() as work:
                cursor = work.marks.mark(CURSOR) or ""
            came = self._platform.incoming(cursor)
            for new in came.messages:
                try:
                    self._messages.receive(new)
                except MessageConflict:
                    continue  # listed by the intake, for a person to look at
            self._keep(came.unread, came.cursor)
            count += len(came.messages)
            if not came.more:
                break
        return count

    def _keep(self, unread: Sequence[Unread], cursor: str) -> None:
        rows = [_aside(one, self._now()) for one in unread]
        with self._store.write() as work:
            work.set_asides.add(rows)
            work.marks.set_mark(CURSOR, cursor)
            work.commit()

    def _enter(self) -> int:
        waiting: list[Entry] = self._replies.waiting()
        count = 0
        for start in range(0, len(waiting), AT_ONCE):
            entered = self._platform.enter(waiting[start : start + AT_ONCE])
            count += self._replies.fill_in(sorted(entered), by=LINK) if entered else 0
        return count


def _aside(one: Unread, at: datetime) -> SetAside:
    return SetAside(
        id=ids.digest_id(b"upstream", one.raw), kind="row", reason=one.why, detail=f"市级平台 {one.place}", payload=one.raw,
        at=at,
        ref="upstream:http",
    )  # fmt: skip
