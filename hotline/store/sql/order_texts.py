"""What calls say, masked: orders are found by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy import bindparam, select

from hotline.services.rows import OrderText
from hotline.store.sql import tables
from hotline.store.sql.dialects.grams import index_texts
from hotline.store.sql.session import Session, chunks, translated

t: Final = tables.order_texts
_KNOWN: Final = select(t.c.id, t.c.call_id, t.c.said).where(t.c.call_id.in_(bindparam("calls", expanding=True)))


class SqlTexts:
    """``ports.Texts`` in SQL; one process writes them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[OrderText]) -> None:
        """Append; a call that is there already is left out."""
        for part in chunks({row.call_id: row for row in rows}.values()):
            known = {call for _, call, _ in self._written([row.call_id for row in part])}
            if fresh := [row for row in part if row.call_id not in known]:
                self._session.add(t, [asdict(row) for row in fresh])
                written = self._written([row.call_id for row in fresh])
                with translated():
                    index_texts(self._session.connection, ((ident, said) for ident, _, said in written))

    def _written(self, calls: Sequence[str]) -> list[tuple[int, str, str]]:
        return [(ident, call, said) for ident, call, said in self._session.rows(_KNOWN, {"calls": calls})]
