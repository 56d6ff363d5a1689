"""Reading a table as Excel left it: CSV (UTF-8, with or without BOM) or XLSX, within bounds."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineWorkbook

from hotline.errors import UnreadableFile

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 64
LONGEST_CELL = 4_000
SUFFIXES = (".csv", ".xlsx")
_OTHER_COMMAS = {"\uff0c": "全角逗号", "\uff1b": "全角分号", ";": "分号", "\t": "制表符", "、": "顿号"}
_EXCEL_DATE = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_EXCEL_LOST = re.compile(r"\d(?:\.\d+)?E\+\d+|#(?:NAME\?|REF!|VALUE!|N/A|NULL!|NUM!|DIV/0!)")
"""A code of twelve digits and more, and an ``@street`` taken for a formula, as Excel shows and saves them."""

# calamine lays a sheet out as a full rectangle up to its last cell: a lone cell far out would take all memory
_FAR_CELL = re.compile(rb' r="(?:[C-Z][A-Z]\d|[A-Z]{3}\d|[A-Z]{1,2}(?:[2-9]\d{5}|\d{7}))')


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its line in the file (1 = headings) and its cells by heading; a heading that stands twice has its cells in order."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table's headings and its rows; blank rows are left out."""

    file: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line number and the cells by heading."""
        for line in self.lines:
            yield line.number, dict(zip(self.heads, line.cells, strict=True))


def find_sheet(files: Mapping[str, bytes], name: str) -> Sheet | None:
    """Return the table ``name`` (without suffix) of a pack, CSV or XLSX, or None when it has none."""
    for suffix in SUFFIXES:
        if name + suffix in files:
            return read_sheet(name + suffix, files[name + suffix])
    return None


def read_sheet(file: str, data: bytes) -> Sheet:
    """Read ``data``; raises ``UnreadableFile`` naming the file, and the row and cell where it can."""
    if len(data) > LARGEST_FILE:
        raise _unreadable(file, f"文件超过 {LARGEST_FILE // 1024 // 1024} MB")
    raw = _xlsx(file, data) if file.lower().endswith(".xlsx") else _csv(file, data)
    heads: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, cells in raw:
        _within_bounds(file, number, cells)
        if not any(cells):
            continue
        if not heads:
            heads = _headings(file, cells)
            continue
        lines.append(Line(number, _fitted(file, number, cells, len(heads))))
        if len(lines) > MOST_ROWS:
            raise _unreadable(file, f"超过 {MOST_ROWS} 行")
    if not heads:
        raise _unreadable(file, "没有表头")
    return Sheet(file, heads, tuple(lines))


def _csv(file: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _unreadable(file, f"第 {line} 行不是 UTF-8 编码,请在 Excel 中另存为“CSV UTF-8”") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [_as_written(cell.strip()) for cell in cells]
    except csv.Error as error:
        raise _unreadable(file, f"第 {reader.line_num} 行引号或格式有误({error})") from None


def _xlsx(file: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    _, rows = workbook_texts(file, data, most=1)[0]
    yield from enumerate(rows, start=1)


def workbook_texts(file: str, data: bytes, most: int | None = None) -> list[tuple[str, list[list[str]]]]:
    """Return the first ``most`` sheets of a workbook (default: all), each with its name and its cells as texts."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _within_memory(file, packed)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        named = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names[:most]]
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, CalamineError, ValueError, IndexError, KeyError) as error:
        raise _unreadable(file, f"不是可读取的 XLSX 文件({error})") from None
    if not named:
        raise _unreadable(file, "不是可读取的 XLSX 文件(没有工作表)")
    return [(name, [[_text(cell) for cell in cells] for cells in rows]) for name, rows in named]


def _within_memory(file: str, packed: zipfile.ZipFile) -> None:
    """Unpack every part once without keeping it: what a zip says of its sizes need not be true."""
    unpacked = 0
    for part in packed.infolist():
        tail = b""
        with packed.open(part) as stream:
            while chunk := stream.read(1 << 20):
                unpacked += len(chunk)
                if unpacked > LARGEST_UNPACKED:
                    raise _unreadable(file, "解压后过大")
                if _FAR_CELL.search(tail + chunk):
                    raise _unreadable(file, f"表格右侧或下方很远处有内容(最多 {MOST_COLUMNS} 列、{MOST_ROWS} 行),请删去空白区域")
                tail = chunk[-32:]


def _text(cell: object) -> str:
    """Write a typed cell the way it would stand in the CSV."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
        case time():
            return cell.strftime("%H:%M")
        case _:
            return str(cell).strip()


def _as_written(cell: str) -> str:
    """Undo what Excel does to a date when it saves a CSV: ``2026/1/1`` was ``2026-01-01``."""
    found = _EXCEL_DATE.fullmatch(cell)
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else cell


def _within_bounds(file: str, number: int, cells: list[str]) -> None:
    if len(cells) > MOST_COLUMNS:
        raise _unreadable(file, f"第 {number} 行超过 {MOST_COLUMNS} 列")
    for column, cell in enumerate(cells, start=1):
        if _EXCEL_LOST.fullmatch(cell):
            how = "在 Excel 中把该列设为“文本”后重新填写"
            raise _unreadable(file, f"第 {number} 行第 {column} 列的“{cell}”是 Excel 改写后的内容,原值已丢失,请{how}")
        if len(cell) > LONGEST_CELL:
            raise _unreadable(file, f"第 {number} 行第 {column} 列超过 {LONGEST_CELL} 字")


def _headings(file: str, cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) == 1 and (found := next((mark for mark in _OTHER_COMMAS if mark in cells[0]), None)):
        raise _unreadable(file, f"表头以“{_OTHER_COMMAS[found]}”分隔;各列之间应使用半角逗号,请在 Excel 中另存为“CSV UTF-8”")
    return tuple(cells)


def _fitted(file: str, number: int, cells: list[str], width: int) -> tuple[str, ...]:
    """Fill a short row up; a row with more cells than headings is a fault."""
    if any(cells[width:]):
        raise _unreadable(file, f"第 {number} 行多了一列(是否多写了逗号?):第 {width + 1} 列没有对应的表头")
    return tuple(cells[:width]) + ("",) * (width - len(cells))


def _unreadable(file: str, why: str) -> UnreadableFile:
    return UnreadableFile(f"{file}: {why}", message=f"{file}:{why}")
