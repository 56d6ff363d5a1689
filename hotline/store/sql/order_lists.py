"""Which orders a list shows, and in what order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, and_, or_, select, tuple_, union

from hotline.domain.conditions import waits
from hotline.domain.order import Flag, Order
from hotline.services.rows import OrderFilter, Sort
from hotline.services.work_list_words import HIDDEN_KIND, done_again, number_of, terms
from hotline.store.cursors import NEVER, URGENCIES, Place
from hotline.store.sql import tables
from hotline.store.sql.dialects.grams import says

t: Final = tables.orders
_legs: Final = tables.legs
_texts: Final = tables.order_texts


def listed(order: Order) -> dict[str, Any]:
    """Return the columns of an order that only lists need."""
    return {
        "flags": _joined(sorted(order.flags)), "again": done_again(order),
        "matter": order.matter, "merged_into": order.merged_into, "incident": order.incident,
        "spot_check": Flag.SPOT_CHECK in order.flags,
        "waits": _joined(found) if (found := waits(order)) else None,
        "recused": _joined([*sorted(order.recused), *(f"@{name}" for name in order.accused_persons)]),
    }  # fmt: skip


def _joined(words: Iterable[str]) -> str:
    return "".join(f"|{word}" for word in words) + "|"


def matching(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter. A category and a place mean themselves and everything below them."""
    marked = [t.c.to_enter] if wanted.to_enter else []  # bare, so that its index is used
    return [*_who(wanted), *_what(wanted), *_when(wanted), *marked]


def _who(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    hidden = (t.c.recused.contains(f"|{one}|", autoescape=True) for one in sorted(wanted.hidden_from))
    conditions = [~one for one in hidden]
    if wanted.unit is not None:
        conditions.append(t.c.unit == wanted.unit)
    if wanted.seen_by is not None:
        conditions.append(t.c.id.in_(select(_legs.c.order_id).where(_legs.c.unit == wanted.seen_by)))
    if wanted.with_unit is not None:
        # A union, not an OR: each half has its index, and neither grows with the orders of the past.
        leads = select(t.c.id).where(t.c.unit == wanted.with_unit, t.c.is_open)
        works = select(_legs.c.order_id).where(_legs.c.unit == wanted.with_unit, _legs.c.ended_at.is_(None))
        conditions += [t.c.id.in_(union(leads, works)), t.c.is_open]
    return conditions


def _what(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions = list[ColumnElement[bool]]()
    if wanted.states:
        conditions.append(t.c.state.in_(sorted(state.value for state in wanted.states)))
    for name in ("kind", "channel"):
        if (value := getattr(wanted, name)) is not None:
            conditions.append(t.c[name] == value)
    if wanted.urgency is not None:
        conditions.append(t.c.urgency == URGENCIES.index(wanted.urgency))
    if wanted.category is not None:
        conditions.append(_within(t.c.category, wanted.category))
    if wanted.place is not None:
        conditions.append(_within(t.c.place, wanted.place))
    conditions += [_has(flag) for flag in sorted(wanted.flags)] + [~_has(flag) for flag in sorted(wanted.without)]
    for name in ("merged_into", "incident"):
        if (value := getattr(wanted, name)) is not None:
            conditions.append(t.c[name] == value)
    if wanted.waits is not None:
        conditions.append(t.c.waits.is_not(None))
        conditions += [] if wanted.waits == "*" else [t.c.waits.contains(f"|{wanted.waits}|", autoescape=True)]
    marks = (
        (wanted.waiting_return, t.c.return_asked), (wanted.open_only, t.c.is_open), (wanted.again, t.c.again),
        (wanted.spot_check, t.c.spot_check),
    )  # fmt: skip
    conditions += [column.is_(True) for asked, column in marks if asked]
    return [*conditions, t.c.id.in_(_found(wanted))] if wanted.text.strip() else conditions


def _when(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    asked = (
        (wanted.due_from, t.c.due_at.__ge__), (wanted.due_before, t.c.due_at.__lt__),
        (wanted.received_from, t.c.received_at.__ge__), (wanted.received_before, t.c.received_at.__lt__),
    )  # fmt: skip
    return [compare(moment) for moment, compare in asked if moment is not None]


def _found(wanted: OrderFilter) -> Any:
    """The orders of a number or of words. Words find for a unit no order whose reporter is hidden: it reads another text."""
    number = number_of(wanted.text)
    said: Select[Any] = select(_texts.c.order_id).where(*(says(_texts, term) for term in terms(wanted.text)))
    if wanted.seen_by is not None or wanted.with_unit is not None:
        said = said.join(t, t.c.id == _texts.c.order_id).where(~_has(Flag.CONFIDENTIAL), t.c.kind != HIDDEN_KIND)
    by_number = (select(t.c.id).where(t.c.id == number.upper()), select(t.c.id).where(t.c.upstream_no == number))
    return union(*by_number, said) if terms(wanted.text) else union(*by_number)


def sorting(wanted: OrderFilter) -> list[ColumnElement[Any]]:
    """Return what a list is sorted by."""
    by: dict[Sort, list[ColumnElement[Any]]] = {
        "urgency": [t.c.urgency, t.c.received_at, t.c.id], "due": [t.c.due_at.asc().nulls_last(), t.c.id],
        "received": [t.c.received_at.desc(), t.c.id.desc()],
    }  # fmt: skip
    return by[wanted.sort]


def after(place: Place, sort: Sort) -> ColumnElement[bool]:
    """Return the condition of what follows a place in a list."""
    if sort == "urgency":
        return _beyond((t.c.urgency, t.c.received_at, t.c.id), place)
    if sort == "received":
        columns = (t.c.received_at, t.c.id)
        return tuple_(*columns) < tuple_(*place[1:], types=[column.type for column in columns])
    if place[1] == NEVER:
        return and_(t.c.due_at.is_(None), t.c.id > place[2])
    return or_(_beyond((t.c.due_at, t.c.id), place[1:]), t.c.due_at.is_(None))


def _beyond(columns: tuple[Column[Any], ...], values: tuple[Any, ...]) -> ColumnElement[bool]:
    # Without the types SQLAlchemy writes the time in another form than the column has, and no row follows.
    return tuple_(*columns) > tuple_(*values, types=[column.type for column in columns])


def _within(column: Column[Any], path: str) -> ColumnElement[bool]:
    return or_(column == path, column.startswith(path + "/", autoescape=True))


def _has(flag: Flag) -> ColumnElement[bool]:
    return t.c.flags.contains(f"|{flag}|", autoescape=True)
