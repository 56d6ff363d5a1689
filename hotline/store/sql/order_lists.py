"""Which orders a list shows, and in what order."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Column, ColumnElement, or_, select, tuple_

from hotline.services.rows import OrderFilter
from hotline.store.cursors import Place
from hotline.store.sql import tables

t: Final = tables.orders


def matching(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter. A category and a place mean themselves and everything below them."""
    legs, conditions = tables.legs, list[ColumnElement[bool]]()
    if wanted.states:
        conditions.append(t.c.state.in_(sorted(state.value for state in wanted.states)))
    if wanted.unit is not None:
        conditions.append(t.c.unit == wanted.unit)
    if wanted.seen_by is not None:
        conditions.append(t.c.id.in_(select(legs.c.order_id).where(legs.c.unit == wanted.seen_by)))
    if wanted.category is not None:
        conditions.append(_within(t.c.category, wanted.category))
    if wanted.place is not None:
        conditions.append(_within(t.c.place, wanted.place))
    if wanted.text:
        searched = (t.c.title, t.c.id, t.c.upstream_no)
        conditions.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in searched)))
    if wanted.due_before is not None:
        conditions.append(t.c.due_at < wanted.due_before)
    if wanted.waiting_return:
        conditions.append(t.c.return_asked)
    if wanted.open_only:
        conditions.append(t.c.is_open)
    return conditions


def sorting(wanted: OrderFilter) -> list[ColumnElement[Any]]:
    """Return what a list is sorted by."""
    if wanted.by_urgency:
        return [t.c.urgency, t.c.received_at, t.c.id]
    return [t.c.received_at.desc(), t.c.id.desc()]


def after(place: Place, *, by_urgency: bool) -> ColumnElement[bool]:
    """Return the condition of what follows a place in a list."""
    values = place if by_urgency else place[1:]
    columns = (t.c.urgency, t.c.received_at, t.c.id)[-len(values) :]
    # Without the types SQLAlchemy writes the time in another form than the column has, and no row follows.
    end = tuple_(*values, types=[column.type for column in columns])
    return tuple_(*columns) > end if by_urgency else tuple_(*columns) < end


def _within(column: Column[Any], path: str) -> ColumnElement[bool]:
    return or_(column == path, column.startswith(path + "/", autoescape=True))
