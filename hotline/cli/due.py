"""``hotline due``: receipts and limits in, due times with what counted out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from hotline.cli.common import settings
from hotline.cli.lines import answer_lines
from routing_rules.asked import due_asked
from routing_rules.pack import load_pack


def due(
    file: Annotated[Path | None, typer.Argument(help="JSON 行文件;缺省读标准输入")] = None,
    pack: Annotated[str | None, typer.Option(help="规则包名称或文件夹,用它的工作日历")] = None,
) -> None:
    """逐行读取 JSON {"id", "at", "unit", "amount", …},逐行写出到期时间及计入、未计入的日子;读不懂的行给出 error,退出码为 1."""
    answer_lines(file, partial(due_asked, load_pack(pack or settings().pack).calendar))
