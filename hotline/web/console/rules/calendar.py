"""The working calendar of a year: days off, make-up working days 调休, and whether the notice is out."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hotline.domain.calendar import WEEKDAY_NAMES, OfficeHours
from hotline.web.auth import RULES_READERS, WhoIsThere
from hotline.web.console.pages import times_of
from hotline.web.console.rules.frame import draw_rules
from hotline.web.parts import parts_of
from routing_rules.pack import Pack

router = APIRouter(prefix="/rules/calendar", dependencies=[RULES_READERS])
FIRST_YEAR: Final = 2007  # since then the State Council's notices swap days
LAST_YEAR: Final = 2100


@dataclass(frozen=True, slots=True)
class Day:
    """A date of a month's page; ``kind`` is ``work``, ``off`` (a holiday), ``rest`` (a weekend) or ``make-up``."""

    number: int
    kind: str
    why: str
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday on; None stands for a day of another month."""

    name: str
    worked: int
    weeks: list[list[Day | None]]


@router.get("")
def calendar(
    request: Request, who: WhoIsThere, year: Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)] = None
) -> Response:  # fmt: skip
    """Show a year; this one when none is asked for."""
    pack, times = parts_of(request).books.current(), times_of(request)
    today = times.now.astimezone(times.zone).date()
    shown = year or today.year
    asked = today if shown == today.year else date(shown, 12, 31)
    return draw_rules(
        request, "rules_calendar.html", who, title=f"{shown} 年工作日历", tab="/rules/calendar", year=shown, first=FIRST_YEAR,
        last=LAST_YEAR, weekdays=WEEKDAY_NAMES, published=pack.calendar.published(shown), hours=_hours(pack, asked),
        months=[_month(pack, shown, month, today) for month in range(1, 13)],
    )  # fmt: skip


def _month(pack: Pack, year: int, month: int, today: date) -> Month:
    dates = Calendar().monthdatescalendar(year, month)
    weeks = [[_day(pack, day, today) if day.month == month else None for day in week] for week in dates]
    worked = sum(1 for week in weeks for day in week if day and day.kind in ("work", "make-up"))
    return Month(f"{month} 月", worked, weeks)


def _day(pack: Pack, day: date, today: date) -> Day:
    why = pack.calendar.why_off(day)
    usual = any(hours.weekday == day.weekday() for hours in _valid(pack, day))
    if not why:
        return Day(day.day, "work" if usual else "make-up", "" if usual else "调休上班", day == today)
    return Day(day.day, "rest" if why in WEEKDAY_NAMES else "off", why, day == today)


def _valid(pack: Pack, day: date) -> list[OfficeHours]:
    return [hours for hours in pack.settings.office if hours.valid_from <= day <= hours.valid_to]


def _hours(pack: Pack, day: date) -> list[tuple[str, str]]:
    """Return weekdays with their openings on that day's rules (``周一至周五``, ``09:00–12:00、13:30–17:00``)."""
    found: list[tuple[list[str], str]] = []
    for weekday, name in enumerate(WEEKDAY_NAMES):
        own = sorted((one.opens, one.closes) for one in _valid(pack, day) if one.weekday == weekday)
        spans = "、".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in own) or "不办公"
        if found and found[-1][1] == spans:
            found[-1][0].append(name)
        else:
            found.append(([name], spans))
    return [(names[0] if len(names) == 1 else f"{names[0]}至{names[-1]}", spans) for names, spans in found]


def _clock(since_midnight: timedelta) -> str:
    minutes = since_midnight // timedelta(minutes=1)
    return f"{minutes // 60:02}:{minutes % 60:02}"
