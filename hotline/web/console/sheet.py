"""A list of orders as a sheet has it."""

from __future__ import annotations

from typing import Final

from hotline.domain.text import harmless_cell
from hotline.web.console.rows import ListRow

HEADS: Final = (
    "工单号", "市级编号", "状态", "剩余时间", "到期", "类型", "来源", "地点", "承办单位", "签收人", "受理时间", "诉求摘要",
)  # fmt: skip


def cells(row: ListRow) -> list[str]:
    """Return a row for a sheet; what Excel would take for a formula is written as text."""
    plain = row.plain
    said = (
        plain.id, plain.upstream_no, plain.state, plain.due.words, plain.due.absolute, plain.kind, plain.channel, plain.place,
        plain.unit, row.signer, plain.received, plain.title,
    )  # fmt: skip
    return [harmless_cell(cell) for cell in said]
