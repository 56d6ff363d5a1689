"""``hotline rules``: check and publish rule books."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import orjson
import typer

from hotline.cli.common import house, out, settings
from hotline.errors import InvalidInput
from routing_rules.check import check_files
from routing_rules.pack import pack_files

app = typer.Typer(help="规则表", no_args_is_help=True)


@app.command()
def check(
    pack: Annotated[str | None, typer.Option(help="规则包名称或文件夹")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """检查规则表;有错误时退出码为 1."""
    found = check_files(pack_files(pack or settings().pack))
    errors = [finding for finding in found if finding.level == "error"]
    if as_json:
        rows = [{"level": one.level, "file": one.file, "row": one.row, "says": one.sentence} for one in found]
        out.file.write(orjson.dumps(rows).decode() + "\n")
    else:
        for finding in found:
            out.print(str(finding), soft_wrap=True)
        out.print(f"错误 {len(errors)} 项,提示 {len(found) - len(errors)} 项")
    raise typer.Exit(1 if errors else 0)


@app.command()
def publish(
    folder: Annotated[str, typer.Argument(help="规则包名称或文件夹")],
    effective: Annotated[str | None, typer.Option(help="生效时间,如 2026-12-01T00:00;缺省为立即")] = None,
) -> None:
    """检查规则包并使其按时生效."""
    opened = house()
    at = opened.clock.now() if effective is None else _moment(effective, opened.books.current().zone)
    digest = opened.books.publish(pack_files(folder), effective_at=at, by="command line")
    out.print(f"已发布 {digest[:12]},{at.astimezone(opened.books.current().zone):%Y-%m-%d %H:%M} 起生效")


def _moment(text: str, zone: object) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"--effective {text!r} is no time", message=f"生效时间“{text}”应写成 2026-12-01T00:00") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)  # type: ignore[arg-type]  # the pack's ZoneInfo
