"""Orders, legs and events, in memory."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from hotline.domain.bands import running_due
from hotline.domain.order import Event, Flag, Leg, LegDues, Order
from hotline.errors import ChangedMeanwhile
from hotline.services.rows import EventCount, OrderFilter, Page
from hotline.store import cursors
from hotline.store.memory.state import State
from hotline.store.texts import as_json


class MemoryOrders:
    """``ports.Orders`` in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, orders: Sequence[Order]) -> set[str]:
        """Insert; an order whose call or upstream number has one already is left out. Return the ids inserted."""
        state, added = self._state, set[str]()
        for order in orders:
            if order.id in state.orders or order.call_id in state.by_call or order.upstream_no in state.by_upstream:
                continue
            state.orders[order.id] = order
            state.by_call[order.call_id] = order.id
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
        """Return ``{call_id: order_id}`` for calls that made an order."""
        return {call: self._state.by_call[call] for call in call_ids if call in self._state.by_call}

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
        """List orders: newest received first, or the desk's order (danger, urgent, then oldest) with ``by_urgency``."""
        last = None if cursor is None else cursors.decode(cursor, by_urgency=wanted.by_urgency)
        key = _urgency_key if wanted.by_urgency else _newest_key
        found = sorted(self._matching(wanted), key=lambda order: key(cursors.place_of(order)))
        if not wanted.by_urgency:
            found.reverse()
        if last is not None:
            end, later = key(last), operator.gt if wanted.by_urgency else operator.lt
            found = [order for order in found if later(key(cursors.place_of(order)), end)]
        more = cursors.encode(found[limit - 1], by_urgency=wanted.by_urgency) if len(found) > limit else None
        return Page(found[:limit], more)

    def count(self, wanted: OrderFilter) -> int:
        """How many orders match."""
        return len(self._matching(wanted))

    def open(self) -> list[Order]:
        """Return all open orders (for the sweep and the gauges)."""
        return [order for order in self._state.orders.values() if order.open]

    def provisional(self) -> list[Order]:
        """Return the open orders with a due time in a year whose holidays were not published."""
        return [order for order in self.open() if order.provisional]

    def numbers(self, days: Mapping[str, int]) -> dict[str, int]:
        """Take ``n`` order numbers of each day (``{"20261123": 3}``); return the first taken. Gaps are allowed."""
        first = {day: self._state.numbers.get(day, 0) + 1 for day in days}
        self._state.numbers.update({day: first[day] + wanted - 1 for day, wanted in days.items()})
        return first

    def _matching(self, wanted: OrderFilter) -> list[Order]:
        had = {leg.order_id for leg in self._state.legs.values() if leg.unit == wanted.seen_by}
        tests = _conditions(wanted)
        found = (order for order in self._state.orders.values() if all(test(order) for test in tests))
        return [order for order in found if wanted.seen_by is None or order.id in had]


def _newest_key(place: cursors.Place) -> Any:
    return place[1:]


def _urgency_key(place: cursors.Place) -> Any:
    return place


Condition = Callable[[Order], bool]


def _conditions(wanted: OrderFilter) -> list[Condition]:
    asked: list[tuple[object, Condition]] = [
        (wanted.states, lambda order: order.state in wanted.states),
        (wanted.unit is not None, lambda order: order.unit == wanted.unit),
        (wanted.category is not None, lambda order: _within(order.category, wanted.category)),
        (wanted.place is not None, lambda order: _within(order.place, wanted.place)),
        (wanted.text, lambda order: _says(order, wanted.text)),
        (wanted.due_before, lambda order: _due_before(order, wanted.due_before)),
        (wanted.waiting_return, lambda order: Flag.RETURN_ASKED in order.flags),
        (wanted.open_only, lambda order: order.open),
    ]
    return [condition for set_, condition in asked if set_]


def _within(path: str | None, wanted: str | None) -> bool:
    return path is not None and (path == wanted or path.startswith(f"{wanted}/"))


def _says(order: Order, text: str) -> bool:
    return any(text.lower() in said.lower() for said in (order.title, order.id, order.upstream_no or ""))


def _due_before(order: Order, before: datetime | None) -> bool:
    due = running_due(order)
    return due is not None and before is not None and due < before


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

    def touched_since(self, at: datetime) -> list[Event]:
        """Return all events of every order that is open or has an event at or after ``at``, sorted by order, then seq."""
        touched = {order.id for order in self._state.orders.values() if order.open}
        touched |= {event.order_id for event in self._state.events if event.at >= at}
        found = (event for event in self._state.events if event.order_id in touched)
        return sorted(found, key=lambda event: (event.order_id, event.seq))

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
