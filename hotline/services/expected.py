"""The version a caller saw, checked where the order is read for its change: inside the transaction, for every act alike.

A condition belongs to the request and not to the act, so it travels beside the acts' arguments in a context variable, names its
order, and is asked for in the one place through which every act reads its order (``change.visible``). An act of tomorrow has it
without being told, and an act that reads further orders (a merge) is held to the one that the caller named.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hotline.domain.refusals import VersionDiffers


class Versioned(Protocol):
    """An order, or a month's assessment."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Versioned)


@dataclass(slots=True)
class Expected:
    """``versions`` of ``ident`` that the caller accepts, None = any. ``written`` is the version that the request made."""

    ident: str
    versions: frozenset[int] | None = None
    written: int | None = None


_EXPECTED: ContextVar[Expected | None] = ContextVar("expected", default=None)


@contextmanager
def expecting(expected: Expected) -> Iterator[Expected]:
    """Hold every act inside the block, in this task and its threads, to what the caller expects."""
    token = _EXPECTED.set(expected)
    try:
        yield expected
    finally:
        _EXPECTED.reset(token)


def met(one: T) -> T:
    """Return what was just read, an order mostly; raises ``VersionDiffers`` when the caller saw another version of it.

    What the request itself has written by then is no surprise to it.
    """
    expected = _EXPECTED.get()
    if expected is None or expected.ident != one.id or expected.versions is None or expected.written is not None:
        return one
    if one.version not in expected.versions:
        raise VersionDiffers(one.id, one.version)
    return one


def wrote(one: Versioned) -> None:
    """Note that the request has written this version."""
    expected = _EXPECTED.get()
    if expected is not None and expected.ident == one.id:
        expected.written = one.version
