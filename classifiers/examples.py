"""Labelled texts from CSV and Excel files, whatever the columns are called."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from hotline.errors import UnreadableFile

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "ident": ("id", "办件编号", "序号"),
    "title": ("title", "诉求主题", "标题"),
    "text": ("text", "detail", "诉求内容", "内容"),
    "category": ("category", "label", "类别"),
    "level1": ("level1", "事项大类"),
    "level2": ("level2", "事项小类"),
    "level3": ("level3",),
    "unit": ("unit", "办理单位", "承办单位"),
    "kind": ("kind", "诉求类型", "诉求性质"),
    "urgency": ("urgency",),
    "emergency": ("emergency",),
    "split": ("split",),
    "source": ("source",),
    "style": ("style",),
}
_FIELD_LIMIT = 10_000_000
_TITLE = 24
"""Characters that a title joined to its text is taken to have."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the labels that are known; an empty label is not known. ``tokenised``: words came joined by blanks.

    ``weight`` is how much it counts in learning. What is ``aside`` is learned from, but nothing is judged by it.
    """

    ident: str
    title: str
    text: str
    category: str = ""
    unit: str = ""
    kind: str = ""
    urgency: str = ""
    emergency: str = ""
    split: str = ""
    style: str = ""
    tokenised: bool = False
    weight: float = 1.0
    aside: bool = False

    def label(self, head: str) -> str:
        """Return the label of a head: ``category``, ``unit`` or ``kind``."""
        return str(getattr(self, head))


def read_examples(files: Iterable[Path]) -> list[Example]:
    """Return the labelled texts of CSV and XLSX files. Raises UnreadableFile, naming the file and what it misses."""
    found = [example for path in files for example in _read(path)]
    if not any(example.category for example in found):
        raise UnreadableFile("no row has a category", message="文件中没有带类别标签的行(列名:category、label 或 事项大类)")
    return found


def read_texts(path: Path) -> list[tuple[str, str]]:
    """Return the (title, text) pairs of a file, labelled or not. Raises UnreadableFile."""
    return [(example.title, example.text) for example in _read(path)]


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(path: Path) -> Iterator[Example]:
    try:
        table = _sheet(path) if path.suffix.lower() in (".xlsx", ".xls", ".ods") else _comma(path)
    except OSError as error:
        raise UnreadableFile(f"{path.name}: {error.strerror}", message=f"文件 {path.name} 打不开") from error
    heading = [str(cell).strip().lstrip("\ufeff") for cell in table[0]] if table else []
    columns = {field: heading.index(name) for field, names in _COLUMNS.items() for name in reversed(names) if name in heading}
    if "text" not in columns and "title" not in columns:
        needed = "text、detail 或 诉求内容"
        raise UnreadableFile(f"{path.name}: no column with a text", message=f"文件 {path.name} 缺少文本列({needed})")
    for number, row in enumerate(table[1:], start=2):
        cells = {field: str(row[at]).strip() if at < len(row) else "" for field, at in columns.items()}
        if cells.get("text") or cells.get("title"):
            yield _example(cells, f"{path.name}:{number}")


def _example(cells: Mapping[str, str], fallback: str) -> Example:
    tokenised = cells.get("source") == "tokenised"
    path = "/".join(cells[level] for level in ("level1", "level2", "level3") if cells.get(level))
    text, title = cells.get("text", ""), cells.get("title", "")
    if tokenised:
        title, text = _untokenised(title.split(), text.split())
    return Example(
        ident=cells.get("ident") or fallback, title=title, text=text,
        category=cells.get("category") or path, unit=cells.get("unit", ""), kind=cells.get("kind", ""),
        urgency=cells.get("urgency", ""), emergency=cells.get("emergency", ""), split=cells.get("split", ""),
        style=cells.get("style", ""), tokenised=tokenised,
    )  # fmt: skip


def _untokenised(title: Sequence[str], words: Sequence[str]) -> tuple[str, str]:
    """Return title and text of words that were joined by blanks; without a title the first words of the text are taken for it."""
    if title:
        return "".join(title), "".join(words)
    ends = list(accumulate(map(len, words)))
    split = sum(1 for end in ends if end <= _TITLE) if ends and ends[-1] > _TITLE else 0
    return "".join(words[:split]), "".join(words[split:])


def _comma(path: Path) -> list[Sequence[object]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            told = f"文件 {path.name} 的编码不是 UTF-8 或 GB18030"
            raise UnreadableFile(f"{path.name}: neither UTF-8 nor GB 18030", message=told) from error
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise UnreadableFile(f"{path.name}: {error}", message=f"文件 {path.name} 不是有效的 CSV") from error


def _sheet(path: Path) -> list[Sequence[object]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  # only training from Excel needs it

    try:
        return list(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())
    except CalamineError as error:
        raise UnreadableFile(f"{path.name}: {error}", message=f"文件 {path.name} 不是有效的 Excel 工作簿") from error
