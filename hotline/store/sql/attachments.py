"""Attached files in SQL."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from hotline.domain.attachments import OrderFile
from hotline.store.sql.session import Session
from hotline.store.sql.tables import attachments, contents

t: Final = attachments
_FILE: Final = select(*(t.c[name] for name in OrderFile.__slots__))


class SqlAttachments:
    """``file_ports.Attachments`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, file: OrderFile, content: bytes) -> bool:
        """Keep a file under its order; False when that order has this content already."""
        kept = self._session.insert(contents).values(hash=file.hash, content=content)
        self._session.run(kept.on_conflict_do_nothing(index_elements=["hash"]))
        row = {name: getattr(file, name) for name in OrderFile.__slots__}
        link = self._session.insert(t).values(row).on_conflict_do_nothing(index_elements=["order_id", "hash"]).returning(t.c.id)
        return self._session.run(link).first() is not None

    def of_order(self, order_id: str) -> list[OrderFile]:
        """Return an order's files, oldest first."""
        found = self._session.rows(_FILE.where(t.c.order_id == order_id).order_by(t.c.id))
        return [OrderFile(**row._mapping) for row in found]

    def get(self, order_id: str, digest: str) -> OrderFile | None:
        """Return one of an order's files by its content hash."""
        row = self._session.run(_FILE.where(t.c.order_id == order_id, t.c.hash == digest)).first()
        return OrderFile(**row._mapping) if row else None

    def content(self, digest: str) -> bytes | None:
        """Return a content by its hash."""
        found = self._session.run(select(contents.c.content).where(contents.c.hash == digest)).scalar()
        return None if found is None else bytes(found)
