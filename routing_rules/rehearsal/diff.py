"""What differs between two books: rows added, removed, changed and moved in every table, and the settings.

Rows are known by their ids (or what names them in their table); where the first that fits answers, their order counts. The words
for a clerk are made by ``diff_words``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hotline.errors import UnreadableFile
from routing_rules.names import TABLE_NAMES
from routing_rules.pack import content_hash
from routing_rules.pack_settings import FILE
from routing_rules.rehearsal.moves import Moved, moves
from routing_rules.sheets import SUFFIXES, Sheet, find_sheet

KEYS: Mapping[str, tuple[str, ...]] = {
    "dispatch": ("id",),
    "deadlines": ("id",),
    "supervision": ("id",),
    "approvals": ("id",),
    "street_duties": ("street", "matter"),
    "units": ("code",),
    "companies": ("code",),
    "communities": ("code",),
    "places": ("code",),
    "estates": ("id",),
    "categories": ("level1", "level2", "level3"),
    "not_accepted": ("id",),
    "emergency": ("kind", "term"),
    "words": ("list", "term"),
    "holidays": ("date",),
    "cases": ("id",),
    "phrases": ("act", "title"),
    "upstream_states": ("id",),
}
"""What names a row in each table."""
_SERIES: Mapping[str, tuple[str, ...]] = {
    "dispatch": (), "deadlines": ("->clock", "->starts"), "supervision": ("->step", "->clock", "->when"), "approvals": ("asks",),
    "not_accepted": (),
}  # fmt: skip
"""Tables whose first row that fits answers, with the columns that part rows into series that never compete."""
Kind = Literal["added", "removed", "changed"]
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell or setting that differs, as written; a heading that stands twice has ``#2`` behind it the second time."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that differs. ``line`` is that of the new file, of the old one for a removed row; ``cells`` what stands there.

    ``before`` is the row that an added one stands before in its series (empty: it is the last).
    """

    id: str
    kind: Kind
    line: int
    cells: Mapping[str, str]
    changes: tuple[CellChange, ...] = ()
    moved: Moved | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class TableDiff:
    """The rows of one table that differ, in the order of the new file, removed ones last."""

    table: str
    rows: tuple[RowChange, ...]

    @property
    def name(self) -> str:
        """What a clerk calls the table."""
        return TABLE_NAMES[self.table]

    def of(self, kind: Kind) -> tuple[RowChange, ...]:
        """Return the rows of one kind."""
        return tuple(row for row in self.rows if row.kind == kind)


@dataclass(frozen=True, slots=True)
class Diff:
    """All that differs between two books, by content hash; ``notes`` say in Chinese what could not be compared."""

    old: str
    new: str
    tables: tuple[TableDiff, ...]
    settings: tuple[CellChange, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing differs that any decision could notice."""
        return not (self.tables or self.settings or self.notes)


def diff(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Diff:
    """Return what differs between the files of two books; a table that cannot be read is named in ``notes``."""
    notes: list[str] = []
    tables = []
    for table in KEYS:
        if all(old.get(table + suffix) == new.get(table + suffix) for suffix in SUFFIXES):
            continue
        try:
            rows = _rows(table, _read(old, table), _read(new, table))
        except UnreadableFile as error:
            notes.append(f"无法比较:{error.message}")
            continue
        if rows:
            tables.append(TableDiff(table, rows))
    return Diff(content_hash(old), content_hash(new), tuple(tables), _settings(old, new, notes), tuple(notes))


# -- tables ------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Table:
    rows: dict[str, Cells] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def _read(files: Mapping[str, bytes], table: str) -> _Table:
    sheet, read = find_sheet(files, table), _Table()
    for line, cells in _cells(sheet) if sheet else ():
        key = name = " ".join(cells.pop(column, "") for column in KEYS[table]).strip() or f"第 {line} 行"
        again = 1
        while key in read.rows:  # a fault of the table, and still two rows
            again += 1
            key = f"{name} ({again})"
        read.rows[key], read.lines[key] = {column: text for column, text in cells.items() if text}, line
    return read


def _cells(sheet: Sheet) -> Iterator[tuple[int, Cells]]:
    heads = [
        f"{head}#{again}" if (again := sheet.heads[: place + 1].count(head)) > 1 else head
        for place, head in enumerate(sheet.heads)
    ]
    for line in sheet.lines:
        yield line.number, dict(zip(heads, line.cells, strict=True))


def _rows(table: str, old: _Table, new: _Table) -> tuple[RowChange, ...]:
    moved, places = _order(table, old, new)
    found = []
    for key, cells in new.rows.items():
        line = new.lines[key]
        if key not in old.rows:
            found.append(RowChange(key, "added", line, cells, before=places.get(key)))
            continue
        changes = _changes(old.rows[key], cells)
        if changes or key in moved:
            found.append(RowChange(key, "changed", line, cells, changes, moved.get(key)))
    gone = (key for key in old.rows if key not in new.rows)
    return (*found, *(RowChange(key, "removed", old.lines[key], old.rows[key]) for key in gone))


def _changes(old: Cells, new: Cells) -> tuple[CellChange, ...]:
    columns = dict.fromkeys([*new, *old])
    return tuple(
        CellChange(column, old.get(column, ""), new.get(column, ""))
        for column in columns
        if old.get(column, "") != new.get(column, "")
    )


def _order(table: str, old: _Table, new: _Table) -> tuple[dict[str, Moved], dict[str, str]]:
    """Return the moved rows, and before which row each row of the new table stands, within its series."""
    if table not in _SERIES:
        return {}, {}
    before, after = _series(table, old), _series(table, new)
    moved: dict[str, Moved] = {}
    places: dict[str, str] = {}
    for name, rows in after.items():
        moved |= moves(before.get(name, []), rows)
        places |= dict(zip(rows, [*rows[1:], ""], strict=True))
    return moved, places


def _series(table: str, read: _Table) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for key, cells in read.rows.items():
        name = tuple(cells.get(column, "") for column in _SERIES[table])
        if table == "deadlines":  # only the platform's window is a series beside its clock's
            name = (name[0], str(name == ("return_window", "upstream_dispatch")))
        found.setdefault(name, []).append(key)
    return found


# -- settings ----------------------------------------------------------------------------------------------------------
def _settings(old: Mapping[str, bytes], new: Mapping[str, bytes], notes: list[str]) -> tuple[CellChange, ...]:
    if old.get(FILE) == new.get(FILE):
        return ()
    try:
        before, after = (dict(_flat("", tomllib.loads(files.get(FILE, b"").decode("utf-8-sig")))) for files in (old, new))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        notes.append(f"无法比较:{FILE} 不是有效的 TOML({error})")
        return ()
    return _changes(before, after)


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every setting with its path; a list of values is one setting, joined by ``;``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for place, inner in enumerate(value, start=1):
            yield from _flat(f"{path}.{place}", inner)
    elif isinstance(value, list):
        yield path, ";".join(map(_text, value))
    else:
        yield path, _text(value)


def _text(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
