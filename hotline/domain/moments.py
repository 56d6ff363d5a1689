"""A moment so and so long before or after a due time, in the units of limits: when to remind of it and when to escalate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from hotline.domain.calendar import ONE_DAY, Interval, WorkCalendar
from hotline.domain.due import LimitUnit, TimeLimit, due_at
from hotline.errors import InvalidInput

_FARTHEST_DAYS = 4_000  # that are looked back over


def after(due: datetime, amount: int, unit: LimitUnit, calendar: WorkCalendar) -> datetime:
    """Return when ``amount`` (from 0) has passed since ``due``, as a limit that starts there; in the calendar's zone."""
    return calendar.local(due) if amount == 0 else due_at(due, TimeLimit(amount, unit), calendar).due


def before(due: datetime, amount: int, unit: LimitUnit, calendar: WorkCalendar) -> datetime:
    """Return when ``amount`` (from 0) is left until ``due``, in the calendar's zone.

    Days keep the due time's time of day: one working day before Monday 17:00 is Friday 17:00.
    """
    local = calendar.local(due)
    if amount == 0:
        return local
    if unit == "hour":
        return (local.astimezone(UTC) - timedelta(hours=amount)).astimezone(calendar.zone)
    if unit == "work_hour":
        return _opened_before(local, timedelta(hours=amount), calendar)
    days = (day for day in _days_before(local.date()) if unit == "calendar_day" or calendar.is_working_day(day))
    day = next((day for place, day in enumerate(days, start=1) if place == amount), None)
    if day is None:
        raise InvalidInput(f"fewer than {amount} days before {due}", message="日历中没有足够的工作日")
    return datetime.combine(day, local.timetz())


def _opened_before(due: datetime, left: timedelta, calendar: WorkCalendar) -> datetime:
    for since, to in _openings_before(due, calendar):
        if to - since >= left:
            return to - left
        left -= to - since
    raise InvalidInput(f"fewer office hours before {due}", message="日历中没有可用的办公时间")


def _openings_before(due: datetime, calendar: WorkCalendar) -> Iterator[Interval]:
    """Yield the openings that begin before ``due``, the last first, cut there."""
    for day in (due.date(), *_days_before(due.date())):
        for since, to in reversed(calendar.openings(day)):
            if since < due:
                yield since, min(to, due)


def _days_before(day: date) -> Iterator[date]:
    for back in range(1, _FARTHEST_DAYS):
        yield day - back * ONE_DAY
