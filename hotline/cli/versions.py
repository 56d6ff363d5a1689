"""``hotline model list, promote, rollback, shadow``: versions of the model side by side."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.table import Table

from hotline.cli.common import first_house, out
from hotline.cli.rules.naming import person
from hotline.errors import InvalidInput, ModelError
from hotline.services.models import CONFIGURED, Promotion, Version

if TYPE_CHECKING:
    from hotline.bootstrap import House

app = typer.Typer(help="模型版本:列出、启用、回退、试读", no_args_is_help=True)
By = Annotated[str, typer.Option(help="操作人姓名")]
NAME = "配置的模型"
BY_MACHINE = "命令行"


@app.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False) -> None:
    """列出模型版本、现行版本和试读版本."""
    opened = first_house()
    standing, shadow = opened.models.promotions(), opened.models.shadowed()
    live = standing[-1].version if standing else CONFIGURED
    known = [*_configured(opened), *opened.shelf.versions()]
    if as_json:
        rows = [{"version": one.version, "name": one.name, "texts": one.texts, "corrections": one.corrections,
                 "parent": one.parent, "promote": one.promote, "in_force": one.version == live} for one in known]  # fmt: skip
        said = {"in_force": live, "versions": rows, "shadow": shadow.version if shadow else None,
                "share": shadow.share if shadow else None}  # fmt: skip
        out.file.write(orjson.dumps(said).decode() + "\n")
        return
    out.print(_table(known, live, shadow.version if shadow else ""))
    zone = opened.books.current().zone
    for one in reversed(standing):
        out.print(_line(one, zone))


@app.command()
def promote(
    version: Annotated[str, typer.Argument(help="版本名,见 hotline model list")],
    by: By = BY_MACHINE,
    despite: Annotated[str, typer.Option(help="比较结论不支持时,仍要启用的理由(记录在案)")] = "",
) -> None:
    """启用一个版本;各进程 5 秒内改用."""
    done = first_house().models.promote(version, by=person(by), despite=despite)
    out.print(f"模型 {done.version} 已启用,各进程 5 秒内改用")


@app.command()
def rollback(by: By = BY_MACHINE) -> None:
    """回退到上一个版本."""
    done = first_house().models.rollback(by=person(by))
    out.print(f"已回退,现行模型:{done.version or NAME}")


@app.command()
def shadow(
    version: Annotated[str, typer.Argument(help="版本名;off 表示停止试读")],
    share: Annotated[float, typer.Option(help="同时由该版本试读的来电比例,0 至 1")] = 0.1,
    by: By = BY_MACHINE,
) -> None:
    """让一个版本与现行模型并行试读;只统计一致率,不参与任何决定."""
    opened = first_house()
    if version == "off":
        opened.models.no_shadow(by=person(by))
        out.print("已停止试读")
        return
    if share <= 0:
        raise InvalidInput("the share must be above 0", message="试读比例应大于 0;停止试读请用 off")
    begun = opened.models.shadow(version, share, by=person(by))
    out.print(f"模型 {begun.version} 开始试读,比例 {begun.share:.0%}")


def _configured(opened: House) -> list[Version]:
    try:
        return [opened.shelf.look(CONFIGURED)]
    except ModelError:
        return []


def _table(known: list[Version], live: str, shadow: str) -> Table:
    table = Table()
    for heading in ("版本", "状态", "学习条数", "其中更正", "比较对象", "比较结论"):
        table.add_column(heading)
    for one in known:
        state = "现行" if one.version == live else "试读" if one.version == shadow else ""
        ruled = {None: "", True: "可以启用", False: "不应启用"}[one.promote]
        name = one.version or f"{NAME}({one.name})"
        table.add_row(name, state, str(one.texts + one.corrections), str(one.corrections), one.parent, ruled)
    return table


def _line(one: Promotion, zone: tzinfo) -> str:
    at: datetime = one.at.astimezone(zone)
    why = f",理由:{one.despite}" if one.despite else ""
    return f"{at:%Y-%m-%d %H:%M} 启用 {one.version},{one.by}{why}"
