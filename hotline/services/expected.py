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

from hotline.domain.order import Order
from hotline.domain.refusals import VersionDiffers


@dataclass(slots=True)
class Expected:
    """``versions`` of ``order_id`` that the caller accepts, None = any. ``written`` is the version that the request made."""

    order_id: str
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


def met(order: Order) -> Order:
    """Return the order as it was just read; raises ``VersionDiffers`` when the caller saw another version of it.

    What the request itself has written by then is no surprise to it.
    """
    expected = _EXPECTED.get()
    if expected is None or expected.order_id != order.id or expected.versions is None or expected.written is not None:
        return order
    if order.version not in expected.versions:
        raise VersionDiffers(order.id, order.version)
    return order


def wrote(order: Order) -> None:
    """Note that the request has written this version of an order."""
    expected = _EXPECTED.get()
    if expected is not None and expected.order_id == order.id:
        expected.written = order.version
