"""Names of places that the tables do not know, collected for the office to write down."""

from __future__ import annotations

from typing import Final

from hotline.domain.roles import Actor, May, may
from hotline.errors import NotAllowed, NotFound
from hotline.services.books import Books
from hotline.services.incident_ports import UnknownPlace
from hotline.services.ports import Clock, Store

SHOWN: Final = 500


class UnknownPlaces:
    """The list, and what becomes of its names."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def listing(self, *, by: Actor) -> list[UnknownPlace]:
        """Return the names that wait, the most frequent first; those that the book in force knows by now are left out."""
        if by.role is None or not may(by.role, May.READ_ALL):
            raise NotAllowed(f"{by.name} may not see the list")
        known = {estate.name for estate in self._books.current().estates} | {one.name for one in self._books.current().places}
        with self._store.read() as work:
            return [one for one in work.unknown_places.listing(SHOWN) if one.name not in known]

    def settle(self, name: str, *, by: Actor) -> None:
        """Take a name off the list: it was written down, or is no place. Raises ``NotFound``."""
        if by.role is None or not may(by.role, May.PROPOSE_RULES):
            raise NotAllowed(f"{by.name} may not change the list")
        with self._store.write() as work:
            if not work.unknown_places.settle(name, self._clock.now(), by.name):
                raise NotFound("unknown place", name)
            work.commit()
