"""``hotline pack``: the packs there are, and a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from hotline.cli.common import out
from routing_rules.pack import PACKS, load_pack, pack_files
from routing_rules.scaffold import NewPack, as_workbooks, copied, prefix_of, starter, write_new

app = typer.Typer(help="规则包:一个城市的全部规则", no_args_is_help=True)
_EXAMPLE_DISTRICT = "990000"  # no leading zero: Excel would drop it


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="名称,小写字母,如 qingshan;也是文件夹名")],
    title: Annotated[str | None, typer.Option(help="标题,如 包头市青山区;缺省为名称")] = None,
    district: Annotated[str | None, typer.Option(help="本地行政区划代码;缺省为示例代码,--like 时为原代码")] = None,
    zone: Annotated[str, typer.Option(help="时区")] = "Asia/Shanghai",
    prefix: Annotated[str | None, typer.Option(help="工单编号前缀,2–6 个大写字母;缺省取名称前三个字母")] = None,
    into: Annotated[Path, typer.Option(help="建在哪个文件夹里")] = Path(),
    like: Annotated[str | None, typer.Option(help="照另一个规则包(名称或文件夹)复制,全部标为未确认")] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="表格存为 XLSX 而不是 CSV")] = False,
) -> None:
    """新建规则包:建好即可通过检查,再逐表改成本地的;不覆盖已有文件夹."""
    code = district or ("" if like else _EXAMPLE_DISTRICT)
    called = NewPack(name=name, title=title or name, district=code, order_prefix=prefix or prefix_of(name), zone=zone)
    folder = into / name
    files = copied(called, pack_files(like)) if like else starter(called)
    write_new(as_workbooks(files) if xlsx else files, folder)
    _say_what_next(folder)


@app.command(name="list")
def listing() -> None:
    """列出自带的规则包."""
    table = Table("名称", "标题", "单位", "派单规则", "时限规则", "督办规则", "用例", "已确认")
    for folder in sorted(path for path in PACKS.iterdir() if path.is_dir()):
        pack = load_pack(folder)
        tables = (pack.dispatch.table, pack.deadlines.whole, pack.supervision.whole)
        rows = [row for one in tables for row in one.rows]
        counts = (len(pack.units), *(len(one.rows) for one in tables), len(pack.cases))
        table.add_row(folder.name, pack.settings.title, *map(str, counts), f"{sum(row.confirmed for row in rows)}/{len(rows)}")
    out.print(table)


def _say_what_next(folder: Path) -> None:
    steps = (
        f"用 Excel 打开 {folder} 里的表格逐表修改(CSV 另存时选“CSV UTF-8”;改存 XLSX 的,删去同名 CSV),先看 pack.toml 里的说明",
        f"检查:hotline rules check --pack {folder}",
        f"补用例:hotline rules cases --pack {folder}",
        f'试问:echo \'{{"received_at": "2026-03-05T09:30", "kind": "投诉"}}\' | hotline rules explain --pack {folder}',
        f"新部署:HOTLINE_PACK={folder} hotline up",
        f"已运行的:hotline rules propose {folder} --by 姓名,试算(rehearse)、他人批准(approve)后生效",
    )
    out.print(f"已建立 {folder}。所有行都是示例或参照,标为 confirmed = no。接下来:", soft_wrap=True)
    for number, step in enumerate(steps, start=1):
        out.print(f"  {number}. {step}", soft_wrap=True, markup=False)
