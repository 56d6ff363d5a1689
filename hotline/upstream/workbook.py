"""Excel files, read with calamine after a look at their size: a small file can unpack to one that fills the memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from hotline.errors import UnreadableFile
from hotline.upstream.cells import Record

MAX_BYTES = 128 * 1024 * 1024
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_SHEETS = 50
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 20
_OVERLAP = 32
# calamine lays a sheet out as a full rectangle up to its last cell: a lone cell far out would take all memory
_FAR_CELL = re.compile(rb' r="(?:[D-Z][A-Z]\d|[A-Z]{3}\d|[A-Z]{1,2}(?:[2-9]\d{5}|\d{7})")')
_NAMES_CELLS = re.compile(r"xl/worksheets/[^/]+\.xml")


def is_workbook(start: bytes) -> bool:
    """Whether the first bytes of a file are an Excel file's, whatever its name says."""
    return start.startswith((ZIP, OLE))


def sheets(path: Path) -> Iterator[CalamineSheet]:
    """Yield the file's sheets in their order; raises ``UnreadableFile``."""
    _check_size(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names[:MAX_SHEETS]:
                yield book.get_sheet_by_name(name)
    except PasswordError as wrong:
        raise UnreadableFile(f"{path.name} has a password", message=f"{path.name}:文件有密码,请去掉密码后重新导出") from wrong
    except CalamineError as wrong:
        raise UnreadableFile(f"{path.name}: {wrong}", message=f"{path.name}:Excel 文件已损坏或格式不支持") from wrong


def records(sheet: CalamineSheet) -> Iterator[Record]:
    """Yield a sheet's rows under the numbers that Excel shows; an error value (``#N/A``) is an empty cell."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield Record(number, tuple(row))


def _check_size(path: Path) -> None:
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(f"{path.name} is too large", message=f"{path.name}:超过 {MAX_BYTES >> 20} MB,请拆分")
    with path.open("rb") as file:
        if file.read(len(OLE)) == OLE:
            return  # .xls: at most 65,536 rows of 256 columns by its format
    try:
        _check_parts(path)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as wrong:
        raise UnreadableFile(f"{path.name}: {wrong}", message=f"{path.name}:Excel 文件已损坏") from wrong


def _check_parts(path: Path) -> None:
    """Unpack every part once without keeping it: what the directory of a zip says of sizes need not be true."""
    unpacked, cells = 0, 0
    with zipfile.ZipFile(path) as packed:
        for part in packed.infolist():
            holds_cells, tail = bool(_NAMES_CELLS.fullmatch(part.filename)), b""
            cells += holds_cells
            for chunk in _chunks(packed, part):
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED or (holds_cells and _FAR_CELL.search(tail + chunk)):
                    text = f"{path.name}:表格过大,请拆分或删去空白区域"
                    raise UnreadableFile(f"{path.name} unpacks to too much", message=text)
                tail = chunk[-_OVERLAP:]
    if not cells:
        raise UnreadableFile(f"{path.name} has no sheet", message=f"{path.name}:不是 Excel 表格(xlsx、xls)")


def _chunks(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with packed.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
