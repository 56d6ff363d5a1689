"""Who takes part in a simulated month, and the services through which they act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hotline.bench.sample_life import Services
from hotline.bench.stepped_clock import SteppedClock
from hotline.domain.roles import Actor, Role
from hotline.services.applications import Applications
from hotline.services.books import Books
from hotline.services.disputes import Disputes
from hotline.services.matters import Matters
from hotline.services.ports import Reader, Store
from hotline.services.ratings import Ratings
from hotline.services.supervising import Supervising
from hotline.services.unit_work import UnitWork
from hotline.services.upstream_messages import UpstreamMessages

SUPERVISORS: Final = (Actor("督办员 01", Role.SUPERVISOR), Actor("督办员 02", Role.SUPERVISOR))
ACKNOWLEDGER: Final = Actor("值班派单员", Role.DISPATCHER)


def clerk(unit: str) -> Actor:
    """Return the person who handles orders in ``unit``."""
    return Actor(f"{unit} 经办人", Role.CLERK, unit)


def leader(unit: str, level: int) -> Actor:
    """Return the person of ``unit`` who releases answers at a level, from 1."""
    return Actor(f"{unit} 负责人 {level}", Role.LEADER, unit)


class Everything(Services):
    """All services over a store, at the stepped clock's time."""

    def __init__(self, store: Store, books: Books, reader: Reader, clock: SteppedClock) -> None:
        super().__init__(store, books, reader, clock)
        self.store = store
        self.applications = Applications(store, clock, books)
        self.disputes = Disputes(store, clock, books)
        self.units = UnitWork(store, clock, books)
        self.ratings = Ratings(store, clock, books)
        self.supervising = Supervising(store, clock, books)
        self.matters = Matters(store, clock, books, reader)
        self.upstream = UpstreamMessages(store, clock, books)

    @property
    def sweeps(self) -> tuple[Callable[[], object], ...]:
        """What the clock process does as time passes."""
        return self.supervision.sweep, self.applications.sweep, self.upstream.catch_up
