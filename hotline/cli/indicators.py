"""``hotline indicators``: the rates of a period by any grouping, in one of the two books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.cells import cell_len
from rich.table import Table

from hotline.cli.common import house, out
from hotline.domain.indicators import (
    BOOK_NAMES,
    FURTHER,
    NOTHING,
    RATE_NAMES,
    RATES,
    Book,
    Rate,
    Ratio,
    definitions,
    left_out,
)
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput
from hotline.services.figures.calibration import Decile
from hotline.services.figures.rows import GROUPING_NAMES, Grouping

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from routing_rules.pack import Pack

ASKER: Final = Actor("hotline indicators", Role.ADMIN)
FIGURE: Final = 7  # 100.0%*
Found = dict[str, dict[Rate, Ratio]]


def indicators(
    since: Annotated[str, typer.Option("--from", help="起始日期(含),本地日期,如 2026-10-01")],
    to: Annotated[str, typer.Option("--to", help="截止日期(含)")],
    by: Annotated[Grouping, typer.Option(help="按什么分组")] = "unit",
    book: Annotated[Book, typer.Option(help="本区口径 own,或上级口径 official")] = "own",
    level: Annotated[int | None, typer.Option(min=1, max=10, help="单位、地点或类别归并到第几级")] = None,
    further: Annotated[bool, typer.Option("--further", help="连同说明性指标")] = False,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="改为模型把握的校准表:按把握十分位,首选类别和单位有多少未被改动")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """一段时间的三率及其他指标:分子、分母和 95% 置信区间,口径列在表下."""
    opened = house()
    pack = opened.books.current()
    start, end = _days(since, to, pack.zone)
    asked = replace(opened.figures.asked(start, end, by=ASKER, book=book), by=by)
    if calibration:
        _calibrated(opened.figures.calibration(asked), as_json=as_json)
        return
    wanted = (*RATES, *FURTHER) if further else RATES
    found = _by_code(opened.figures.rates(asked, level=level, wanted=wanted), by)
    if as_json:
        told = {key: {rate: one.as_dict() for rate, one in rates.items()} for key, rates in found.items()}
        out.print(json.dumps(told, ensure_ascii=False), soft_wrap=True)
        return
    _show(found, by, book, pack, wanted)


def _calibrated(deciles: list[Decile], *, as_json: bool) -> None:
    if as_json:
        told = [
            {"low": one.low, "high": one.high, "mean": one.mean, "category": one.category.as_dict(), "unit": one.unit.as_dict()}
            for one in deciles
        ]
        out.print(json.dumps({"deciles": told}), soft_wrap=True)
        return
    table = Table("把握", "平均把握", "首选类别未改", "首选单位主办", box=None, padding=(0, 1))
    for one in deciles:
        mean = "—" if one.mean is None else f"{one.mean:.1%}"
        table.add_row(f"{one.low:.0%}–{one.high:.0%}", mean, _cell(one.category, 0), _cell(one.unit, 0))
    out.print(table)


def _days(since: str, to: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instant of the first local day and the first after the last one."""
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(to)
        return datetime(*first.timetuple()[:3], tzinfo=zone), datetime(*(last + timedelta(days=1)).timetuple()[:3], tzinfo=zone)
    except (ValueError, OverflowError):
        raise InvalidInput("no date", message="日期应写成 YYYY-MM-DD,例如 2026-10-01") from None


def _by_code(found: Found, by: Grouping) -> Found:
    """Return a street's figures under its code alone, without the way down to it."""
    if by != "street":
        return found
    kept: Found = {}
    for path, rates in found.items():
        row = kept.setdefault(path.rpartition("/")[2], {})
        row.update({rate: row.get(rate, NOTHING) + one for rate, one in rates.items()})
    return kept


def _show(found: Found, by: Grouping, book: Book, pack: Pack, wanted: tuple[Rate, ...]) -> None:
    from hotline.web.console.figure_words import key_name  # noqa: PLC0415  # the pages' libraries are only needed here

    if not found:
        out.print("这段时间没有数据")
        return
    told = definitions(pack.settings.rates, pack.settings.callback_attempts, book)
    shown, floor = [rate for rate in wanted if rate in told], pack.settings.floor
    names = {key: key_name(by, key, pack) for key in found}
    width = max(map(cell_len, (*names.values(), GROUPING_NAMES[by])), default=0)
    for some in _side_by_side(shown, out.width - width - 2):
        table = Table(title=BOOK_NAMES[book], box=None, padding=(0, 1))
        table.add_column(GROUPING_NAMES[by], no_wrap=True)
        for rate in some:
            table.add_column(RATE_NAMES[rate], justify="right", no_wrap=True)
        for key, rates in found.items():
            table.add_row(names[key], *(_cell(rates.get(rate, NOTHING), floor) for rate in some))
        out.print(table)
    out.print(f"每格:比率、分子/分母、95% 区间{f';* 样本少于 {floor} 件,不参加排名' if floor else ''}", soft_wrap=True)
    for rate in shown:
        out.print(f"{RATE_NAMES[rate]}:{told[rate]}", soft_wrap=True)
    out.print(left_out(pack.settings.rates), soft_wrap=True)


def _side_by_side(shown: list[Rate], room: int) -> Iterator[list[Rate]]:
    """Yield the rates in tables that fit ``room`` columns, at least one in each: a figure that is cut says nothing."""
    some: list[Rate] = []
    for rate in shown:
        if some and sum(_wide(one) for one in (*some, rate)) > room:
            yield some
            some = []
        some.append(rate)
    yield some


def _wide(rate: Rate) -> int:
    return max(cell_len(RATE_NAMES[rate]), FIGURE) + 2


def _cell(ratio: Ratio, floor: int) -> str:
    """Return the rate over its fraction and its interval; a small sample has a star."""
    if ratio.value is None or ratio.interval is None:
        return "—"
    low, high = (round(100 * edge) for edge in ratio.interval)
    star = "*" if ratio.denominator < floor else ""
    return f"{ratio.value:.1%}{star}\n{ratio.numerator}/{ratio.denominator}\n{low}–{high}%"
