"""Tables out of files that people hand in: CSV, XLSX, XLS; headings in any order, under a title line or not, bounded in size."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from hotline.errors import UnreadableFile
from hotline.upstream import workbook
from hotline.upstream.cells import Cell, Record, text_of
from hotline.upstream.delimited import DELIMITERS, Delimited

MAX_ROWS = 200_000
LOOKED_AT = 20  # first records in which the headings are looked for: title lines stand above them

Records = Callable[[], Iterator[Record]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its headings; ``number`` is the one a spreadsheet shows (the headings of a plain file are row 1).

    ``problem`` (Chinese) is set when the row does not fit the headings; ``raw`` then holds what stood there.
    """

    number: int
    cells: Mapping[str, Cell]
    problem: str = ""
    raw: str = ""

    def text(self, heading: str) -> str:
        """Return a cell's text, empty where there is no such column."""
        return text_of(self.cells.get(heading, ""))


class Table:
    """A file's table, read anew each time it is iterated; blank rows are left out.

    ``headings`` are as ``plain`` makes them, in the file's order; ``total`` counts the rows that are not blank.
    """

    def __init__(self, name: str, records: Records, headings: tuple[str, ...], heading_row: int) -> None:
        self.name, self.headings = name, headings
        self._records, self._heading_row = records, heading_row
        self.total = self._counted()

    def __iter__(self) -> Iterator[Row]:
        for record in self._below():
            yield self._row(record)

    def _below(self) -> Iterator[Record]:
        return (record for record in self._records() if record.number > self._heading_row and not record.blank)

    def _counted(self) -> int:
        count = sum(1 for _ in islice(self._below(), MAX_ROWS + 1))
        if count > MAX_ROWS:
            text = f"{self.name}:超过 {MAX_ROWS} 行,请拆分后分次导入"
            raise UnreadableFile(f"{self.name} has more than {MAX_ROWS} rows", message=text)
        return count

    def _row(self, record: Record) -> Row:
        if record.problem:
            return Row(record.number, {}, record.problem, record.raw)
        beyond = [text for cell in record.cells[len(self.headings) :] if (text := text_of(cell))]
        cells = {heading: cell for heading, cell in zip(self.headings, record.cells, strict=False) if heading}
        if beyond:
            raw = " | ".join(map(text_of, record.cells))
            return Row(record.number, cells, f"列数比表头多({beyond[0][:20]}…)", raw)
        return Row(record.number, cells)


def plain(heading: Cell) -> str:
    """Return a heading without what people decorate it with: blanks, line ends, asterisks, colons, full-width forms."""
    text = unicodedata.normalize("NFKC", text_of(heading))
    return "".join(text.split()).strip("*:").casefold()


def read_table(path: Path, known: Collection[str]) -> Table:
    """Return the table of ``path`` whose headings are the record with the most of ``known`` among its first ones.

    Raises ``UnreadableFile`` naming the file: not there, no table, too large, no heading found, a known heading twice.
    """
    try:
        name, records, header = _find_header(path, frozenset(known))
        headings = tuple(plain(cell) for cell in header.cells)
        twice = sorted(name for name, times in Counter(headings).items() if times > 1 and name in known)
        if twice:
            raise UnreadableFile(f"{path.name}: headings twice: {twice}", message=f"{path.name}:列名重复:{'、'.join(twice)}")
        return Table(name, records, _unlike(headings), header.number)
    except OSError as wrong:
        raise UnreadableFile(f"{path}: {wrong.strerror}", message=f"{path}:文件打不开({wrong.strerror})") from wrong


def _find_header(path: Path, known: frozenset[str]) -> tuple[str, Records, Record]:
    best: tuple[int, str, Records, Record] | None = None
    for name, records in _sources(path):
        for record in islice((record for record in records() if not record.blank), LOOKED_AT):
            hits = len(known & {plain(cell) for cell in record.cells})
            if hits > (best[0] if best else 0):
                best = hits, name, records, record
    if best is None:
        text = f"{path.name}:前 {LOOKED_AT} 行没有找到表头,需要的列如:{'、'.join(sorted(known)[:6])}"
        raise UnreadableFile(f"{path.name}: no headings found", message=text)
    return best[1:]


def _sources(path: Path) -> Sequence[tuple[str, Records]]:
    """Return every way to read the file as a table: its sheets, or its text by each delimiter."""
    with path.open("rb") as file:
        start = file.read(16)
    if workbook.is_workbook(start):
        return [(f"{path.name}[{sheet.name}]", partial(workbook.records, sheet)) for sheet in workbook.sheets(path)]
    text = Delimited(path)
    return [(path.name, partial(text.records, delimiter)) for delimiter in DELIMITERS]


def _unlike(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Give a further unknown column of a known name another name, so that its cells are not lost."""
    seen: Counter[str] = Counter()
    named = []
    for heading in headings:
        seen[heading] += 1
        named.append(heading if seen[heading] == 1 or not heading else f"{heading}({seen[heading]})")
    return tuple(named)
