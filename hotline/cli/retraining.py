"""``hotline retrain``: a candidate from what people corrected, and whether it may be put in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.table import Table

from classifiers.comparison import LEAST
from classifiers.retrain import Order, shown
from classifiers.retrain import retrain as make
from classifiers.sides import base_of
from hotline.cli.common import first_house, out, progress
from hotline.cli.rules.naming import moment
from hotline.errors import InvalidInput
from hotline.services.corrections import decisions

if TYPE_CHECKING:
    from hotline.bootstrap import House

LOOKED_BACK = timedelta(days=365)
_NAMED = 8
SOURCES = {"choice": "改派", "changed": "改类", "return": "退单后改派", "ruling": "裁定"}


def retrain(
    since: Annotated[str | None, typer.Option(help="学习这一天以来的人工更正,如 2026-01-01;缺省为近一年")] = None,
    data: Annotated[list[Path] | None, typer.Option("--data", help="基础数据 CSV 或 XLSX,可多次给出;缺省为自带语料")] = None,
    model: Annotated[Path | None, typer.Option("--model", help="候选模型文件夹;缺省为数据文件夹的 models/版本")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """用人工更正重新训练,得到候选模型并与现行模型比较;不改变现行模型."""
    files = data or []
    if missing := [str(file) for file in files if not file.is_file()]:
        raise InvalidInput(f"no file {missing[0]}", message=f"没有文件 {missing[0]}")
    opened = first_house()
    now, live = opened.clock.now(), opened.reader.model
    first = _since(opened, since, now)
    with progress("读取更正", None) as bar:
        decided = list(decisions(opened.store, first))
        order = Order(
            base=base_of(files), decided=decided, now=now, since=first,
            place=lambda version: model or opened.shelf.folder(version),
        )  # fmt: skip
        report = make(order, live, lambda step, done, total: bar(done, total, f"训练 {step}"))
    if as_json:
        out.file.write(orjson.dumps(report).decode() + "\n")
        return
    _tell(report, live.name)


def _since(opened: House, since: str | None, now: datetime) -> datetime:
    return moment(since, opened.books.current().zone, "--since") if since else now - LOOKED_BACK


def _tell(report: Mapping[str, Any], live: str) -> None:
    learned = "、".join(f"{SOURCES[source]} {count}" for source, count in report["corrections"].items()) or "无"
    out.print(f"候选模型 {report['version']} 已写入 {report['folder']}", soft_wrap=True)
    out.print(f"基础数据 {report['texts']} 条;人工更正:{learned};冻结集 {report['frozen']} 条,最近一月 {report['month']} 条")
    if report["twin"]:
        out.print("现行模型学过冻结集:冻结集上与同样数据、未学冻结集的对照模型比较")
    out.print(_table(report["compared"], live))
    small = {f"{shown(name)} {label}" for name, one in report["compared"].items() for label in one["too_small"]}
    if small:
        named = "、".join(sorted(small)[:_NAMED]) + (" 等" if len(small) > _NAMED else "")
        out.print(f"不足 {LEAST} 条、无法单独判断的类别 {len(small)} 个:{named}", soft_wrap=True)
    if report["verdict"]["promote"]:
        out.print(f"结论:可以启用(hotline model promote {report['version']} --by 姓名)")
        return
    out.print("结论:不应启用")
    for reason in report["verdict"]["reasons"]:
        out.print(f"  {reason}", soft_wrap=True)


def _table(compared: Mapping[str, Any], live: str) -> Table:
    table = Table(title=f"候选模型与现行模型 {live}")
    for heading in ("文本·内容", "条数", "现行", "候选", "差(95% 上限)", "变差的类别"):
        table.add_column(heading)
    for name, one in compared.items():
        if (gap := one["overall"]) is None:
            table.add_row(shown(name), f"< {LEAST}", "", "", "", "")
            continue
        difference = f"{(gap['candidate'] - gap['live']) * 100:+.1f}({gap['upper'] * 100:+.1f})"
        worse = "、".join(one["worse"]) or "无"
        table.add_row(shown(name), str(gap["texts"]), f"{gap['live']:.1%}", f"{gap['candidate']:.1%}", difference, worse)
    return table
