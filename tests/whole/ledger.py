"""What a deployment's database says of the calls of one source: the books that must balance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from hotline.store.sql.dialects import make_engine
from hotline.store.sql.tables import calls, events, orders
from tests.whole.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Ledger:
    """Counts of one source's rows; equal when every message became one order and none became two."""

    calls: int
    messages: int
    orders: int
    order_ids: int
    calls_with_order: int
    pairs: int
    registered: int

    @classmethod
    def of(cls, count: int) -> Ledger:
        """Return the books of ``count`` messages that became one order each."""
        return cls(*[count] * 7)


def ledger(deployment: Deployment, source: str) -> Ledger:
    """Count calls, distinct messages, orders, distinct order ids, distinct calls that have one, calls and orders that name each
    other, and orders' first events."""
    ours = calls.c.source.like(f"{source}%")
    made = select(orders.c.id, orders.c.call_id).join(calls, calls.c.id == orders.c.call_id).where(ours).subquery()
    mutual = calls.join(orders, (calls.c.id == orders.c.call_id) & (calls.c.order_id == orders.c.id))
    queries = [
        select(func.count()).select_from(calls).where(ours),
        select(func.count(func.distinct(calls.c.message_id))).where(ours),
        select(func.count()).select_from(made),
        select(func.count(func.distinct(made.c.id))),
        select(func.count(func.distinct(made.c.call_id))),
        select(func.count()).select_from(mutual).where(ours),
        select(func.count()).select_from(events.join(made, made.c.id == events.c.order_id)).where(events.c.kind == "registered"),
    ]
    with _connected(deployment) as connection:
        return Ledger(*(int(connection.execute(query).scalar_one()) for query in queries))


def orders_of(deployment: Deployment, source: str) -> int:
    """Count the orders of a source's calls."""
    query = select(func.count()).select_from(calls.join(orders, calls.c.id == orders.c.call_id))
    with _connected(deployment) as connection:
        return int(connection.execute(query.where(calls.c.source.like(f"{source}%"))).scalar_one())


def decisions(deployment: Deployment, source: str) -> dict[str, tuple[Any, ...]]:
    """Return what was decided of each message: everything of its order but ids, numbers and the times of processing."""
    names = ("rule_row", "rule_unit", "suggestions", "due_rows", "model_category", "model_confidence", "evidence", "place")
    o = orders.c
    query = select(calls.c.message_id, o.received_at, o.due_at, o.unit, o.kind, o.category, o.place, o.title, o.urgency, o.doc)
    query = query.join(orders, orders.c.call_id == calls.c.id).where(calls.c.source.like(f"{source}%"))
    with _connected(deployment) as connection:
        return {row[0]: (*row[1:-1], *(repr(row.doc.get(name)) for name in names)) for row in connection.execute(query)}


@contextmanager
def _connected(deployment: Deployment) -> Iterator[Connection]:
    engine = make_engine(deployment.database)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
