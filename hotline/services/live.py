"""What happens to orders, as it happens: ids, codes and states of what the listener may see, by the events' positions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.domain.roles import Actor, May, may
from hotline.errors import NotAllowed
from hotline.services.ports import Store
from hotline.services.recusal import keys_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event; ``state`` and ``unit`` are the order's as it was read, ``units`` every unit that may know of it.

    ``hidden_from`` are the units and persons that the order complains about 回避, as ``recusal.keys_of`` writes them.
    """

    position: int
    order_id: str
    seq: int
    kind: str
    at: datetime
    state: str
    unit: str | None
    units: frozenset[str]
    hidden_from: frozenset[str]


class Live:
    """Reads events by position; nobody's words are among what it tells."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def position(self) -> int:
        """Return the last position given."""
        with self._store.read() as work:
            return work.events.settled()

    def after(self, position: int, limit: int) -> list[Told]:
        """Return what happened after a position, whoever may see it: ask ``sees`` before it is told."""
        with self._store.read() as work:
            rows = work.events.since(position, limit)
            ids = list(dict.fromkeys(event.order_id for _, event in rows))
            orders, legs = work.orders.get_many(ids), work.legs.units(ids)
        return [
            Told(
                position=at, order_id=event.order_id, seq=event.seq, kind=event.kind, at=event.at, state=order.state.value,
                unit=order.unit, units=frozenset({*order.holders, *order.assists}) | legs.get(order.id, frozenset()),
                hidden_from=frozenset({*order.recused, *(f"@{name}" for name in order.accused_persons)}),
            )
            for at, event in rows
            if (order := orders.get(event.order_id)) is not None
        ]  # fmt: skip


def sees(told: Told, by: Actor) -> bool:
    """Whether an event may be told to ``by``: a unit hears of orders that it has or had (as ``change.visible``)."""
    return told.hidden_from.isdisjoint(keys_of(by)) and (by.unit in told.units if by.of_unit else True)


def may_listen(by: Actor) -> None:
    """Raise ``NotAllowed`` for who may not read orders."""
    if by.role is not None and not (may(by.role, May.READ_ALL) or may(by.role, May.READ_OWN)):
        raise NotAllowed(f"{by.name} may not read orders")
