"""Several units of work as one transaction: what a request changes and the answer it is given last together, or not at all.

Services open and commit units of work as ever. Inside ``joined`` these are parts of one transaction, which begins with the first
that writes and is committed by whoever began it all, after the answer is known: a crash before leaves nothing, a crash after
leaves the answer too. A part that is not committed is undone alone, by a savepoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self, cast

from hotline.services.api_ports import Savepoint
from hotline.services.ports import Store, UnitOfWork


class OneCommit:
    """A transaction over ``store`` that is still to begin; ``wrote`` tells whether a part of it was committed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.work: UnitOfWork | None = None
        self.wrote = False

    def begun(self) -> UnitOfWork:
        """Return the transaction, begun now if it was not."""
        if self.work is None:
            with _joining(None):
                work = self._store.write()
            work.__enter__()
            self.work = work
        return self.work

    def finish(self, last: Callable[[UnitOfWork], bool]) -> bool:
        """Do what comes last and commit all of it, or undo all of it when ``last`` says no; return what it said."""
        try:
            work = self.begun()
            done = last(work)
            if done:
                work.commit()
            return done
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Undo whatever was not committed."""
        work, self.work = self.work, None
        if work is not None:
            work.__exit__(None, None, None)


_JOINED: ContextVar[OneCommit | None] = ContextVar("joined", default=None)


def joined(one: OneCommit) -> AbstractContextManager[None]:
    """Let every unit of work inside the block, in this task and its threads, be a part of one transaction."""
    return _joining(one)


@contextmanager
def _joining(one: OneCommit | None) -> Iterator[None]:
    token = _JOINED.set(one)
    try:
        yield
    finally:
        _JOINED.reset(token)


class JoiningStore:
    """``ports.Store`` over another, whose units of work are parts of one transaction inside ``joined``."""

    def __init__(self, store: Store) -> None:
        self._alone = store

    def write(self) -> UnitOfWork:
        """Begin a writing transaction, or a part of one."""
        one = _JOINED.get()
        return self._alone.write() if one is None else cast(UnitOfWork, _Part(one))

    def read(self) -> UnitOfWork:
        """Begin a reading transaction; inside one that has written it sees what was written."""
        one = _JOINED.get()
        return self._alone.read() if one is None or one.work is None else cast(UnitOfWork, _Glance(one.work))

    def ping(self) -> None:
        """Ask the database for an answer; raises ``StoreUnavailable``."""
        self._alone.ping()

    def close(self) -> None:
        """Close every connection."""
        self._alone.close()


class _Glance:
    """``ports.UnitOfWork`` that reads inside a transaction of somebody else's."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def __getattr__(self, room: str) -> Any:
        return getattr(self._work, room)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the transaction as it is."""

    def commit(self) -> None:
        """Refuse: there is nothing to commit."""
        raise RuntimeError("a reading unit of work has nothing to commit")


class _Part(_Glance):
    """``ports.UnitOfWork`` between two savepoints of a transaction."""

    def __init__(self, one: OneCommit) -> None:
        self._one = one
        self._point: Savepoint | None = None

    def __enter__(self) -> Self:
        self._work = self._one.begun()
        self._point = self._work.savepoint()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Undo what was not committed."""
        point, self._point = self._point, None
        if point is not None:
            point.undo()

    def commit(self) -> None:
        """Make it last with the rest."""
        if self._point is None:
            raise RuntimeError("the unit of work is over")
        self._point.keep()
        self._one.wrote = True
        self._point = self._work.savepoint()
