"""Endpoints of webhooks and their deliveries, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hotline.services.api_rows import Backlog, Delivery, Endpoint
from hotline.store.memory.state import State


class MemoryWebhooks:
    """``api_ports.Webhooks`` in memory."""

    def __init__(self, state: State) -> None:
        self._endpoints, self._rows = state.endpoints, state.deliveries

    # -- endpoints -----------------------------------------------------------------------------------------------------
    def add(self, endpoint: Endpoint) -> None:
        """Store an endpoint."""
        self._endpoints[endpoint.id] = endpoint

    def get(self, ident: str) -> Endpoint | None:
        """Return an endpoint."""
        return self._endpoints.get(ident)

    def listing(self) -> list[Endpoint]:
        """Return all endpoints, oldest first."""
        return sorted(self._endpoints.values(), key=lambda one: (one.created_at, one.id))

    def save(self, endpoint: Endpoint) -> None:
        """Write an endpoint, except its ``position``."""
        self._endpoints[endpoint.id] = replace(endpoint, position=self._endpoints[endpoint.id].position)

    def follow(self, idents: Sequence[str], position: int, to: int) -> list[str]:
        """Move endpoints that stand at ``position``; return those moved."""
        moved = sorted(ident for ident in idents if self._endpoints[ident].position == position)
        for ident in moved:
            self._endpoints[ident] = replace(self._endpoints[ident], position=to)
        return moved

    # -- deliveries ----------------------------------------------------------------------------------------------------
    def queue(self, deliveries: Sequence[Delivery]) -> None:
        """Append; one whose (endpoint, order, seq) is there already is left out."""
        known = {(one.endpoint_id, one.order_id, one.seq) for one in self._rows.values()}
        for number, new in enumerate(deliveries, start=max((one.number for one in self._rows.values()), default=0) + 1):
            if (new.endpoint_id, new.order_id, new.seq) not in known:
                self._rows[new.id] = replace(new, number=number)

    def due(self, now: datetime) -> set[str]:
        """Return the endpoints that have deliveries to be tried now."""
        return {one.endpoint_id for one in self._rows.values() if _free(one, now)}

    def claim(self, endpoint_id: str, limit: int, *, holder: str, now: datetime, until: datetime) -> list[Delivery]:
        """Lend an endpoint's oldest due deliveries to ``holder`` until then; those lent to a living one are left out."""
        free = [one for one in self._rows.values() if one.endpoint_id == endpoint_id and _free(one, now)]
        oldest = sorted(free, key=lambda one: (one.next_at or now, one.number))[:limit]
        lent = [replace(one, holder=holder, until=until) for one in oldest]
        self._rows.update({one.id: one for one in lent})
        return sorted(lent, key=lambda one: one.number)

    def settle(self, deliveries: Sequence[Delivery], holder: str) -> None:
        """Write what came of tries and end the loan; what is not lent to ``holder`` any more is left as it is."""
        for one in deliveries:
            if self._rows[one.id].holder == holder:
                self._rows[one.id] = one

    def delivery(self, ident: str) -> Delivery | None:
        """Return a delivery."""
        return self._rows.get(ident)

    def save_delivery(self, delivery: Delivery) -> None:
        """Write a delivery whatever it is lent to."""
        self._rows[delivery.id] = delivery

    def revive(self, endpoint_id: str, now: datetime) -> int:
        """Let everything that an endpoint has not got be tried from now on for another three days; return how many."""
        unsent = [one for one in self._rows.values() if one.endpoint_id == endpoint_id and one.delivered_at is None]
        for one in unsent:
            self._rows[one.id] = replace(one, next_at=now, attempts=0, first_at=None, gave_up_at=None)
        return len(unsent)

    def page(self, endpoint_id: str, state: str, before: int, limit: int) -> list[Delivery]:
        """Return deliveries numbered below ``before``, newest first; ``state`` empty = all."""
        found = [one for one in self._rows.values() if one.endpoint_id == endpoint_id and one.number < before]
        return sorted((one for one in found if state in ("", one.state)), key=lambda one: one.number, reverse=True)[:limit]

    def backlogs(self) -> dict[str, Backlog]:
        """Return what each endpoint has not got."""
        unsent = [one for one in self._rows.values() if one.delivered_at is None]
        return {
            ident: _backlog([one for one in unsent if one.endpoint_id == ident]) for ident in {one.endpoint_id for one in unsent}
        }

    def purge(self, delivered_before: datetime) -> int:
        """Delete what was delivered before, and nothing else; return how many."""
        old = [one.id for one in self._rows.values() if one.delivered_at is not None and one.delivered_at < delivered_before]
        for ident in old:
            del self._rows[ident]
        return len(old)


def _free(one: Delivery, now: datetime) -> bool:
    return one.next_at is not None and one.next_at <= now and (one.until is None or one.until <= now)


def _backlog(unsent: Sequence[Delivery]) -> Backlog:
    waiting = [one.created_at for one in unsent if one.next_at is not None]
    gone = sum(1 for one in unsent if one.gave_up_at is not None)
    return Backlog(waiting=len(waiting), gave_up=gone, oldest=min(waiting, default=None))
