"""``hotline bulletin``: the weekly, the monthly or a topic's report as a workbook, a page or a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

from hotline.cli.common import house, out, progress
from hotline.domain.indicators import BOOK_NAMES, BOOKS, Book
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.reports import docx, html, xlsx
from hotline.services.figures.bulletin import Bulletin, Topic
from hotline.services.figures.bulletins import STEPS
from hotline.services.figures.periods import Period, days_of, month_of, week_of

Writer = Callable[[Bulletin, str, Path | None], bytes]
WRITERS: Final[dict[str, Writer]] = {
    ".xlsx": lambda made, site, _: xlsx.workbook(made, site),
    ".html": lambda made, site, _: html.page(made, site).encode(),
    ".docx": lambda made, site, template: docx.document(made, site, template.read_bytes() if template else None),
}


def bulletin(
    out_file: Annotated[Path, typer.Option("--out", help="写入的文件:.xlsx、.html 或 .docx")],
    month: Annotated[str, typer.Option(help="月报:YYYY-MM")] = "",
    week: Annotated[str, typer.Option(help="周报:YYYY-Www,周一至周日")] = "",
    since: Annotated[str, typer.Option("--from", help="专报:起始日期 YYYY-MM-DD")] = "",
    until: Annotated[str, typer.Option("--to", help="专报:截止日期 YYYY-MM-DD(含)")] = "",
    topic: Annotated[str, typer.Option(help="专报:只统计该类别(事项类别的路径,含其下各类)")] = "",
    place: Annotated[str, typer.Option(help="专报:只统计该地点(地点代码,含其下)")] = "",
    tag: Annotated[str, typer.Option(help="专报:只统计该标签")] = "",
    book: Annotated[str, typer.Option(help="口径:own 本区口径,official 上级口径")] = "own",
    template: Annotated[Path | None, typer.Option(help="通报模板(.docx),随附的见 hotline/reports/templates/月报.docx")] = None,
    site: Annotated[str, typer.Option(help="数字链接指向的网址,默认为本机的服务地址")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="文件已存在时覆盖")] = False,
) -> None:
    """编制通报(周报、月报、专报):表格、可打印的网页或 Word 文档."""
    writer = _writer(out_file, template, replace=replace)
    opened = house()
    pack = opened.books.current()
    period = _period(month, week, since, until, pack.zone)
    name = pack.geography.places[place].name if place in pack.geography.places else place
    about = Topic(category=topic, place=pack.geography.path(place) if name != place else place, place_name=name, tag=tag)
    with progress("编制通报", STEPS + 1) as bar:
        made = opened.bulletins.make(
            period, book=_book(book), topic=about, by=Actor("bulletin"), told=lambda done, text: bar(done, text=text)
        )
        bar(STEPS, text="写入文件")
        out_file.write_bytes(writer(made, site or f"http://{opened.settings.web_host}:{opened.settings.web_port}", template))
        bar(STEPS + 1)
    out.print(f"已写入 {out_file}:{made.title},{period.name},{made.book_name},受理 {made.accepted} 件", soft_wrap=True)


def _writer(path: Path, template: Path | None, *, replace: bool) -> Writer:
    """Return what writes the file. Raises ``InvalidInput``."""
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise InvalidInput(f"{path.suffix} is no format", message=f"--out 的文件名应以 {'、'.join(WRITERS)} 结尾:{path}")
    if path.exists() and not replace:
        raise InvalidInput(f"{path} is there", message=f"文件已存在:{path};要覆盖请加 --replace")
    if not path.absolute().parent.is_dir():
        raise InvalidInput(f"{path.parent} is no folder", message=f"没有文件夹:{path.parent}")
    if template is not None and path.suffix.lower() != ".docx":
        raise InvalidInput("a template for no document", message="--template 只用于 .docx")
    if template is not None and not template.is_file():
        raise InvalidInput(f"{template} is no file", message=f"没有模板文件:{template}")
    return writer


def _period(month: str, week: str, since: str, until: str, zone: ZoneInfo) -> Period:
    """Return the one period that was asked for. Raises ``InvalidInput``."""
    if [bool(month), bool(week), bool(since or until)].count(True) != 1 or bool(since) != bool(until):
        raise InvalidInput("one period is needed", message="请给出一个统计期间:--month、--week,或 --from 与 --to")
    return month_of(month, zone) if month else week_of(week, zone) if week else days_of(since, until, zone)


def _book(text: str) -> Book:
    found = next((book for book in BOOKS if book == text), None)
    if found is None:
        names = "、".join(f"{book} {name}" for book, name in BOOK_NAMES.items())
        raise InvalidInput(f"{text} is no book", message=f"--book “{text}”不认识(可用:{names})")
    return found
