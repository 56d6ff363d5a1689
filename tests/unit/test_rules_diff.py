"""What differs between two books, by rows and in a clerk's words."""

from __future__ import annotations

import csv
import io
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from routing_rules.pack import pack_files
from routing_rules.rehearsal.diff import RowChange, diff
from routing_rules.rehearsal.diff_words import DiffWords
from routing_rules.rehearsal.moves import moves
from tests.unit.packs import FILES, TOML, files

DISPATCH, DEADLINES = FILES["dispatch.csv"], FILES["deadlines.csv"]


def said(**changed: str | None) -> list[str]:
    """Return every sentence about a changed small pack."""
    return [line for _, lines in DiffWords(files(), files(**changed)).lines() for line in lines]


def test_a_changed_lead_is_told_by_the_units_names() -> None:
    assert said(dispatch=DISPATCH.replace("D-6,民政/*,,,,@street", "D-6,民政/*,,,,ZJJ")) == ["D-6:主办 由 所在街道 改为 住建局"]


def test_a_changed_condition_is_told_in_words() -> None:
    new = DISPATCH.replace("D-6,民政/*,,,", "D-6,民政/*,not 举报|投诉,15/15001,")
    assert said(dispatch=new) == ["D-6:条件 诉求类型 由 不限 改为 不是 举报 或 投诉;条件 地点 由 不限 改为 一街道"]


def test_an_added_row_says_what_it_asks_what_it_gives_and_where_it_stands() -> None:
    new = DISPATCH.replace("D-6,", "D-10,民政/低保,投诉,15/15001,threat,ZJJ,JD,no,,,试,裁定 SML1,yes\nD-6,")
    assert said(dispatch=new) == [
        "新增 D-10:事项类别 为 民政/低保、诉求类型 为 投诉、地点 为 一街道、命中词表 为 扬言;"
        "主办 住建局、协办 一街道、自动派单 否、理由 试;排在 D-6 之前"
    ]


def test_a_removed_row_says_what_is_lost() -> None:
    new = DISPATCH.replace("D-2,城建/供热,,,,ZJJ,,no,,,主管部门负责,,yes\n", "")
    assert said(dispatch=new) == ["删除 D-2:事项类别 为 城建/供热;主办 住建局、自动派单 否、理由 主管部门负责"]


def test_a_moved_row_says_before_which_row_and_which_it_overtakes() -> None:
    lines = DISPATCH.splitlines(keepends=True)
    assert said(dispatch="".join([*lines[:3], lines[5], lines[3], lines[4], *lines[6:]])) == [
        "D-5:移到 D-3 之前(第 4 行),现在先于 D-3、D-4"
    ]


def test_a_move_among_rows_that_never_compete_is_no_difference() -> None:
    lines = DEADLINES.splitlines(keepends=True)
    assert said(deadlines="".join([lines[0], *lines[4:6], *lines[1:4], *lines[6:]])) == []


def test_a_limit_is_told_with_its_unit() -> None:
    new = DEADLINES.replace("answer,5,working_day", "answer,48,hour")
    assert said(deadlines=new) == ["T-3:期限 由 5 工作日 改为 48 小时"]


def test_lists_tell_what_came_and_what_went() -> None:
    units = FILES["units.csv"].replace("物业;供热监管", "供热监管;燃气")
    assert said(units=units) == ["ZJJ(住建局):职责 增加 燃气,去掉 物业"]


def test_settings_are_told_by_their_names() -> None:
    toml = TOML.replace("[2026]", "[2026, 2027]").replace('closes = "17:00"', 'closes = "17:30"')
    assert said(pack=toml) == ["已公布放假安排的年份 增加 2027", "办公时间(office.hours.1.closes) 由 17:00 改为 17:30"]


def test_a_table_that_came_or_went_is_told_row_by_row() -> None:
    assert said(holidays=None) == ["删除 2026-07-11:上班 否、名称 那达慕"]


def test_a_table_that_cannot_be_read_is_named() -> None:
    words = DiffWords(files(), {**files(), "words.csv": b"\xff\xfe"})
    assert (words.diff.empty, [("words.csv" in note) for note in words.diff.notes]) == (False, [True])


def test_a_draft_that_cannot_be_loaded_is_compared_all_the_same() -> None:
    new = DISPATCH.replace("D-6,民政/*,,,,@street", "D-6,民政/*,,,,NOWHERE")
    found = DiffWords(files(), files(dispatch=new, units="broken")).as_dict()
    assert [table["table"] for table in found["tables"]] == ["dispatch", "units"]


def test_the_shipped_pack_does_not_differ_from_itself() -> None:
    assert DiffWords(pack_files("kundulun"), pack_files("kundulun")).as_dict() == {
        "old": (same := diff(pack_files("kundulun"), pack_files("kundulun"))).old, "new": same.new, "same": True, "tables": [],
        "settings": [], "notes": [],
    }  # fmt: skip


def test_a_byte_order_mark_is_no_difference() -> None:
    assert diff(files(), {**files(), "dispatch.csv": b"\xef\xbb\xbf" + DISPATCH.encode()}).empty


# -- any table ---------------------------------------------------------------------------------------------------------
idents = st.integers(1, 12).map("D-{}".format)
rows = st.dictionaries(
    idents, st.tuples(st.sampled_from(["", "投诉", "举报"]), st.sampled_from(["ZJJ", "JD", "@street"])), min_size=1
)
tables = rows.flatmap(lambda found: st.permutations(sorted(found.items())))
Table = list[tuple[str, tuple[str, str]]]


def as_files(table: Table) -> dict[str, bytes]:
    text = io.StringIO()
    csv.writer(text).writerows([("id", "kind", "->lead"), *((ident, *cells) for ident, cells in table)])
    return files(dispatch=text.getvalue())


def changes(old: Table, new: Table) -> tuple[RowChange, ...]:
    return tuple(row for table in diff(as_files(old), as_files(new)).tables for row in table.rows)


@settings(deadline=None)
@given(tables)
def test_no_table_differs_from_itself(table: Table) -> None:
    assert diff(as_files(table), as_files(table)).empty


@settings(deadline=None)
@given(tables, tables)
def test_every_id_that_differs_is_named_once_with_how(old: Table, new: Table) -> None:
    was, now = dict(old), dict(new)
    found = {row.id: row for row in changes(old, new)}
    assert len(found) == len(changes(old, new))
    assert {row.id for row in found.values() if row.kind == "added"} == now.keys() - was.keys()
    assert {row.id for row in found.values() if row.kind == "removed"} == was.keys() - now.keys()
    assert {row.id for row in found.values() if row.changes} == {one for one in now if one in was and was[one] != now[one]}


@settings(deadline=None)
@given(st.permutations(list("ABCDEF")), st.permutations(list("ABCDEF")))
def test_the_fewest_rows_are_called_moved(old: list[str], new: list[str]) -> None:
    def rising(kept: tuple[str, ...]) -> bool:
        return sorted(kept, key=old.index) == sorted(kept, key=new.index)

    longest = max(size for size in range(7) if any(map(rising, combinations("ABCDEF", size))))
    found = moves(old, new)
    assert len(found) == 6 - longest
    assert rising(tuple(row for row in old if row not in found))


@settings(deadline=None)
@given(st.permutations(list("ABCDEF")), st.permutations(list("ABCDEF")))
def test_a_moved_row_names_every_row_it_passes(old: list[str], new: list[str]) -> None:
    for row, moved in moves(old, new).items():
        before, after = (set(order[: order.index(row)]) for order in (old, new))
        assert (set(moved.overtakes), set(moved.behind)) == (before - after, after - before)
