"""An order as a row: columns for what is searched, one JSON document for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, Final

from hotline.domain.applications import Application, Asks
from hotline.domain.bands import running_due
from hotline.domain.due import TimeLimit
from hotline.domain.order import Flag, Order, Provisional, State, Suggestion
from hotline.store.cursors import URGENCIES
from hotline.store.sql import tables
from hotline.store.sql.order_lists import listed
from hotline.store.sql.session import Row

COLUMNS: Final = (
    "id", "call_id", "upstream_no", "state", "version", "received_at", "updated_at", "urgency", "unit", "channel", "kind",
    "category", "place", "title", "to_enter",
)  # fmt: skip
#: Columns that are read back, in the order ``order_of`` takes them.
READ: Final = (*(tables.orders.c[name] for name in COLUMNS), tables.orders.c.doc)

_REST: Final[dict[str, Any]] = {
    field.name: {} if field.default_factory is not MISSING else None if field.default is MISSING else field.default
    for field in fields(Order)
    if field.name not in COLUMNS
}


def row_of(order: Order) -> dict[str, Any]:
    """Return an order's row; the document has only what differs from the defaults."""
    doc = {}
    for name, default in _REST.items():
        value = getattr(order, name)
        if value != default:
            doc[name] = value
    return {
        "id": order.id, "call_id": order.call_id, "upstream_no": order.upstream_no, "state": order.state.value,
        "version": order.version, "received_at": order.received_at, "updated_at": order.updated_at,
        "due_at": running_due(order), "is_open": order.open, "urgency": URGENCIES.index(order.urgency),
        "return_asked": Flag.RETURN_ASKED in order.flags, "provisional": order.open and bool(order.provisional),
        "unit": order.unit, "channel": order.channel, "kind": order.kind, "category": order.category, "place": order.place,
        "title": order.title, "to_enter": order.to_enter, **listed(order), "doc": doc,
    }  # fmt: skip


def order_of(row: Row) -> Order:
    """Return the order of a row of ``READ``."""
    known = dict(zip(COLUMNS, row, strict=False))
    known["state"], known["urgency"] = State(known["state"]), URGENCIES[known["urgency"]]
    for name, value in row[-1].items():
        as_it_was = _BACK.get(name)
        known[name] = as_it_was(value) if as_it_was else value
    return Order(**known)


def _times(value: dict[str, str]) -> dict[str, datetime]:
    return {clock: datetime.fromisoformat(at) for clock, at in value.items()}


def _counted(value: dict[str, dict[str, Any]]) -> dict[str, Provisional]:
    return {
        clock: Provisional(
            start=datetime.fromisoformat(one["start"]),
            limit=TimeLimit(**one["limit"]),
            margin_seconds=one["margin_seconds"],
            extensions=tuple(one.get("extensions", ())),
        )
        for clock, one in value.items()
    }


def _at(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _application(value: dict[str, Any]) -> Application:
    times = {name: _at(value[name]) for name in ("at", "due_at") if value[name]}
    papers = {name: tuple(value.get(name, ())) for name in ("evidence", "documents")}
    return Application(**{**value, **times, **papers, "asks": Asks(value["asks"])})


_BACK: Final[dict[str, Callable[[Any], Any]]] = {
    **{field.name: datetime.fromisoformat for field in fields(Order) if str(field.type).startswith("datetime")},
    "assists": tuple,
    "returned_by": frozenset,
    "words": frozenset,
    "vulnerable": frozenset,
    "steps": frozenset,
    "held_by": frozenset,
    "provisional": _counted,
    "line": tuple,
    "signoffs": tuple,
    "accused_units": frozenset,
    "accused_persons": tuple,
    "recused": frozenset,
    "signoff_units": tuple,
    "pauses": lambda value: tuple((_at(since), to and _at(to)) for since, to in value),
    "applications": lambda value: tuple(map(_application, value)),
    "flags": lambda value: frozenset(map(Flag, value)),
    "due": _times,
    "suggestions": lambda value: tuple(Suggestion(**one) for one in value),
    "evidence": lambda value: tuple(tuple(one) for one in value),
}
