"""How far the classifier's confidence can be believed: by decile, how often its first class and first unit still stand.

Of the orders registered in a period that the model read. What a person chose in place of the model's word is what counts; an
order that nobody corrected is taken as right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from hotline.domain.indicators import NOTHING, Ratio
from hotline.domain.order import Event, Order
from hotline.services.figures.rows import Asked, below
from hotline.services.ports import Store

DECILES: Final = 10
_AT_ONCE: Final = 500  # orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Decile:
    """Confidences from ``low`` to below ``high`` (the last one includes 1), their mean, and what came of them.

    ``category`` = the first class still stands, ``unit`` = the first unit of the model leads the order; of those dispatched.
    """

    low: float
    high: float
    mean: float | None
    category: Ratio
    unit: Ratio


@dataclass(frozen=True, slots=True)
class _Read:
    """What the model said of one order, and whether it still stands; ``unit`` None = never dispatched."""

    confidence: float
    category: bool
    unit: bool | None


def calibration(store: Store, asked: Asked) -> list[Decile]:
    """Return the ten deciles; ``asked`` gives the period of registering, the category and place, and who is left out."""
    return table(_known(store, asked))


def table(known: Iterable[_Read]) -> list[Decile]:
    """Return the deciles of what is known of each order."""
    groups: list[list[_Read]] = [[] for _ in range(DECILES)]
    for one in known:
        groups[min(int(one.confidence * DECILES), DECILES - 1)].append(one)
    return [_decile(number, group) for number, group in enumerate(groups)]


def read(registered: Event, order: Order) -> _Read | None:
    """Return what the model said of an order and whether it stands; None for an order that it did not read."""
    classes, units = registered.data.get("categories") or (), registered.data.get("units") or ()
    if not classes or order.category is None:
        return None
    first, confidence = classes[0]
    led = units[0][0] == order.unit if units and order.unit is not None else None
    return _Read(float(confidence), order.category == first, led)


def _known(store: Store, asked: Asked) -> Iterator[_Read]:
    after = ""
    while True:
        with store.read() as work:
            events = work.events.with_kinds({"registered"}, asked.start, after, _AT_ONCE)
            orders = work.orders.get_many(sorted({event.order_id for event in events}))
        if not events:
            return
        for event in events:
            if event.kind == "registered" and _is_asked_for(event, orders[event.order_id], asked):
                found = read(event, orders[event.order_id])
                if found is not None:
                    yield found
        after = events[-1].order_id


def _is_asked_for(event: Event, order: Order, asked: Asked) -> bool:
    settled = asked.start <= event.at < asked.end and event.at <= asked.now and order.id not in asked.without
    theirs = asked.units is None or order.unit in asked.units
    return settled and theirs and below(order.category or "", asked.category) and below(order.place or "", asked.place)


def _decile(number: int, group: list[_Read]) -> Decile:
    led = [one.unit for one in group if one.unit is not None]
    mean = sum(one.confidence for one in group) / len(group) if group else None
    category = Ratio(sum(one.category for one in group), len(group)) if group else NOTHING
    return Decile(
        low=number / DECILES, high=(number + 1) / DECILES, mean=mean, category=category, unit=Ratio(sum(led), len(led))
    )  # fmt: skip
