"""The check of a pack: what it finds, and that it finds nothing in a good one."""

from __future__ import annotations

import csv
import io

import pytest
import xlsxwriter

from routing_rules.verify.check import check, check_files
from tests.unit.packs import FILES, TOML, files, small

DISPATCH, ROW = FILES["dispatch.csv"], "D-6,民政/*,,,,@street,,no,,,街道,,yes"


def errors(**changed: str | None) -> list[str]:
    return [str(finding) for finding in check_files(files(**changed)) if finding.level == "error"]


def warnings(**changed: str | None) -> list[str]:
    return [str(finding) for finding in check_files(files(**changed)) if finding.level == "warning"]


def test_a_good_pack_has_nothing_against_it() -> None:
    assert [finding for finding in check(small()) if finding.level != "notice"] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (ROW, ROW.replace("民政", "民生"), "D-6: 类别“民生”不存在"),
        (ROW, "D-6,民政/*,,15/99,,@street,,no,,,街道,,yes", "D-6: 地点“15/99”不存在"),
        (ROW, "D-6,民政/*,,,nowhere,@street,,no,,,街道,,yes", "D-6: 词表“nowhere”不存在"),
        (ROW, ROW.replace("@street", "GONE"), "D-6: 单位“GONE”不存在"),
        (ROW, ROW.replace("@street", "@road"), "D-6: “@road”不认识"),
        (ROW, ROW.replace("@street", ""), "D-6: 没有主办单位"),
        (ROW, ROW.replace("@street,", "JD,JD"), "与主办单位相同"),
        (ROW, "D-6,民政/*,举报,,,JD,,yes,,,街道,,yes", "D-6: 举报须人工派单"),
        (ROW, "D-6,民政/*,,,threat,JD,,yes,,,街道,,yes", "须人工派单"),
        (ROW, ROW.replace("D-6,民政/*", "D-6,"), "只能放在最后"),
        (ROW + "\n", "", "一级类别“民政”没有派单规则"),
        ("D-9,,,,,DESK,,no", "D-9,,投诉,,,DESK,,no", "最后一行必须没有条件"),
        ("D-9,,,,,DESK,,no", "D-9,,,,,DESK,,yes", "派单台的行"),
        ("D-2,", "D-1,", "行号重复"),
        ("->confidential", "->colour", "“->colour”不认识"),
    ],
)
def test_a_fault_in_the_dispatch_table_is_found(old: str, new: str, said: str) -> None:
    changed = DISPATCH.replace(old, new)
    assert any(said in error for error in errors(dispatch=changed))


@pytest.mark.parametrize(
    ("stem", "old", "new", "said"),
    [
        ("units", "DESK,派单台", "DESQ,派单台", "缺少派单台单位"),
        ("places", "15,JD,", "15,GONE,", "承办单位“GONE”不存在"),
        ("places", "15,JD,", "15,,", "没有对应的承办单位"),
        ("estates", "WY,RL", "WY,GONE", "单位“GONE”不存在"),
        ("estates", "15001001,WY", "99,WY", "社区代码“99”不存在"),
        ("deadlines", "T-3,,,answer", "T-3,normal,,answer", "最后一行必须没有条件"),
        ("cases", "D-1,RL", "D-2,RL", "应由 D-2 答复,实际是 D-1"),
        ("cases", "D-1,RL", "D-1,ZJJ", "应派 ZJJ,实际派 RL"),
        ("cases", "RL,T-3", "RL,T-2", "时限应由 T-2 给出"),
        ("cases", "lead,deadline\nC-1", "lead,supervision\nC-1", "督办应由 T-3 给出"),
        ("cases", "lead,deadline\nC-1", "lead,assist\nC-1", "协办应为 T-3,实际是 ZJJ、JD"),
    ],
)
def test_a_fault_in_another_file_is_found(stem: str, old: str, new: str, said: str) -> None:
    changed = FILES[f"{stem}.csv"].replace(old, new)
    assert any(said in error for error in errors(**{stem: changed}))


def test_a_switched_on_class_that_does_not_exist_is_found() -> None:
    assert any("“城建/供冷”不存在" in error for error in errors(pack=TOML.replace("城建/供热", "城建/供冷")))


def test_weights_that_do_not_add_up_are_found() -> None:
    assert any("权重之和" in error for error in errors(pack=TOML + "\n[rates.weights]\nresponse = 0.5\nresolution = 0.4\n"))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_every_finding_names_the_file_that_is_really_there(suffix: str) -> None:
    broken = files(
        units=FILES["units.csv"].replace(
            "RL,热力公司,company,ZJJ,always,供热,yes,yes", "RL,热力公司,company,ZJJ,always,供热,yes,no"
        ),
        places=FILES["places.csv"].replace("15,JD,", "15,GONE,"),
        estates=FILES["estates.csv"].replace("15001001,WY", "99,WY"),
        cases=FILES["cases.csv"].replace("D-1,RL", "D-2,RL"),
    )
    there = {name.replace(".csv", suffix): _as(suffix, name, data) for name, data in broken.items()}
    named = {finding.file for finding in check_files(there)}
    assert {f"{stem}{suffix}" for stem in ("units", "places", "estates", "cases")} <= named <= there.keys() | {"supervision.csv"}


def test_a_register_that_is_not_there_is_told_as_the_csv_to_write() -> None:
    assert {finding.file for finding in check_files(files(cases=None)) if finding.check == "case"} == {"cases.csv"}


def _as(suffix: str, name: str, data: bytes) -> bytes:
    """The same table as a workbook, where that is asked."""
    return _workbook(data.decode()) if suffix == ".xlsx" and name.endswith(".csv") else data


def _workbook(text: str) -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(csv.reader(io.StringIO(text))):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)
    return kept.getvalue()


def test_unconfirmed_rows_are_a_warning_that_counts_them() -> None:
    changed = DISPATCH.replace("主管部门负责,,yes", "主管部门负责,,no").replace("社区,,yes", "社区,,no")
    assert warnings(dispatch=changed) == ["dispatch.csv D-2、D-5: 2 行尚未经人确认(“已确认”confirmed 列应填“是”)"]


def test_a_missing_clock_is_a_warning() -> None:
    changed = FILES["deadlines.csv"].replace("T-8,,,callback,3,working_day,,,,,yes\n", "")
    assert any("callback" in warning for warning in warnings(deadlines=changed))


def test_a_pack_without_cases_is_a_warning() -> None:
    assert any("没有用例" in warning for warning in warnings(cases=None))


def test_a_file_nobody_reads_is_a_warning() -> None:
    assert any("不认识的文件" in warning for warning in warnings(dispatsch="id\n"))


def test_a_pack_that_does_not_load_is_told_what_is_wrong_all_the_same() -> None:
    assert any("pack.toml" in error for error in errors(pack="= no toml"))


@pytest.mark.parametrize(
    ("stem", "old", "new", "name"),
    [
        ("places", "15,本区,district,,", "15,本区,district,15001001,", "place"),
        ("units", "ZJJ,住建局,department,,", "ZJJ,住建局,department,RL,", "unit"),
    ],
)
def test_a_tree_that_goes_in_a_circle_is_told_and_hangs_nothing(stem: str, old: str, new: str, name: str) -> None:
    changed = FILES[f"{stem}.csv"].replace(old, new)
    found = check_files(files(**{stem: changed}))
    assert any(finding.check == name and finding.sentence == "上下级关系成环" for finding in found)


@pytest.mark.parametrize(
    ("stem", "text"), [("units", "code\n"), ("dispatch", "id\nD-1\n"), ("pack", "= no toml"), ("words", "a,b\n1,2\n")]
)
def test_every_fault_of_reading_names_its_check(stem: str, text: str) -> None:
    found = check_files(files(**{stem: text}))
    assert (bool(found), [finding for finding in found if not finding.check]) == (True, [])
