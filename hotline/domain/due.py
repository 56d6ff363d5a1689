"""When a limit runs out, and why then: hours, office hours, working days and calendar days on a working calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from hotline.domain.calendar import ONE_DAY, Interval, SkippedDay, WorkCalendar
from hotline.domain.pauses import Pause, Pauses
from hotline.errors import InvalidInput, StillPaused

LimitUnit = Literal["hour", "work_hour", "working_day", "calendar_day"]
LIMIT_UNITS: tuple[LimitUnit, ...] = ("hour", "work_hour", "working_day", "calendar_day")
Counted = tuple[tuple[date, ...], tuple[SkippedDay, ...]]
"""The dates that counted, and those between that did not."""
UNIT_NAMES: dict[LimitUnit, str] = {"hour": "小时", "work_hour": "个工作小时", "working_day": "个工作日", "calendar_day": "日"}
LARGEST_AMOUNT = 9_999
_A_MOMENT = timedelta(microseconds=1)

NOT_COUNTED_FIRST = "起算当日不计"
AFTER_CLOSE = "收到时已过当日截止时间"
OUTSIDE_HOURS = "办公时间外收到,视为下一办公时间收到"
PAUSED = "暂停计时"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A period to act in: ``amount`` whole units from 1.

    Days are counted from the day after the start (Civil Code, art. 201) or, with ``same_day``, from the day itself; the last
    one ends at close of business or at 24:00. ``rolls`` moves the end of calendar days from a holiday to the next working day
    (art. 203). ``next_opening`` treats a start outside office hours as made at the next opening. Hours ignore ``count_from``,
    ``ends`` and ``rolls``.
    """

    amount: int
    unit: LimitUnit
    count_from: Literal["next_day", "same_day"] = "next_day"
    ends: Literal["close", "midnight"] = "close"
    rolls: bool = False
    receipt: Literal["as_is", "next_opening"] = "as_is"

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or not 1 <= self.amount <= LARGEST_AMOUNT:
            told = f"时限数量应为 1 至 {LARGEST_AMOUNT} 的整数,而不是“{self.amount}”"
            raise InvalidInput(f"amount {self.amount!r} is no whole number 1…{LARGEST_AMOUNT}", message=told)
        _one_of("unit", self.unit, LIMIT_UNITS)
        _one_of("count_from", self.count_from, ("next_day", "same_day"))
        _one_of("ends", self.ends, ("close", "midnight"))
        _one_of("receipt", self.receipt, ("as_is", "next_opening"))

    @property
    def in_days(self) -> bool:
        """Whether whole days are counted."""
        return self.unit in ("working_day", "calendar_day")

    def __str__(self) -> str:
        return f"{self.amount}{UNIT_NAMES[self.unit]}"


@dataclass(frozen=True, slots=True)
class DueDate:
    """When a limit runs out, in the calendar's zone, with what counted: dates for days, half-open intervals for hours.

    ``last`` is the date it falls on (with 24:00, the date that ends then); ``rolled_from`` the holiday it was moved away from;
    ``provisional`` = it used a year whose holidays are not published yet.
    """

    due: datetime
    limit: TimeLimit
    counted: tuple[date, ...] | tuple[Interval, ...]
    skipped: tuple[SkippedDay, ...]
    provisional: bool
    last: date
    rolled_from: date | None = None

    @property
    def why(self) -> str:
        """The explanation a person reads, in Chinese."""
        parts = [f"时限{self.limit}", f"到期 {self.due:%Y-%m-%d %H:%M}", "计入 " + "、".join(map(_shown, self.counted))]
        if self.skipped:
            parts.append("不计 " + "、".join(f"{_shown(day.date)}({day.why})" for day in self.skipped))
        if self.rolled_from:
            parts.append(f"末日 {_shown(self.rolled_from)} 休息,顺延至 {_shown(self.last)}")
        if self.provisional:
            parts.append("该年放假安排未公布,暂按法定节日计算")
        return ";".join(parts)


def due_at(start: datetime, limit: TimeLimit, calendar: WorkCalendar, pauses: Sequence[Pause] = ()) -> DueDate:
    """Return when ``limit`` runs out, with what counted.

    Counting starts the day after ``start`` (Civil Code, art. 201) unless the limit says otherwise; a period of calendar days
    that ends on a holiday ends on the next working day (art. 203) when ``limit.rolls``, whatever pauses there are. ``pauses``
    are half-open: hours leave them out, a day counts only if the clock runs at that day's end. Raises ``StillPaused`` when a
    pause without an end keeps the limit from running out, and ``InvalidInput`` for a time without an offset and for a date
    the calendar cannot reach.
    """
    try:
        local = calendar.local(start)
        begins = calendar.next_opening(local) if limit.receipt == "next_opening" else local
        stops = Pauses(pauses, calendar)
        return (_in_days if limit.in_days else _in_hours)(local, begins, limit, calendar, stops)
    except OverflowError as error:
        raise InvalidInput(f"due time of {limit} from {start} is outside the calendar", message="时限超出日历范围") from error


def extended(due: DueDate, amount: int, calendar: WorkCalendar, pauses: Sequence[Pause] = ()) -> DueDate:
    """Return ``due`` moved on by an approved extension of ``amount`` of the limit's own units; never earlier than it was."""
    limit = replace(due.limit, amount=amount, count_from="next_day", receipt="as_is")
    start = calendar.midnight_after(due.last) - ONE_DAY if limit.in_days else due.due
    more = due_at(start, limit, calendar, pauses)
    skipped = tuple(day for day in more.skipped if day.date > due.last or not limit.in_days)
    return replace(
        more,
        due=max(due.due, more.due),
        limit=due.limit,
        counted=due.counted + more.counted,  # type: ignore[operator]  # both hold dates, or both hold intervals
        skipped=due.skipped + skipped,
        provisional=due.provisional or more.provisional,
    )


def capped(due: datetime, ceiling: datetime | None, margin: timedelta = timedelta(0)) -> datetime:
    """Return the earlier of ``due`` and ``ceiling`` less ``margin``: an upstream deadline, or the order's for a leg."""
    return due if ceiling is None else min(due, (ceiling - margin).astimezone(due.tzinfo))


def working_time(start: datetime, end: datetime, calendar: WorkCalendar, pauses: Sequence[Pause] = ()) -> timedelta:
    """Return the office time between two moments, pauses left out; zero when ``end`` is not after ``start``."""
    spent = timedelta(0)
    for since, to in Pauses(pauses, calendar).runs_from(calendar.local(start)):
        if since >= end:
            break
        for opens, closes in calendar.openings_from(since):
            if opens >= min(to, end):
                break
            spent += min(closes, to, end) - opens
    return spent


def _in_days(local: datetime, begins: datetime, limit: TimeLimit, calendar: WorkCalendar, stops: Pauses) -> DueDate:
    """End at the end of the last day that counts, rolled on if the limit says so."""
    before, first = _first_day(local, begins, limit, calendar)
    if limit.unit == "working_day" and not stops:
        counted, skipped = calendar.take(first, limit.amount)
    else:
        counted, skipped = _walk(first, limit, calendar, stops)
    last, rolled_from = counted[-1], None
    consulted = [(local.year, begins.year)] if limit.receipt == "next_opening" else []
    if limit.unit == "working_day":
        consulted.append((first.year, last.year))
    elif limit.rolls:
        if not calendar.is_working_day(last):
            rolled_from = last
            (last,), passed = calendar.take(rolled_from, 1)
            skipped += passed[1:]
        consulted.append((counted[-1].year, last.year))
    return DueDate(
        _end_of(last, limit, calendar), limit, counted, before + skipped, _provisional(calendar, consulted), last, rolled_from
    )


def _first_day(
    local: datetime, begins: datetime, limit: TimeLimit, calendar: WorkCalendar
) -> tuple[tuple[SkippedDay, ...], date]:
    """Return the first day that may count, and the days before it that do not."""
    day = begins.date()
    waited = tuple(
        SkippedDay(date.fromordinal(ordinal), calendar.why_off(date.fromordinal(ordinal)) or OUTSIDE_HOURS)
        for ordinal in range(local.toordinal(), day.toordinal())
    )
    if limit.count_from == "next_day":
        return (*waited, SkippedDay(day, NOT_COUNTED_FIRST)), day + ONE_DAY
    if _end_of(day, limit, calendar) <= begins:
        off = calendar.why_off(day) if limit.unit == "working_day" else ""
        return (*waited, SkippedDay(day, off or AFTER_CLOSE)), day + ONE_DAY
    return waited, day


def _walk(first: date, limit: TimeLimit, calendar: WorkCalendar, stops: Pauses) -> Counted:
    """Count day by day: calendar days, and any days when the clock was stopped."""
    counted: list[date] = []
    skipped: list[SkippedDay] = []
    day = first
    while len(counted) < limit.amount:
        why = calendar.why_off(day) if limit.unit == "working_day" else ""
        if not why and stops and stops.stands_at(_end_of(day, limit, calendar)):
            why = PAUSED
        if why:
            skipped.append(SkippedDay(day, why))
        else:
            counted.append(day)
        day += ONE_DAY
    return tuple(counted), tuple(skipped)


def _end_of(day: date, limit: TimeLimit, calendar: WorkCalendar) -> datetime:
    return calendar.closing(day) if limit.ends == "close" else calendar.midnight_after(day)


def _in_hours(local: datetime, begins: datetime, limit: TimeLimit, calendar: WorkCalendar, stops: Pauses) -> DueDate:
    """End at the earliest moment at which the amount is complete; seconds are kept."""
    counted = tuple(_hours(begins, limit, calendar, stops))
    due = counted[-1][1]
    last = (due - _A_MOMENT).date()  # the date on which the hours were complete: not the next one when that is at midnight
    consulted = [(local.year, begins.year)] if limit.receipt == "next_opening" else []
    if limit.unit == "work_hour":
        consulted.append((local.year, last.year))
    skipped = _days_without_hours(local, begins, limit, calendar, (counted, stops)) if consulted or stops else ()
    return DueDate(due, limit, counted, skipped, _provisional(calendar, consulted), due.date())


def _hours(begins: datetime, limit: TimeLimit, calendar: WorkCalendar, stops: Pauses) -> Iterator[Interval]:
    """Yield the stretches that count, the last one cut where the amount is complete."""
    left = timedelta(hours=limit.amount)
    for since, to in stops.runs_from(begins):
        for opens, closes in calendar.openings_from(since) if limit.unit == "work_hour" else ((since, to),):
            if opens >= to:
                break
            from_utc = opens.astimezone(UTC)  # elapsed time, whatever the zone's clock did meanwhile
            spent = min(left, min(closes, to).astimezone(UTC) - from_utc)
            left -= spent
            yield opens, (from_utc + spent).astimezone(calendar.zone)
            if not left:
                return
    assert stops.open_since is not None  # noqa: S101  # else the last stretch is long enough for every amount
    raise StillPaused(stops.open_since)


def _days_without_hours(
    local: datetime, begins: datetime, limit: TimeLimit, calendar: WorkCalendar, hours: tuple[tuple[Interval, ...], Pauses]
) -> tuple[SkippedDay, ...]:
    """Return the days from the receipt to the end on which nothing counted, or on which a pause cut something off."""
    counted, stops = hours
    due = counted[-1][1]
    worked = {day for since, to in counted for day in range(since.toordinal(), (to - _A_MOMENT).toordinal() + 1)}
    skipped = []
    for ordinal in range(local.toordinal(), (due - _A_MOMENT).toordinal() + 1):
        day = date.fromordinal(ordinal)
        if stops and any(stops.cuts(max(opens, begins), min(closes, due)) for opens, closes in _open_on(day, limit, calendar)):
            skipped.append(SkippedDay(day, PAUSED))
        elif ordinal not in worked:
            skipped.append(SkippedDay(day, calendar.why_off(day) or OUTSIDE_HOURS))
    return tuple(skipped)


def _open_on(day: date, limit: TimeLimit, calendar: WorkCalendar) -> tuple[Interval, ...]:
    """Return when hours of ``day`` could count."""
    if limit.unit == "work_hour":
        return calendar.openings(day)
    midnight = calendar.midnight_after(day)
    return ((midnight - ONE_DAY, midnight),)


def _provisional(calendar: WorkCalendar, years: Iterable[tuple[int, int]]) -> bool:
    """Whether a year between (first, last) that was looked at is not published."""
    return any(not calendar.published(year) for first, last in years for year in range(first, last + 1))


def _one_of(name: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        raise InvalidInput(
            f"{name} {value!r} is none of {', '.join(allowed)}",
            message=f"时限的 {name}“{value}”不认识(可用:{'、'.join(allowed)})",
        )


def _shown(counted: date | Interval) -> str:
    if isinstance(counted, tuple):
        since, to = counted
        return f"{since:%m-%d %H:%M}–{to:%H:%M}" if since.date() == to.date() else f"{since:%m-%d %H:%M}–{to:%m-%d %H:%M}"
    return f"{counted:%m-%d}"
