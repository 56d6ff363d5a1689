"""What finds orders that tell of one thing: likeness of texts, bursts of one matter in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Told:
    """What is compared of an order; ``caller`` is an opaque key (never a number in clear), empty when not known."""

    id: str
    title: str
    text: str
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """An open order that may tell of the same: likeness 0…1 and the stretches that stand in both texts."""

    order: str
    likeness: float
    shared: tuple[str, ...]
    same_caller: bool


class LikeOrders(Protocol):
    """The open orders, searched by what they say; several threads may share it."""

    def add(self, told: Told) -> None:
        """Hold an order; one that is held already is replaced."""

    def remove(self, order_id: str) -> None:
        """Let go of an order; an unknown one is no fault."""

    def like(self, told: Told, most: int) -> Sequence[Alike]:
        """Return the orders most alike, never itself."""

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sighted:
    """An order as the watch sees it: matter and place are paths, ``caller`` an opaque key."""

    order: str
    matter: str
    place: str
    at: datetime
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Burst:
    """One matter in one place, told by more callers than chance allows: its orders, and how many are usual."""

    matter: str
    place: str
    since: datetime
    orders: tuple[str, ...]
    expected: float


class Watch(Protocol):
    """Sees orders in the order of their times."""

    def see(self, sighted: Sighted) -> Burst | None:
        """Take an order in; return the burst it belongs to, or None."""
