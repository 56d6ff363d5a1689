"""看板, a simple board: the rates with what they are made of and how they are counted, open and overdue orders by unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from hotline.domain.indicators import RATE_NAMES, Rate, Ratio, definitions
from hotline.domain.roles import Actor, Role
from hotline.services.rows import OrderFilter
from hotline.services.work_list import SOON
from hotline.web.api.fields import start_of
from hotline.web.auth import RatesUser, WhoIsThere
from hotline.web.console.clocktext import Times
from hotline.web.console.pages import draw, times_of
from hotline.web.console.units import receiving
from hotline.web.parts import WebParts, parts_of
from routing_rules.pack import Pack

router = APIRouter(prefix="/board")
DAYS: Final = 30
WEEK: Final = 7
SHOWN: Final[tuple[Rate, ...]] = ("response", "resolution", "satisfaction", "on_time")
ByUnit = Mapping[str, Mapping[Rate, Ratio]]


@dataclass(frozen=True, slots=True)
class Share:
    """A rate as the board shows it: percent, fraction, and the bar's width in a box of 100."""

    numerator: int
    denominator: int
    percent: str
    width: str


@dataclass(frozen=True, slots=True)
class Stat:
    """One of the big numbers; ``href`` opens the list behind it, ``base`` says what it is made of."""

    name: str
    value: str
    base: str
    href: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit's rates and what is on its table now."""

    name: str
    response: Share
    resolution: Share
    satisfaction: Share
    on_time: Share
    open: int
    late: int
    open_href: str
    late_href: str


@dataclass(frozen=True, slots=True)
class Definition:
    """How a rate is counted."""

    name: str
    words: str


@router.get("")
def board(request: Request, who: WhoIsThere, by: RatesUser) -> Response:
    """Show the board; a unit sees its own line."""
    parts, times = parts_of(request), times_of(request)
    pack, today = parts.books.current(), times.now.astimezone(times.zone).date()
    since, until = (start_of(day, times.zone) for day in (today - timedelta(days=DAYS - 1), today + timedelta(days=1)))
    month = parts.figures.within(since, until, by=by)
    week = parts.figures.within(start_of(today - timedelta(days=WEEK - 1), times.zone), until, by=by)
    words = definitions(pack.settings.rates, pack.settings.callback_attempts)
    counts = _counts(parts, times, by) if by.role is not Role.OPERATIONS else []
    return draw(
        request, "board.html", who, title="看板", asof=f"{times.now.astimezone(times.zone):%H:%M:%S}",
        stats=counts + _rates(month, week), rows=list(_rows(parts, pack, month, times, by)),
        from_day=f"{today - timedelta(days=DAYS - 1):%m-%d}", to_day=f"{today:%m-%d}", book=parts.books.hash[:12],
        floor=pack.settings.floor, definitions=[Definition(RATE_NAMES[rate], words[rate]) for rate in SHOWN],
    )  # fmt: skip


def share(ratio: Ratio) -> Share:
    """Return a rate ready to be shown."""
    value = ratio.value
    percent = "—" if value is None else f"{value:.1%}"
    return Share(ratio.numerator, ratio.denominator, percent, f"{(value or 0) * 100:.1f}")


def _counts(parts: WebParts, times: Times, by: Actor) -> list[Stat]:
    def count(due: datetime | None = None) -> int:
        return parts.queries.count(OrderFilter(open_only=True, due_before=due), by=by)

    late = count(times.now)
    return [
        Stat("在办", str(count()), "未办结的工单", "/orders?tab=open"),
        Stat("24 小时内到期", str(count(times.now + SOON) - late), "不含已超期", "/orders?tab=soon"),
        Stat("超期", str(late), "当前时限已过", "/orders?tab=late", late=late > 0),
    ]


def _rates(month: ByUnit, week: ByUnit) -> list[Stat]:
    asked: tuple[tuple[str, ByUnit, Rate], ...] = (
        ("响应率(近 30 天)", month, "response"), ("解决率(近 30 天)", month, "resolution"),
        ("满意率(近 30 天)", month, "satisfaction"), ("按时办结率(近 7 天)", week, "on_time"),
    )  # fmt: skip
    found = [(name, _total(by_unit, rate)) for name, by_unit, rate in asked]
    return [Stat(name, share(one).percent, f"{one.numerator}/{one.denominator}") for name, one in found]


def _total(by_unit: ByUnit, rate: Rate) -> Ratio:
    ratios = [rates[rate] for rates in by_unit.values()]
    return Ratio(sum(one.numerator for one in ratios), sum(one.denominator for one in ratios))


def _rows(parts: WebParts, pack: Pack, month: ByUnit, times: Times, by: Actor) -> list[UnitRow]:
    """Return a line for each unit with orders or rates, those with the most overdue orders first."""
    codes = [by.unit or ""] if by.of_unit else list(dict.fromkeys([*month, *(one.code for one in receiving(pack))]))
    rows = [_row(parts, pack, code, month.get(code, {}), times, by) for code in codes]
    kept = [row for row in rows if row.open or any(getattr(row, rate).denominator for rate in SHOWN)]
    return sorted(kept, key=lambda row: (-row.late, -row.open, row.name))


def _row(parts: WebParts, pack: Pack, code: str, rates: Mapping[Rate, Ratio], times: Times, by: Actor) -> UnitRow:
    counts = [0, 0]
    if by.role is not Role.OPERATIONS:  # may see rates, not orders
        wanted = (OrderFilter(unit=code, open_only=True), OrderFilter(unit=code, open_only=True, due_before=times.now))
        counts = [parts.queries.count(one, by=by) for one in wanted]
    return UnitRow(
        name=pack.unit_name(code), **{rate: share(rates.get(rate, Ratio())) for rate in SHOWN}, open=counts[0], late=counts[1],
        open_href=f"/orders?tab=open&unit={code}", late_href=f"/orders?tab=late&unit={code}",
    )  # fmt: skip
