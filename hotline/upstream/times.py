"""Times as people and spreadsheets write them: ``2025/1/3 9:05``, ``2025年1月3日``, ISO 8601, Excel's day numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn

from hotline.domain.calendar import WorkCalendar
from hotline.errors import InvalidInput
from hotline.upstream.cells import Cell, text_of

EARLIEST, LATEST = 1990, 2100  # years: a date outside is a slip of the pen
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's day 0; its wrong 29 February 1900 lies before any day read here
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
_WRITTEN = re.compile(
    r"(?P<year>\d{4}) ?[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2}) ?日?"
    r"(?:(?:T| *,? *)(?P<half>上午|下午|中午|晚上|凌晨|早上|AM|PM)? ?(?P<hour>\d{1,2}) ?[:时点] ?(?:(?P<minute>\d{1,2}) ?分?)?"
    r"(?::? ?(?P<second>\d{1,2})(?:\.\d+)? ?秒?)?(?: ?(?P<half_after>AM|PM))? ?(?P<offset>Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_AFTERNOON = frozenset({"下午", "晚上", "PM"})
_MORNING = frozenset({"上午", "凌晨", "早上", "AM"})


def moment_of(cell: Cell, calendar: WorkCalendar) -> datetime:
    """Return the instant a cell names, in UTC; a date alone is its midnight, a time without offset the calendar's zone's.

    Raises ``InvalidInput`` with the value in its message.
    """
    return _aware(_naive(cell), calendar)


def due_of(cell: Cell, calendar: WorkCalendar) -> datetime:
    """Return the due time a cell names, in UTC; a date alone means the close of business on it (so does its midnight,
    which is how a spreadsheet hands a date on). Raises ``InvalidInput``.
    """
    found = _naive(cell)
    if found.tzinfo is None and found.time() == time():
        return calendar.closing(found.date()).astimezone(UTC)
    return _aware(found, calendar)


def _aware(found: datetime, calendar: WorkCalendar) -> datetime:
    return (found if found.tzinfo else found.replace(tzinfo=calendar.zone)).astimezone(UTC)


def _naive(cell: Cell) -> datetime:
    """Return the time as written: naive unless an offset was written with it."""
    if isinstance(cell, datetime):
        found = cell
    elif isinstance(cell, date):
        found = datetime.combine(cell, time())
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
        found = _of_number(cell)
    elif isinstance(cell, str):
        found = _of_text(cell)
    else:
        _refuse(cell)
    if not EARLIEST <= found.year <= LATEST:
        _refuse(cell)
    return found


def _of_number(number: float) -> datetime:
    if 10_000 <= number < 100_000:
        # a day number is a float of days: anything finer than a second is rounding
        return _EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))
    return _of_text(text_of(number))


def _of_text(text: str) -> datetime:
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if _SERIAL.fullmatch(plain):
        return _of_number(float(plain))
    compact, written = _COMPACT.fullmatch(plain), _WRITTEN.fullmatch(plain)
    try:
        if written:
            return _of_parts(written)
        if compact:
            return datetime(*(int(part) for part in compact.groups() if part))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        _refuse(text)
    return _refuse(text)


def _of_parts(parts: re.Match[str]) -> datetime:
    hour = int(parts["hour"] or 0)
    half = (parts["half"] or parts["half_after"] or "").upper()
    if half in _AFTERNOON and hour < 12:
        hour += 12
    if half in _MORNING and hour == 12:
        hour = 0
    offset = datetime.strptime(parts["offset"], "%z").tzinfo if parts["offset"] else None
    return datetime(
        int(parts["year"]), int(parts["month"]), int(parts["day"]), hour, int(parts["minute"] or 0), int(parts["second"] or 0),
        tzinfo=offset,
    )  # fmt: skip


def _refuse(cell: Cell) -> NoReturn:
    shown = text_of(cell)[:40]
    raise InvalidInput(f"{shown!r} is no date", message=f"时间“{shown}”无法识别" if shown else "时间为空")
