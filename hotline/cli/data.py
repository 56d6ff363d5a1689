"""Data in and out: migrate, backup, restore, import, replay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from hotline.bootstrap import House
from hotline.cli.common import first_house, house, out, progress, settings
from hotline.cli.replaying import Replay, replay_file
from hotline.domain.roles import Actor, Role
from hotline.domain.text import mask_text
from hotline.errors import InvalidInput
from hotline.services.backups import backup_done
from hotline.services.import_rows import ImportPlan
from hotline.services.intake import BATCH
from hotline.store.backup import backup as backup_database
from hotline.store.backup import restore as restore_database
from hotline.store.migrations import migrate as migrate_schema

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


def import_file(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只显示将发生的变化,不导入")] = False,
    as_of: Annotated[str, typer.Option("--as-of", help="该表的导出时间,如 2026-11-23T17:00;默认现在")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出结果")] = False,
) -> None:
    """导入区级系统导出的 18 列工单表(.xlsx 或 .csv);已登记的按变化更新,同一文件重复导入不会重复登记."""
    opened = first_house()
    imports, at = opened.above.imports, _moment(opened, as_of)
    plan = imports.look(file, as_of=at) if dry_run or not as_json else None
    if dry_run and plan is not None:
        _tell(plan, as_json=as_json)
        return
    with progress("导入", None) as bar:
        report = imports.bring(file, as_of=at, by=Actor("import", Role.ADMIN), told=bar)
    if as_json:
        out.file.write(orjson.dumps(report).decode() + "\n")
        return
    if plan is not None:
        _tell(plan, as_json=False)
    _told(report)


def _told(report: Mapping[str, Any]) -> None:
    out.print(
        f"新登记 {report['new']} 件(其中已有工单的来件变更 {report['events_of_known_orders']} 件),"
        f"此前已登记 {report['repeated']} 件"
    )
    out.print(f"列入异常 {len(report['set_aside'])} 行")
    for heading in report["unknown_headings"]:
        out.print(f"  未使用的列:{heading}")
    for one in report["set_aside"]:
        out.print(f"  第 {one['row']} 行:{one['why']}", soft_wrap=True)


def _tell(plan: ImportPlan, *, as_json: bool) -> None:
    """Show the summary of a sheet."""
    if as_json:
        out.file.write(orjson.dumps(plan.as_dict()).decode() + "\n")
        return
    out.print(
        f"共 {plan.rows} 行:新工单 {plan.new},有变化 {len(plan.changed)},无变化 {plan.unchanged + plan.quiet},"
        f"冲突 {len(plan.conflicts)},不能导入 {len(plan.set_aside)};较上次的表少了 {len(plan.vanished)} 件在办工单"
    )
    for row in plan.changed:
        said = ";".join(f"{one.column}:{one.before or '空'} → {one.after or '空'}({one.says})" for one in row.changes)
        out.print(f"  第 {row.row} 行 {row.number} {row.order_id}:{mask_text(said)}", soft_wrap=True)
    for gone in plan.vanished:
        out.print(f"  表中没有了:{gone.number} {gone.order_id} {mask_text(gone.title)}", soft_wrap=True)
    for number, why in plan.conflicts:
        out.print(f"  冲突 第 {number} 行:{why}", soft_wrap=True)


def _moment(house: House, text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is no time", message="--as-of 应为时间,如 2026-11-23T17:00") from None
    return found if found.tzinfo else found.replace(tzinfo=house.books.current().zone)


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
