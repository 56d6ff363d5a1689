"""Work orders as they stand now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import bindparam, func, or_, select, update

from hotline.domain.order import Order
from hotline.errors import ChangedMeanwhile
from hotline.services.rows import OrderFilter, Page
from hotline.store import cursors
from hotline.store.sql import tables
from hotline.store.sql.order_lists import after, matching, sorting
from hotline.store.sql.order_rows import READ, order_of, row_of
from hotline.store.sql.session import Session, chunks

t: Final = tables.orders
_ALL: Final = select(*READ)
_BY_ID: Final = _ALL.where(t.c.id == bindparam("id"))
_BY_IDS: Final = _ALL.where(t.c.id.in_(bindparam("ids", expanding=True)))
_BY_UPSTREAM: Final = _ALL.where(t.c.upstream_no.in_(bindparam("numbers", expanding=True)))
_BY_CALL: Final = select(t.c.call_id, t.c.id).where(t.c.call_id.in_(bindparam("calls", expanding=True)), t.c.matter == 1)
_TAKEN: Final = select(tables.order_numbers.c.day, tables.order_numbers.c.taken).where(
    tables.order_numbers.c.day.in_(bindparam("days", expanding=True))
)
_CHANGED: Final = [column.name for column in t.columns if column.name not in ("id", "call_id")]
_SAVE: Final = (
    update(t)
    .where(t.c.id == bindparam("b_id"), t.c.version == bindparam("b_version"))
    .values({name: bindparam(name) for name in _CHANGED})
)

_BAR: Final = (
    update(t)
    .where(t.c.id == bindparam("b_id"), t.c.version == bindparam("b_version"))
    .values(recused=bindparam("recused"), doc=bindparam("doc"))
)


class SqlOrders:
    """``ports.Orders`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, orders: Sequence[Order]) -> set[str]:
        """Insert; one whose call's matter or upstream number has an order already is left out. Return the ids inserted."""
        if not orders:
            return set()
        return self._session.add_new(t, [row_of(order) for order in orders])

    def get(self, order_id: str) -> Order | None:
        """Return the order."""
        row = self._session.run(_BY_ID, {"id": order_id}).first()
        return order_of(row) if row else None

    def get_many(self, order_ids: Sequence[str]) -> dict[str, Order]:
        """Return the orders found, by id."""
        found = (row for part in chunks(order_ids) for row in self._session.rows(_BY_IDS, {"ids": part}))
        return {order.id: order for order in map(order_of, found)}

    def by_calls(self, call_ids: Sequence[str]) -> dict[str, str]:
        """Return ``{call_id: order_id}`` for calls that made an order: the first one's."""
        found = (row for part in chunks(call_ids) for row in self._session.rows(_BY_CALL, {"calls": part}))
        return {call: order for call, order in found}  # noqa: C416  # rows are no pairs to a type checker

    def of_call(self, call_id: str) -> list[Order]:
        """Return a call's orders, one for each matter, in order."""
        return [order_of(row) for row in self._session.rows(_ALL.where(t.c.call_id == call_id).order_by(t.c.matter))]

    def by_upstream(self, numbers: Sequence[str]) -> dict[str, Order]:
        """Return ``{upstream_no: order}`` for known numbers."""
        found = (row for part in chunks(numbers) for row in self._session.rows(_BY_UPSTREAM, {"numbers": part}))
        return {str(order.upstream_no): order for order in map(order_of, found)}

    def save(self, orders: Sequence[Order]) -> None:
        """Write orders whose stored version is one less; raises ``ChangedMeanwhile`` otherwise."""
        for order in orders:
            row = row_of(order)
            row.pop("call_id")
            done = self._session.run(_SAVE, {**row, "b_id": row.pop("id"), "b_version": order.version - 1})
            if done.rowcount != 1:
                raise ChangedMeanwhile(f"order {order.id} is not at version {order.version - 1}")

    def page(self, wanted: OrderFilter, cursor: str | None, limit: int) -> Page:
        """List orders in their ``sort``."""
        query = _ALL.where(*matching(wanted)).order_by(*sorting(wanted)).limit(limit + 1)
        if cursor is not None:
            query = query.where(after(cursors.decode(cursor, wanted.sort), wanted.sort))
        found = [order_of(row) for row in self._session.rows(query)]
        more = cursors.encode(found[limit - 1], wanted.sort) if len(found) > limit else None
        return Page(found[:limit], more)

    def count(self, wanted: OrderFilter) -> int:
        """How many orders match."""
        return int(self._session.run(select(func.count()).select_from(t).where(*matching(wanted))).scalar_one())

    def count_each(self, wanted: Mapping[str, OrderFilter], most: int) -> dict[str, int]:
        """How many orders match each filter, in one question; nobody counts further than ``most``."""
        if not wanted:
            return {}
        each = [select(t.c.id).where(*matching(one)).limit(most).subquery() for one in wanted.values()]
        row = self._session.run(select(*(select(func.count()).select_from(one).scalar_subquery() for one in each))).one()
        return dict(zip(wanted, map(int, row), strict=True))

    def open(self) -> list[Order]:
        """Return all open orders (for the sweep and the gauges)."""
        return [order_of(row) for row in self._session.rows(_ALL.where(t.c.is_open))]

    def provisional(self) -> list[Order]:
        """Return the open orders with a due time in a year whose holidays were not published."""
        return [order_of(row) for row in self._session.rows(_ALL.where(t.c.provisional))]

    def naming(self, hidden_from: frozenset[str]) -> frozenset[str]:
        """Return the ids of the orders that complain about one of these."""
        if not hidden_from:
            return frozenset()
        named = or_(*(t.c.recused.contains(f"|{one}|", autoescape=True) for one in sorted(hidden_from)))
        return frozenset(row[0] for row in self._session.rows(select(t.c.id).where(t.c.recused != "|", named)))

    def unbarred(self, after: str, limit: int) -> list[Order]:
        """Return the next orders by id beyond ``after`` that name an accused unit and bar nobody."""
        accused = t.c.doc["accused"].as_string().is_not(None)
        query = _ALL.where(t.c.id > after, t.c.recused == "|", accused).order_by(t.c.id).limit(limit)
        return [order_of(row) for row in self._session.rows(query)]

    def bar(self, orders: Sequence[Order]) -> int:
        """Write who is accused and barred of orders still at this version; return how many that was."""
        rows = ((order.version, row_of(order)) for order in orders)
        each = ({"b_id": row["id"], "b_version": at, "recused": row["recused"], "doc": row["doc"]} for at, row in rows)
        return sum(self._session.run(_BAR, values).rowcount for values in each)

    def numbers(self, days: Mapping[str, int]) -> dict[str, int]:
        """Take ``n`` order numbers of each day (``{"20261123": 3}``); return the first taken. Gaps are allowed.

        Days are taken in one order everywhere, so that two writers of the same days cannot wait for each other.
        """
        counter = tables.order_numbers
        rows = [{"day": day, "taken": wanted} for day, wanted in sorted(days.items())]
        if not rows:
            return {}
        new = self._session.insert(counter)
        add = {"taken": counter.c.taken + new.excluded.taken}
        self._session.run(new.on_conflict_do_update(index_elements=["day"], set_=add), rows)
        # Ours until the commit: nobody else can take more of these days between the two statements.
        found = (row for part in chunks(days) for row in self._session.rows(_TAKEN, {"days": part}))
        return {day: taken - days[day] + 1 for day, taken in found}
