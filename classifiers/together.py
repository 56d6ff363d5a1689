"""Near-duplicates and bursts as the services ask for them (``hotline.services.neighbours_ports``)."""

from __future__ import annotations

from classifiers.bursts import BurstWatch, Sighting
from classifiers.duplicates import OpenOrder, OpenOrders
from hotline.services.neighbours_ports import Alike, Burst, Sighted, Told


class OrdersAlike:
    """``neighbours_ports.LikeOrders`` over the near-duplicate index."""

    def __init__(self) -> None:
        self._held = OpenOrders()

    def add(self, told: Told) -> None:
        """Hold an order."""
        self._held.add(OpenOrder(told.id, told.title, told.text, told.caller))

    def remove(self, order_id: str) -> None:
        """Let go of an order."""
        self._held.remove(order_id)

    def like(self, told: Told, most: int) -> list[Alike]:
        """Return the orders most alike."""
        found = self._held.like(OpenOrder(told.id, told.title, told.text, told.caller), most=most)
        return [Alike(one.order, one.likeness, one.shared, one.same_caller) for one in found]

    def __len__(self) -> int:
        """Return how many orders are held."""
        return len(self._held)


class Bursting:
    """``neighbours_ports.Watch`` over the burst detector."""

    def __init__(self) -> None:
        self._watch = BurstWatch()

    def see(self, sighted: Sighted) -> Burst | None:
        """Take an order in; return the burst it belongs to, or None."""
        found = self._watch.see(Sighting(sighted.order, sighted.matter, sighted.place, sighted.at, sighted.caller))
        return Burst(found.matter, found.place, found.since, found.orders, found.expected) if found else None
