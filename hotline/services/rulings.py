"""From a ruling 裁定 on an order to a proposed row: which facts, which ids were ever used, whose files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hotline.domain.order import Order
from hotline.errors import NotFound
from hotline.services.ports import Store
from hotline.services.rehearsing import first_facts
from routing_rules.names import FACT_NAMES
from routing_rules.pack import Pack, load_pack
from routing_rules.rehearsal.ruling import SCOPE, ProposedRow, propose_row, row_ids
from routing_rules.wording import cell_words


class Rulings:
    """Makes rows of rulings. Ids of the books it has read are remembered: a book never changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[str, frozenset[str]] = {}

    def row(
        self, order_no: str, lead: str, *, scope: Sequence[str] = SCOPE, files: Mapping[str, bytes], at: datetime
    ) -> ProposedRow:
        """Return ``files`` with a row for what is like the order, to the unit ``lead`` (``ruling.propose_row``).

        Its id was never used in any book or draft that was ever stored. Raises ``NotFound`` for an order there is not.
        """
        order, pack = self._order(order_no), load_pack(files)
        return propose_row(
            files, pack, first_facts(order), lead=lead, order=order_no, day=at.astimezone(pack.zone).date(),
            used=self.used_ids(), scope=scope,
        )  # fmt: skip

    def used_ids(self) -> frozenset[str]:
        """Return every id a dispatch row ever had."""
        with self._store.read() as work:
            for digest in work.books.hashes():
                if digest not in self._ids:
                    self._ids[digest] = row_ids(work.books.files(digest))
        return frozenset().union(*self._ids.values())

    def _order(self, order_no: str) -> Order:
        with self._store.read() as work:
            order = work.orders.get(order_no)
        if order is None:
            raise NotFound("order", order_no)
        return order


def row_words(pack: Pack, row: ProposedRow, lead: str) -> str:
    """Return what the row asks and gives, for the note of its draft."""
    asked = "、".join(f"{FACT_NAMES[name]} 为 {cell_words(pack, name, cell)}" for name, cell in row.conditions.items())
    return f"{row.row}(排在 {row.before} 之前):{asked};主办 {pack.unit_name(lead)}"
