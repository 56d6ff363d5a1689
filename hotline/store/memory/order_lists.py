"""Which orders a list shows, what they are found by, and the filters people keep, in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from hotline.domain.bands import running_due
from hotline.domain.conditions import waits
from hotline.domain.order import Flag, Order
from hotline.services.rows import OrderFilter, OrderText, SavedView
from hotline.services.work_list_words import HIDDEN_KIND, done_again, found_by, number_of
from hotline.store.memory.state import State

Condition = Callable[[Order], bool]


def matching(state: State, wanted: OrderFilter) -> list[Order]:
    """Return the orders of a filter, in no order."""
    tests = [*_who(state, wanted), *_what(wanted), *_when(wanted)]
    if wanted.text.strip():
        tests.append(_found(state, wanted))
    return [order for order in state.orders.values() if all(test(order) for test in tests)]


def _who(state: State, wanted: OrderFilter) -> list[Condition]:
    had = {leg.order_id for leg in state.legs.values() if leg.unit == wanted.seen_by}
    works = {leg.order_id for leg in state.legs.values() if leg.unit == wanted.with_unit and leg.ended_at is None}
    asked: list[tuple[object, Condition]] = [
        (wanted.hidden_from, lambda order: wanted.hidden_from.isdisjoint(hides(order))),
        (wanted.unit is not None, lambda order: order.unit == wanted.unit),
        (wanted.seen_by is not None, lambda order: order.id in had),
        (wanted.with_unit is not None, lambda order: order.open and (order.unit == wanted.with_unit or order.id in works)),
    ]
    return [condition for set_, condition in asked if set_]


def hides(order: Order) -> set[str]:
    """Return who may not know of the order: units, and persons behind an ``@``."""
    return {*order.recused, *(f"@{name}" for name in order.accused_persons)}


def _what(wanted: OrderFilter) -> list[Condition]:
    asked: list[tuple[object, Condition]] = [
        (wanted.states, lambda order: order.state in wanted.states),
        (wanted.kind is not None, lambda order: order.kind == wanted.kind),
        (wanted.channel is not None, lambda order: order.channel == wanted.channel),
        (wanted.urgency is not None, lambda order: order.urgency == wanted.urgency),
        (wanted.category is not None, lambda order: _within(order.category, wanted.category)),
        (wanted.place is not None, lambda order: _within(order.place, wanted.place)),
        (wanted.flags, lambda order: wanted.flags <= order.flags),
        (wanted.without, lambda order: not wanted.without & order.flags),
        (wanted.waits, lambda order: wanted.waits in waits(order) or (wanted.waits == "*" and bool(waits(order)))),
        (wanted.waiting_return, lambda order: Flag.RETURN_ASKED in order.flags),
        (wanted.open_only, lambda order: order.open),
        (wanted.merged_into, lambda order: order.merged_into == wanted.merged_into),
        (wanted.incident, lambda order: order.incident == wanted.incident),
        (wanted.spot_check, lambda order: Flag.SPOT_CHECK in order.flags),
        (wanted.to_enter, lambda order: order.to_enter),
        (wanted.again, done_again),
    ]
    return [condition for set_, condition in asked if set_]


def _when(wanted: OrderFilter) -> list[Condition]:
    return [
        lambda order: _between(running_due(order), wanted.due_from, wanted.due_before),
        lambda order: _between(order.received_at, wanted.received_from, wanted.received_before),
    ]


def _found(state: State, wanted: OrderFilter) -> Condition:
    said, number = {row.order_id for row in state.texts.values() if found_by(row.said, wanted.text)}, number_of(wanted.text)
    for_unit = wanted.seen_by is not None or wanted.with_unit is not None

    def test(order: Order) -> bool:
        hidden = for_unit and (Flag.CONFIDENTIAL in order.flags or order.kind == HIDDEN_KIND)
        return number.upper() == order.id or number == order.upstream_no or (order.id in said and not hidden)

    return test


def _within(path: str | None, wanted: str | None) -> bool:
    return path is not None and (path == wanted or path.startswith(f"{wanted}/"))


def _between(moment: datetime | None, since: datetime | None, before: datetime | None) -> bool:
    if since is None and before is None:
        return True
    return moment is not None and (since is None or moment >= since) and (before is None or moment < before)


class MemoryTexts:
    """``ports.Texts`` in memory."""

    def __init__(self, state: State) -> None:
        self._texts = state.texts

    def add(self, rows: Sequence[OrderText]) -> None:
        """Append; a call that its order has already is left out."""
        for row in rows:
            self._texts.setdefault((row.call_id, row.order_id), row)


class MemorySavedViews:
    """``ports.SavedViews`` in memory."""

    def __init__(self, state: State) -> None:
        self._views = state.saved_views

    def of(self, key: str) -> list[SavedView]:
        """Return a key's views, by name."""
        return sorted((view for view in self._views.values() if view.key == key), key=lambda view: view.name)

    def put(self, view: SavedView) -> None:
        """Keep a view; one of that name is replaced."""
        self._views[view.key, view.name] = view

    def drop(self, key: str, name: str) -> bool:
        """Forget a view; False when there is none."""
        return self._views.pop((key, name), None) is not None
