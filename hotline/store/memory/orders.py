"""Orders, legs and events, in memory."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import orjson

from hotline.domain.order import Event, Leg, LegDues, Order
from hotline.errors import ChangedMeanwhile
from hotline.services.rows import EventCount, OrderFilter, Page
from hotline.store import cursors
from hotline.store.memory.order_lists import hides, matching
from hotline.store.memory.state import State
from hotline.store.texts import as_json


class MemoryOrders:
    """``ports.Orders`` in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, orders: Sequence[Order]) -> set[str]:
        """Insert; one whose call's matter or upstream number has an order already is left out. Return the ids inserted."""
        state, added = self._state, set[str]()
        for order in orders:
            matter = (order.call_id, order.matter)
            if order.id in state.orders or matter in state.by_call or order.upstream_no in state.by_upstream:
                continue
            state.orders[order.id] = order
            state.by_call[matter] = order.id
            if order.upstream_no is not None:
                state.by_upstream[order.upstream_no] = order.id
            added.add(order.id)
        return added

    def get(self, order_id: str) -> Order | None:
        """Return the order."""
        return self._state.orders.get(order_id)

    def get_many(self, order_ids: Sequence[str]) -> dict[str, Order]:
        """Return the orders found, by id."""
        return {ident: self._state.orders[ident] for ident in order_ids if ident in self._state.orders}

    def by_calls(self, call_ids: Sequence[str]) -> dict[str, str]:
        """Return ``{call_id: order_id}`` for calls that made an order: the first one's."""
        return {call: self._state.by_call[call, 1] for call in call_ids if (call, 1) in self._state.by_call}

    def of_call(self, call_id: str) -> list[Order]:
        """Return a call's orders, one for each matter, in order."""
        found = (order for order in self._state.orders.values() if order.call_id == call_id)
        return sorted(found, key=lambda order: order.matter)

    def by_upstream(self, numbers: Sequence[str]) -> dict[str, Order]:
        """Return ``{upstream_no: order}`` for known numbers."""
        known = self._state.by_upstream
        return {number: self._state.orders[known[number]] for number in numbers if number in known}

    def save(self, orders: Sequence[Order]) -> None:
        """Write orders whose stored version is one less; raises ``ChangedMeanwhile`` otherwise."""
        for order in orders:
            stored = self._state.orders.get(order.id)
            if stored is None or stored.version != order.version - 1:
                raise ChangedMeanwhile(f"order {order.id} is not at version {order.version - 1}")
            self._state.orders[order.id] = order

    def page(self, wanted: OrderFilter, cursor: str | None, limit: int) -> Page:
        """List orders in their ``sort``."""
        last, newest_first = None if cursor is None else cursors.decode(cursor, wanted.sort), wanted.sort == "received"
        placed = [(cursors.place_of(order, wanted.sort), order) for order in self._matching(wanted)]
        placed.sort(key=operator.itemgetter(0), reverse=newest_first)
        later = operator.lt if newest_first else operator.gt
        found = [order for place, order in placed if last is None or later(place, last)]
        more = cursors.encode(found[limit - 1], wanted.sort) if len(found) > limit else None
        return Page(found[:limit], more)

    def count(self, wanted: OrderFilter) -> int:
        """How many orders match."""
        return len(self._matching(wanted))

    def count_each(self, wanted: Mapping[str, OrderFilter], most: int) -> dict[str, int]:
        """How many orders match each filter; nobody counts further than ``most``."""
        return {name: min(len(self._matching(one)), most) for name, one in wanted.items()}

    def open(self) -> list[Order]:
        """Return all open orders (for the sweep and the gauges)."""
        return [order for order in self._state.orders.values() if order.open]

    def provisional(self) -> list[Order]:
        """Return the open orders with a due time in a year whose holidays were not published."""
        return [order for order in self.open() if order.provisional]

    def naming(self, hidden_from: frozenset[str]) -> frozenset[str]:
        """Return the ids of the orders that complain about one of these."""
        found = (order for order in self._state.orders.values() if not hidden_from.isdisjoint(hides(order)))
        return frozenset(order.id for order in found)

    def unbarred(self, after: str, limit: int) -> list[Order]:
        """Return the next orders by id beyond ``after`` that name an accused unit and bar nobody."""
        found = (order for order in self._state.orders.values() if order.id > after and order.accused and not hides(order))
        return sorted(found, key=lambda order: order.id)[:limit]

    def bar(self, orders: Sequence[Order]) -> int:
        """Write who is accused and barred of orders still at this version; return how many that was."""
        state, done = self._state, 0
        for order in orders:
            stored = state.orders.get(order.id)
            if stored is not None and stored.version == order.version:
                state.orders[order.id] = replace(stored, accused_units=order.accused_units, recused=order.recused)
                done += 1
        return done

    def numbers(self, days: Mapping[str, int]) -> dict[str, int]:
        """Take ``n`` order numbers of each day (``{"20261123": 3}``); return the first taken. Gaps are allowed."""
        first = {day: self._state.numbers.get(day, 0) + 1 for day in days}
        self._state.numbers.update({day: first[day] + wanted - 1 for day, wanted in days.items()})
        return first

    def _matching(self, wanted: OrderFilter) -> list[Order]:
        return matching(self._state, wanted)


class MemoryLegs:
    """``ports.Legs`` in memory."""

    def __init__(self, state: State) -> None:
        self._legs = state.legs

    def add(self, legs: Sequence[Leg]) -> None:
        """Begin legs."""
        self._legs.update(enumerate(legs, start=len(self._legs)))

    def end(self, order_id: str, at: datetime, outcome: str, unit: str | None = None) -> None:
        """End the order's running legs, or one unit's alone."""
        running = {i: leg for i, leg in self._legs.items() if leg.order_id == order_id and leg.ended_at is None}
        over = {i: leg for i, leg in running.items() if unit in (None, leg.unit)}
        self._legs.update({i: replace(leg, ended_at=at, outcome=outcome) for i, leg in over.items()})

    def move(self, order_id: str, due: LegDues) -> None:
        """Set when the order's running legs are due."""
        running = {i: leg for i, leg in self._legs.items() if leg.order_id == order_id and leg.ended_at is None}
        self._legs.update({i: replace(leg, due_at=due.of(leg.role)) for i, leg in running.items()})

    def of_order(self, order_id: str) -> list[Leg]:
        """Return an order's legs, oldest first."""
        return [leg for leg in self._legs.values() if leg.order_id == order_id]

    def units(self, order_ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return every unit that has or had a leg of these orders."""
        wanted, found = set(order_ids), dict[str, frozenset[str]]()
        for leg in self._legs.values():
            if leg.order_id in wanted:
                found[leg.order_id] = found.get(leg.order_id, frozenset()) | {leg.unit}
        return found


class MemoryEvents:
    """``ports.Events`` in memory; a position is the place in ``State.line``, from 1."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, events: Sequence[Event]) -> None:
        """Append; an event whose (order_id, seq) exists raises ``ChangedMeanwhile``."""
        for event in events:
            key = (event.order_id, event.seq)
            if key in self._state.seqs:
                raise ChangedMeanwhile("an event of that number is there already")
            self._state.seqs.add(key)
            self._state.events.append(replace(event, data=orjson.loads(as_json(event.data))))

    def of_order(self, order_id: str) -> list[Event]:
        """Return an order's events by ``seq``."""
        return sorted((event for event in self._state.events if event.order_id == order_id), key=lambda event: event.seq)

    def of_orders(self, order_ids: Sequence[str]) -> list[Event]:
        """Return the events of many orders, sorted by order, then seq."""
        wanted = set(order_ids)
        found = (event for event in self._state.events if event.order_id in wanted)
        return sorted(found, key=lambda event: (event.order_id, event.seq))

    def orders_after(self, position: int) -> list[str]:
        """Return the ids of the orders to which something happened after a position, or without one yet, in order."""
        return sorted({event.order_id for event in self._state.events[position:]})

    def settle(self, limit: int) -> int:
        """Give the next positions to events that have none; return how many."""
        begun = len(self._state.line)
        fresh = self._state.events[begun : begun + limit]
        self._state.line.extend(fresh)
        return len(fresh)

    def unsettled(self) -> bool:
        """Whether an event has no position yet."""
        return len(self._state.line) < len(self._state.events)

    def settled(self) -> int:
        """Return the last position given, 0 before the first."""
        return len(self._state.line)

    def since(self, position: int, limit: int) -> list[tuple[int, Event]]:
        """Return events after a position."""
        found = self._state.line[position : position + limit]
        return list(enumerate(found, start=position + 1))

    def latest(self, order_ids: Sequence[str], kind: str) -> dict[str, Event]:
        """Return the last event of a kind of each of these orders that has one."""
        wanted = set(order_ids)
        found = (event for event in self._state.events if event.kind == kind and event.order_id in wanted)
        return {event.order_id: event for event in sorted(found, key=lambda event: event.seq)}

    def with_kinds(self, kinds: Collection[str], since: datetime, after: str, limit: int) -> list[Event]:
        """Return all events of the next orders that have an event of one of ``kinds`` at or after ``since``."""
        found = {one.order_id for one in self._state.events if one.kind in kinds and one.at >= since and one.order_id > after}
        wanted = set(sorted(found)[:limit])
        told = (event for event in self._state.events if event.order_id in wanted)
        return sorted(told, key=lambda event: (event.order_id, event.seq))

    def counts(self) -> list[EventCount]:
        """Return cumulative counts of all events that have a position."""
        orders = self._state.orders
        seen = Counter(
            (event.kind, event.unit, orders[event.order_id].channel, orders[event.order_id].kind)
            for event in self._state.line
            if event.order_id in orders
        )
        return [EventCount(*key, n) for key, n in seen.items()]
