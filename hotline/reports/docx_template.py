"""Writes the shipped template of the monthly report 月报.docx, from which an office makes its own.

``python -m hotline.reports.docx_template FILE.docx``; the file in ``templates`` was written by this.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FONT: Final = "仿宋"
_WIDTHS: Final = {"单位": 5.0, "类别": 6.0, "计算方法": 12.0, "指标": 3.5}
_UNIT: Final = ("档次", "名次", "单位", "派单", "综合分", "响应率", "解决率", "满意率", "按时办结率")


def write(path: Path) -> None:
    """Write the template."""
    made = Document()
    _page(made)
    title = made.add_paragraph("{{ 标题 }}", style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _said(made, "(统计期间:{{ 起 }} 至 {{ 止 }};口径:{{ 口径 }};计算时间:{{ 计算时间 }})")
    _said(made, "{%p if 为空 %}", "本期没有可统计的工单。", "{%p endif %}")
    _said(made, "{%p if 未定 %}", "期间未结束,数据未定。", "{%p endif %}")
    for chapter in (_overview, _all_units, _topics, _rules):
        chapter(made)
    made.save(str(path))


def _overview(made: Any) -> None:
    made.add_heading("一、总体情况", 1)
    _said(
        made,
        "{{ 期间 }},全区共受理诉求 {{ 受理 }} 件。响应率 {{ 总览.响应率 }},解决率 {{ 总览.解决率 }},满意率 {{ 总览.满意率 }}。",
    )
    _table(made, "受理情况", ("项目", "件数", "占比"))
    _table(made, "比率", ("指标", "比率"))
    made.add_heading("二、派单量前三", 1)
    _table(made, "前三", ("分类", "单位", "派单"))


def _all_units(made: Any) -> None:
    for number, name in zip("三四", ("部门", "街道"), strict=True):
        made.add_heading(f"{number}、{name}办理情况", 1)
        _units(made, name)
    _said(made, "{%p if 企业 %}")
    made.add_heading("企业办理情况", 2)
    _units(made, "企业")
    _said(made, "{%p endif %}")


def _topics(made: Any) -> None:
    made.add_heading("五、热点诉求", 1)
    _table(made, "热点", ("类别", "件数", "占比", "上期", "环比", "上年同期", "同比"))
    made.add_heading("六、重复诉求", 1)
    _said(made, "{{ 重复诉求说明 }}")
    _table(made, "重复诉求", ("类别", "街镇", "来电人数", "涉及工单", "重办两次以上"))
    _said(made, "{%p if 供热 %}")
    made.add_heading("供热诉求", 2)
    _said(made, "{{ 供热.说明 }}")
    _table(made, "供热.行", ("单位", "派单", "响应率", "按时办结率", "满意率"))
    _said(made, "{%p endif %}")


def _rules(made: Any) -> None:
    heads = ("环节", "件次", "中位数(自然时间)", "九成以内(自然时间)", "中位数(工作时间)", "九成以内(工作时间)")
    made.add_heading("七、环节用时(小时)", 1)
    _table(made, "环节", heads)
    made.add_heading("八、统计口径", 1)
    _table(made, "定义", ("指标", "计算方法"))
    _said(made, "{{ 排名说明 }}。规则包:{{ 规则包 }}")


def _page(made: Any) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin = section.bottom_margin = Cm(2.2)
    section.footer.paragraphs[0].text = "{{ 标题 }} {{ 期间 }} {{ 口径 }}"
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = made.styles[name]
        style.font.name, style.font.size = FONT, Pt({"Normal": 12, "Title": 20, "Heading 1": 15, "Heading 2": 13}[name])
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)


def _said(made: Any, *lines: str) -> None:
    for line in lines:
        made.add_paragraph(line)


def _units(made: Any, name: str) -> None:
    _said(made, "{{ " + name + ".说明 }}")
    _table(made, f"{name}.排名", _UNIT, small=True)
    _said(made, "{%p if " + name + ".不排名 %}", "{{ " + name + ".不排名说明 }}")
    _table(made, f"{name}.不排名", _UNIT, small=True)
    _said(made, "{%p endif %}")


def _table(made: Any, rows: str, heads: Sequence[str], *, small: bool = False) -> None:
    """Add a table whose row is repeated for every row of ``rows``; its head row is repeated on every page."""
    table = made.add_table(rows=4, cols=len(heads))
    table.style = "Table Grid"
    table.rows[0]._tr.get_or_add_trPr().append(table.rows[0]._tr.makeelement(qn("w:tblHeader"), {}))
    table.rows[1].cells[0].text = "{%tr for 行 in " + rows + " %}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for column, head in enumerate(heads):
        table.rows[0].cells[column].text = head
        table.rows[2].cells[column].text = "{{r 行['" + head + "'] }}"
    for row in table.rows:
        for column, cell in enumerate(row.cells):
            for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
                run.font.size = Pt(9 if small else 10.5)
            if heads[column] in _WIDTHS:
                cell.width = Cm(_WIDTHS[heads[column]])
    made.add_paragraph()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
