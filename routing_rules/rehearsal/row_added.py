"""A row added to a table's file: CSV stays CSV to the byte, XLSX stays XLSX, every other cell keeps its text."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from xlsxwriter import Workbook

from routing_rules.cells import FACTS
from routing_rules.sheets import Sheet, workbook_texts

BOM = "\ufeff"
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same rows are the same bytes, whenever they are written: a book is its hash

Cells = Mapping[tuple[str, int], str]
"""Texts by heading and by how often that heading stood before."""


def with_row(files: Mapping[str, bytes], sheet: Sheet, cells: Cells, *, before: int | None = None) -> dict[str, bytes]:
    """Return ``files`` with a row in the file of ``sheet``: before its line ``before``, or at the end.

    Headings the table has not are added: a fact behind the last fact, the others at the end.
    """
    heads = _with_heads(sheet.heads, [name for name, _ in cells])
    row = [cells.get(key, "") for key in keys(heads)]
    data = files[sheet.file]
    if sheet.file.endswith(".csv"):
        text = data.decode("utf-8-sig")
        whole = text if heads == sheet.heads else _csv(heads, sheet)
        mark, number = BOM if data.startswith(BOM.encode()) else "", before if heads == sheet.heads else _place(sheet, before)
        return {**files, sheet.file: (mark + _inserted(whole, row, number)).encode()}
    return {**files, sheet.file: _workbook(data, sheet, heads, row, before)}


def keys(heads: Sequence[str]) -> list[tuple[str, int]]:
    """Return each heading with how often it stood before."""
    return [(head, heads[:place].count(head)) for place, head in enumerate(heads)]


def _with_heads(heads: tuple[str, ...], wanted: Sequence[str]) -> tuple[str, ...]:
    missing = [name for name in dict.fromkeys(wanted) if name not in heads]
    facts = [name for name in missing if name in FACTS]
    place = max((at for at, head in enumerate(heads, start=1) if head in FACTS), default=1)
    return (*heads[:place], *facts, *heads[place:], *(name for name in missing if name not in facts))


# -- CSV ---------------------------------------------------------------------------------------------------------------
def _csv(heads: Sequence[str], sheet: Sheet) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    for line in sheet.lines:
        old = dict(zip(keys(sheet.heads), line.cells, strict=True))
        writer.writerow([old.get(key, "") for key in keys(heads)])
    return text.getvalue()


def _place(sheet: Sheet, before: int | None) -> int | None:
    """Return the record that stood on line ``before``, in a text of one record a line after the headings."""
    return next((at for at, line in enumerate(sheet.lines, start=2) if line.number == before), None)


def _inserted(text: str, row: Sequence[str], before: int | None) -> str:
    """Return a CSV text with a record before the one that ends on a line, or at the end; every other byte stays."""
    lines = list(io.StringIO(text, newline=""))
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    new = io.StringIO()
    csv.writer(new, lineterminator=end).writerow(row)
    start = len(lines) if before is None else _start(lines, before)
    if start == len(lines) and not lines[-1].endswith("\n"):
        lines[-1] += end
    return "".join([*lines[:start], new.getvalue(), *lines[start:]])


def _start(lines: Sequence[str], before: int) -> int:
    """Return the number of lines above the record that ends on line ``before``."""
    reader, start = csv.reader(lines, strict=True), 0
    for _ in reader:
        if reader.line_num >= before:
            break
        start = reader.line_num
    return start


# -- XLSX --------------------------------------------------------------------------------------------------------------
def _workbook(data: bytes, sheet: Sheet, heads: tuple[str, ...], row: Sequence[str], before: int | None) -> bytes:
    """Return the workbook with the row in its first sheet; its other sheets are kept as texts."""
    first, *others = workbook_texts(sheet.file, data)
    name, lines = first
    added = [place for place, head in enumerate(heads) if keys(heads)[place] not in keys(sheet.heads)]
    wider = [_wider(cells, added, heads if tuple(cells[: len(sheet.heads)]) == sheet.heads else None) for cells in lines]
    at = len(wider) if before is None else before - 1
    return _packed([(name, [*wider[:at], list(row), *wider[at:]]), *others])


def _wider(cells: Sequence[str], added: Sequence[int], heads: Sequence[str] | None) -> list[str]:
    """Return a line with room for the columns that are added, and their headings in the line of headings."""
    if heads is not None:
        return list(heads)
    wider = list(cells)
    for place in added:
        wider.insert(place, "")
    return wider


def _packed(sheets: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """Return a workbook whose every cell is text, as Excel must not rewrite codes and dates."""
    packed = io.BytesIO()
    with Workbook(packed, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        plain, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        for name, lines in sheets:
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            page.set_column(0, max(map(len, lines), default=1), 14, plain)
            for number, cells in enumerate(lines):
                for column, text in enumerate(cells):
                    if text:
                        page.write_string(number, column, text, plain if number else bold)
    return packed.getvalue()
