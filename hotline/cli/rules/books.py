"""``hotline rules propose, approve, publish, withdraw, list``: a folder becomes the book in force, by two people."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from hotline.cli.common import house, out, progress
from hotline.cli.rules.naming import BOOK_HELP, book_files, moment, person, zone_of
from hotline.domain.persons import same_person
from hotline.errors import InvalidInput, SamePerson
from hotline.services.rehearsing import any_orders
from routing_rules.pack import content_hash
from routing_rules.rehearsal.diff_words import DiffWords

if TYPE_CHECKING:
    from hotline.bootstrap import House
    from hotline.domain.roles import Actor
    from hotline.services.rows import Book, Draft

BY_MACHINE = "命令行"
LOOKED_BACK = timedelta(days=90)
PROCESSES = {"first-start": "首次启动"}
STATES = {"draft": "有错误", "checked": "已检查", "rehearsed": "已试算", "approved": "已审批", "withdrawn": "已撤回"}
Hash = Annotated[str, typer.Argument(help="草案指纹的前几位(至少 4 位)")]
Effective = Annotated[str | None, typer.Option(help="生效时间,如 2026-12-01T00:00;缺省为立即")]


def propose(
    folder: Annotated[str, typer.Argument(help=BOOK_HELP)],
    by: Annotated[str, typer.Option(help="提出人姓名")],
    note: Annotated[str, typer.Option(help="说明:改了什么,为什么")] = "",
) -> None:
    """提出规则包草案:检查并入库,生效规则不变."""
    opened = house()
    draft = opened.drafts.propose(book_files(folder, lambda: opened), by=person(by), note=note)
    tell_draft(draft)
    raise typer.Exit(1 if draft.errors else 0)


def approve(
    digest: Hash,
    by: Annotated[str, typer.Option(help="审批人姓名,不能与提出人相同")],
    effective: Effective = None,
) -> None:
    """审批草案,使其按时生效;须先检查无误并试算."""
    opened = house()
    found, at = opened.drafts.find(digest.lower()), _at(opened, effective)
    replaced = opened.drafts.replaced(at)
    tell_book(opened, opened.drafts.approve(found, effective_at=at, by=person(by)))
    for told, _ in DiffWords(opened.drafts.files(replaced), opened.drafts.files(found)).lines() if replaced else ():
        out.print(f"与 {replaced[:12]} 相比:{told}")


def publish(
    folder: Annotated[str, typer.Argument(help=BOOK_HELP)],
    effective: Effective = None,
    proposed_by: Annotated[str, typer.Option(help="提出人姓名")] = "",
    approved_by: Annotated[str, typer.Option(help="审批人姓名,不能与提出人相同")] = "",
) -> None:
    """提出、检查、试算、审批一次完成;还没有工单时可不写姓名(记为命令行发布)."""
    opened = house()
    files, at = book_files(folder, lambda: opened), _at(opened, effective)
    if not (proposed_by or approved_by):
        with opened.store.read() as work:
            if any_orders(work):
                told = "已有工单,改规则须两人经手:请加 --proposed-by 和 --approved-by,或用 rules propose 与 rules approve"
                raise InvalidInput("two names are needed once there are orders", message=told)
        when = at or opened.clock.now()
        tell(opened, opened.books.publish(files, effective_at=when, by=BY_MACHINE), when)
        return
    first, second = person(proposed_by), person(approved_by)
    if same_person(first.name, second.name):
        raise SamePerson(content_hash(files), first.name)
    draft = opened.drafts.propose(files, by=first)
    if opened.books.readable(opened.drafts.replaced(at)):
        _rehearse(opened, draft.hash, first, at)
    tell_book(opened, opened.drafts.approve(draft.hash, effective_at=at, by=second))


def _rehearse(opened: House, digest: str, by: Actor, at: datetime | None) -> None:
    with progress("试算", None) as bar:
        opened.drafts.rehearse(digest, since=opened.clock.now() - LOOKED_BACK, by=by, effective_at=at, told=bar)


def withdraw(
    digest: Hash,
    by: Annotated[str, typer.Option(help="撤回人姓名")],
    reason: Annotated[str, typer.Option(help="理由")] = "",
) -> None:
    """撤回草案,或已审批但尚未生效的规则包;内容仍可查阅."""
    opened = house()
    gone = opened.drafts.withdraw(opened.drafts.find(digest.lower()), by=person(by), reason=reason)
    out.print(f"已撤回 {gone.hash[:12]}")


def list_books() -> None:
    """列出现行、待生效、草案、已撤回和历次规则包."""
    opened = house()
    zone, now = zone_of(opened), opened.clock.now()  # the first look publishes the shipped pack
    published, in_force = opened.drafts.publications(), opened.books.now_in_force()
    standing = [book for book in published if book.withdrawn_at is None]
    past = [book for book in standing if book.effective_at <= now]
    current = next(
        (book for book in sorted(past, key=lambda book: book.effective_at, reverse=True) if book.hash == in_force), None
    )
    drafts = opened.drafts.listing()
    _section("现行", [_line(book, zone) for book in past if book is current])
    _section("待生效", [_line(book, zone) for book in standing if book.effective_at > now])
    _section("草案", [_draft_line(draft, zone) for draft in drafts if draft.open])
    _section("已撤回", [_draft_line(draft, zone) for draft in drafts if draft.state == "withdrawn"])
    _section("以前", [_line(book, zone) for book in past if book is not current])


def tell_draft(draft: Draft) -> None:
    """Print what the check says of a draft: the errors, and what its base has not."""
    fresh = set(draft.fresh)
    for place, finding in enumerate(draft.findings):
        if finding.level == "error" or place in fresh:
            mark = "新" if place in fresh else "原有"
            level = {"error": "错误", "warning": "警告", "notice": "提示"}[finding.level]
            out.print(f"[{mark}] {level} {finding}", soft_wrap=True, markup=False)
    out.print(
        f"草案 {draft.hash[:12]} {STATES[draft.state]}:错误 {draft.errors} 项,警告 {draft.warnings} 项,新增 {len(fresh)} 项"
    )


def tell_book(opened: House, book: Book) -> None:
    """Print what was put in force, and by whom."""
    tell(opened, book.hash, book.effective_at)
    out.print(f"提出 {book.proposed_by},审批 {book.published_by}")


def tell(opened: House, digest: str, at: datetime) -> None:
    """Print from when a book is in force."""
    out.print(f"已发布 {digest[:12]},{at.astimezone(zone_of(opened)):%Y-%m-%d %H:%M} 起生效")


def _at(opened: House, effective: str | None) -> datetime | None:
    return None if effective is None else moment(effective, zone_of(opened), "--effective")


def _section(title: str, lines: list[str]) -> None:
    if lines:
        out.print(title)
        for line in lines:
            out.print("  " + line, soft_wrap=True, markup=False)


def _line(book: Book, zone: tzinfo) -> str:
    people = (
        f"提出 {book.proposed_by},审批 {book.published_by}"
        if book.proposed_by
        else f"发布 {PROCESSES.get(book.published_by, book.published_by)}"
    )
    return f"{book.hash[:12]}  {_local(book.effective_at, zone)} 起  {people}"


def _draft_line(draft: Draft, zone: tzinfo) -> str:
    said = f"{draft.hash[:12]}  {STATES[draft.state]}  错误 {draft.errors} 警告 {draft.warnings}"
    return f"{said}  {draft.proposed_by} {_local(draft.proposed_at, zone)}  {draft.note}".rstrip()


def _local(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
