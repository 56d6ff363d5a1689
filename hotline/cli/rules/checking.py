"""``hotline rules check`` and ``cases``: everything found in a pack, and a case for each row and each bound of its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import orjson
import typer
from sqlalchemy.engine import make_url

from hotline.cli.common import err, house, out, progress, settings
from hotline.cli.rules.naming import day
from hotline.domain.facts import Facts
from hotline.errors import HotlineError
from hotline.services.rehearsing import examples
from routing_rules.findings import Finding
from routing_rules.pack import load_pack, pack_files
from routing_rules.verify.cases_out import MOST_CASES, as_csv, boundary_cases
from routing_rules.verify.check import check_files

LEVELS = {"error": "错误", "warning": "警告", "notice": "提示"}


def check(
    pack: Annotated[str | None, typer.Option(help="规则包名称或文件夹")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出,含全部提示")] = False,
    everything: Annotated[bool, typer.Option("--all", help="逐条列出提示,不只计数")] = False,
    since: Annotated[str, typer.Option(help="用该日起的工单作例子,如 2026-01-01;缺省为最近的工单")] = "",
) -> None:
    """检查规则表;有错误时退出码为 1."""
    files = pack_files(pack or settings().pack)
    past = _past(day(since, "--since") if since else None)
    with progress("检查规则", None) as bar:
        found = check_files(files, past, told=bar)
    if as_json:
        out.file.write(orjson.dumps([_fields(one) for one in found]).decode() + "\n")
    else:
        _print(found, everything=everything)
    raise typer.Exit(1 if any(one.level == "error" for one in found) else 0)


def cases(
    pack: Annotated[str | None, typer.Option(help="规则包名称或文件夹")] = None,
    to: Annotated[Path | None, typer.Option("--out", help="写入该文件,缺省为标准输出")] = None,
) -> None:
    """为每一行和每个边界生成用例(cases.csv 的格式),作回归检查用."""
    loaded = load_pack(pack_files(pack or settings().pack))
    with progress("生成用例", None) as bar:
        found = boundary_cases(loaded, told=bar)
    text = as_csv(loaded, found)
    if to is None:
        out.file.write(text)
    else:
        to.write_text("\ufeff" + text, "utf-8")
        out.print(f"已写入 {len(found)} 个用例:{to}")
    if len(found) >= MOST_CASES:
        err.print(f"用例已达 {MOST_CASES} 个上限,其余边界未生成")


def _past(since: date | None) -> Sequence[tuple[str, Facts]]:
    """Return past orders where there is a database: none is ever made, and one that cannot be read is left alone."""
    url = make_url(settings().database)
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).is_file()):
        return ()
    try:
        first = datetime.combine(since, time(), UTC) - timedelta(days=1) if since else datetime.min.replace(tzinfo=UTC)
        return examples(house().store, first)
    except HotlineError as problem:
        err.print(f"未能读取以往工单({problem.message}),例子由系统构造", soft_wrap=True)
        return ()


def _fields(one: Finding) -> dict[str, object]:
    return {
        "level": one.level, "file": one.file, "row": one.row, "check": one.check, "sentence": one.sentence,
        "others": list(one.others), "example": one.example, "order": one.order,
    }  # fmt: skip


def _print(found: Sequence[Finding], *, everything: bool) -> None:
    for one in found:
        if one.level != "notice" or everything:
            out.print(f"{LEVELS[one.level]} {one}{_shown(one)}", soft_wrap=True, markup=False)
    counted = Counter(one.level for one in found)
    hidden = "" if everything or not counted["notice"] else "(用 --all 列出)"
    out.print(f"错误 {counted['error']} 项,警告 {counted['warning']} 项,提示 {counted['notice']} 项{hidden}")


def _shown(one: Finding) -> str:
    """Return the counter-example in a line: the past order where there is one, else the facts."""
    if one.order:
        return f"。例:工单 {one.order}"
    return "。例:" + ",".join(f"{fact}={_text(value)}" for fact, value in one.example.items()) if one.example else ""


def _text(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)
