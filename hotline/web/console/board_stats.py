"""The six big numbers of the board: read in ten seconds from three metres; each opens the list behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hotline.domain.indicators import NOTHING, Rate, Ratio
from hotline.domain.roles import Actor, Role
from hotline.services.figures.periods import Period, from_to
from hotline.web.console.clocktext import Times
from hotline.web.console.figure_links import address
from hotline.web.console.figure_words import percent
from hotline.web.console.periods import DAY
from hotline.web.parts import WebParts

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Stat:
    """One of the big numbers; ``href`` opens the list behind it, ``base`` says what it is made of."""

    name: str
    value: str
    base: str
    href: str = ""
    late: bool = False


def stats(parts: WebParts, times: Times, by: Actor) -> list[Stat]:
    """Return what came in today, what is open, due soon and late, and two rates of our own book."""
    today = times.now.astimezone(times.zone).date()
    day, week, month = (from_to(today - back * DAY, today, times.zone) for back in (0, 6, 29))
    seen = by.role is not Role.OPERATIONS  # may see rates, not orders
    counts = _counts(parts, by) if seen else []
    rated = [
        _rate(parts, "on_time", "按时办结率(近 7 天)", week, by), _rate(parts, "satisfaction", "满意率(近 30 天)", month, by),
    ]  # fmt: skip
    found = [_today(parts, day, times.now, by), *counts, *rated]
    return found if seen else [replace(one, href="") for one in found]


def _today(parts: WebParts, day: Period, now: datetime, by: Actor) -> Stat:
    """What was registered today, beside the same weekday a week ago up to the same time."""
    came = _all(parts, "direct", day.start, now + timedelta(seconds=1), by).denominator
    before = _all(parts, "direct", day.start - WEEK, now - WEEK, by).denominator
    href = address("direct", day, book="own", by="all", key=None, good=None)
    return Stat("今日登记", str(came), f"上周{_weekday(day.first)}同一时刻 {before}", href)


def _counts(parts: WebParts, by: Actor) -> list[Stat]:
    """What is open, due soon and late: each is the number of the list that it opens."""
    tab = "handling" if by.of_unit else "open"
    opened, soon, late = (parts.work_list.count(one, by=by) for one in (tab, "soon", "late"))
    return [
        Stat("在办", str(opened), "办理中的工单" if by.of_unit else "未办结的工单", f"/orders?tab={tab}"),
        Stat("24 小时内到期", str(soon), "待签收和办理中的,不含已超期", "/orders?tab=soon"),
        Stat("超期", str(late), "当前时限已过", "/orders?tab=late", late=late > 0),
    ]


def _rate(parts: WebParts, rate: Rate, name: str, period: Period, by: Actor) -> Stat:
    found = _all(parts, rate, period.start, period.end, by)
    href = address(rate, period, book="own", by="all", key=None, good=False)
    return Stat(name, percent(found.value), f"{found.numerator}/{found.denominator} · 本区口径", href)


def _all(parts: WebParts, rate: Rate, start: datetime, end: datetime, by: Actor) -> Ratio:
    asked = replace(parts.figures.asked(start, end, by=by, rates=frozenset({rate})), by="all")
    return parts.figures.rates(asked, wanted=(rate,)).get("", {}).get(rate, NOTHING)


def _weekday(day: date) -> str:
    return "一二三四五六日"[day.weekday()]
