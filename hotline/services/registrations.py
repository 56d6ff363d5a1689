"""Storing orders that were just made: their numbers, first events and legs, and the messages about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from hotline.services.incident_ports import Heard
from hotline.services.messages import event_row
from hotline.services.ports import UnitOfWork
from hotline.services.registering import Registration
from routing_rules.pack import Pack

LONGEST_NAME = 64


def take_numbers(work: UnitOfWork, pack: Pack, received: Sequence[datetime]) -> list[str]:
    """Return an order number for each moment of receipt: prefix, local day, five digits (more on a day of more)."""
    days = [moment.astimezone(pack.zone).strftime("%Y%m%d") for moment in received]
    following = work.orders.numbers(Counter(days))
    numbers = []
    for day in days:
        numbers.append(f"{pack.settings.order_prefix}{day}{following[day]:05d}")
        following[day] += 1
    return numbers


def append(work: UnitOfWork, kept: Sequence[Registration]) -> None:
    """Write what belongs to orders that were inserted."""
    events = [event for one in kept for event in one.events]
    work.legs.add([leg for one in kept for leg in one.legs])
    work.events.add(events)
    work.outbox.add([event_row(event) for event in events])
    work.unknown_places.hear([heard for one in kept for heard in _heard(one)])


def _heard(one: Registration) -> Iterator[Heard]:
    """Yield the names in an order that sound like places and are in no table."""
    for name in one.events[0].data.get("unknown_places", ()):
        yield Heard(str(name)[:LONGEST_NAME], one.order.id, one.order.received_at)
