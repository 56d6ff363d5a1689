"""When a limit runs out, and why then: hours, office hours, working days and calendar days on a working calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from hotline.domain.calendar import ONE_DAY, Interval, SkippedDay, WorkCalendar
from hotline.errors import InvalidInput

LimitUnit = Literal["hour", "work_hour", "working_day", "calendar_day"]
LIMIT_UNITS: tuple[LimitUnit, ...] = ("hour", "work_hour", "working_day", "calendar_day")
Counted = tuple[tuple[date, ...], tuple[SkippedDay, ...]]
"""The dates that counted, and those between that did not."""
UNIT_NAMES: dict[LimitUnit, str] = {"hour": "小时", "work_hour": "个工作小时", "working_day": "个工作日", "calendar_day": "日"}
LARGEST_AMOUNT = 9_999
_LONGEST_PAUSE = 20_000  # days that may pass uncounted before a pause is taken to be a mistake

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
            allowed = f"1…{LARGEST_AMOUNT}"
            raise InvalidInput(f"amount {self.amount!r} is no whole number {allowed}", message=f"时限数量应为 {allowed} 的整数")
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


def due_at(start: datetime, limit: TimeLimit, calendar: WorkCalendar, pauses: Sequence[Interval] = ()) -> DueDate:
    """Return when ``limit`` runs out, with what counted.

    Counting starts the day after ``start`` (Civil Code, art. 201) unless the limit says otherwise; a period of calendar days
    that ends on a holiday ends on the next working day (art. 203) when ``limit.rolls``. ``pauses`` are half-open: hours leave
    them out, a day counts only if the clock runs at that day's end. Raises ``InvalidInput`` for a time without an offset and
    for a date the calendar cannot reach.
    """
    try:
        local = calendar.local(start)
        begins = calendar.next_opening(local) if limit.receipt == "next_opening" else local
        stops = _merged(pauses, calendar)
        if not limit.in_days:
            return _in_hours(local, begins, limit, calendar, stops)
        before, first = _first_day(local, begins, limit, calendar)
        if limit.unit == "working_day" and not stops:
            counted, skipped = calendar.take(first, limit.amount)
        else:
            counted, skipped = _walk(first, limit, calendar, stops)
        return _closed(limit, calendar, (local.date(), first), (counted, before + skipped))
    except OverflowError as error:
        raise InvalidInput(f"due time of {limit} from {start} is outside the calendar", message="时限超出日历范围") from error


def extended(due: DueDate, amount: int, calendar: WorkCalendar, pauses: Sequence[Interval] = ()) -> DueDate:
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


def working_time(start: datetime, end: datetime, calendar: WorkCalendar, pauses: Sequence[Interval] = ()) -> timedelta:
    """Return the office time between two moments, pauses left out; zero when ``end`` is not after ``start``."""
    spent, stops = timedelta(0), _merged(pauses, calendar)
    if end <= start:
        return spent
    for window in calendar.openings_from(start):
        if window[0] >= end:
            break
        spent += sum((to - since for since, to in _without(window[0], min(window[1], end), stops)), timedelta(0))
    return spent


def _first_day(
    local: datetime, begins: datetime, limit: TimeLimit, calendar: WorkCalendar
) -> tuple[tuple[SkippedDay, ...], date]:
    """Return the first day that may count, and the days before it that do not."""
    day = begins.date()
    waited = tuple(
        SkippedDay(date.fromordinal(ordinal), calendar.why_off(date.fromordinal(ordinal)) or OUTSIDE_HOURS)
        for ordinal in range(local.date().toordinal(), day.toordinal())
    )
    if limit.count_from == "next_day":
        return (*waited, SkippedDay(day, NOT_COUNTED_FIRST)), day + ONE_DAY
    if _end_of(day, limit, calendar) <= begins:
        return (*waited, SkippedDay(day, AFTER_CLOSE)), day + ONE_DAY
    return waited, day


def _walk(first: date, limit: TimeLimit, calendar: WorkCalendar, stops: tuple[Interval, ...]) -> Counted:
    """Count day by day: calendar days, and any days when the clock was stopped."""
    counted: list[date] = []
    skipped: list[SkippedDay] = []
    day = first
    while len(counted) < limit.amount:
        why = calendar.why_off(day) if limit.unit == "working_day" else ""
        if not why and stops:
            end = _end_of(day, limit, calendar)
            why = PAUSED if any(since <= end < to for since, to in stops) else ""
        if why:
            skipped.append(SkippedDay(day, why))
        else:
            counted.append(day)
        if len(skipped) > _LONGEST_PAUSE:
            raise InvalidInput("a pause that does not end", message="暂停时间过长")
        day += ONE_DAY
    return tuple(counted), tuple(skipped)


def _closed(limit: TimeLimit, calendar: WorkCalendar, begins: tuple[date, date], days: Counted) -> DueDate:
    """Put the end on the last counted day, rolled on if the limit says so; ``begins`` = start date and first candidate."""
    counted, skipped = days
    last, rolled_from = counted[-1], None
    if limit.unit == "calendar_day" and limit.rolls and not calendar.is_working_day(last):
        rolled_from = last
        (last,), passed = calendar.take(rolled_from, 1)
        skipped += passed[1:]
    consulted = {day.year for day in begins} if limit.receipt == "next_opening" else set()
    if limit.unit == "working_day":
        consulted.update(range(begins[1].year, last.year + 1))
    elif limit.rolls:
        consulted.update((counted[-1].year, last.year))
    provisional = not all(calendar.published(year) for year in consulted)
    return DueDate(_end_of(last, limit, calendar), limit, counted, skipped, provisional, last, rolled_from)


def _end_of(day: date, limit: TimeLimit, calendar: WorkCalendar) -> datetime:
    return calendar.closing(day) if limit.ends == "close" else calendar.midnight_after(day)


def _in_hours(
    local: datetime, begins: datetime, limit: TimeLimit, calendar: WorkCalendar, stops: tuple[Interval, ...]
) -> DueDate:
    """End at the earliest moment at which the amount is complete; seconds are kept."""
    left = timedelta(hours=limit.amount)
    windows = calendar.openings_from(begins) if limit.unit == "work_hour" else _round_the_clock(begins, stops)
    counted: list[Interval] = []
    for window in windows:
        for since, to in _without(*window, stops):
            spent = min(left, to - since)
            left -= spent
            counted.append((since, (since.astimezone(UTC) + spent).astimezone(calendar.zone)))
            if not left:
                return _hours_closed(local, limit, calendar, tuple(counted), stops)
    raise InvalidInput("a pause that does not end", message="暂停时间过长")


def _hours_closed(
    local: datetime, limit: TimeLimit, calendar: WorkCalendar, counted: tuple[Interval, ...], stops: tuple[Interval, ...]
) -> DueDate:
    due = counted[-1][1]
    skipped = [SkippedDay(since.date(), PAUSED) for since, to in stops if since < due and to > local]
    consulted = limit.unit == "work_hour" or limit.receipt == "next_opening"
    if consulted:
        worked = {since.date() for since, _ in counted}
        days = (date.fromordinal(ordinal) for ordinal in range(local.date().toordinal(), due.date().toordinal() + 1))
        for day in days:
            if day not in worked and (why := calendar.why_off(day) or (OUTSIDE_HOURS if day == local.date() else "")):
                skipped.append(SkippedDay(day, why))
    skipped.sort(key=lambda day: day.date)
    years = range(local.year, due.year + 1) if consulted else range(0)
    provisional = any(not calendar.published(year) for year in years)
    return DueDate(due, limit, counted, tuple(skipped), provisional, due.date())


def _round_the_clock(begins: datetime, stops: tuple[Interval, ...]) -> Iterator[Interval]:
    """One window that is long enough whatever the amount and however long the pauses."""
    paused = sum((to - since for since, to in stops), timedelta(0))
    yield begins, begins + timedelta(hours=LARGEST_AMOUNT) + paused + ONE_DAY


def _without(since: datetime, to: datetime, stops: tuple[Interval, ...]) -> Iterator[Interval]:
    """Yield what is left of ``[since, to)`` when the pauses are cut out of it."""
    for stop_since, stop_to in stops:
        if stop_to <= since or stop_since >= to:
            continue
        if stop_since > since:
            yield since, stop_since
        since = stop_to
    if since < to:
        yield since, to


def _merged(pauses: Sequence[Interval], calendar: WorkCalendar) -> tuple[Interval, ...]:
    """Sort pauses, join those that touch, drop empty ones."""
    merged: list[Interval] = []
    for since, to in sorted((calendar.local(since), calendar.local(to)) for since, to in pauses):
        if to <= since:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to))
        else:
            merged.append((since, to))
    return tuple(merged)


def _one_of(name: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        raise InvalidInput(f"{name} {value!r} is none of {', '.join(allowed)}", message=f"时限的 {name} 取值有误")


def _shown(counted: date | Interval) -> str:
    if isinstance(counted, tuple):
        since, to = counted
        return f"{since:%m-%d %H:%M}–{to:%H:%M}" if since.date() == to.date() else f"{since:%m-%d %H:%M}–{to:%m-%d %H:%M}"
    return f"{counted:%m-%d}"
