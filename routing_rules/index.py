"""The index of a decision table: which rows can fit, found by the keys of two columns, in the table's order.

A row is filed under what its two indexed cells say (``A``, ``A/*``, anything); a fact looks under its own value and everything
above it. Buckets hold compiled rows, so that a decision touches only the rows it tries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from heapq import merge
from itertools import chain
from sys import intern
from typing import TYPE_CHECKING, Any

from routing_rules.cells import Cell, OneOf, Predicate, Under, fact_type

if TYPE_CHECKING:
    from routing_rules.table import Row

_VALUES_KEPT = 20_000  # values of a column whose keys are remembered
_FEW = 32  # candidates up to which sorting them beats merging them one by one
_ANY = ""
Candidate = tuple[int, int, int, tuple[tuple[int, Predicate], ...], "Row"]
"""A row compiled: its number in the table (candidates sort by it), its first and last day, what else to test, the row."""
Bucket = tuple[Candidate, ...]


class RowIndex:
    """Rows by the keys of the two columns that tell them apart best."""

    def __init__(self, inputs: tuple[str, ...], rows: tuple[Row, ...]) -> None:
        self._one, self._two = _columns(inputs, rows)
        self._facts = (_fact(inputs, self._one), _fact(inputs, self._two))
        self._buckets = _buckets(rows, (self._one, self._two))
        self._seconds = frozenset(chain.from_iterable(self._buckets.values()))
        self._known_firsts: dict[str | None, tuple[dict[str, Bucket], ...]] = {}
        self._known_seconds: dict[str | None, tuple[str, ...]] = {}

    def buckets(self, values: Sequence[Any]) -> list[Bucket]:
        """Return the rows that may fit prepared facts: each bucket in order, what says most about the facts first."""
        asked = values[self._one] if self._one >= 0 else None
        inners = self._known_firsts.get(asked) or self._first_buckets(asked)
        asked = values[self._two] if self._two >= 0 else None
        seconds = self._known_seconds.get(asked) or self._second_keys(asked)
        return [bucket for inner in inners for second in seconds if (bucket := inner.get(second))]

    def candidates(self, values: Sequence[Any]) -> Iterable[Candidate]:
        """Return the same rows in the table's order; a row that is found twice stands twice."""
        found = self.buckets(values)
        if len(found) == 1:
            return found[0]
        return sorted(chain.from_iterable(found)) if sum(map(len, found)) <= _FEW else merge(*found)

    def _first_buckets(self, value: str | None) -> tuple[dict[str, Bucket], ...]:
        known = tuple(self._buckets[key] for key in _value_keys(value, self._facts[0]) if key in self._buckets)
        if len(self._known_firsts) >= _VALUES_KEPT:
            self._known_firsts.clear()
        self._known_firsts[value] = known
        return known

    def _second_keys(self, value: str | None) -> tuple[str, ...]:
        known = tuple(intern(key) for key in _value_keys(value, self._facts[1]) if key in self._seconds)
        if len(self._known_seconds) >= _VALUES_KEPT:
            self._known_seconds.clear()
        self._known_seconds[value] = known
        return known


def _columns(inputs: tuple[str, ...], rows: tuple[Row, ...]) -> tuple[int, int]:
    """Return the positions of the two columns with the most keys; -1 where there is none."""
    spread = {
        column: len({key for row in rows for key in _cell_keys(row.inputs[column])})
        for column, fact in enumerate(inputs)
        if fact_type(fact).kind in ("text", "path")
    }
    best = [column for column in sorted(spread, key=lambda column: -spread[column])[:2] if spread[column] > 1]
    one, two = (*best, -1, -1)[:2]
    return one, two


def _fact(inputs: tuple[str, ...], column: int) -> str:
    return inputs[column] if column >= 0 else ""


def _buckets(rows: tuple[Row, ...], columns: tuple[int, int]) -> dict[str, dict[str, Bucket]]:
    filed: dict[str, dict[str, list[Candidate]]] = {}
    shared = _Shared()
    for number, row in enumerate(rows):
        candidate = _candidate(number, row, columns, shared)
        firsts, seconds = (_cell_keys(row.inputs[column]) if column >= 0 else (_ANY,) for column in columns)
        for first in firsts:
            inner = filed.setdefault(first, {})
            for second in seconds:
                inner.setdefault(second, []).append(candidate)
    return {first: {second: tuple(found) for second, found in inner.items()} for first, inner in filed.items()}


class _Shared:
    """What many rows have in common, once: it stays in the processor's cache however many rows there are."""

    def __init__(self) -> None:
        self._days: dict[int, int] = {}
        self._tests: dict[tuple[int, str], tuple[int, Predicate]] = {}

    def day(self, day: date) -> int:
        """Return the day's ordinal."""
        ordinal = day.toordinal()
        return self._days.setdefault(ordinal, ordinal)

    def test(self, column: int, cell: Cell) -> tuple[int, Predicate]:
        """Return the test of a cell of that column."""
        known = self._tests.get((column, cell.text))
        if known is None:
            known = self._tests[column, cell.text] = (column, cell.predicate())
        return known


def _candidate(number: int, row: Row, indexed: tuple[int, int], shared: _Shared) -> Candidate:
    """Compile a row; a cell its bucket already answers for is not tested again."""
    checks = tuple(
        shared.test(column, cell)
        for column, cell in enumerate(row.inputs)
        if not cell.any and not (column in indexed and _ANY not in _cell_keys(cell))
    )
    return number, shared.day(row.valid_from), shared.day(row.valid_to), checks, row


def _cell_keys(cell: Cell) -> tuple[str, ...]:
    """Return the keys a cell is filed under; what cannot be looked up (empty, negated) stands under ``_ANY``."""
    if cell.any or cell.negated:
        return (_ANY,)
    keys: list[str] = []
    for term in cell.terms:
        match term:
            case OneOf(values):
                keys.extend(sorted(values))
            case Under(path):
                keys.append(path + "/*")
            case _:
                return (_ANY,)
    return tuple(intern(key) for key in dict.fromkeys(keys))  # one text each: looked up without being read


def _value_keys(value: str | None, fact: str) -> Iterator[str]:
    """Yield every key under which a row that fits ``value`` may be filed, the narrowest first."""
    if value is not None:
        yield value
    if value is not None and fact_type(fact).kind == "path":
        yield value + "/*"
        cut = value.rfind("/")
        while cut > 0:
            yield value[:cut] + "/*"
            cut = value.rfind("/", 0, cut)
    yield _ANY
