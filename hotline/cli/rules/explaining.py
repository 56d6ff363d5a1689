"""``hotline rules explain``: facts in, the rows that answer and why out; or an order's decisions by the books of their days."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import orjson
import typer

from hotline.cli.common import house, out, settings
from hotline.cli.lines import answer_lines
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.explained import lines
from routing_rules.asked import explain_asked
from routing_rules.pack import load_pack


def explain(
    file: Annotated[Path | None, typer.Argument(help="JSON 行文件;缺省读标准输入")] = None,
    pack: Annotated[str | None, typer.Option(help="规则包名称或文件夹")] = None,
    trace: Annotated[bool, typer.Option("--trace", help="另列只差一项条件而未命中的规则")] = False,
    order: Annotated[str | None, typer.Option("--order", help="工单编号:按当日规则包解释它的每次派单和时限")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="与 --order 同用:写出 JSON")] = False,
) -> None:
    """逐行读取 JSON {"id", 条件…},逐行写出由哪些规则答复及理由;读不懂的行给出 error,继续处理,退出码为 1."""
    if order is not None:
        if file is not None or pack is not None or trace:
            raise InvalidInput("--order stands alone", message="--order 不与文件、--pack、--trace 同用")
        _explain_order(order, as_json=as_json)
        return
    answer_lines(file, partial(explain_asked, load_pack(pack or settings().pack), trace=trace))


def _explain_order(number: str, *, as_json: bool) -> None:
    opened = house()
    explained = opened.explaining.order(number, by=Actor("hotline rules explain"))
    if as_json:
        typer.echo(orjson.dumps(explained).decode())
        return
    for line in lines(opened.books.current(), explained):
        out.print(line, markup=False, soft_wrap=True)
