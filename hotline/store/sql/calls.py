"""Recorded messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, select

from hotline.domain.call import Call, Caller, NewCall
from hotline.store.sql import tables
from hotline.store.sql.session import Row, Session, chunks, filled

_PHONE_CALLS = 50  # of one caller at most

t: Final = tables.calls
_ALL: Final = select(
    t.c.id, t.c.source, t.c.message_id, t.c.received_at, t.c.recorded_at, t.c.code, t.c.order_id, t.c.phone, t.c.text, t.c.doc
)
_BY_ID: Final = _ALL.where(t.c.id.in_(bindparam("ids", expanding=True)))
_BY_MESSAGE: Final = _ALL.where(t.c.source == bindparam("source"), t.c.message_id.in_(bindparam("ids", expanding=True)))
_UNDER: Final = _ALL.where(t.c.number.in_(bindparam("numbers", expanding=True)), t.c.number.is_not(None)).order_by(
    t.c.recorded_at, t.c.id
)
_LATE: Final = (
    _ALL.join(tables.orders, tables.orders.c.upstream_no == t.c.number)
    .where(t.c.order_id.is_(None), t.c.number.is_not(None))
    .order_by(t.c.recorded_at, t.c.id)
)
_SET_ASIDE: Final = (
    select(tables.set_asides.c.id)
    .where(
        tables.set_asides.c.ref == t.c.id, tables.set_asides.c.kind == "call", tables.set_asides.c.retried_at.is_(None)
    )
    .exists()
)  # fmt: skip
UNTRIAGED: Final = and_(t.c.order_id.is_(None), ~_SET_ASIDE)


class SqlCalls:
    """``ports.Calls`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, calls: Sequence[Call]) -> set[str]:
        """Insert; a call whose (source, message_id) is there already is left out. Return the ids inserted."""
        if not calls:
            return set()
        return self._session.add_new(t, [_row(call) for call in calls])

    def get(self, ids: Sequence[str]) -> dict[str, Call]:
        """Return the calls found, by id."""
        found = (row for part in chunks(ids) for row in self._session.rows(_BY_ID, {"ids": part}))
        return {row[0]: _call(row) for row in found}

    def by_message(self, messages: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Call]:
        """Return the calls found, by (source, message_id)."""
        by_source: dict[str, list[str]] = {}
        for source, message_id in messages:
            by_source.setdefault(source, []).append(message_id)
        asked = ({"source": source, "ids": part} for source, ids in by_source.items() for part in chunks(ids))
        found = (row for values in asked for row in self._session.rows(_BY_MESSAGE, values))
        return {(row[1], row[2]): _call(row) for row in found}

    def link(self, orders: Mapping[str, str]) -> None:
        """Set the order id of calls: ``{call_id: order_id}``."""
        if orders:
            self._session.set_all(t, "order_id", orders)

    def of_order(self, order_id: str) -> list[Call]:
        """Return every call under an order: the one that made it, then the others, oldest first."""
        made = select(tables.orders.c.id).where(tables.orders.c.call_id == t.c.id).exists()
        wanted = _ALL.where(t.c.order_id == order_id).order_by(made.desc(), t.c.recorded_at, t.c.id)
        return [_call(row) for row in self._session.rows(wanted)]

    def under(self, numbers: Sequence[str]) -> dict[str, list[Call]]:
        """Return the calls that came under numbers of others, by number, in the order they were recorded."""
        found: dict[str, list[Call]] = {}
        for part in chunks(list(dict.fromkeys(numbers))):
            for call in map(_call, self._session.rows(_UNDER, {"numbers": part})):
                found.setdefault(str(call.new.number), []).append(call)
        return found

    def late(self, limit: int) -> list[Call]:
        """Return calls without an order whose upstream number has one by now, the oldest recorded first."""
        return [_call(row) for row in self._session.rows(_LATE.limit(limit))]

    def of_phone(self, phone: str, since: datetime) -> list[Call]:
        """Return a caller's calls received since, newest first, at most 50."""
        if not phone:
            return []
        wanted = _ALL.where(t.c.phone == phone, t.c.phone != "", t.c.received_at >= since)
        newest = wanted.order_by(t.c.received_at.desc(), t.c.id.desc()).limit(_PHONE_CALLS)
        return [_call(row) for row in self._session.rows(newest)]

    def often(self, since: datetime, before: datetime, least: int) -> list[frozenset[str]]:
        """Return the orders of each caller whose calls in the period came to at least so many."""
        known = (t.c.phone != "", t.c.order_id.is_not(None), t.c.received_at >= since, t.c.received_at < before)
        often = select(t.c.phone).where(*known).group_by(t.c.phone).having(func.count(t.c.order_id.distinct()) >= least)
        found: dict[str, set[str]] = {}
        for phone, order in self._session.rows(select(t.c.phone, t.c.order_id).where(*known, t.c.phone.in_(often))):
            found.setdefault(phone, set()).add(order)
        return [frozenset(orders) for _, orders in sorted(found.items())]

    def untriaged(self) -> int:
        """How many calls have no order yet and are not set aside."""
        return int(self._session.run(select(func.count()).select_from(t).where(UNTRIAGED)).scalar_one())


def _row(call: Call) -> dict[str, Any]:
    new = call.new
    doc = filled({
        "title": new.title, "channel": new.channel, "name": new.caller.name, "address": new.address,
        "upstream_no": new.upstream_no, "upstream_due": new.upstream_due, "chosen_unit": new.chosen_unit,
        "direct_answer": new.direct_answer, "recorded_by": new.recorded_by, "about": new.about, "data": new.data,
        "extra": new.extra,
    })  # fmt: skip
    return {
        "id": call.id, "source": new.source, "message_id": new.message_id, "received_at": new.received_at,
        "recorded_at": call.recorded_at, "code": call.code, "order_id": call.order_id, "phone": new.caller.phone,
        "text": new.text, "doc": doc, "number": new.number,
    }  # fmt: skip


def _call(row: Row) -> Call:
    ident, source, message_id, received_at, recorded_at, code, order_id, phone, text, doc = row
    caller = Caller(name=doc.pop("name", ""), phone=phone)
    if "upstream_due" in doc:
        doc["upstream_due"] = datetime.fromisoformat(doc["upstream_due"])
    channel = doc.pop("channel", "")
    new = NewCall(
        source=source, message_id=message_id, received_at=received_at, text=text, caller=caller, channel=channel, **doc
    )  # fmt: skip
    return Call(id=ident, new=new, code=code, recorded_at=recorded_at, order_id=order_id)
