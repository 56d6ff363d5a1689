"""A decision table: rows in order, the first that fits answers.

Rows are indexed by the two columns that tell them apart best (category and place, as a rule), so that a decision looks at a
handful of rows however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from hotline.domain.facts import Facts
from hotline.errors import HotlineError
from routing_rules.cells import FACTS, Cell, fact_type, read_cell
from routing_rules.findings import Findings
from routing_rules.index import RowIndex
from routing_rules.sheets import Sheet
from routing_rules.truths import truth_cell

OWN_COLUMNS = ("id", "valid_from", "valid_to", "source", "confirmed")
REPEATED_ID = "行号重复:行号一经使用不得再用"
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()

Prepared = tuple[int, Sequence[Any]]
"""The local day a call was received, as its ordinal, and its facts in the order of a table's inputs."""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its id is for ever, ``inputs`` stand in the order of the table's inputs, ``outputs`` by name without ``->``."""

    id: str
    line: int
    inputs: tuple[Cell, ...]
    outputs: Mapping[str, str]
    valid_from: date = date.min
    valid_to: date = date.max
    source: str = ""
    confirmed: bool = False

    @property
    def unconditional(self) -> bool:
        """Whether the row fits every call, as the last row of a table must."""
        return all(cell.any for cell in self.inputs)


class DecisionTable:
    """Rows over named facts in one time zone. Immutable; safe to share between threads."""

    def __init__(self, name: str, inputs: tuple[str, ...], rows: Iterable[Row], zone: ZoneInfo) -> None:
        self.name, self.inputs, self.rows, self.zone = name, inputs, tuple(rows), zone
        self._fetch = _fetcher(inputs)
        self._prepared = tuple((column, read) for column, fact in enumerate(inputs) if (read := _reader(fact)))
        self._index = RowIndex(inputs, self.rows)
        self._by_id = {row.id: row for row in self.rows}

    def __len__(self) -> int:
        return len(self.rows)

    def row(self, row_id: str) -> Row | None:
        """Return the row of that id, in force or not."""
        return self._by_id.get(row_id)

    def first(self, facts: Facts) -> Row | None:
        """Return the first row that fits, or None when not even a fallback is valid on that day."""
        return self.first_fitting(self.prepare(facts))

    def hits(self, facts: Facts) -> Iterator[Row]:
        """Yield the rows that fit, in order; the day is the local date on which the call was received."""
        return self.fitting(self.prepare(facts))

    def prepare(self, facts: Facts) -> Prepared:
        """Return the facts as the cells want them; good for every table with the same inputs and zone."""
        received = facts.received_at
        if received.tzinfo is not self.zone:
            received = received.astimezone(self.zone)
        values = self._fetch(facts)
        if self._prepared or "" in values:
            known = [None if isinstance(value, str) and not value else value for value in values]
            for column, read in self._prepared:
                known[column] = read(facts, received)
            return received.toordinal(), known
        return received.toordinal(), values

    def first_fitting(self, prepared: Prepared) -> Row | None:
        """Return the first row that fits prepared facts."""
        day, values = prepared
        found, best = None, len(self.rows)
        for bucket in self._index.buckets(values):
            for number, since, to, checks, row in bucket:
                if number >= best:
                    break
                if since <= day <= to:
                    for column, test in checks:
                        if not test(values[column]):
                            break
                    else:
                        found, best = row, number
                        break
        return found

    def fitting(self, prepared: Prepared) -> Iterator[Row]:
        """Yield the rows that fit prepared facts, in order."""
        day, values = prepared
        tried = -1
        for number, since, to, checks, row in self._index.candidates(values):
            if since <= day <= to and number != tried:
                tried = number  # a row with several values may be found by more than one of them
                for column, test in checks:
                    if not test(values[column]):
                        break
                else:
                    yield row


def read_table(sheet: Sheet, zone: ZoneInfo, findings: Findings) -> DecisionTable:
    """Read a table; every fault goes into ``findings`` and its row is left out."""
    inputs, outputs = _columns(sheet, findings)
    rows = []
    seen: set[str] = set()
    for line in sheet.lines:
        row = _read_row(sheet, line.number, line.cells, (inputs, outputs), findings)
        if row is None:
            continue
        if row.id in seen:
            findings.error(sheet.file, row.id, REPEATED_ID, "name")
            continue
        seen.add(row.id)
        rows.append(row)
    return DecisionTable(sheet.file, tuple(sheet.heads[column] for column in inputs), rows, zone)


def _columns(sheet: Sheet, findings: Findings) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Tell input from output columns; a time or a set may stand twice (time of day and season, two words at once)."""
    inputs, outputs = [], []
    if "id" not in sheet.heads:
        findings.error(sheet.file, "", "缺少 id 列", "name")
    for column, head in enumerate(sheet.heads):
        if head in sheet.heads[:column] and not _may_repeat(head):
            findings.error(sheet.file, "", f"列“{head}”重复", "name")
        elif head.startswith("->"):
            outputs.append(column)
        elif head not in OWN_COLUMNS:
            try:
                fact_type(head)
                inputs.append(column)
            except HotlineError as error:
                findings.error(sheet.file, "", error.message, "name")
    return tuple(inputs), tuple(outputs)


def _may_repeat(head: str) -> bool:
    return head in FACTS and FACTS[head].kind in ("moment", "set")


def _read_row(
    sheet: Sheet, number: int, cells: tuple[str, ...], columns: tuple[tuple[int, ...], tuple[int, ...]], findings: Findings
) -> Row | None:
    own = {head: cells[sheet.heads.index(head)] if head in sheet.heads else "" for head in OWN_COLUMNS}
    name = own["id"] or f"第 {number} 行"
    faults = Findings()
    if not own["id"]:
        faults.error(sheet.file, name, "没有行号 id", "name")
    confirmed = truth_cell(own, "confirmed", (sheet.file, name), findings)  # says nothing of the row's meaning: it stays
    valid_from = _day(sheet.file, name, "valid_from", own["valid_from"], faults) or date.min
    valid_to = _day(sheet.file, name, "valid_to", own["valid_to"], faults) or date.max
    if valid_from > valid_to:
        faults.error(sheet.file, name, "valid_from 晚于 valid_to,该行永远不会生效", "validity")
    inputs = []
    for column in columns[0]:
        try:
            inputs.append(read_cell(sheet.heads[column], cells[column]))
        except HotlineError as error:
            faults.error(sheet.file, name, f"{sheet.heads[column]} 列:{error.args[0]}", "name")
    findings.extend(faults)
    if faults:
        return None
    outputs = {sheet.heads[column].removeprefix("->"): cells[column] for column in columns[1]}
    return Row(own["id"], number, tuple(inputs), outputs, valid_from, valid_to, own["source"], confirmed)


def _day(file: str, row: str, column: str, text: str, faults: Findings) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.error(file, row, f"{column} 不是日期(如 2026-01-01):“{text}”", "validity")
        return None


def _fetcher(inputs: tuple[str, ...]) -> Callable[[Facts], tuple[Any, ...]]:
    """Return how all facts of a table are fetched at once."""
    get = attrgetter(*inputs) if inputs else lambda _facts: ()
    return get if len(inputs) != 1 else lambda facts: (get(facts),)


def _reader(fact: str) -> Callable[[Facts, datetime], Any] | None:
    """Return how a fact is prepared for its cells where it is not asked as it stands: local time, yes/no for a truth value."""
    match fact:
        case "received_at":
            return lambda _facts, received: received
        case "upstream_due":
            return lambda facts, received: facts.upstream_due and facts.upstream_due.astimezone(received.tzinfo)
        case "confidential":
            return lambda facts, _received: "yes" if facts.confidential else "no"
        case "reply_needed":
            return lambda facts, _received: "yes" if facts.reply_needed else "no"
        case _:
            return None
