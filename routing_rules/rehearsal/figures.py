"""What a rehearsal found, as figures: ready for a terminal, a page or JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

BOUNDS = (4, 24, 72, 168)
"""Hours that part the sizes by which due times move: up to 4 hours, 1 day, 3 days, 7 days, more."""
MOST_CHANGES = 2000
"""Changed orders told in JSON; how many more there are is told too."""


@dataclass(frozen=True, slots=True)
class Move:
    """Orders that would go from one unit to another, by code; the desk is ``DESK``."""

    old: str
    new: str
    orders: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Sizes in hours: how many, the middle one, the largest, and how many up to each of ``BOUNDS`` and beyond."""

    orders: int = 0
    median: float = 0.0
    largest: float = 0.0
    buckets: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What happens to one clock: ``orders`` have it in both books; ``added`` get it, ``dropped`` lose it."""

    clock: str
    orders: int
    earlier: Spread
    later: Spread
    added: int
    dropped: int

    @property
    def changed(self) -> int:
        """How many orders it changes for."""
        return self.earlier.orders + self.later.orders + self.added + self.dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class RowUse:
    """How the draft's rows of one table were used by the orders; rows by id.

    ``never`` answered nothing (fallbacks left out), ``lost`` answered in the old book and no more, ``coming`` are not valid yet
    on the day, ``fresh`` are new in the draft.
    """

    table: str
    rows: int
    hits: Mapping[str, int]
    never: tuple[str, ...]
    lost: tuple[str, ...]
    coming: tuple[str, ...]
    fresh: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order that changes: where it goes and by which row, and by how many hours its clocks move (later is positive).

    ``gained`` and ``lost`` are clocks that run for it in one of the books only.
    """

    number: str
    old: str
    new: str
    old_row: str
    new_row: str
    hours: Mapping[str, float]
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A draft tried on past orders against the book it would replace; ``old`` and ``new`` are content hashes.

    ``same`` counts by unit the orders that stay; ``assists`` those whose assisting units change, ``auto_on`` and ``auto_off``
    those that a person need not (must) see any more, ``reminders`` those reminded otherwise. Of ``known`` orders it is known
    who had them last: ``agreed_old`` and ``agreed_new`` went there at once.
    """

    old: str
    new: str
    on: date
    orders: int
    first: datetime | None
    last: datetime | None
    moves: tuple[Move, ...]
    same: Mapping[str, int]
    assists: int
    auto_on: int
    auto_off: int
    reminders: int
    known: int
    agreed_old: int
    agreed_new: int
    shifts: tuple[Shift, ...]
    rows: tuple[RowUse, ...]
    changes: tuple[OrderChange, ...]
    names: Mapping[str, str]

    @property
    def moved(self) -> int:
        """How many orders would go elsewhere."""
        return sum(move.orders for move in self.moves)

    @property
    def earlier(self) -> int:
        """How many orders would have some clock run out earlier."""
        return sum(1 for change in self.changes if min(change.hours.values(), default=0) < 0)

    @property
    def later(self) -> int:
        """How many orders would have some clock run out later."""
        return sum(1 for change in self.changes if max(change.hours.values(), default=0) > 0)

    def summary(self) -> dict[str, Any]:
        """Return the figures of the record: small enough to be kept with every step."""
        return {
            "old": self.old, "new": self.new, "on": self.on.isoformat(), "orders": self.orders, "moved": self.moved,
            "earlier": self.earlier, "later": self.later, "changed": len(self.changes), "assists": self.assists,
            "auto_on": self.auto_on, "auto_off": self.auto_off, "reminders": self.reminders, "known": self.known,
            "agreed_old": self.agreed_old, "agreed_new": self.agreed_new,
            "first": self.first and self.first.isoformat(), "last": self.last and self.last.isoformat(),
        }  # fmt: skip

    def as_dict(self, most: int = MOST_CHANGES) -> dict[str, Any]:
        """Return everything as JSON has it, with at most ``most`` changed orders; ``changes_more`` says how many are left out."""
        whole = {
            **self.summary(),
            "moves": [asdict(move) for move in self.moves],
            "same": dict(self.same),
            "shifts": [{**asdict(shift), "changed": shift.changed} for shift in self.shifts],
            "rows": [asdict(use) for use in self.rows],
            "changes": [asdict(change) for change in self.changes[:most]],
            "changes_more": max(0, len(self.changes) - most),
            "names": dict(self.names),
        }
        return {name: _plain(value) for name, value in whole.items()}


def spread(hours: Sequence[float]) -> Spread:
    """Return how sizes are spread; all are positive."""
    if not hours:
        return Spread()
    buckets = [0] * (len(BOUNDS) + 1)
    for size in hours:
        buckets[next((i for i, bound in enumerate(BOUNDS) if size <= bound), len(BOUNDS))] += 1
    return Spread(len(hours), round(median(hours), 2), round(max(hours), 2), tuple(buckets))


def _plain(value: Any) -> Any:
    """Lists for tuples, as JSON gives them back."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
