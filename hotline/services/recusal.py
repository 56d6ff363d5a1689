"""Who is complained about 回避: units with everybody below them, and persons. They get no such order and do not see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hotline.domain.order import Order
from hotline.domain.roles import Actor
from routing_rules.pack import Pack


def barred(pack: Pack, accused: Iterable[str]) -> frozenset[str]:
    """Return the units of these codes and every unit below them."""
    tops = frozenset(accused)
    return tops | {code for code in pack.units if any(pack.units.within(code, top) for top in tops)}


def named(pack: Pack, order: Order, units: Iterable[str], persons: Iterable[str]) -> dict[str, Any]:
    """Return the order's fields after further units and persons were named; a handler who is among them handles it no more."""
    accused = order.accused_units | set(units)
    first = order.accused or next(iter(sorted(accused)), None)
    known = tuple(dict.fromkeys((*order.accused_persons, *persons)))
    gone = barred(pack, accused)
    kept = tuple(one for one in order.suggestions if one.unit not in gone)
    handler = "" if order.handler in known else order.handler
    return {
        "accused": first, "accused_units": accused, "accused_persons": known, "recused": gone, "suggestions": kept,
        "handler": handler,
    }  # fmt: skip


def keys_of(by: Actor) -> frozenset[str]:
    """Return what a list leaves out for ``by``: orders that name the unit, or the person (``OrderFilter.hidden_from``)."""
    person = frozenset() if by.machine else frozenset({f"@{by.name}"})
    return person | {by.unit} if by.of_unit and by.unit else person


def hides(order: Order, by: Actor) -> bool:
    """Whether ``by`` may not know of the order."""
    return (by.of_unit and by.unit in order.recused) or (not by.machine and by.name in order.accused_persons)
