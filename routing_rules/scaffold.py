"""A new city's folder: the starter tables or another pack's, under the new city's own name, with nothing confirmed.

The files are as Excel writes them: CSV in UTF-8 with a byte order mark, or XLSX with every cell a text, in which Excel changes
no code, no date and no ``@street``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import xlsxwriter

from hotline.errors import InvalidInput
from routing_rules.findings import Findings
from routing_rules.pack_settings import FILE, read_settings
from routing_rules.sheets import SUFFIXES, Sheet, find_sheet

STARTER = Path(__file__).parent / "starter"
_NAME = re.compile(r"[a-z][a-z0-9_-]{1,39}")
_PREFIX = re.compile(r"[A-Z]{2,6}")
_DISTRICT = re.compile(r"[0-9A-Z]{2,12}")
_LONGEST_TITLE = 60
_COLUMNS_AS_TEXT = 40  # more than any table has: columns added later are text too
_PLACE_COLUMNS = {"place", "code", "parent", "community"}
_AUTO = re.compile(r"^classes\s*=\s*\[.*?\]", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPack:
    """What a new pack is called. Raises ``InvalidInput`` for what its settings would not take.

    ``name`` is the folder's, in small Latin letters; ``district`` the code of the place it serves, empty = that of the pack it is
    made from.
    """

    name: str
    title: str
    district: str
    order_prefix: str
    zone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        _fits(_NAME, self.name, "名称应为小写字母开头的 2–40 个小写字母、数字、- 或 _,如 qingshan")
        _fits(_PREFIX, self.order_prefix, "工单编号前缀应为 2–6 个大写字母,如 QS")
        if self.district:
            _fits(_DISTRICT, self.district, "本地代码应为 2–12 位数字或大写字母,如行政区划代码 150204")
        if not (self.title.strip() and len(self.title) <= _LONGEST_TITLE and self.title.isprintable()):
            raise InvalidInput(f"title {self.title!r}", message=f"标题应为 1–{_LONGEST_TITLE} 个字,不含换行")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise InvalidInput(f"no zone {self.zone!r}", message=f"没有时区“{self.zone}”") from None


def prefix_of(name: str) -> str:
    """Return the order prefix a name suggests: its first letters."""
    return "".join(char for char in name.upper() if "A" <= char <= "Z")[:3]


def starter(new: NewPack) -> dict[str, bytes]:
    """Return the files of a pack to begin with: it loads and passes the check, and every row of it is an example."""
    cells = {"{title}": new.title, "{district}": new.district}
    values = {"{name}": new.name, "{title}": new.title, "{zone}": new.zone, "{district}": new.district}
    settings = _filled((STARTER / FILE).read_text("utf-8"), {**values, "{prefix}": new.order_prefix}, quoted=True)
    files = {FILE: settings.encode()}
    for path in sorted(STARTER.glob("*.csv")):
        rows = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
        files[path.name] = _written([_filled(cell, cells) for cell in row] for row in rows)
    return files


def copied(new: NewPack, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return another pack's files under the new name: no row confirmed, each source named as that pack's, nothing automatic.

    With a ``district`` of its own the code of the place served is replaced wherever it stands; codes below it are not: the
    streets are still the other place's. Raises ``InvalidInput`` or ``UnreadableFile`` when the other pack cannot be read.
    """
    findings = Findings()
    settings = read_settings(files, findings)
    if settings is None:
        raise InvalidInput("settings cannot be read", message=f"参照的规则包无法读取:{findings[0]}")
    codes = (settings.district, new.district or settings.district)
    made = {FILE: _settings(files[FILE].decode("utf-8-sig"), new, codes[1], settings.title).encode()}
    for stem in sorted({Path(name).stem for name in files if name.endswith(SUFFIXES)}):
        if (sheet := find_sheet(files, stem)) is not None:
            made[f"{stem}.csv"] = _written(_rows(sheet, new, codes, settings.title))
    return made


def as_workbooks(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the same files with every table as an XLSX workbook: all columns text, the headings in view."""
    made = {}
    for name, data in files.items():
        stem, dot, suffix = name.rpartition(".")
        if suffix == "csv":
            made[f"{stem}{dot}xlsx"] = _workbook(stem, csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        else:
            made[name] = data
    return made


def write_new(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files into a folder that does not exist yet. Raises ``InvalidInput`` when there is something already."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise InvalidInput(f"{folder} exists", message=f"“{folder}”已存在,不会覆盖;请换一个名称或位置") from None
    except OSError as error:
        raise InvalidInput(f"{folder}: {error}", message=f"无法建立“{folder}”:{error.strerror}") from None
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _fits(pattern: re.Pattern[str], text: str, message: str) -> None:
    if not pattern.fullmatch(text):
        raise InvalidInput(f"{text!r} does not fit {pattern.pattern}", message=f"“{text}”:{message}")


def _filled(text: str, values: Mapping[str, str], *, quoted: bool = False) -> str:
    """Put the values in, all at once: a value that looks like a token stays what it is."""
    pattern = re.compile("|".join(map(re.escape, values)))
    return pattern.sub(lambda found: _quoted(values[found[0]]) if quoted else values[found[0]], text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string of printable text is a TOML string


def _written(rows: Iterable[Iterable[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")


def _workbook(title: str, rows: Iterable[list[str]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, text = book.add_worksheet(title), book.add_format({"num_format": "@"})
        sheet.set_column(0, _COLUMNS_AS_TEXT, 16, text)
        sheet.freeze_panes(1, 0)
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, column, cell, text)
    return buffer.getvalue()


def _settings(text: str, new: NewPack, district: str, origin: str) -> str:
    """Keep the other pack's settings under the new name; its leading comment spoke of its own sources."""
    lines = text.splitlines()
    while lines and (not lines[0].strip() or lines[0].startswith("#")):
        lines.pop(0)
    text = "\n".join([f"# 由“{origin}”的规则包复制:所有条目待本地确认;办公时间、指标口径、退单次数等请逐项核对。", *lines, ""])
    own = {"name": new.name, "title": new.title, "zone": new.zone, "district": district, "order_prefix": new.order_prefix}
    for key, value in own.items():
        found = re.search(rf"^{key}\s*=.*$", text, re.MULTILINE)
        assert found is not None  # noqa: S101  # settings that could be read have all five
        text = f"{text[: found.start()]}{key} = {_quoted(value)}{text[found.end() :]}"
    return _AUTO.sub("classes = []", text)


def _rows(sheet: Sheet, new: NewPack, codes: tuple[str, str], origin: str) -> Iterable[list[str]]:
    yield list(sheet.heads)
    moved = codes[0] != codes[1] and sheet.file.startswith("places.")
    lines = [tuple(cells.values()) for cells in _moved(sheet, new, codes)] if moved else [line.cells for line in sheet.lines]
    for cells in lines:
        yield [_cell(head, cell, codes, origin) for head, cell in zip(sheet.heads, cells, strict=True)]


def _moved(sheet: Sheet, new: NewPack, codes: tuple[str, str]) -> Iterable[dict[str, str]]:
    """Yield the places as those of the new place: what was known of it as a neighbour goes, the old place becomes one."""
    old, code = codes
    places = [cells for _, cells in sheet.records()]
    above = {cells.get("code"): cells.get("parent") for cells in places}
    for cells in places:
        if cells.get("code") == old:
            yield {**cells, "name": new.title, **({"aliases": ""} if "aliases" in cells else {})}
        elif code not in _upwards(cells.get("code"), above):
            yield cells
    yield from ({**cells, "code": code} for cells in places if cells.get("code") == old)  # `_cell` exchanges the two codes


def _upwards(code: str | None, above: Mapping[str | None, str | None]) -> set[str | None]:
    """Return a place and all it lies in."""
    seen: set[str | None] = set()
    while code and code not in seen:
        seen.add(code)
        code = above.get(code)
    return seen


def _cell(head: str, cell: str, codes: tuple[str, str], origin: str) -> str:
    if head == "confirmed":
        return "no"
    if head == "source" and cell:
        return f"参照{origin}:{cell}"
    if head in _PLACE_COLUMNS and codes[0] != codes[1]:
        either = "|".join(map(re.escape, codes))
        other = {codes[0]: codes[1], codes[1]: codes[0]}
        return re.sub(rf"(?<![0-9A-Z])(?:{either})(?![0-9A-Z])", lambda found: other[found[0]], cell)
    return cell
