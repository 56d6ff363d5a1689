"""``hotline rules explain``: facts in, the rows that answer and why out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from hotline.cli.common import settings
from hotline.cli.lines import answer_lines
from routing_rules.asked import explain_asked
from routing_rules.pack import load_pack


def explain(
    file: Annotated[Path | None, typer.Argument(help="JSON 行文件;缺省读标准输入")] = None,
    pack: Annotated[str | None, typer.Option(help="规则包名称或文件夹")] = None,
    trace: Annotated[bool, typer.Option("--trace", help="另列只差一项条件而未命中的规则")] = False,
) -> None:
    """逐行读取 JSON {"id", 条件…},逐行写出由哪些规则答复及理由;读不懂的行给出 error,继续处理,退出码为 1."""
    answer_lines(file, partial(explain_asked, load_pack(pack or settings().pack), trace=trace))
