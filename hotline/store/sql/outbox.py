"""Messages for the broker, and what could not be processed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, func, select, update

from hotline.services.rows import OutboxRow, SetAside
from hotline.store.sql import tables
from hotline.store.sql.calls import UNTRIAGED
from hotline.store.sql.marks import SqlMarks
from hotline.store.sql.session import Session, chunks
from hotline.store.texts import storable

LAST_SENT = "outbox:last_sent_at"

t: Final = tables.outbox
_ROW: Final = (t.c.topic, t.c.key, t.c.value, t.c.ref, t.c.id)
_UNSENT: Final = select(*_ROW).where(t.c.sent_at.is_(None)).order_by(t.c.id)
_SENT: Final = update(t).where(t.c.id.in_(bindparam("ids", expanding=True))).values(sent_at=bindparam("at"))


class SqlOutbox:
    """``ports.Outbox`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[OutboxRow]) -> None:
        """Append."""
        if rows:
            values = [{"topic": row.topic, "key": row.key, "value": row.value, "ref": row.ref} for row in rows]
            self._session.add(t, values)

    def unsent(self, limit: int) -> list[OutboxRow]:
        """Return rows with no ``sent_at``, oldest first: never "id > last", commits may come late."""
        return [OutboxRow(*row) for row in self._session.rows(_UNSENT.limit(limit))]

    def mark_sent(self, ids: Sequence[int], at: datetime) -> None:
        """Mark rows as sent."""
        for part in chunks(ids):
            self._session.run(_SENT, {"ids": part, "at": at})
        if ids:
            SqlMarks(self._session).set_mark(LAST_SENT, at.isoformat())

    def reopen_untriaged(self, topic: str, limit: int, sent_before: datetime) -> int:
        """Mark as unsent the rows of calls that were sent before, but have no order and are not set aside; oldest first."""
        calls = tables.calls
        lost = (
            select(t.c.id)
            .join(calls, calls.c.id == t.c.ref)
            .where(UNTRIAGED, t.c.topic == topic, t.c.sent_at < sent_before)
            .order_by(t.c.id)
            .limit(limit)
        )
        return int(self._session.run(update(t).where(t.c.id.in_(lost.scalar_subquery())).values(sent_at=None)).rowcount)

    def waiting(self) -> int:
        """How many rows wait."""
        return int(self._session.run(select(func.count()).select_from(t).where(t.c.sent_at.is_(None))).scalar_one())

    def last_sent_at(self) -> datetime | None:
        """When a row was last sent."""
        said = SqlMarks(self._session).mark(LAST_SENT)
        return datetime.fromisoformat(said) if said else None

    def first_sent_since(self, topic: str, at: datetime) -> datetime | None:
        """When the first row of a topic was sent at or after ``at``."""
        first = select(func.min(t.c.sent_at)).where(t.c.topic == topic, t.c.sent_at >= at)
        found: datetime | None = self._session.run(first).scalar_one()
        return found

    def purge(self, sent_before: datetime) -> int:
        """Delete rows sent before, except those of calls that still need them; return how many."""
        needed = select(tables.calls.c.id).where(UNTRIAGED)
        return int(self._session.run(delete(t).where(t.c.sent_at < sent_before, t.c.ref.not_in(needed))).rowcount)


s: Final = tables.set_asides


class SqlSetAsides:
    """``ports.SetAsides`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[SetAside]) -> None:
        """Append; a row with a known id is left out, but waits again if it had been retried."""
        new = self._session.insert(s)
        again = {name: new.excluded[name] for name in ("reason", "detail", "at", "retried_at")}
        upsert = new.on_conflict_do_update(index_elements=["id"], set_=again, where=s.c.retried_at.is_not(None))
        for row in rows:
            kept = asdict(row)
            kept.update(reason=storable(row.reason), detail=storable(row.detail), ref=storable(row.ref))
            self._session.run(upsert, kept)

    def page(self, limit: int, *, retried: bool = False) -> list[SetAside]:
        """Return rows that wait, or those that were retried, newest first."""
        wanted = s.c.retried_at.is_not(None) if retried else s.c.retried_at.is_(None)
        found = self._session.run(select(s).where(wanted).order_by(s.c.at.desc(), s.c.id.desc()).limit(limit))
        return [SetAside(**row._mapping) for row in found]

    def get(self, ident: str) -> SetAside | None:
        """Return one."""
        row = self._session.run(select(s).where(s.c.id == ident)).first()
        return SetAside(**row._mapping) if row else None

    def mark_retried(self, ident: str, at: datetime) -> None:
        """Mark one as retried."""
        self._session.run(update(s).where(s.c.id == ident).values(retried_at=at))

    def count(self) -> int:
        """How many wait."""
        return int(self._session.run(select(func.count()).select_from(s).where(s.c.retried_at.is_(None))).scalar_one())
