"""``hotline rules rehearse``: past orders against a draft; table, JSON or a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from hotline.cli.common import err, house, out, progress
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
    effective: Annotated[str | None, typer.Option(help="拟生效时间,如 2026-12-01T00:00;缺省为立即,已有待生效的则在其后")] = None,
    against: Annotated[str, typer.Option(help=f"对照:{BOOK_HELP};缺省为届时被取代的规则包")] = "",
    on: Annotated[str | None, typer.Option(help="按哪天有效的规则行试算;缺省为拟生效日")] = None,
    html: Annotated[Path | None, typer.Option(help="另存为网页")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
    by: Annotated[str, typer.Option(help="试算人姓名;草案已提出时记入草案")] = "",
) -> None:
    """用过去的工单试算草案:多少改派、提前或延后到期,哪些行用不到."""
    opened = house()
    at = None if effective is None else moment(effective, zone_of(opened), "--effective")
    found = rehearsed(opened, Asked(draft, against, since, None if on is None else day(on, "--on"), by, at))
    if html is not None:
        html.write_text(page(found.as_dict()), "utf-8")
    if as_json:
        out.file.write(orjson.dumps(found.as_dict()).decode() + "\n")
    else:
        tell_rehearsal(found)
        if html is not None:
            out.print(f"网页已存为 {html}")
    _tell_unrecorded(by, proposed=bool(by) and _open_draft(opened, content_hash(book_files(draft, lambda: opened))))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be rehearsed, as a person named it; ``also`` is an order that is tried however old it is."""

    draft: str
    against: str
    since: str | None
    on: date | None
    by: str
    effective_at: datetime | None = None
    also: str = ""


def rehearsed(opened: House, asked: Asked) -> Rehearsal:
    """Return the rehearsal; with a name it is recorded when the draft was proposed."""
    now, zone = opened.clock.now(), zone_of(opened)
    since = now - LOOKED_BACK if asked.since is None else moment(asked.since, zone, "--since")
    at = asked.effective_at or opened.drafts.earliest()
    old, new = (book_files(text, lambda: opened) for text in (asked.against or opened.drafts.replaced(at), asked.draft))
    digest, on = content_hash(new), asked.on or at.astimezone(zone).date()
    with progress("试算", None) as bar:
        if asked.by and _open_draft(opened, digest):
            return opened.drafts.rehearse(
                digest, since=since, by=person(asked.by), effective_at=asked.effective_at, against=content_hash(old), on=on,
                told=bar,
            )  # fmt: skip
        return rehearse_orders(opened.store, load_pack(old), load_pack(new), since=since, on=on, also=asked.also, told=bar)


def _open_draft(opened: House, digest: str) -> bool:
    try:
        return opened.drafts.get(digest).open
    except NotFound:
        return False


def _tell_unrecorded(by: str, *, proposed: bool) -> None:
    """Say that an approval will not find this rehearsal: it refuses a draft whose rehearsal is not recorded."""
    if not by:
        err.print("未记入草案:审批前请加 --by 姓名(和 --effective 生效时间)再试算", markup=False, soft_wrap=True)
    elif not proposed:
        err.print("未记入草案:该规则包尚未提出,请先用 rules propose 提出,再加 --by 姓名试算", markup=False, soft_wrap=True)
