"""Made-up district exports for tests, as CSV and as XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from hotline.upstream.district_export import COLUMNS

Rows = Sequence[Mapping[str, Any]]
ROW: Mapping[str, Any] = {
    "序号": 1, "办件编号": "KQ-2026-000017", "办件来源": "市级转办", "市级编号": "BT2026112000017", "诉求主题": "暖气不热",
    "诉求内容": "来电人反映:某小区5号楼室温只有15度,要求尽快处理。", "办理单位": "住房和城乡建设局",
    "办理科室": "供热科", "诉求人": "张先生",
    "诉求人电话": "13800000017", "处理结果": "", "事项大类": "城乡建设", "事项小类": "供热", "派发时间": "2026/11/20 9:05",
    "承诺完成时间": "2026-11-25", "办件状态": "办理中", "派单员": "派单员01", "预警状态": "正常",
}  # fmt: skip


def row(number: int = 17, **changes: Any) -> dict[str, Any]:
    """Return a row of its own numbers, with some cells changed."""
    own = {"序号": number, "办件编号": f"KQ-2026-{number:06d}", "市级编号": f"BT20261120{number:05d}"}
    return {**ROW, **own, **changes}


def csv_text(rows: Rows, headings: Sequence[str] = COLUMNS, *, delimiter: str = ",") -> str:
    """Return rows as CSV as a spreadsheet writes it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([one.get(name, "") for name in headings] for one in rows)
    return out.getvalue()


def csv_file(
    folder: Path,
    rows: Rows,
    headings: Sequence[str] = COLUMNS,
    *,
    encoding: str = "utf-8",
    above: str = "",
) -> Path:
    """Write a CSV file, with lines above its headings if asked."""
    path = folder / "export.csv"
    path.write_bytes((above + csv_text(rows, headings)).encode(encoding))
    return path


def xlsx_file(folder: Path, rows: Rows, headings: Sequence[str] = COLUMNS, *, above: int = 0) -> Path:
    """Write a workbook: dates as dates, numbers as numbers, everything else as text."""
    path = folder / "export.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("工单")
        day, moment = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"num_format": "yyyy/m/d h:mm"})
        write = {
            datetime: lambda *cell: sheet.write_datetime(*cell, moment),
            date: lambda *cell: sheet.write_datetime(*cell, day),
        }
        for line, cells in enumerate([dict(zip(headings, headings, strict=True)), *rows], start=above):
            for column, name in enumerate(headings):
                value = cells.get(name, "")
                write.get(type(value), sheet.write)(line, column, value)
    return path
