"""``hotline export``: what goes to the city's page by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from hotline.cli.common import house, out
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput

app = typer.Typer(help="导出", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """导出."""


@app.command()
def replies(
    since: Annotated[str, typer.Option("--since", help="自哪一天起,如 2026-11-01")],
    out_file: Annotated[Path, typer.Option("--out", help="写入的文件(.xlsx)")],
    everything: Annotated[bool, typer.Option("--all", help="连同已回填的")] = False,
) -> None:
    """导出尚未回填市级平台的答复、退单和延期申请."""
    opened = house()
    pack, by = opened.books.current(), Actor("export", Role.ADMIN)
    start = datetime.combine(_day(since), time(), pack.zone).astimezone(UTC)
    found = opened.above.replies.entries(since=start, by=by)
    found += opened.above.replies.entries(since=start, filled=True, by=by) if everything else []
    if out_file.exists():
        raise InvalidInput(f"{out_file} is there", message=f"文件已存在:{out_file}")
    opened.above.replies.exported(found, by=by)
    out_file.write_bytes(opened.above.sheet(found, pack))
    out.print(f"已写入 {out_file}:{len(found)} 条", soft_wrap=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is no date", message="--since 应为日期,如 2026-11-01") from None
