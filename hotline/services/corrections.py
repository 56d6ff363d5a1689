"""What people decided on orders, as labels to learn from: another choice, a return that was granted, a ruling, a changed class.

The last word on an order wins; what was contradicted later is not learned (DESIGN §2: model said, rule said, person chose).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from hotline.domain.call import NewCall
from hotline.domain.order import Event
from hotline.domain.strangers import without_people
from hotline.domain.text import clean
from hotline.services.own_words import own_words
from hotline.services.ports import Store

ORDERS_A_PAGE = 200
MACHINE = "machine"
CHANGES = frozenset({"reclassified", "category_changed", "kind_changed"})
"""Events in which the desk changed what an order is about: ``category``, ``kind`` in their data."""
RULINGS = frozenset({"ruled"})
CHECKED = "spot_checked"
"""A dispatcher looked at what went out without a person 抽查: ``right``, and the ``unit`` that would be right."""
DECIDED = frozenset({"dispatched", "return_granted", CHECKED, *CHANGES, *RULINGS})
"""Events in which somebody may have decided."""
_NO_UNITS = frozenset({"not_accepted", "transferred", "withdrawn", "recalled", "answered_directly"})


class Source(StrEnum):
    """How people came to a label; what cost more thought counts more in learning."""

    CONFIRMED = "confirmed"
    CHOICE = "choice"
    CHANGED = "changed"
    RETURN = "return"
    RULING = "ruling"


WEIGHTS = {Source.CONFIRMED: 1.0, Source.CHOICE: 1.0, Source.CHANGED: 1.0, Source.RETURN: 1.5, Source.RULING: 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What people said an order is: a label that is empty was not decided by a person. The text has no people in it.

    ``corrects`` = the model had said something else, or somebody had to think twice (a return, a ruling): a training row.
    Otherwise people took what the model said: nothing to learn, but something to judge models by.
    """

    order: str
    at: datetime
    source: Source
    title: str
    text: str
    category: str = ""
    unit: str = ""
    kind: str = ""
    corrects: bool = True

    @property
    def weight(self) -> float:
        """How much it counts in learning."""
        return WEIGHTS[self.source]


@dataclass(slots=True)
class _Words:
    """The last words on an order so far."""

    unit: str = ""
    source: Source = Source.CHOICE
    returned: bool = False
    contested: bool = False
    category: str = ""
    kind: str = ""
    at: datetime | None = None
    model: str = ""


def decision(events: Sequence[Event], call: NewCall) -> Decision | None:
    """Return what people decided on one order, by its events in order; None when the machine's word stands untouched."""
    said = events[0].data if events else {}
    words = _Words(model=_model_unit(said))
    for event in events[1:] if said else ():
        _hear(words, event)
    unit = "" if words.contested else words.unit
    category = words.category if words.category != said.get("category") else ""
    kind = words.kind if words.kind != said.get("kind") else ""
    if words.at is None or not (unit or category or kind):
        return None
    twice = unit and words.source in (Source.RETURN, Source.RULING)
    corrects = bool(category or kind or twice or (unit and unit != words.model))
    source = words.source if twice else Source.CHANGED if category or kind else Source.CHOICE if corrects else Source.CONFIRMED
    names = (call.caller.name,)
    return Decision(
        order=events[0].order_id, at=words.at, source=source, title=without_people(clean(call.title), names),
        text=without_people(clean(call.text), names), category=category, unit=unit, kind=kind, corrects=corrects,
    )  # fmt: skip


def _model_unit(said: Any) -> str:
    units = said.get("units") or []
    return str(units[0][0]) if units else ""


def _hear(words: _Words, event: Event) -> None:
    """Take in one event."""
    data = event.data
    if event.kind == "dispatched":
        by_person = data.get("choice", MACHINE) != MACHINE
        words.unit = str(data.get("unit") or "") if by_person else ""
        words.source = Source.RETURN if words.returned else Source.CHOICE
        words.contested, words.at = False, event.at if by_person else words.at
    elif event.kind == CHECKED:
        words.unit, words.source, words.contested, words.at = str(data.get("unit") or ""), Source.CHOICE, False, event.at
    elif event.kind == "return_granted":
        words.unit, words.returned, words.contested = "", True, False
    elif event.kind in RULINGS and data.get("unit"):
        words.unit, words.source, words.contested, words.at = str(data["unit"]), Source.RULING, False, event.at
    elif event.kind == "return_applied":
        words.contested = True
    elif event.kind == "return_refused":
        words.contested = False
    elif event.kind in _NO_UNITS:
        words.unit = ""
    if event.kind in CHANGES | {"dispatched"}:
        _reclassify(words, event)


def _reclassify(words: _Words, event: Event) -> None:
    for name in ("category", "kind"):
        if isinstance(changed := event.data.get(name), str) and changed:
            setattr(words, name, changed)
            words.at = event.at


def decisions(store: Store, since: datetime, *, page: int = ORDERS_A_PAGE) -> Iterator[Decision]:
    """Yield what people decided on orders with a decision at or after ``since``, one row an order, a page of orders at a time."""
    after = ""
    while True:
        with store.read() as work:
            told = work.events.with_kinds(DECIDED, since, after, page)
            if not told:
                return
            past = {order: list(events) for order, events in groupby(told, key=lambda event: event.order_id)}
            orders = work.orders.get_many(list(past))
            calls = work.calls.get([order.call_id for order in orders.values()])
        for ident, events in past.items():
            call = calls.get(orders[ident].call_id) if ident in orders else None
            found = decision(events, own_words(orders[ident], call).new) if call else None
            if found is not None:
                yield found
        after = told[-1].order_id
