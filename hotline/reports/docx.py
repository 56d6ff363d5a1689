"""A bulletin as a document, from a template that the office edits in its own text program (docxtpl).

What a template can name is Chinese, and every number is there as words and as a link to the orders behind it: ``context``. A
template is rendered in a sandbox: it is an office's file, but it may have come by mail.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate, RichText
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from hotline.domain.indicators import RATE_NAMES, RATES
from hotline.errors import UnreadableFile
from hotline.reports.layout import DASH, Cell, Part, Table, head_lines
from hotline.reports.parts import FURTHER, parts
from hotline.services.figures.bulletin import Bulletin

TEMPLATE: Final = Path(__file__).parent / "templates" / "月报.docx"
LARGEST: Final = 20 * 1024 * 1024
MOST_UNPACKED: Final = 10 * LARGEST
_LINK: Final = "0B4A8F"
_RATES: Final = tuple(RATE_NAMES[rate] for rate in (*RATES, *FURTHER))


def document(bulletin: Bulletin, site: str = "", template: bytes | None = None) -> bytes:
    """Return the document (DOCX) made of the shipped template, or of the office's own.

    Raises ``UnreadableFile`` when that is no DOCX, or names what a bulletin has not.
    """
    made = _opened(template if template is not None else TEMPLATE.read_bytes())
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        made.render(context(bulletin, made, site), jinja_env=environment, autoescape=True)
    except UndefinedError as wrong:
        raise UnreadableFile(f"the template: {wrong}", message=f"模板中的名称有误:{wrong.message}") from wrong
    except (TemplateError, XMLSyntaxError, ArithmeticError, TypeError, ValueError) as wrong:
        raise UnreadableFile(f"the template: {wrong}", message=f"模板的写法有误:{wrong}") from wrong
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _opened(content: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if len(content) > LARGEST or unpacked > MOST_UNPACKED:
            raise UnreadableFile("the template is too large", message=f"模板超过 {LARGEST >> 20} MB")
        made = DocxTemplate(io.BytesIO(content))
        made.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, XMLSyntaxError, KeyError, ValueError) as wrong:
        raise UnreadableFile(f"the template: {wrong}", message="模板不是有效的 Word 文档(.docx)") from wrong
    return made


def context(bulletin: Bulletin, made: Any, site: str) -> dict[str, Any]:
    """Return what a template can name.

    ``标题 期间 起 止 口径 计算时间 规则包 未定 为空 受理`` are words; ``表`` has every table by its title as rows of links
    (``{{r 格 }}``), ``总览 部门 街道 企业 类别 口径说明`` hold rows with the names of their columns.
    """
    found, period = parts(bulletin, site), bulletin.period
    tables = {table.title: table for part in found for table in part.tables}
    lines = head_lines(bulletin)
    link = _Links(made, linked=bool(site))
    return {
        "标题": bulletin.title, "期间": period.name, "起": period.first.isoformat(), "止": period.last.isoformat(),
        "口径": bulletin.book_name, "专题": bulletin.topic.name, "计算时间": lines[1].split("    ")[0].partition(":")[2],
        "规则包": bulletin.book_hash, "未定": bulletin.provisional, "为空": bulletin.empty, "受理": bulletin.accepted,
        "重复诉求说明": tables["重复诉求"].note, "排名说明": f"派单少于 {bulletin.floor} 件的单位不参与排名",
        "表": {title: link.whole(table) for title, table in tables.items()},
        **{part.name: link.rows(part) for part in found if part.wide}, "企业": link.named(found, "企业"),
        "总览": {**dict.fromkeys(_RATES, DASH), **_words(tables["受理情况"]), **_words(tables["各项比率"])},
        "比率": link.table(tables["各项比率"]), "受理情况": link.table(tables["受理情况"]),
        "热点": link.table(tables["热点诉求"]),
        "前三": link.table(tables["派单量前三"]), "环节": link.table(tables["各环节用时(小时)"]),
        "重复诉求": link.table(tables["重复诉求"]), "定义": link.table(tables["指标定义"]), "供热": _heating(tables, link),
    }  # fmt: skip


def _words(table: Table) -> dict[str, str]:
    return {row[0].words: row[1].words for row in table.rows}


def _heating(tables: Mapping[str, Table], link: _Links) -> dict[str, Any] | None:
    table = tables.get("供热诉求(采暖期)按单位")
    return None if table is None else {"说明": table.note, "行": link.table(table)}


class _Links:
    """Cells as text with a link, in a document."""

    def __init__(self, made: Any, *, linked: bool) -> None:
        self._made, self._linked = made, linked

    def of(self, cell: Cell) -> Any:
        """Return a cell; a rate with its fraction."""
        words = f"{cell.words}({cell.fraction})" if cell.fraction else cell.words
        if not (cell.href and self._linked):
            return RichText(words)
        return RichText(words, url_id=self._made.build_url_id(cell.href), color=_LINK, underline=True)

    def table(self, table: Table) -> list[dict[str, Any]]:
        """Return a table's rows by the names of their columns."""
        return [dict(zip(table.heads, map(self.of, row), strict=True)) for row in table.rows]

    def whole(self, table: Table) -> dict[str, Any]:
        """Return a table as it is: ``列`` its heads, ``行`` rows of cells, ``说明`` its note."""
        return {"列": table.heads, "行": [[self.of(cell) for cell in row] for row in table.rows], "说明": table.note}

    def rows(self, part: Part) -> dict[str, Any]:
        """Return units: ``排名`` those that are ranked, ``不排名`` those apart, and a note."""
        (table,) = part.tables
        none = dict.fromkeys(_RATES, RichText(DASH))  # the official book has fewer rates: a template may name them all the same
        found, apart = [{**none, **row} for row in self.table(table)], len(table.rows) if table.apart is None else table.apart
        return {"排名": found[:apart], "不排名": found[apart:], "说明": table.note, "不排名说明": table.apart_why}

    def named(self, found: Sequence[Part], name: str) -> dict[str, Any] | None:
        """Return the units of a part that may not be there."""
        return next((self.rows(part) for part in found if part.name == name), None)
