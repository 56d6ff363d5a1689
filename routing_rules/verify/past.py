"""Past orders as examples: what happened is easier to believe than what could happen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from hotline.domain.facts import Facts
from routing_rules.cells import FACTS, Cell, read_cell
from routing_rules.decide import dispatch
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.values import NEVER_MISSING, text_values

if TYPE_CHECKING:
    from routing_rules.verify.prover import Claim

_MOST_VARIED = 200  # combinations of free facts tried for a past order
_MOST_TRIED = 50  # past orders tried when facts are free
Shown = tuple[str, Facts, tuple[Facts, ...]]


class Past:
    """Past orders by the row that answers them."""

    def __init__(self, pack: Pack, orders: Sequence[tuple[str, Facts]]) -> None:
        self._pack, self._orders = pack, orders
        self._by_row: dict[int, Mapping[str, list[int]]] = {}
        self._wheres: dict[tuple[tuple[str, str], ...], DecisionTable] = {}

    def __len__(self) -> int:
        return len(self._orders)

    def example(self, claims: Sequence[Claim], free: Collection[str] = ()) -> Shown | None:
        """Return a past order for which all claims hold, with facts that differ in the free ones only, if there is one."""
        if not self._orders:
            return None
        mine = (number for number in self.answered(claims[0].table, claims[0].row) if self._within(claims[0], number))
        for tried, number in enumerate(mine):
            order, facts = self._orders[number]
            others = self._others(facts, claims[1:], free) if tried < _MOST_TRIED or not free else None
            if others is not None:
                return order, facts, others if free else ()
        return None

    def answered(self, table: DecisionTable, row: Row) -> Sequence[int]:
        """Return the numbers of the orders that this row answers."""
        if id(table) not in self._by_row:
            found: dict[str, list[int]] = defaultdict(list)
            for number, (_, facts) in enumerate(self._orders):
                if answer := self._answer(table, facts):
                    found[answer].append(number)
            self._by_row[id(table)] = found
        return self._by_row[id(table)].get(row.id, ())

    def facts(self, number: int) -> tuple[str, Facts]:
        """Return an order's number and facts."""
        return self._orders[number]

    def _answer(self, table: DecisionTable, facts: Facts) -> str:
        if table is self._pack.dispatch.table:
            return dispatch(self._pack, facts).row_id
        row = table.first(facts)
        return row.id if row else ""

    def _within(self, claim: Claim, number: int) -> bool:
        return self._holds(claim.where, self._orders[number][1])

    def _holds(self, where: Mapping[str, str], facts: Facts) -> bool:
        if any(not text and getattr(facts, fact) is not None for fact, text in where.items()):
            return False
        key = tuple((fact, text) for fact, text in where.items() if text)
        if key not in self._wheres:
            cells: tuple[Cell, ...] = tuple(read_cell(fact, text) for fact, text in key)
            self._wheres[key] = DecisionTable("", tuple(fact for fact, _ in key), [Row("", 0, cells, {})], self._pack.zone)
        return self._wheres[key].first(facts) is not None

    def _others(self, facts: Facts, claims: Sequence[Claim], free: Collection[str]) -> tuple[Facts, ...] | None:
        found = []
        for claim in claims:
            varied = _varied(self._pack, facts, free)
            shows = (one for one in varied if self._answer(claim.table, one) == claim.row.id and self._holds(claim.where, one))
            if (one := next(shows, None)) is None:
                return None
            found.append(one)
        return tuple(found)


def _varied(pack: Pack, facts: Facts, free: Collection[str]) -> Iterator[Facts]:
    """Yield the facts, with every combination of free texts while they are few."""
    yield facts
    texts = [fact for fact in free if FACTS[fact].kind in ("text", "path")]
    choices = [[*text_values(pack, fact), *([] if fact in NEVER_MISSING else [None])] for fact in texts]
    for tried, chosen in enumerate(product(*choices)):
        if tried >= _MOST_VARIED:
            return
        truths = {"yes": True, "no": False}
        values = {fact: truths.get(value or "", value) for fact, value in zip(texts, chosen, strict=True)}
        yield replace(facts, **values)  # type: ignore[arg-type]  # texts of the facts' own vocabularies, and truths
