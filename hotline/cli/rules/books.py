"""``hotline rules publish``: a folder becomes the book in force."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from hotline.cli.common import house, out
from hotline.errors import InvalidInput
from routing_rules.pack import pack_files


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
