"""The decision table: first hit wins, whatever the index; validity by local date; faults are told, all at once."""

from __future__ import annotations

import contextlib
import csv
import io
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.facts import Facts
from hotline.errors import UnreadableFile
from routing_rules.findings import Findings
from routing_rules.sheets import Line, Sheet, read_sheet
from routing_rules.table import DecisionTable, read_table
from tests.unit.working_time import ZONE, at

HEAD = "id,valid_from,valid_to,category,place,kind,words,->lead,source,confirmed\n"
NODES = ("甲", "甲/乙", "甲/丙", "甲/乙/丁", "戊", "戊/己")


def table(rows: str, head: str = HEAD) -> DecisionTable:
    findings = Findings()
    read = read_table(read_sheet("dispatch.csv", (head + rows).encode()), ZONE, findings)
    assert not findings, findings
    return read


def faults(rows: str, head: str = HEAD) -> list[str]:
    findings = Findings()
    read_table(read_sheet("dispatch.csv", (head + rows).encode()), ZONE, findings)
    return [str(finding) for finding in findings]


def facts(**known: Any) -> Facts:
    return Facts(**{"received_at": at("2026-03-09T09:00"), **known})


def first(read: DecisionTable, **known: Any) -> str | None:
    row = read.first(facts(**known))
    return row.id if row else None


def test_the_first_row_that_fits_answers() -> None:
    read = table("A,,,甲/*,,,,X,,yes\nB,,,甲/乙,,,,Y,,yes\nZ,,,,,,,DESK,,yes\n")
    assert first(read, category="甲/乙") == "A"


def test_the_last_row_answers_what_nothing_else_does() -> None:
    assert first(table("A,,,甲/*,,,,X,,yes\nZ,,,,,,,DESK,,yes\n")) == "Z"


def test_hits_come_in_the_order_of_the_file() -> None:
    read = table("A,,,甲/*,,,,X,,yes\nB,,,,,投诉,,Y,,yes\nC,,,甲,,,,V,,yes\nZ,,,,,,,DESK,,yes\n")
    assert [row.id for row in read.hits(facts(category="甲", kind="投诉"))] == ["A", "B", "C", "Z"]


def test_validity_is_inclusive_on_both_days() -> None:
    read = table("A,2026-03-09,2026-03-10,,,,,X,,yes\nZ,,,,,,,DESK,,yes\n")
    days = [first(read, received_at=at(f"2026-03-{day}T12:00")) for day in ("08", "09", "10", "11")]
    assert days == ["Z", "A", "A", "Z"]


def test_the_day_is_the_offices_own_and_not_that_of_utc() -> None:
    read = table("A,2026-03-09,,,,,,X,,yes\nZ,,,,,,,DESK,,yes\n")
    assert first(read, received_at=datetime(2026, 3, 8, 16, 30, tzinfo=UTC)) == "A"


def test_seasons_and_times_of_day_are_asked_in_the_offices_zone() -> None:
    read = table("A,10-15..04-15,22:00..06:00,X\nZ,,,DESK\n", "id,received_at,received_at,->lead\n")
    assert first(read, received_at=datetime(2026, 3, 8, 16, 30, tzinfo=UTC)) == "A"


def test_a_set_may_stand_in_two_columns_that_must_both_hold() -> None:
    read = table("A,a,b,X\nZ,,,DESK\n", "id,words,words,->lead\n")
    assert [first(read, words=frozenset(said)) for said in ("a", "b", "ab")] == ["Z", "Z", "A"]


def test_any_other_column_may_stand_only_once() -> None:
    assert any("“kind”重复" in fault for fault in faults("A,,,X\n", "id,kind,kind,->lead\n"))


def test_a_row_of_many_values_is_found_by_each_of_them() -> None:
    read = table("A,,,甲/乙|戊/*,,,,X,,yes\nZ,,,,,,,DESK,,yes\n")
    assert [first(read, category=path) for path in NODES] == ["Z", "A", "Z", "Z", "A", "A"]


CELLS = st.one_of(
    st.just(""),
    st.builds(lambda node, star: node + star, st.sampled_from(NODES), st.sampled_from(["", "/*"])),
    st.builds(lambda one, two: f"{one}/*|{two}", st.sampled_from(NODES), st.sampled_from(NODES)),
    st.builds(lambda node: f"not {node}/*", st.sampled_from(NODES)),
)


@given(
    st.lists(
        st.tuples(CELLS, CELLS, st.sampled_from(["", "投诉", "not 投诉"]), st.sampled_from(["", "a", "not a"])), max_size=12
    ),
    st.one_of(st.none(), st.sampled_from(NODES)),
    st.one_of(st.none(), st.sampled_from(NODES)),
    st.sampled_from(["投诉", "咨询"]),
    st.frozensets(st.sampled_from(["a", "b"])),
)
@settings(deadline=None)
def test_the_index_finds_what_trying_every_row_finds(
    rows: list[tuple[str, str, str, str]], category: str | None, place: str | None, kind: Any, words: frozenset[str]
) -> None:
    read = table("".join(f"R{i},,,{','.join(row)},X,,yes\n" for i, row in enumerate(rows)) + "Z,,,,,,,DESK,,yes\n")
    values = {"category": category, "place": place, "kind": kind, "words": words}
    tried = [
        row.id for row in read.rows if all(cell.holds(values[fact]) for fact, cell in zip(read.inputs, row.inputs, strict=True))
    ]
    assert [row.id for row in read.hits(facts(**values))] == tried


def test_a_decision_over_five_thousand_rows_takes_less_than_20_microseconds() -> None:
    lines = [Line(i, (f"R{i}", f"类{i // 16}/款", f"150203/{i % 16:02d}/*", "X")) for i in range(5_000)]
    sheet = Sheet("big.csv", ("id", "category", "place", "->lead"), (*lines, Line(9_999, ("Z", "", "", "DESK"))))
    read = read_table(sheet, ZONE, Findings())
    asked = [facts(category=f"类{i % 312}/款", place=f"150203/{i % 16:02d}/1") for i in range(2_000)]
    rounds = []
    for _ in range(3):
        began = time.perf_counter()
        for one in asked:
            read.first(one)
        rounds.append((time.perf_counter() - began) / len(asked))
    assert min(rounds) < 20e-6


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A,,,,,吐槽,,X,,yes\n", "“吐槽”不是 kind 的取值"),
        ("A,,,,,,,X,,yes\nA,,,,,,,X,,yes\n", "行号重复"),
        (",,,,,,,X,,yes\n", "没有行号"),
        ("A,1.3.2026,,,,,,X,,yes\n", "不是日期"),
        ("A,2026-03-02,2026-03-01,,,,,X,,yes\n", "永远不会生效"),
        ("A,,,,,,,X,,ja\n", "confirmed"),
    ],
)
def test_a_fault_in_a_row_names_the_row_and_says_what_is_wrong(rows: str, said: str) -> None:
    assert any(said in fault for fault in faults(rows))


def test_an_unknown_column_is_named() -> None:
    assert any("weather" in fault for fault in faults("A,雨,X\n", "id,weather,->lead\n"))


def test_all_faults_are_told_at_once() -> None:
    assert len(faults("A,x,y,,,吐槽,,X,,ja\n")) == 4


# -- reading files -----------------------------------------------------------------------------------------------------
def test_a_csv_with_a_byte_order_mark_is_read() -> None:
    assert read_sheet("a.csv", "\ufeffid,->lead\nA,X\n".encode()).heads == ("id", "->lead")


def test_a_date_that_excel_wrote_its_own_way_is_the_same_date() -> None:
    assert read_sheet("a.csv", b"id,valid_from\nA,2026/3/1\n").lines == (Line(2, ("A", "2026-03-01")),)


@pytest.mark.parametrize("cell", ["1.50203E+11", "#NAME?", "#REF!"])
def test_a_cell_whose_content_excel_has_lost_is_an_error_that_says_where(cell: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_sheet("places.csv", f"code,name\n150203,x\n{cell},y\n".encode())
    assert ("第 3 行第 1 列" in refused.value.message, "文本" in refused.value.message) == (True, True)


def test_a_sheet_of_excel_is_read_like_the_csv() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "valid_from", "round", "confirmed"])
    sheet.write_row(1, 0, ["A"])
    sheet.write_datetime(1, 1, datetime(2026, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
    sheet.write_row(1, 2, [2, "yes"])
    book.close()
    assert read_sheet("a.xlsx", made.getvalue()).lines == (Line(2, ("A", "2026-03-01", "2", "yes")),)


def test_blank_rows_are_left_out_and_lines_keep_their_numbers() -> None:
    assert [line.number for line in read_sheet("a.csv", b"id,x\n\nA,1\n,\nB,2\n").lines] == [3, 5]


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("a.csv", "编号\n一".encode("gb18030")), ("a.csv", b""), ("a.csv", b'id\n"open'), ("a.csv", b"id\nA,B\n"),
        ("a.csv", b"id\n" + b"x" * 5_000), ("a.xlsx", b"PK no book"), ("a.csv", b",".join([b"h"] * 100)),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_an_error_naming_it(file: str, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=file):
        read_sheet(file, data)


def test_the_error_of_a_cell_without_heading_names_row_and_column() -> None:
    with pytest.raises(UnreadableFile, match=r"第 2 行.*第 2 列"):
        read_sheet("a.csv", b"id\nA,B\n")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_csv_that_excel_saved_in_another_encoding_says_how_to_save_it(encoding: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_sheet("dispatch.csv", "id,->lead\nA,热力公司\n".encode(encoding))
    assert "另存为“CSV UTF-8”" in refused.value.message


@pytest.mark.parametrize(("comma", "name"), [("\uff0c", "全角逗号"), (";", "分号"), ("\t", "制表符")])
def test_columns_parted_by_something_else_than_a_comma_are_named(comma: str, name: str) -> None:
    with pytest.raises(UnreadableFile, match=name):
        read_sheet("a.csv", f"id{comma}->lead\nA{comma}X\n".encode())


def test_full_width_commas_and_quotes_inside_a_cell_are_text() -> None:
    assert read_sheet("a.csv", "id,->why\nA,“急”\uff0c先办\n".encode()).lines[0].cells == ("A", "“急”\uff0c先办")


def test_a_lone_cell_far_out_of_a_workbook_does_not_fill_the_memory() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write_row(0, 0, ["id"])
        book.worksheets()[0].write(1_048_575, 16_383, "x")
    with pytest.raises(UnreadableFile, match="很远处"):
        read_sheet("a.xlsx", made.getvalue())


def workbook() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write_row(0, 0, ["id", "->lead"])
        book.worksheets()[0].write_row(1, 0, ["A", "X"])
    return made.getvalue()


BOOK = workbook()


@given(st.sampled_from(["a.csv", "a.xlsx"]), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(file: str, data: bytes) -> None:
    with contextlib.suppress(UnreadableFile):
        assert read_sheet(file, data).heads


@given(st.integers(0, len(BOOK) - 1), st.binary(min_size=1, max_size=4))
@settings(deadline=None)
def test_a_damaged_workbook_is_read_or_refused(where: int, damage: bytes) -> None:
    with contextlib.suppress(UnreadableFile):
        assert read_sheet("a.xlsx", BOOK[:where] + damage + BOOK[where + len(damage) :]).file == "a.xlsx"


@given(st.lists(st.lists(st.text('a甲|,"\n;*', max_size=4), min_size=2, max_size=2), max_size=5))
def test_what_a_csv_writer_wrote_is_read_back(rows: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["id", "x"], *rows])
    found = [line.cells for line in read_sheet("a.csv", b"\xef\xbb\xbf" + written.getvalue().encode()).lines]
    assert found == [tuple(cell.strip() for cell in row) for row in rows if any(cell.strip() for cell in row)]
