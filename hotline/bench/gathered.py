"""Many units of work in one transaction: a lived month is thousands of commits, each of which would wait for the disk.

For made-up data only: a unit that fails takes those before it along, and nobody may rely on a commit until the end.
"""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, cast

from hotline.services.ports import Store, UnitOfWork

AT_ONCE = 250  # units of work a transaction


class Gathered:
    """``ports.Store`` over a store, for one thread, as a context: what was gathered lasts when it is left without an error."""

    def __init__(self, store: Store, at_once: int = AT_ONCE) -> None:
        self._store, self._at_once = store, at_once
        self._open = ExitStack()
        self._work: UnitOfWork | None = None
        self._gathered = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._commit()
        self._close()

    def write(self) -> UnitOfWork:
        """Begin a unit within the transaction that is open."""
        return cast(UnitOfWork, _Part(self, self._shared()))

    def read(self) -> UnitOfWork:
        """Begin a unit that sees what was gathered."""
        return cast(UnitOfWork, _Part(self, self._shared()))

    def ping(self) -> None:
        """Ask the store for an answer."""
        self._store.ping()

    def close(self) -> None:
        """Leave the store open: it is not ours."""

    def count(self) -> None:
        """Note a commit; every so many are one of the store's."""
        self._gathered += 1

    def _shared(self) -> UnitOfWork:
        if self._gathered >= self._at_once:
            self._commit()
            self._close()
        if self._work is None:
            self._work = self._open.enter_context(self._store.write())
        return self._work

    def _commit(self) -> None:
        if self._work is not None:
            self._work.commit()

    def _close(self) -> None:
        self._open.close()
        self._work, self._gathered = None, 0


class _Part:
    """``ports.UnitOfWork``: the rooms of the shared one."""

    def __init__(self, gathered: Gathered, work: UnitOfWork) -> None:
        self._gathered, self._work = gathered, work

    def __getattr__(self, room: str) -> Any:
        return getattr(self._work, room)

    def commit(self) -> None:
        """Note it: it lasts with the others."""
        self._gathered.count()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass
