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
_KNOWN: Final = select(t.c.id, t.c.call_id, t.c.order_id, t.c.said).where(t.c.call_id.in_(bindparam("calls", expanding=True)))


class SqlTexts:
    """``ports.Texts`` in SQL; one process writes them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[OrderText]) -> None:
        """Append; a call that its order has already is left out."""
        for part in chunks({_key(row): row for row in rows}.values()):
            known = set(self._written(part))
            if fresh := [row for row in part if _key(row) not in known]:
                self._session.add(t, [asdict(row) for row in fresh])
                written = [text for key, text in self._written(fresh).items() if key not in known]
                with translated():
                    index_texts(self._session.connection, written)

    def _written(self, rows: Sequence[OrderText]) -> dict[tuple[str, str], tuple[int, str]]:
        """Return ``{(call, order): (id, text)}`` of what is kept of these calls."""
        found = self._session.rows(_KNOWN, {"calls": [row.call_id for row in rows]})
        return {(call, order): (ident, said) for ident, call, order, said in found}


def _key(row: OrderText) -> tuple[str, str]:
    return row.call_id, row.order_id
