"""What many orders have to do with each other, wired: split and merge, incidents, neighbours, samples, unknown places."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.services.books import Books
from hotline.services.handling import Handling
from hotline.services.incidents import Incidents
from hotline.services.matters import Matters
from hotline.services.neighbours import Neighbours
from hotline.services.neighbours_ports import LikeOrders
from hotline.services.ports import Clock, Reader, Store
from hotline.services.spot_checks import SpotChecks
from hotline.services.unknown_places import UnknownPlaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The services behind the desk's proposals."""

    matters: Matters
    incidents: Incidents
    neighbours: Neighbours
    spot_checks: SpotChecks
    unknown_places: UnknownPlaces


def together(store: Store, clock: Clock, books: Books, reader: Reader, index: LikeOrders) -> Together:
    """Return the services over one store; ``index`` is empty and is filled by who keeps it."""
    return Together(
        matters=Matters(store, clock, books, reader),
        incidents=Incidents(store, clock, books, Handling(store, clock, books)),
        neighbours=Neighbours(store, index),
        spot_checks=SpotChecks(store, clock, books),
        unknown_places=UnknownPlaces(store, clock, books),
    )
