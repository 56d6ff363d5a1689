"""Incidents 事件 as they are asked for, and how a step of one is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from hotline.domain.incident import Incident, IncidentStep, fits
from hotline.domain.order import Order
from hotline.domain.roles import Actor
from hotline.errors import NotFound
from hotline.services import change
from hotline.services.books import Books
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.recusal import hides
from hotline.services.rows import OrderFilter

SHOWN: Final = 200
MOST_MEMBERS: Final = 5000


class IncidentBook:
    """What is known of incidents, as far as the asker may see their orders."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def listing(self, *, going_on: bool = True, by: Actor) -> list[Incident]:
        """Return incidents, newest first; a unit sees those it is to handle."""
        with self._store.read() as work:
            found = work.incidents.listing(going_on=going_on, limit=SHOWN)
            return as_seen(work, [one for one in found if not by.of_unit or by.unit in one.units], by)

    def get(self, ident: str, *, by: Actor) -> tuple[Incident, list[IncidentStep], list[Order]]:
        """Return an incident with its steps and its orders, as far as ``by`` may see them."""
        with self._store.read() as work:
            incident = known(work, ident)
            orders = [order for order in members(work, ident) if may_see(work, order, by)]
            if by.of_unit and by.unit not in incident.units and not orders:
                raise NotFound("incident", ident)
            steps = work.incidents.steps(ident)
            seen = seen_of(work, {*incident.offered, *(order for step in steps for order in step.data.get("orders", ()))}, by)
            return as_seen(work, [incident], by)[0], [_step_seen(step, seen) for step in steps], orders

    def offers(self, order: Order) -> list[Incident]:
        """Return the incidents going on that an order may belong to: by its matter and place, or by the burst."""
        if order.incident or not order.open:
            return []
        with self._store.read() as work:
            going_on = work.incidents.listing(going_on=True, limit=SHOWN)
        return [one for one in going_on if order.id in one.offered or fits(one, order.category, order.place)]

    def waiting(self, ident: str, *, by: Actor) -> list[Order]:
        """Return the open orders that tell of an incident and were not joined to it, newest first."""
        with self._store.read() as work:
            incident = known(work, ident)
            wanted = OrderFilter(category=incident.category, place=incident.place, open_only=True)
            near = work.orders.page(wanted, None, SHOWN).orders if incident.place else []
            found = {order.id: order for order in (*work.orders.get_many(incident.offered).values(), *near)}
            return [one for one in found.values() if one.open and one.incident is None and may_see(work, one, by)]


def write_step(
    work: UnitOfWork, incident: Incident, at: datetime, actor: str, kind: str, data: Mapping[str, Any], **fields: Any
) -> Incident:  # fmt: skip
    """Write a step of an incident and what it changes; return the incident afterwards."""
    after = replace(incident, version=incident.version + 1, **fields)
    work.incidents.save(after)
    work.incidents.add_step(IncidentStep(incident_id=after.id, seq=after.version, at=at, actor=actor, kind=kind, data=data))
    return after


def known(work: UnitOfWork, ident: str) -> Incident:
    """Return an incident. Raises ``NotFound``."""
    incident = work.incidents.get(ident)
    if incident is None:
        raise NotFound("incident", ident)
    return incident


def members(work: UnitOfWork, ident: str) -> list[Order]:
    """Return an incident's orders."""
    return list(work.orders.page(OrderFilter(incident=ident), None, MOST_MEMBERS).orders)


def may_see(work: UnitOfWork, order: Order, by: Actor) -> bool:
    """Whether ``by`` may see an order."""
    try:
        change.visible(work, order.id, by)
    except NotFound:
        return False
    return True


def as_seen(work: UnitOfWork, incidents: Sequence[Incident], by: Actor) -> list[Incident]:
    """Return incidents that name only those orders that ``by`` may see."""
    seen = seen_of(work, {order for one in incidents for order in one.offered}, by)
    return [replace(one, offered=tuple(order for order in one.offered if order in seen)) for one in incidents]


def seen_of(work: UnitOfWork, named: Collection[str], by: Actor) -> frozenset[str]:
    """Return those of these orders that ``by`` may see (as ``change.visible``), in two questions however many they are."""
    idents = sorted(named)
    orders, had = work.orders.get_many(idents), work.legs.units(idents) if by.of_unit else {}
    return frozenset(
        ident
        for ident, order in orders.items()
        if not hides(order, by) and (not by.of_unit or by.unit in {*order.holders, *order.assists, *had.get(ident, frozenset())})
    )


def _step_seen(step: IncidentStep, seen: Collection[str]) -> IncidentStep:
    if "orders" not in step.data:
        return step
    return replace(step, data={**step.data, "orders": [order for order in step.data["orders"] if order in seen]})
