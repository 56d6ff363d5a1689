"""The store in memory, for tests and trials: the same contract as SQL (tests/store), gone with the process.

A writer works on a copy of the tables and puts it in place when it commits; a reader keeps the tables it began with.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final, Self

from hotline.errors import StoreUnavailable
from hotline.store.memory.access import MemoryAccess, MemoryMarks
from hotline.store.memory.assessments import MemoryAssessments, MemoryOfficialScores
from hotline.store.memory.attachments import MemoryAttachments
from hotline.store.memory.books import MemoryBooks, MemoryDrafts
from hotline.store.memory.closing import MemoryNotices, MemoryRatings
from hotline.store.memory.figures import MemoryFigures
from hotline.store.memory.incidents import MemoryIncidents, MemoryUnknownPlaces
from hotline.store.memory.messages import MemoryCalls, MemoryOutbox, MemorySetAsides
from hotline.store.memory.order_lists import MemorySavedViews, MemoryTexts
from hotline.store.memory.orders import MemoryEvents, MemoryLegs, MemoryOrders
from hotline.store.memory.repeats import MemoryRepeats
from hotline.store.memory.report import MemoryReport
from hotline.store.memory.state import State
from hotline.store.memory.webhooks import MemoryWebhooks

LOCK_SECONDS: Final = 10.0


class MemorySavepoint:
    """``api_ports.Savepoint``: the tables as they were."""

    def __init__(self, work: MemoryWork, before: State) -> None:
        self._work, self._before = work, before

    def keep(self) -> None:
        """Go on with what was done since."""

    def undo(self) -> None:
        """Undo what was done since."""
        self._work.undo_to(self._before)


class MemoryWork:
    """``ports.UnitOfWork`` on a state of the tables."""

    def __init__(self, store: MemoryStore, *, writes: bool) -> None:
        self._store, self._writes, self._locked = store, writes, False

    def __enter__(self) -> Self:
        if self._writes:
            self._locked = self._store.lock.acquire(timeout=LOCK_SECONDS)
            if not self._locked:
                raise StoreUnavailable("another writer holds the store")
        self._begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._locked:
            self._locked = False
            self._store.lock.release()

    def savepoint(self) -> MemorySavepoint:
        """Return a place to go back to."""
        return MemorySavepoint(self, self._state.copied())

    def undo_to(self, state: State) -> None:
        """Go on with other tables."""
        self._rooms(state)

    def commit(self) -> None:
        """Make it last."""
        if not self._writes:
            raise RuntimeError("a reading unit of work has nothing to commit")
        if not self._locked:
            raise RuntimeError("the unit of work is over")
        self._store.state = self._state
        self._begin()

    def _begin(self) -> None:
        self._rooms(self._store.state.copied() if self._writes else self._store.state)

    def _rooms(self, state: State) -> None:
        self._state = state
        self.calls, self.orders, self.legs = MemoryCalls(state), MemoryOrders(state), MemoryLegs(state)
        self.events, self.outbox, self.set_asides = MemoryEvents(state), MemoryOutbox(state), MemorySetAsides(state)
        self.access, self.marks = MemoryAccess(state), MemoryMarks(state)
        self.books, self.drafts = MemoryBooks(state), MemoryDrafts(state)
        self.texts, self.saved_views = MemoryTexts(state), MemorySavedViews(state)
        self.repeats, self.webhooks = MemoryRepeats(state), MemoryWebhooks(state)
        self.incidents, self.unknown_places = MemoryIncidents(state), MemoryUnknownPlaces(state)
        self.attachments, self.report = MemoryAttachments(state), MemoryReport(state)
        self.assessments, self.official_scores = MemoryAssessments(state), MemoryOfficialScores(state)
        self.ratings, self.notices, self.figures = MemoryRatings(state), MemoryNotices(state), MemoryFigures(state)


class MemoryStore:
    """``ports.Store`` in memory."""

    def __init__(self) -> None:
        self.state, self.lock = State(), threading.Lock()

    def write(self) -> MemoryWork:
        """Begin a writing transaction; there is one at a time."""
        return MemoryWork(self, writes=True)

    def read(self) -> MemoryWork:
        """Begin a reading transaction."""
        return MemoryWork(self, writes=False)

    def ping(self) -> None:
        """Answer."""

    def close(self) -> None:
        """Nothing is open."""
