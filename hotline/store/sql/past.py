"""What happened to orders: legs, and the append-only events."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, bindparam, case, exc, func, select, update

from hotline.domain.order import Event, Leg, LegDues
from hotline.errors import ChangedMeanwhile
from hotline.services.rows import EventCount
from hotline.store.sql import tables
from hotline.store.sql.dialects import is_duplicate, one_settles
from hotline.store.sql.session import Row, Session, chunks

_LEG: Final = [tables.legs.c[name] for name in Leg.__slots__]


def _at(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=tables.legs.c.due_at.type)


_END: Final = (
    update(tables.legs)
    .where(tables.legs.c.order_id == bindparam("order"), tables.legs.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"), outcome=bindparam("how"))
)
_END_ONE: Final = _END.where(tables.legs.c.unit == bindparam("of"))

_MOVE: Final = (
    update(tables.legs)
    .where(tables.legs.c.order_id == bindparam("order"), tables.legs.c.ended_at.is_(None))
    .values(due_at=case((tables.legs.c.role == "assist", _at("assist")), else_=_at("lead")))
)

_UNITS: Final = (
    select(tables.legs.c.order_id, tables.legs.c.unit)
    .where(tables.legs.c.order_id.in_(bindparam("orders", expanding=True)))
    .distinct()
)

t: Final = tables.events
_EVENT: Final = [t.c[name] for name in Event.__slots__]
_PAST: Final = select(*_EVENT).order_by(t.c.order_id, t.c.seq)


class SqlLegs:
    """``ports.Legs`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, legs: Sequence[Leg]) -> None:
        """Begin legs."""
        if legs:
            rows = [{name: getattr(leg, name) for name in Leg.__slots__} for leg in legs]
            self._session.add(tables.legs, rows)

    def end(self, order_id: str, at: datetime, outcome: str, unit: str | None = None) -> None:
        """End the order's running legs, or one unit's alone."""
        known = {"order": order_id, "at": at, "how": outcome}
        self._session.run(_END if unit is None else _END_ONE, known if unit is None else {**known, "of": unit})

    def move(self, order_id: str, due: LegDues) -> None:
        """Set when the order's running legs are due."""
        self._session.run(_MOVE, {"order": order_id, "lead": due.lead, "assist": due.assist})

    def of_order(self, order_id: str) -> list[Leg]:
        """Return an order's legs, oldest first."""
        wanted = select(*_LEG).where(tables.legs.c.order_id == order_id).order_by(tables.legs.c.id)
        return [Leg(**row._mapping) for row in self._session.rows(wanted)]

    def units(self, order_ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return every unit that has or had a leg of these orders."""
        found = dict[str, set[str]]()
        for part in chunks(order_ids):
            for order_id, unit in self._session.rows(_UNITS, {"orders": part}):
                found.setdefault(order_id, set()).add(unit)
        return {order_id: frozenset(units) for order_id, units in found.items()}


Counts = Counter[tuple[str, str | None, str, str]]


@dataclass(slots=True)
class Tally:
    """Events counted so far, up to a position: the table only grows, so a process counts each event once."""

    position: int = 0
    counts: Counts = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


class SqlEvents:
    """``ports.Events`` in SQL. ``tally`` is the process's own in reading units, a new one where uncommitted rows are seen."""

    def __init__(self, session: Session, tally: Tally) -> None:
        self._session, self._tally = session, tally

    def add(self, events: Sequence[Event]) -> None:
        """Append; an event whose (order_id, seq) exists raises ``ChangedMeanwhile``."""
        if not events:
            return
        rows = [{name: getattr(event, name) for name in Event.__slots__} for event in events]
        try:
            self._session.add(t, rows)
        except exc.IntegrityError as refused:
            if is_duplicate(refused):
                raise ChangedMeanwhile("an event of that number is there already") from refused
            raise

    def of_order(self, order_id: str) -> list[Event]:
        """Return an order's events by ``seq``."""
        return [_event(row) for row in self._session.rows(_PAST.where(t.c.order_id == order_id))]

    def of_orders(self, order_ids: Sequence[str]) -> list[Event]:
        """Return the events of many orders, sorted by order, then seq."""
        found = (row for part in chunks(sorted(order_ids)) for row in self._session.rows(_PAST.where(t.c.order_id.in_(part))))
        return [_event(row) for row in found]

    def orders_after(self, position: int) -> list[str]:
        """Return the ids of the orders to which something happened after a position, or without one yet, in order."""
        settled = select(t.c.order_id).where(t.c.position > position)
        late = select(t.c.order_id).where(t.c.position.is_(None))
        return sorted(row[0] for row in self._session.rows(settled.union(late)))

    def settle(self, limit: int) -> int:
        """Give the next positions to events that were committed and have none; return how many."""
        one_settles(self._session.connection)
        rank = func.row_number().over(order_by=t.c.id)
        fresh = select(t.c.id, (self.settled() + rank).label("position")).where(t.c.position.is_(None))
        given = fresh.order_by(t.c.id).limit(limit).subquery()
        return int(self._session.run(update(t).where(t.c.id == given.c.id).values(position=given.c.position)).rowcount)

    def unsettled(self) -> bool:
        """Whether an event that was committed has no position yet."""
        return self._session.run(select(t.c.id).where(t.c.position.is_(None)).limit(1)).first() is not None

    def settled(self) -> int:
        """Return the last position given, 0 before the first."""
        return int(self._session.run(select(func.max(t.c.position))).scalar() or 0)

    def since(self, position: int, limit: int) -> list[tuple[int, Event]]:
        """Return events after a position, in its order; one without a position is not there yet."""
        query = select(*_EVENT, t.c.position).where(t.c.position > position).order_by(t.c.position).limit(limit)
        return [(row[-1], _event(row)) for row in self._session.rows(query)]

    def latest(self, order_ids: Sequence[str], kind: str) -> dict[str, Event]:
        """Return the last event of a kind of each of these orders that has one."""
        wanted = _PAST.where(t.c.kind == kind)
        found = (row for part in chunks(order_ids) for row in self._session.rows(wanted.where(t.c.order_id.in_(part))))
        return {event.order_id: event for event in map(_event, found)}

    def with_kinds(self, kinds: Collection[str], since: datetime, after: str, limit: int) -> list[Event]:
        """Return all events of the next orders that have an event of one of ``kinds`` at or after ``since``."""
        asked = (t.c.kind.in_(sorted(kinds)), t.c.at >= since, t.c.order_id > after)
        wanted = select(t.c.order_id).where(*asked).distinct().order_by(t.c.order_id).limit(limit).subquery()
        return [_event(row) for row in self._session.rows(_PAST.where(t.c.order_id.in_(select(wanted.c.order_id))))]

    def counts(self) -> list[EventCount]:
        """Return cumulative counts over all events that have a position; only what is new since the last time is read."""
        tally = self._tally
        with tally.lock:
            upto = self.settled()
            if upto < tally.position:  # another database under the same address: restored
                tally.position, tally.counts = 0, Counter()
            tally.counts.update(self._between(tally.position, upto))
            tally.position = upto
            return [EventCount(*key, n) for key, n in tally.counts.items()]

    def _between(self, position: int, upto: int) -> Counts:
        o = tables.orders
        groups = (t.c.kind, t.c.unit, o.c.channel, o.c.kind.label("order_kind"))
        query = select(*groups, func.count()).join(o, o.c.id == t.c.order_id).group_by(*groups)
        rows = self._session.run(query.where(t.c.position > position, t.c.position <= upto))
        return Counter({(kind, unit, channel, order_kind): n for kind, unit, channel, order_kind, n in rows})


def _event(row: Row) -> Event:
    order_id, seq, at, kind, actor, unit, data = row[:7]
    return Event(order_id=order_id, seq=seq, at=at, kind=kind, actor=actor, unit=unit, data=data)
