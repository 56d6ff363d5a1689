"""``hotline rules propose-row``: a ruling 裁定 on an order becomes a row, with what it would shadow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotline.cli.common import house, out
from hotline.cli.rules.books import tell_draft
from hotline.cli.rules.comparing import tell_diff
from hotline.cli.rules.naming import BOOK_HELP, book_files, person
from hotline.cli.rules.rehearsal_table import tell_rehearsal
from hotline.cli.rules.rehearsing import Asked, Since, rehearsed
from hotline.errors import InvalidInput
from hotline.services.book_files import is_new
from hotline.services.rulings import Rulings, row_words
from routing_rules.names import FACT_NAMES
from routing_rules.pack import load_pack
from routing_rules.rehearsal.diff_words import DiffWords
from routing_rules.rehearsal.ruling import SCOPE
from routing_rules.verify.check import check_files

if TYPE_CHECKING:
    from hotline.bootstrap import House


def propose_row(
    order: Annotated[str, typer.Option(help="裁定所涉工单号")],
    lead: Annotated[str, typer.Option(help="裁定的主办单位代码")],
    pack: Annotated[str, typer.Option(help=f"{BOOK_HELP};缺省为最近审批的规则包")] = "",
    scope: Annotated[str, typer.Option(help="作为条件的项,用逗号分开")] = ",".join(SCOPE),
    folder: Annotated[Path | None, typer.Option("--out", help="写成草案文件夹;缺省为提出草案入库,须加 --by")] = None,
    by: Annotated[str, typer.Option(help="提出人姓名")] = "",
    since: Since = None,
) -> None:
    """把裁定变成一条新规则行,并显示它会挡住什么、过去哪些工单会改派."""
    if folder is None and not by:
        raise InvalidInput("--out or --by is needed", message="请加 --out 文件夹,或加 --by 姓名提出草案")
    opened = house()
    base = book_files(pack or opened.drafts.replaced(), lambda: opened)
    asked = [one.strip() for one in scope.split(",") if one.strip()]
    row = Rulings(opened.store).row(order, lead, scope=asked, files=base, at=opened.clock.now())
    tell_diff(DiffWords(base, row.files))
    kept = "、".join(FACT_NAMES[name] for name in row.kept)
    told = f"新行只取走原由 {row.before} 答复的情形" + (f",并保留它的条件:{kept}" if kept else "")
    out.print(f"{told};依据该工单另加一条用例,此后检查都会核对", soft_wrap=True)
    if folder is not None:
        _write(folder, row.files)
        _tell_findings(base, row.files)
        _tell_effects(opened, Asked(str(folder), pack, since, None, "", also=order))
        out.print(f"草案已写入 {folder};提出:hotline rules propose {folder} --by 姓名")
        return
    note = f"裁定 {order}:{row_words(load_pack(row.files), row, lead)}"
    draft = opened.drafts.propose(row.files, by=person(by), note=note, order_id=order)
    tell_draft(draft)
    _tell_effects(opened, Asked(draft.hash, pack, since, None, "" if draft.errors else by, also=order))


def _tell_findings(base: Mapping[str, bytes], files: Mapping[str, bytes]) -> None:
    found = check_files(files)
    fresh = is_new(found, check_files(base))
    for place in fresh:
        out.print(f"[新] {found[place]}", soft_wrap=True, markup=False)
    out.print(f"检查:比原规则新增 {len(fresh)} 项")


def _tell_effects(opened: House, asked: Asked) -> None:
    tell_rehearsal(rehearsed(opened, asked))


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInput(f"{folder} is not empty", message=f"文件夹 {folder} 不是空的,请换一个")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
