"""Data in and out: migrate, backup, restore, import, replay."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer

from hotline.bootstrap import House
from hotline.cli.common import first_house, house, out, progress, settings
from hotline.cli.replaying import Replay, replay_file
from hotline.errors import InvalidInput
from hotline.services.backups import backup_done
from hotline.services.intake import BATCH
from hotline.store.backup import backup as backup_database
from hotline.store.backup import restore as restore_database
from hotline.store.migrations import migrate as migrate_schema
from hotline.upstream.excel import import_file as import_export

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="文件")]


def migrate() -> None:
    """把数据库结构升级到本程序的版本."""
    chosen = settings()
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    migrate_schema(chosen.database)
    out.print("数据库结构已是最新")


def backup(file: Annotated[Path, typer.Argument(help="备份文件,不可已存在")]) -> None:
    """运行中备份 SQLite 数据库."""
    opened = house()
    backup_database(opened.settings.database, file)
    backup_done(opened.store, opened.clock.now())
    out.print(f"已备份到 {file}")


def restore(file: File, force: Annotated[bool, typer.Option("--force", help="覆盖已有数据")] = False) -> None:
    """从备份恢复 SQLite 数据库(须先停止所有进程)."""
    chosen = settings()
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    restore_database(file, chosen.database, force=force)
    out.print(f"已从 {file} 恢复")


def import_file(file: File, as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出结果")] = False) -> None:
    """导入区级系统导出的 18 列工单表(.xlsx 或 .csv);同一文件重复导入不会重复登记."""
    opened = first_house()
    with progress("导入", None) as bar:
        report = import_export(
            file, opened.intake, opened.books.current(), now=opened.clock.now(), known=_known_above(opened),
            told=bar,
        )  # fmt: skip
    if as_json:
        out.file.write(orjson.dumps(report.as_dict()).decode() + "\n")
        return
    out.print(
        f"新登记 {report.new} 件(其中已有工单的来件变更 {report.events_of_known_orders} 件),此前已登记 {report.repeated} 件"
    )
    out.print(f"列入异常 {len(report.set_aside)} 行")
    for heading in report.unknown_headings:
        out.print(f"  未使用的列:{heading}")
    for row, why in report.set_aside:
        out.print(f"  第 {row} 行:{why}", soft_wrap=True)


def replay(
    file: File,
    speed: Annotated[str, typer.Option(help="max,或每秒件数")] = "max",
    as_json: Annotated[bool, typer.Option("--json", help="最后输出一行 JSON")] = False,
) -> None:
    """把文件中的来件按来电重放一遍;没有运行中的进程时自行启动,完成后停止."""
    rate = _rate(speed)
    result: Replay = replay_file(settings(), file, rate, BATCH)
    if as_json:
        out.file.write(orjson.dumps(result.as_dict()).decode() + "\n")
        return
    for line in result.lines():
        out.print(line)


def _rate(speed: str) -> float | None:
    if speed == "max":
        return None
    try:
        rate = float(speed)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 100_000:
        raise InvalidInput(f"--speed {speed!r}", message="--speed 应为 max 或每秒件数(大于 0)")
    return rate


def _known_above(house: House) -> Callable[[Sequence[str]], Collection[str]]:
    """Return which of some upstream numbers have an order already."""

    def known(numbers: Sequence[str]) -> Collection[str]:
        with house.store.read() as work:
            return work.orders.by_upstream(numbers)

    return known
