"""What the machine says of incidents: it proposes a burst, once, and lets it grow; it opens and closes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hotline.domain.incident import Incident, IncidentState, related
from hotline.services import ids
from hotline.services.incident_book import SHOWN, IncidentBook, write_step
from hotline.services.neighbours_ports import Burst
from hotline.services.ports import UnitOfWork

AGAIN: Final = timedelta(hours=24)
"""A burst of a matter and place that somebody dismissed is not proposed again for so long."""
MACHINE: Final = "bursts"


class IncidentProposals(IncidentBook):
    """Proposals of incidents."""

    def propose(self, burst: Burst) -> str | None:
        """Propose a burst as an incident, once: one that goes on there grows; return its id, None when it was dismissed."""
        with self._store.write() as work:
            going_on = work.incidents.listing(going_on=True, limit=SHOWN)
            same = next((one for one in going_on if one.category == burst.matter and related(one.place, burst.place)), None)
            if same is None and self._dismissed(work, burst):
                return None
            ident = same.id if same else self._proposed(work, burst)
            if same and not set(burst.orders) <= set(same.offered):
                grown = tuple(dict.fromkeys((*same.offered, *burst.orders)))
                write_step(work, same, self._clock.now(), MACHINE, "grown", {"orders": list(burst.orders)}, offered=grown)
            work.commit()
        return ident

    def _proposed(self, work: UnitOfWork, burst: Burst) -> str:
        pack, now = self._books.current(), self._clock.now()
        place = pack.geography.places.get(burst.place.rsplit("/", 1)[-1])
        estate = pack.geography.estates.get(burst.place.rsplit("/", 1)[-1])
        named = place.name if place else estate.name if estate else ""
        path = burst.place.rsplit("/", 1)[0] if estate and not place else burst.place
        ident = ids.digest_id(burst.matter.encode(), burst.place.encode(), burst.orders[0].encode())
        incident = Incident(
            id=ident, state=IncidentState.PROPOSED, version=0, category=burst.matter, place=path, place_name=named,
            created_at=now, created_by=MACHINE, offered=burst.orders, expected=burst.expected,
            title=f"{named}{burst.matter.rsplit('/', 1)[-1]}",
        )  # fmt: skip
        if work.incidents.add(incident):
            data = {"orders": list(burst.orders), "since": burst.since.isoformat(), "expected": burst.expected}
            write_step(work, incident, now, MACHINE, "proposed", data)
        return ident

    def _dismissed(self, work: UnitOfWork, burst: Burst) -> bool:
        over = work.incidents.listing(going_on=False, limit=SHOWN)
        lately = self._clock.now() - AGAIN
        gone = (one for one in over if one.state is IncidentState.DISMISSED and one.created_at > lately)
        return any(one.category == burst.matter and related(one.place, burst.place) for one in gone)
