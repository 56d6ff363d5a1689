"""The city's sheet of what has to be entered above, as a workbook; every cell is text, whatever it looks like."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import xlsxwriter

from hotline.services.upstream_replies import Entry
from routing_rules.pack import Pack

HEADINGS: Final = (
    "市级编号", "工单编号", "类别", "承办单位", "答复内容或申请理由", "公开答复", "依据条款", "申请数量", "申请至", "提出时间",
    "市级时限", "回填标记", "回填人", "回填时间", "条目编号",
)  # fmt: skip
_WIDTHS: Final = (20, 18, 10, 18, 60, 40, 20, 8, 12, 16, 16, 8, 12, 16, 24)
LONGEST_CELL: Final = 32_767  # characters: Excel's own limit


def write_sheet(entries: Sequence[Entry], pack: Pack) -> bytes:
    """Return the workbook (XLSX) of entries, in their order."""
    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, plain) as book:
        sheet = book.add_worksheet("回填")
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, HEADINGS, bold)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 2)
        for line, one in enumerate(entries, start=1):
            for column, value in enumerate(_cells(one, pack)):
                sheet.write_string(line, column, value[:LONGEST_CELL], wrapped)
    return out.getvalue()


def _cells(one: Entry, pack: Pack) -> tuple[str, ...]:
    return (
        one.upstream_no, one.order_id, one.name, pack.unit_name(one.unit) if one.unit else "", one.text, one.public, one.clause,
        str(one.amount or ""), one.until or "", _moment(one.at, pack), _moment(one.due, pack),
        "已回填" if one.filled_by else "未回填", one.filled_by, _moment(one.filled_at, pack), one.key,
    )  # fmt: skip


def _moment(at: datetime | None, pack: Pack) -> str:
    return f"{at.astimezone(pack.zone):%Y-%m-%d %H:%M}" if at else ""
