"""Endpoints of webhooks and their deliveries, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select, update

from hotline.services.api_rows import Backlog, Delivery, Endpoint
from hotline.store.sql import tables
from hotline.store.sql.session import Row, Session, Values

e: Final = tables.webhook_endpoints
d: Final = tables.webhook_deliveries
_ENDPOINT: Final = [e.c[name] for name in Endpoint.__slots__]
_DELIVERY: Final = [d.c[name] for name in Delivery.__slots__]
_STATES: Final[dict[str, tuple[ColumnElement[bool], ...]]] = {
    "": (),
    "waiting": (d.c.next_at.is_not(None),),
    "gave_up": (d.c.gave_up_at.is_not(None),),
    "delivered": (d.c.delivered_at.is_not(None),),
}


class SqlWebhooks:
    """``api_ports.Webhooks`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # -- endpoints -----------------------------------------------------------------------------------------------------
    def add(self, endpoint: Endpoint) -> None:
        """Store an endpoint."""
        self._session.run(insert(e), _endpoint_row(endpoint))

    def get(self, ident: str) -> Endpoint | None:
        """Return an endpoint."""
        row = self._session.run(select(*_ENDPOINT).where(e.c.id == ident).with_for_update()).first()
        return _endpoint(row) if row else None

    def listing(self) -> list[Endpoint]:
        """Return all endpoints, oldest first."""
        return [_endpoint(row) for row in self._session.rows(select(*_ENDPOINT).order_by(e.c.created_at, e.c.id))]

    def save(self, endpoint: Endpoint) -> None:
        """Write an endpoint, except its ``position``."""
        row = _endpoint_row(endpoint)
        del row["position"]
        self._session.run(update(e).where(e.c.id == endpoint.id).values(row))

    def follow(self, idents: Sequence[str], position: int, to: int) -> list[str]:
        """Move endpoints that stand at ``position``; return those moved."""
        here = update(e).where(e.c.id.in_(idents), e.c.position == position).values(position=to).returning(e.c.id)
        return sorted(row.id for row in self._session.run(here))

    # -- deliveries ----------------------------------------------------------------------------------------------------
    def queue(self, deliveries: Sequence[Delivery]) -> None:
        """Append; one whose (endpoint, order, seq) is there already is left out."""
        if deliveries:
            self._session.add_new(d, [_delivery_row(one) for one in deliveries])

    def due(self, now: datetime) -> set[str]:
        """Return the endpoints that have deliveries to be tried now."""
        return {row.endpoint_id for row in self._session.rows(select(d.c.endpoint_id).where(*_free(now)).distinct())}

    def claim(self, endpoint_id: str, limit: int, *, holder: str, now: datetime, until: datetime) -> list[Delivery]:
        """Lend an endpoint's oldest due deliveries to ``holder`` until then; those lent to a living one are left out."""
        mine = (d.c.endpoint_id == endpoint_id, *_free(now))
        wanted = [
            row.number
            for row in self._session.rows(select(d.c.number).where(*mine).order_by(d.c.next_at, d.c.number).limit(limit))
        ]
        if not wanted:
            return []
        lent = update(d).where(d.c.number.in_(wanted), *mine).values(holder=holder, until=until).returning(*_DELIVERY)
        return sorted((_delivery(row) for row in self._session.run(lent)), key=lambda one: one.number)

    def settle(self, deliveries: Sequence[Delivery], holder: str) -> None:
        """Write what came of tries and end the loan; what is not lent to ``holder`` any more is left as it is."""
        for one in deliveries:
            self._session.run(update(d).where(d.c.id == one.id, d.c.holder == holder).values(_delivery_row(one)))

    def delivery(self, ident: str) -> Delivery | None:
        """Return a delivery."""
        row = self._session.run(select(*_DELIVERY).where(d.c.id == ident)).first()
        return _delivery(row) if row else None

    def save_delivery(self, delivery: Delivery) -> None:
        """Write a delivery whatever it is lent to."""
        self._session.run(update(d).where(d.c.id == delivery.id).values(_delivery_row(delivery)))

    def revive(self, endpoint_id: str, now: datetime) -> int:
        """Let everything that an endpoint has not got be tried from now on for another three days; return how many."""
        unsent = (d.c.endpoint_id == endpoint_id, d.c.delivered_at.is_(None))
        again = {"next_at": now, "attempts": 0, "first_at": None, "gave_up_at": None}
        return self._session.run(update(d).where(*unsent).values(again)).rowcount

    def page(self, endpoint_id: str, state: str, before: int, limit: int) -> list[Delivery]:
        """Return deliveries numbered below ``before``, newest first; ``state`` empty = all."""
        asked = select(*_DELIVERY).where(d.c.endpoint_id == endpoint_id, d.c.number < before, *_STATES[state])
        return [_delivery(row) for row in self._session.rows(asked.order_by(d.c.number.desc()).limit(limit))]

    def backlogs(self) -> dict[str, Backlog]:
        """Return what each endpoint has not got."""
        waits = d.c.next_at.is_not(None)
        figures = (func.count(d.c.next_at), func.count(d.c.gave_up_at), func.min(case((waits, d.c.created_at))))
        query = select(d.c.endpoint_id, *figures).where(or_(waits, d.c.gave_up_at.is_not(None))).group_by(d.c.endpoint_id)
        rows = self._session.rows(query)
        return {ident: Backlog(waiting=waiting, gave_up=gone, oldest=oldest) for ident, waiting, gone, oldest in rows}

    def purge(self, delivered_before: datetime) -> int:
        """Delete what was delivered before, and nothing else; return how many."""
        return self._session.run(delete(d).where(d.c.delivered_at < delivered_before)).rowcount


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Due, and lent to nobody who lives."""
    return (and_(d.c.next_at.is_not(None), d.c.next_at <= now), or_(d.c.until.is_(None), d.c.until <= now))


def _endpoint_row(endpoint: Endpoint) -> Values:
    return {**{name: getattr(endpoint, name) for name in Endpoint.__slots__}, "kinds": list(endpoint.kinds)}


def _endpoint(row: Row) -> Endpoint:
    read: dict[str, Any] = dict(row._mapping)
    return Endpoint(**{**read, "kinds": tuple(read["kinds"])})


def _delivery_row(delivery: Delivery) -> Values:
    return {name: getattr(delivery, name) for name in Delivery.__slots__ if name != "number"}


def _delivery(row: Row) -> Delivery:
    return Delivery(**row._mapping)
