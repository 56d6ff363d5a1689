"""Tables out of files: encodings, headings, broken records, files that are no tables or too large."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from hotline.errors import HotlineError, UnreadableFile
from hotline.upstream import tables
from hotline.upstream.tables import read_table
from tests.unit.exports import COLUMNS, csv_file, csv_text, row, xlsx_file

TEXT = "诉求内容"


def texts(path: Path) -> list[str]:
    return [one.text(TEXT) for one in read_table(path, COLUMNS)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    assert texts(csv_file(tmp_path, [row(1, 诉求内容="𠮷祥小区停水")], encoding=encoding)) == ["𠮷祥小区停水"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "export.txt"
    path.write_text(csv_text([row(1, 诉求内容="a,b;c")], delimiter=delimiter), "utf-8")
    assert texts(path) == ["a,b;c"]


def test_line_ends_and_tabs_within_a_cell_stay(tmp_path: Path) -> None:
    assert texts(csv_file(tmp_path, [row(1, 诉求内容="第一行\r\n\t第二行")])) == ["第一行\n\t第二行"]


@pytest.mark.parametrize("above", ["昆都仑区工单导出,,\r\n\r\n", "导出人:张某\r\n"])
def test_headings_are_found_below_title_lines(tmp_path: Path, above: str) -> None:
    assert texts(csv_file(tmp_path, [row(1)], above=above)) == [row(1)[TEXT]]


def test_rows_have_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [row(1), {}, row(3)], above=4)
    assert [one.number for one in read_table(path, COLUMNS)] == [6, 8]


def test_headings_may_be_decorated(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [{"* 诉求 内容:": "路灯不亮"}], ["* 诉求 内容:"])
    assert texts(path) == ["路灯不亮"]


def test_a_row_of_too_many_cells_says_so(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("市级编号,诉求内容\nBT1,路灯,不亮\nBT2,停水\n", "utf-8")
    assert [(one.number, bool(one.problem)) for one in read_table(path, COLUMNS)] == [(2, True), (3, False)]


def test_a_quote_that_is_never_closed_takes_no_other_row_along(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('市级编号,诉求内容\nBT1,"路灯"不亮\nBT2,停水\nBT3,"没有收尾\nBT4,x\n', "utf-8")
    found = list(read_table(path, COLUMNS))
    assert ([one.number for one in found if one.problem], [one.text(TEXT) for one in found if not one.problem]) == (
        [2, 4],
        ["停水"],
    )


def test_a_few_damaged_characters_do_not_hide_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes("市级编号,诉求内容\nBT1,路灯不".encode() + "亮".encode()[:2] + b"\nBT2," + "停水".encode())
    assert texts(path) == ["路灯不�", "停水"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00\x01\x02\x03" * 100, b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no book", b"a,b\n1,2\n",
        bytes(range(128, 256)) * 400,
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as refused:
        read_table(path, COLUMNS)
    assert "odd.xlsx" in refused.value.message


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"gone\.csv"):
        read_table(tmp_path / "gone.csv", COLUMNS)


def test_a_heading_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_table(csv_file(tmp_path, [row(1)], [*COLUMNS, TEXT]), COLUMNS)
    assert TEXT in refused.value.message


def test_too_many_rows_are_refused_before_any_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    with pytest.raises(UnreadableFile) as refused:
        read_table(csv_file(tmp_path, [row(1), row(2), row(3)]), COLUMNS)
    assert "超过 2 行" in refused.value.message


@pytest.mark.parametrize("cell", ["XFD1", "A1048576", "D200000", "EA7"])
def test_a_lone_cell_far_out_does_not_fill_the_memory(tmp_path: Path, cell: str) -> None:
    path = with_sheet(xlsx_file(tmp_path, [row(1)]), lambda sheet: sheet.replace(b'<c r="A1"', f'<c r="{cell}"'.encode()))
    with pytest.raises(UnreadableFile) as refused:
        read_table(path, COLUMNS)
    assert "过大" in refused.value.message


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    path = xlsx_file(tmp_path, [row(1), row(2)])
    chance, content = random.Random(seed), bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 20)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content[: chance.randint(len(content) // 2, len(content))] if seed % 2 else content)
    assert "export.xlsx" in outcome(path)


def outcome(path: Path) -> str:
    """Read a file; return its table's name, or the sentence that refuses it. Anything else raised is a fault."""
    try:
        table = read_table(path, COLUMNS)
    except HotlineError as refused:
        return refused.message
    return f"{table.name}: {len(list(table))} rows"


def with_sheet(path: Path, change: object) -> Path:
    """Rewrite the first sheet's XML of a workbook."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])  # type: ignore[operator]
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path
