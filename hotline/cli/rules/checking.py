"""``hotline rules check``: everything found in a pack, for a person or as JSON."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer

from hotline.cli.common import out, settings
from routing_rules.pack import pack_files
from routing_rules.verify.check import check_files


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
