"""``hotline rules rehearse``: past orders against a draft; table, JSON or a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from hotline.cli.common import house, out, progress
from hotline.cli.rules.naming import BOOK_HELP, book_files, day, moment, person, zone_of
from hotline.cli.rules.rehearsal_table import tell_rehearsal
from hotline.errors import NotFound
from hotline.services.rehearsing import rehearse_orders
from routing_rules.pack import content_hash, load_pack
from routing_rules.rehearsal.figures import Rehearsal
from routing_rules.rehearsal.page import page

if TYPE_CHECKING:
    from hotline.bootstrap import House

LOOKED_BACK = timedelta(days=90)
Since = Annotated[str | None, typer.Option(help="从哪天的工单起,如 2026-06-01;缺省为 90 天前")]


def rehearse(
    draft: Annotated[str, typer.Option(help=f"草案:{BOOK_HELP}")],
    since: Since = None,
    against: Annotated[str, typer.Option(help=f"对照:{BOOK_HELP}")] = "现行",
    on: Annotated[str | None, typer.Option(help="按哪天有效的规则行试算,如生效日;缺省为今天")] = None,
    html: Annotated[Path | None, typer.Option(help="另存为网页")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
    by: Annotated[str, typer.Option(help="试算人姓名;草案已提出时记入草案")] = "",
) -> None:
    """用过去的工单试算草案:多少改派、提前或延后到期,哪些行用不到."""
    opened = house()
    found = rehearsed(opened, Asked(draft, against, since, None if on is None else day(on, "--on"), by))
    if html is not None:
        html.write_text(page(found.as_dict()), "utf-8")
    if as_json:
        out.file.write(orjson.dumps(found.as_dict()).decode() + "\n")
        return
    tell_rehearsal(found)
    if html is not None:
        out.print(f"网页已存为 {html}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be rehearsed, as a person named it."""

    draft: str
    against: str
    since: str | None
    on: date | None
    by: str


def rehearsed(opened: House, asked: Asked) -> Rehearsal:
    """Return the rehearsal; with a name it is recorded when the draft was proposed."""
    now, zone = opened.clock.now(), zone_of(opened)
    since = now - LOOKED_BACK if asked.since is None else moment(asked.since, zone, "--since")
    old, new = (book_files(text, lambda: opened) for text in (asked.against, asked.draft))
    digest = content_hash(new)
    with progress("试算", None) as bar:
        if asked.by and _open_draft(opened, digest):
            against = content_hash(old)
            return opened.drafts.rehearse(digest, since=since, by=person(asked.by), against=against, on=asked.on, told=bar)
        on = asked.on or now.astimezone(zone).date()
        return rehearse_orders(opened.store, load_pack(old), load_pack(new), since=since, on=on, told=bar)


def _open_draft(opened: House, digest: str) -> bool:
    try:
        return opened.drafts.get(digest).open
    except NotFound:
        return False
