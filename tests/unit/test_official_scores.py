"""The city's official scores, as its files write them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from hotline.errors import UnreadableFile
from hotline.services.assessment.official import ScoreRow
from hotline.upstream.official_scores import read_scores

OCTOBER = date(2026, 10, 1)


def csv_rows(tmp_path: Path, *lines: str) -> list[ScoreRow]:
    path = tmp_path / "scores.csv"
    path.write_bytes("\n".join(lines).encode("gb18030"))
    return list(read_scores(path))


@pytest.mark.parametrize("month", ["2026-10", "2026年10月", "2026/10", "202610", "2026.10", "2026年10月份"])
def test_a_month_is_read_however_it_is_written(tmp_path: Path, month: str) -> None:
    [row] = csv_rows(tmp_path, "承办单位,考核月份,综合得分", f"城管局,{month},91.5")
    assert (row.unit, row.month, row.score, row.problem) == ("城管局", OCTOBER, 91.5, "")


@pytest.mark.parametrize("share", ["95.5%", "95.5", "0.955"])
def test_a_rate_is_read_as_percent_or_share(tmp_path: Path, share: str) -> None:
    [row] = csv_rows(tmp_path, "单位,月份,得分,满意率,按时办结率", f"城管局,2026-10,90,{share},")
    assert row.rates == {"satisfaction": 0.955}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("城管局,10月,90", "应写成 2026-10"), ("城管局,2026-13,90", "应写成 2026-10"), ("城管局,2026-10,优秀", "不是"),
        ("城管局,2026-10,-1", "不是"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_says_why(tmp_path: Path, line: str, why: str) -> None:
    [row] = csv_rows(tmp_path, "单位,月份,得分", line)
    assert why in row.problem


def test_a_file_without_a_needed_column_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="missing") as refused:
        csv_rows(tmp_path, "单位,月份", "城管局,2026-10")
    assert "得分" in refused.value.message


def test_a_workbook_with_dates_under_a_title_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "scores.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["2026年10月各单位得分"])
        sheet.write_row(1, 0, ["单位名称", "月份", "得分"])
        sheet.write_row(2, 0, ["ZJJ"])
        sheet.write_datetime(2, 1, datetime(2026, 10, 31), book.add_format({"num_format": "yyyy-mm"}))  # noqa: DTZ001  # a cell has no zone
        sheet.write_number(2, 2, 88)
    [row] = read_scores(path)
    assert (row.unit, row.month, row.score) == ("ZJJ", OCTOBER, 88.0)
