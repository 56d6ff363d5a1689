"""The import of the district's export: good rows become calls, bad rows are set aside with number and reason.

The same file again imports nothing: a message's id is its number and its content.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from hotline.domain.calendar import WorkCalendar
from hotline.domain.call import NewCall
from hotline.errors import HotlineError, InvalidInput, UnreadableFile
from hotline.services.intake import BATCH, Intake
from hotline.services.rows import Receipt
from hotline.upstream.district_export import COLUMNS, SOURCE, as_text, call_of, missing_columns
from hotline.upstream.tables import Row, Table, read_table
from routing_rules.pack import Pack

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all) after each batch."""
Known = Callable[[Sequence[str]], Collection[str]]
"""Returns which of the upstream numbers have an order already."""
Refused = Callable[[Sequence[NewCall]], Mapping[str, str]]
"""Returns which messages, by id, are not to be recorded, and why (Chinese)."""


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did. ``new`` + ``repeated`` + ``len(set_aside)`` = ``rows``.

    ``events_of_known_orders`` of the new ones came under a 市级编号 that has an order, or stands above in the file: they are
    events of it. ``set_aside`` holds (row number, why in Chinese). ``missing_headings`` are columns not needed.
    """

    rows: int = 0
    new: int = 0
    repeated: int = 0
    events_of_known_orders: int = 0
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    unknown_headings: tuple[str, ...] = ()
    missing_headings: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-able values; a row set aside is ``{"row", "why"}``."""
        return {**asdict(self), "set_aside": [{"row": row, "why": why} for row, why in self.set_aside]}


def import_file(
    path: Path, intake: Intake, pack: Pack, *, now: datetime | None = None,
    known: Known = lambda _numbers: (), told: Progress = lambda _done, _total: None,
    stamp: Callable[[NewCall], NewCall] = lambda call: call, refused: Refused = lambda _calls: {},
    seen: dict[str, None] | None = None,
) -> ImportReport:  # fmt: skip
    """Import an export and return what became of its rows; the pack's calendar gives time zone and close of business.

    With ``now``, a row dispatched in the future has a wrong date. ``stamp`` adds to a message what is no part of its content,
    ``refused`` says what is set aside instead, ``seen`` collects the numbers of the good rows.
    Raises ``UnreadableFile`` before anything is imported when the file is no such table; its message names what is missing.
    """
    table = open_export(path)
    report = ImportReport(
        unknown_headings=tuple(name for name in table.headings if name and name not in COLUMNS),
        missing_headings=tuple(name for name in COLUMNS if name not in table.headings),
    )
    numbers: set[str] = set()
    rows = iter(table)
    while batch := list(islice(rows, BATCH)):
        found = [(number, stamp(call)) for number, call in _good(batch, report, intake, pack.calendar, now)]
        calls = _unrefused(found, {row.number: row for row in batch}, refused([call for _, call in found]), report, intake)
        fresh = {call.upstream_no for _, call in calls if call.upstream_no} - numbers
        numbers.update(known(sorted(fresh)))
        if seen is not None:
            seen.update(dict.fromkeys(str(call.number) for _, call in calls))
        _record(calls, report, intake, numbers)
        report.rows += len(batch)
        told(report.rows, table.total)
    return report


def _unrefused(
    calls: Sequence[tuple[int, NewCall]], rows: Mapping[int, Row], why: Mapping[str, str], report: ImportReport, intake: Intake
) -> list[tuple[int, NewCall]]:
    """Set aside what is refused; return the rest."""
    for number, call in calls:
        if call.message_id in why:
            set_aside(intake, SOURCE, rows[number], why[call.message_id])
            report.set_aside.append((number, why[call.message_id]))
    return [(number, call) for number, call in calls if call.message_id not in why]


def open_export(path: Path) -> Table:
    """Return the export's table; raises ``UnreadableFile`` naming the headings it needs and has not."""
    table = read_table(path, COLUMNS)
    if missing := missing_columns(frozenset(table.headings)):
        text = f"{table.name}:缺少必需的列:{'、'.join(missing)}"
        raise UnreadableFile(f"{table.name}: missing headings {missing}", message=text)
    return table


def _good(
    batch: Sequence[Row], report: ImportReport, intake: Intake, calendar: WorkCalendar, now: datetime | None
) -> Iterator[tuple[int, NewCall]]:
    """Yield the rows that are messages; set the others aside."""
    for row in batch:
        try:
            yield row.number, call_of(row, calendar, now)
        except InvalidInput as wrong:
            set_aside(intake, SOURCE, row, wrong.message)
            report.set_aside.append((row.number, wrong.message))


def set_aside(intake: Intake, source: str, row: Row, why: str) -> None:
    """Keep a row that cannot become a message, whole."""
    kept = json.dumps(as_text(row), ensure_ascii=False, sort_keys=True)
    intake.set_aside_row(source, row.number, kept.encode("utf-8", "replace"), why)


def _record(calls: Sequence[tuple[int, NewCall]], report: ImportReport, intake: Intake, numbers: set[str]) -> None:
    answers: list[Receipt | HotlineError] = list(intake.record_many([call for _, call in calls]))
    for (number, call), answer in zip(calls, answers, strict=True):
        if isinstance(answer, HotlineError):
            report.set_aside.append((number, answer.message))
            continue
        report.new += answer.created
        report.repeated += not answer.created
        report.events_of_known_orders += answer.created and call.upstream_no in numbers
        numbers.update({call.upstream_no} if call.upstream_no else ())
