"""Ratings and notices, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select, update

from hotline.domain.ratings import Rating
from hotline.services.notice_rows import Notice
from hotline.store.sql import tables
from hotline.store.sql.session import Session

r: Final = tables.ratings
n: Final = tables.notices
COUNTED: Final = 100
_RATING: Final = [r.c[name] for name in Rating.__slots__]
_NOTICE: Final = [n.c[name] for name in Notice.__slots__]


class SqlRatings:
    """``closing_ports.Ratings`` in SQL; the database refuses to change a row."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rating: Rating) -> bool:
        """Keep a rating; False where its round and channel has one."""
        new = self._session.insert(r).values(asdict(rating))
        fresh = new.on_conflict_do_nothing(index_elements=["order_id", "round", "channel"]).returning(r.c.id)
        return self._session.run(fresh).first() is not None

    def of_order(self, order_id: str) -> list[Rating]:
        """Return an order's ratings, oldest first."""
        found = self._session.rows(select(*_RATING).where(r.c.order_id == order_id).order_by(r.c.id))
        return [Rating(**row._mapping) for row in found]


class SqlNotices:
    """``closing_ports.Notices`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, notices: Sequence[Notice]) -> int:
        """Keep notices; return how many are new."""
        rows = {one.id: asdict(one) for one in notices}
        return len(self._session.add_new(n, list(rows.values()))) if rows else 0

    def page(
        self, to: Collection[str], now: datetime, *, unread: bool, limit: int, hidden_from: frozenset[str] = frozenset()
    ) -> list[Notice]:
        """Return notices shown by ``now``, newest first."""
        shown = _shown(to, now, hidden_from, unread=unread)
        query = select(*_NOTICE).where(*shown).order_by(n.c.at.desc(), n.c.id.desc()).limit(limit)
        return [Notice(**row._mapping) for row in self._session.rows(query)]

    def unread(self, to: Collection[str], now: datetime, *, hidden_from: frozenset[str] = frozenset()) -> int:
        """How many nobody has read."""
        some = select(n.c.id).where(*_shown(to, now, hidden_from, unread=True)).limit(COUNTED).subquery()
        return int(self._session.run(select(func.count()).select_from(some)).scalar_one())

    def get(self, ident: str) -> Notice | None:
        """Return one."""
        row = self._session.run(select(*_NOTICE).where(n.c.id == ident)).first()
        return Notice(**row._mapping) if row else None

    def mark_read(self, ident: str, at: datetime, by: str) -> bool:
        """Note who read it first."""
        done = update(n).where(n.c.id == ident, n.c.read_at.is_(None)).values(read_at=at, read_by=by)
        return self._session.run(done).rowcount > 0


def _shown(to: Collection[str], now: datetime, hidden_from: frozenset[str], *, unread: bool) -> list[ColumnElement[bool]]:
    shown = [n.c.addressee.in_(sorted(to)), n.c.show_from <= now]
    if hidden_from:
        named = (tables.orders.c.recused.contains(f"|{one}|", autoescape=True) for one in sorted(hidden_from))
        shown.append(~exists().where(tables.orders.c.id == n.c.order_id, or_(*named)))
    return [*shown, n.c.read_at.is_(None)] if unread else shown
