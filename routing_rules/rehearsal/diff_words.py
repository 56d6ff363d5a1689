"""A difference in a clerk's words: 主办 由 房管局 改为 住建局;移到 D-0110 之前."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from routing_rules.approvals import ASKED_NAMES
from routing_rules.cells import FACTS
from routing_rules.names import COLUMN_NAMES, FACT_NAMES, OUTPUT_NAMES, SETTING_NAMES, VALUE_NAMES
from routing_rules.pack import Pack, read_pack
from routing_rules.rehearsal.diff import CellChange, Diff, RowChange, TableDiff, diff
from routing_rules.wording import cell_words, output_words

_RULES: Final = ("dispatch", "deadlines", "supervision", "approvals")
_NAMED: Final = ("units", "companies", "communities", "places", "estates")
_UNIT_COLUMNS: Final = ("unit", "parent", "property", "heating", "water", "gas", "lead", "street")
_LISTS: Final = ("terms", "aliases", "answers_for")
_LIST_SETTINGS: Final = ("auto.classes", "heating.classes", "office.published_years", "rates.left_out", "rates.rating_channels")
_SHOWN: Final = 3
_EMPTY: Final = "空"
_ANY: Final = "不限"


class DiffWords:
    """Says a difference with the names of both books; a book that cannot be read lends no names."""

    def __init__(self, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
        self.diff: Diff = diff(old, new)
        self._new = read_pack(new)[0]
        self._old = read_pack(old)[0] or self._new
        self._new = self._new or self._old

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as JSON has it, with the words of every row and setting."""
        found = self.diff
        return {
            "old": found.old,
            "new": found.new,
            "same": found.empty,
            "tables": [
                {"table": table.table, "name": table.name, **{kind: self._rows(table, kind) for kind in _KINDS}}
                for table in found.tables
            ],
            "settings": [{**asdict(change), "words": self.setting(change)} for change in found.settings],
            "notes": list(found.notes),
        }

    def lines(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield (heading, sentences) for the settings and each table that differs."""
        if self.diff.settings:
            yield "基本设置", tuple(self.setting(change) for change in self.diff.settings)
        for table in self.diff.tables:
            yield heading(table), tuple(self.row(table.table, row) for row in table.rows)
        if self.diff.notes:
            yield "注意", self.diff.notes

    def row(self, table: str, row: RowChange) -> str:
        """Return the sentence of a row."""
        if row.kind == "added":
            place = "" if row.before is None else f";排在 {row.before} 之前" if row.before else ";排在最后"
            return f"新增 {self._row_name(table, row)}{_after_colon(self._whole(table, row, self._new))}{place}"
        if row.kind == "removed":
            return f"删除 {self._row_name(table, row)}{_after_colon(self._whole(table, row, self._old))}"
        said = list(self._changes(table, row))
        if row.moved is not None:
            said.append(_moved(row))
        return f"{self._row_name(table, row)}:{';'.join(said)}"

    def setting(self, change: CellChange) -> str:
        """Return the sentence of a setting."""
        plain = re.sub(r"\.\d+(\..*)?$", "", change.column)
        name = SETTING_NAMES.get(change.column) or SETTING_NAMES.get(plain) or change.column
        name = name if change.column in SETTING_NAMES else f"{name}({change.column})"
        if change.column in _LIST_SETTINGS:
            return f"{name} {_list_words(change)}"
        return f"{name} 由 {_value(change.old)} 改为 {_value(change.new)}"

    # -- rows ----------------------------------------------------------------------------------------------------------
    def _rows(self, table: TableDiff, kind: str) -> list[dict[str, Any]]:
        return [
            {
                "id": row.id,
                "line": row.line,
                "words": self.row(table.table, row),
                "cells": dict(row.cells),
                "changes": [asdict(change) for change in row.changes],
                "moved": asdict(row.moved) if row.moved else None,
                "before": row.before,
            }
            for row in table.rows
            if row.kind == kind
        ]

    def _row_name(self, table: str, row: RowChange) -> str:
        cells = row.cells
        if table in _NAMED and cells.get("name"):
            return f"{row.id}({cells['name']})"
        if table in ("words", "emergency"):
            name, _, term = row.id.partition(" ")
            return f"{VALUE_NAMES.get(name, name)}“{term}”"
        return row.id

    def _whole(self, table: str, row: RowChange, pack: Pack | None) -> str:
        """Say all cells of an added or removed row: conditions first, then outcomes, then the rest."""
        if table not in _RULES:
            said = [
                f"{_name(table, column)} {self._cell(table, column, text, pack)}"
                for column, text in row.cells.items()
                if column != "confirmed" and not (column == "name" and table in _NAMED)
            ]
            return "、".join(said)
        asked = [column for column in row.cells if _fact(column) or column == "asks"]
        conditions = [f"{_name(table, column)} 为 {self._cell(table, column, row.cells[column], pack)}" for column in asked]
        given = [column for column in row.cells if column.startswith("->")]
        outcomes = [f"{_name(table, column)} {self._cell(table, column, row.cells[column], pack)}" for column in given]
        own = [f"{COLUMN_NAMES[column]} {row.cells[column]}" for column in ("valid_from", "valid_to") if column in row.cells]
        return ";".join(filter(None, ["、".join(conditions) or "不限条件", "、".join(outcomes), "、".join(own)]))

    def _changes(self, table: str, row: RowChange) -> Iterator[str]:
        by_column = {change.column: change for change in row.changes}
        if table == "deadlines" and not by_column.keys().isdisjoint(("->amount", "->unit")):
            yield self._limit(row, by_column)
        for change in row.changes:
            if table == "deadlines" and change.column in ("->amount", "->unit"):
                continue
            yield self._change(table, change)

    def _limit(self, row: RowChange, changed: Mapping[str, CellChange]) -> str:
        """The amount and its unit belong together: 5 个工作日 and not 5."""
        now = [row.cells.get(column, "") for column in ("->amount", "->unit")]
        was = [
            changed[column].old if column in changed else text for column, text in zip(("->amount", "->unit"), now, strict=True)
        ]
        said = [f"{amount} {self._cell('deadlines', '->unit', unit, self._new)}".strip() for amount, unit in (was, now)]
        return f"期限 由 {said[0]} 改为 {said[1]}"

    def _change(self, table: str, change: CellChange) -> str:
        name = _name(table, change.column)
        if change.column in _LISTS:
            return f"{name} {_list_words(change)}"
        nothing = _ANY if table in _RULES and _fact(change.column) else _EMPTY
        old = self._cell(table, change.column, change.old, self._old) or nothing
        new = self._cell(table, change.column, change.new, self._new) or nothing
        which = "条件 " if table in _RULES and _fact(change.column) else ""
        return f"{which}{name} 由 {old} 改为 {new}"

    @staticmethod
    def _cell(table: str, column: str, text: str, pack: Pack | None) -> str:
        if not text or pack is None:
            return text
        if column == "asks":
            return ASKED_NAMES.get(text, text)
        if table in _RULES and column.startswith("->"):
            return output_words(pack, column.removeprefix("->"), text)
        if table in (*_RULES, "cases") and _fact(column):
            return cell_words(pack, _fact(column), text)
        if column in _UNIT_COLUMNS and not (table == "places" and column == "parent"):
            return pack.unit_name(text)
        return VALUE_NAMES.get(text, text)


_KINDS: Final = ("added", "removed", "changed")


def heading(table: TableDiff) -> str:
    """Return a table's name with how many rows differ: 派单规则(新增 1、修改 2、删除 0)."""
    counts = {"新增": "added", "修改": "changed", "删除": "removed"}
    numbers = "、".join(f"{word} {len(table.of(kind))}" for word, kind in counts.items())  # type: ignore[arg-type]  # three of Kind
    return f"{table.name}({numbers})"


def _moved(row: RowChange) -> str:
    assert row.moved is not None  # noqa: S101  # the caller looked
    told = f"移到 {row.moved.before} 之前(第 {row.line} 行)" if row.moved.before else f"移到最后(第 {row.line} 行)"
    if row.moved.overtakes:
        told += f",现在先于 {_some(row.moved.overtakes)}"
    if row.moved.behind:
        told += f",现在后于 {_some(row.moved.behind)}"
    return told


def _after_colon(said: str) -> str:
    return f":{said}" if said else ""


def _some(rows: tuple[str, ...]) -> str:
    return "、".join(rows[:_SHOWN]) + (f" 等 {len(rows)} 行" if len(rows) > _SHOWN else "")


def _fact(column: str) -> str:
    """Return the fact a column asks for; empty when it is none."""
    name = column.partition("#")[0]
    return name if name in FACTS else ""


def _name(table: str, column: str) -> str:
    plain = column.partition("#")[0]
    if table in _RULES and plain.startswith("->"):
        return OUTPUT_NAMES.get(plain.removeprefix("->"), plain)
    if _fact(column) and table in (*_RULES, "cases"):
        return FACT_NAMES[plain]
    return COLUMN_NAMES.get(plain, plain)


def _list_words(change: CellChange) -> str:
    old, new = (dict.fromkeys(part.strip() for part in text.split(";") if part.strip()) for text in (change.old, change.new))
    more, less = [one for one in new if one not in old], [one for one in old if one not in new]
    said = [f"增加 {'、'.join(more)}"] * bool(more) + [f"去掉 {'、'.join(less)}"] * bool(less)
    return ",".join(said) or "只改了顺序"


def _value(text: str) -> str:
    return VALUE_NAMES.get(text, text) or _EMPTY
