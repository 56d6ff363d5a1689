"""The list of what streets and towns answer for: which line decides, and what cannot be read."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from routing_rules.duties import Duties, street_of
from routing_rules.pack import load_pack, read_pack
from tests.unit.packs import files, small

LIST = """street,matter,duty,source,confirmed
*,民政/*,配合,清单,yes
*,民政/低保,上收,清单,yes
JD,民政/*,基本,清单,yes
"""


def duties(text: str = LIST) -> Duties:
    found = small(street_duties=text).duties
    assert found is not None
    return found


def faults(text: str) -> list[str]:
    _, findings = read_pack(files(street_duties=text))
    return [str(finding) for finding in findings.errors]


@pytest.mark.parametrize(
    ("street", "category", "duty"),
    [
        ("JD", "民政/低保", "基本"), ("OTHER", "民政/低保", "上收"), ("OTHER", "民政/殡葬", "配合"), ("OTHER", "民政", "配合"),
        ("OTHER", "民政/低保/发放", "配合"), ("OTHER", "城建/物业", None), ("OTHER", "民", None),
    ],
)  # fmt: skip
def test_a_streets_own_line_goes_first_and_then_the_narrower_matter(street: str, category: str, duty: str | None) -> None:
    assert duties().of(street, category) == duty


def test_a_pack_without_a_list_has_no_duties() -> None:
    assert small(street_duties=None).duties is None


def test_a_community_follows_the_list_of_its_street() -> None:
    assert [street_of(small().units, code) for code in ("15001001", "JD", "RL", "NOBODY")] == ["JD", "JD", None, None]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("JD,,基本,,", "street_duties.csv 第 2 行: 街道(或 *)和事项不能为空"),
        ("JD,民政/*,主责,,", "street_duties.csv 第 2 行: 职责“主责”不认识(可用:基本、配合、上收)"),
        ("JD,民政/*,基本,,\nJD,民政/*,配合,,", "street_duties.csv 第 3 行: “JD”的“民政/*”已在第 2 行列过"),
    ],
)
def test_a_line_that_cannot_be_used_is_told(line: str, said: str) -> None:
    assert faults(f"street,matter,duty,source,confirmed\n{line}\n") == [said]


def test_a_list_without_its_columns_is_told() -> None:
    assert "street_duties.csv: 缺少“duty”列" in faults("street,matter\nJD,民政/*\n")


def test_the_list_may_be_an_excel_file() -> None:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(LIST.splitlines()):
            sheet.write_row(row, 0, line.split(","))
    pack = load_pack({**files(street_duties=None), "street_duties.xlsx": packed.getvalue()})
    assert pack.duties is not None
    assert pack.duties.of("JD", "民政/低保") == "基本"
