"""``hotline rules explain``: facts in, the rows that answer and why out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.cli.common import settings
from hotline.cli.lines import Answer, answer_lines
from hotline.errors import InvalidInput
from routing_rules.cases import facts_from
from routing_rules.explain import explain as explained
from routing_rules.pack import Pack, load_pack


def explain(
    file: Annotated[Path | None, typer.Argument(help="JSON 行文件;缺省读标准输入")] = None,
    pack: Annotated[str | None, typer.Option(help="规则包名称或文件夹")] = None,
    trace: Annotated[bool, typer.Option("--trace", help="另列只差一项条件而未命中的规则")] = False,
) -> None:
    """逐行读取 JSON {"id", 条件…},逐行写出由哪些规则答复及理由;读不懂的行给出 error,继续处理,退出码为 1."""
    answer_lines(file, explainer(load_pack(pack or settings().pack), trace=trace))


def explainer(pack: Pack, *, trace: bool = False) -> Answer:
    """Return what answers a line of facts, flat (``{"id", fact: value…}``) or under ``facts``."""

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        return explained(pack, facts_from(_facts(asked), pack.zone), trace=trace)

    return answer


def _facts(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a line, flat or under ``facts``; the two forms do not mix."""
    if "facts" not in asked:
        return {name: value for name, value in asked.items() if name != "id"}
    if more := asked.keys() - {"id", "facts"}:
        raise InvalidInput(f"{sorted(more)} beside facts", message=f"已有 facts,不应另有“{'、'.join(sorted(more))}”")
    if not isinstance(asked["facts"], dict):
        raise InvalidInput("facts is no object", message="facts 应是一个 JSON 对象")
    return asked["facts"]
