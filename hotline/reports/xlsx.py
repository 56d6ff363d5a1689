"""A bulletin as a workbook: numbers as numbers, native charts, links to the orders behind them, ready to print on A4."""

from __future__ import annotations

import io
from typing import Any, Final

import xlsxwriter

from hotline.reports.layout import Cell, Part, Table, head_lines, widest
from hotline.reports.parts import parts
from hotline.reports.xlsx_charts import add_charts
from hotline.services.figures.bulletin import Bulletin

A4: Final = 9
HEAD_ROWS: Final = 4
"""Rows over the first table: title, two lines, a blank one."""
WIDEST: Final = 60
"""Columns of text wrap beyond this many characters."""
MOST_LINKS: Final = 60_000
"""Excel opens no sheet with more than 65,530 links."""
RATE_HEADS: Final = ("", "分子", "分母", "95% 区间")
_PLAIN: Final[dict[str, Any]] = {
    "valign": "top",
    "border": 1,
    "border_color": "#7B8794",
    "font_name": "Microsoft YaHei",
    "font_size": 10,
}
_NUMBERS: Final = {"share": "0.0%", "rate": "0.0%", "change": "+0.0%;-0.0%;0.0%", "score": "0.00", "hours": "0.0", "count": "0"}
_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(bulletin: Bulletin, site: str = "") -> bytes:
    """Return the workbook (XLSX); ``site`` is where the orders are shown (``https://host``), without it nothing is linked."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": f"{bulletin.title}({bulletin.period.name})"})
        formats, found = _Formats(book), parts(bulletin, site)
        sheets = [_Sheet(book.add_worksheet(part.name), formats, linked=bool(site)) for part in found]
        for sheet, part in zip(sheets, found, strict=True):
            sheet.write(bulletin, part)
        add_charts(book, [(sheet.sheet, sheet.line, sheet.width, part.charts) for sheet, part in zip(sheets, found, strict=True)])
    return out.getvalue()


class _Formats:
    """Formats by how a cell is told, linked or not."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 16, "font_name": "Microsoft YaHei"})
        self.muted = book.add_format({"font_color": "#5F6B7A", "font_name": "Microsoft YaHei", "font_size": 10})
        self.heading = book.add_format({"bold": True, "font_size": 12, "font_name": "Microsoft YaHei"})
        self.head = book.add_format({**_PLAIN, "bold": True, "bg_color": "#E6EAED", "text_wrap": True})
        self.apart = book.add_format({**_PLAIN, "bold": True, "bg_color": "#F1F5C2"})

    def of(self, style: str, *, linked: bool) -> Any:
        """Return the format of a cell."""
        if (style, linked) not in self._made:
            link = {"font_color": "#0B4A8F", "underline": 1} if linked else {}
            told = {"num_format": _NUMBERS[style], "align": "right"} if style in _NUMBERS else {"text_wrap": style == "text"}
            self._made[style, linked] = self._book.add_format({**_PLAIN, **told, **link})
        return self._made[style, linked]


class _Sheet:
    """A sheet being written, line by line."""

    def __init__(self, sheet: Any, formats: _Formats, *, linked: bool) -> None:
        self.sheet, self._formats, self._linked = sheet, formats, linked
        self.line, self.width, self._links = 0, 0, 0
        self._widths: dict[int, int] = {}

    def write(self, bulletin: Bulletin, part: Part) -> None:
        """Write the head and every table, then set the sheet up for reading and printing."""
        self.sheet.write_string(0, 0, f"{bulletin.title}({bulletin.period.name})", self._formats.title)
        for at, text in enumerate(head_lines(bulletin), start=1):
            self.sheet.write_string(at, 0, text, self._formats.muted)
        self.line = HEAD_ROWS
        if bulletin.empty:
            self.sheet.write_string(HEAD_ROWS - 1, 0, f"{bulletin.period.name}没有可统计的工单", self._formats.heading)
        for table in part.tables:
            self._table(table)
        self._set_up(bulletin, part)

    def _table(self, table: Table) -> None:
        self.sheet.write_string(self.line, 0, table.title, self._formats.heading)
        self.line += 1
        if not table.rows:
            self.sheet.write_string(self.line, 0, table.empty, self._formats.muted)
            self.line += 2
            return
        self._row([head for at, name in enumerate(table.heads) for head in _heads(name, rate=at in table.rates)])
        for at, row in enumerate(table.rows):
            if at == table.apart:
                self.sheet.write_string(self.line, 0, table.apart_why, self._formats.apart)
                self.line += 1
            self._cells([cell for one in row for cell in _spread(one)])
        if table.note:
            self.sheet.write_string(self.line, 0, table.note, self._formats.muted)
            self.line += 1
        self.line += 1

    def _row(self, heads: list[str]) -> None:
        for column, head in enumerate(heads):
            self.sheet.write_string(self.line, column, head, self._formats.head)
            self._fit(column, head)
        self.line += 1

    def _cells(self, cells: list[Cell]) -> None:
        for column, cell in enumerate(cells):
            self._cell(column, cell)
            self._fit(column, cell.words)
        self.line += 1

    def _cell(self, column: int, cell: Cell) -> None:
        linked = bool(cell.href) and self._linked and self._links < MOST_LINKS
        told = self._formats.of(cell.style, linked=linked)
        if linked:
            self._links += 1
            self.sheet.write_url(self.line, column, cell.href, told, string=cell.words)
        if cell.value is None:
            self.sheet.write_blank(self.line, column, None, told)
        elif isinstance(cell.value, str):
            self.sheet.write_string(self.line, column, cell.value, told)
        else:
            self.sheet.write_number(self.line, column, cell.value, told)

    def _fit(self, column: int, words: str) -> None:
        self._widths[column] = max(self._widths.get(column, 0), min(widest([words]) + 3, WIDEST))
        self.width = max(self.width, column + 1)

    def _set_up(self, bulletin: Bulletin, part: Part) -> None:
        sheet = self.sheet
        for column, width in self._widths.items():
            sheet.set_column(column, column, width)
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L{bulletin.office}12345热线 {bulletin.period.name} {bulletin.book_name}&R第 &P 页 共 &N 页")
        if part.wide:
            sheet.set_landscape()
            sheet.freeze_panes(HEAD_ROWS + 2, 3)
            sheet.repeat_rows(HEAD_ROWS, HEAD_ROWS + 1)
            sheet.repeat_columns(0, 2)
            sheet.set_print_scale(70)
        else:
            sheet.freeze_panes(HEAD_ROWS - 1, 0)
            sheet.fit_to_pages(1, 0)


def _heads(name: str, *, rate: bool) -> list[str]:
    return [name, *(f"{name} {more}".strip() for more in RATE_HEADS[1:])] if rate else [name]


def _spread(cell: Cell) -> list[Cell]:
    """Return a rate as four cells: itself, numerator, denominator, interval."""
    if cell.style != "rate" or cell.ratio is None:
        return [cell]
    ratio = cell.ratio
    counted, every = Cell(ratio.numerator, "count", cell.counted_href), Cell(ratio.denominator, "count", cell.href)
    return [cell, counted, every, Cell(cell.interval or None)]
