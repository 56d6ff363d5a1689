"""The district's export of 18 columns (DOMAIN.md, "A work order's fields"): one row becomes one message."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from hotline.domain.calendar import WorkCalendar
from hotline.domain.call import MAX_FIELD, MAX_TEXT, Caller, NewCall
from hotline.errors import InvalidInput
from hotline.upstream.cells import Cell, text_of
from hotline.upstream.tables import Row
from hotline.upstream.times import due_of, moment_of

SOURCE: Final = "upstream:excel"
NUMBER, OWN_NUMBER, TITLE, TEXT = "市级编号", "办件编号", "诉求主题", "诉求内容"
NAME, PHONE, SENT, DUE = "诉求人", "诉求人电话", "派发时间", "承诺完成时间"
COLUMNS: Final = (
    "序号", OWN_NUMBER, "办件来源", NUMBER, TITLE, TEXT, "办理单位", "办理科室", NAME, PHONE, "处理结果", "事项大类", "事项小类",
    SENT, DUE, "办件状态", "派单员", "预警状态",
)  # fmt: skip
NEEDED: Final = (TEXT, SENT)
ONE_OF: Final = (NUMBER, OWN_NUMBER)
FIELDS: Final = frozenset({NUMBER, TITLE, TEXT, NAME, PHONE, DUE, SENT})
"""Columns with a place in a message; the others are kept in ``extra``."""
UNSTEADY: Final = frozenset({"序号", "预警状态"})
"""Change with the export and the day, not with the order: no part of a row's content."""
SAID: Final = (TITLE, TEXT, NAME, PHONE, SENT, DUE)
AHEAD = timedelta(days=1)  # a dispatch later than this is a wrong date, not a clock that is fast
HASH_DIGITS = 16
_Reads = Callable[[Cell, WorkCalendar], datetime]
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")


def missing_columns(headings: frozenset[str]) -> list[str]:
    """Return the needed columns that are not there, in Chinese."""
    missing = [name for name in NEEDED if name not in headings]
    return missing if headings & set(ONE_OF) else [*missing, "或".join(ONE_OF)]


def call_of(row: Row, calendar: WorkCalendar, now: datetime | None) -> NewCall:
    """Return the message in a row; its id is the order's number and the row's content (DESIGN §2, issue 5).

    Raises ``InvalidInput``, ``message`` naming the column, for a row that cannot become one.
    """
    if row.problem:
        raise InvalidInput("the row does not fit its headings", message=row.problem)
    number, own = _number(row, NUMBER), _number(row, OWN_NUMBER)
    if not (number or own):
        raise InvalidInput("no number", message=f"{NUMBER}和{OWN_NUMBER}都为空")
    received = _received(row, calendar, now)
    due = _in_column(DUE, due_of, row.cells[DUE], calendar) if row.text(DUE) else None
    # a row without the city's number is an order of this district itself: its later state is ours to know, not news
    content = [name for name in COLUMNS if name not in UNSTEADY] if number else SAID
    times = {SENT: received.isoformat(), DUE: due.isoformat() if due else ""}
    return NewCall(
        source=SOURCE, message_id=f"{number or own}:{_digest([times.get(name, row.text(name)) for name in content])}",
        received_at=received, text=row.text(TEXT), title=row.text(TITLE), channel="excel", caller=_caller(row),
        upstream_no=number or None, upstream_due=due, extra=_extra(row),
    )  # fmt: skip


def as_text(row: Row) -> Mapping[str, str]:
    """Return a row as plain values, to be kept where it cannot be imported."""
    return {name: text for name, cell in row.cells.items() if (text := text_of(cell))} or {"": row.raw}


def _received(row: Row, calendar: WorkCalendar, now: datetime | None) -> datetime:
    received = _in_column(SENT, moment_of, row.cells.get(SENT, ""), calendar)
    if now is not None and received > now + AHEAD:
        raise InvalidInput(f"sent in the future: {received}", message=f"{SENT}“{row.text(SENT)[:40]}”在将来")
    return received


def _in_column(name: str, read: _Reads, cell: Cell, calendar: WorkCalendar) -> datetime:
    try:
        return read(cell, calendar)
    except InvalidInput as wrong:
        raise InvalidInput(f"{name}: {wrong}", message=f"{name}:{wrong.message}") from wrong


def _number(row: Row, name: str) -> str:
    """Return a number; one that a spreadsheet rounded is refused: it would name another order."""
    cell, text = row.cells.get(name, ""), row.text(name)
    if (isinstance(cell, float) and cell >= 10**15) or _ROUNDED.fullmatch(text):
        raise InvalidInput(f"{name} was rounded", message=f"{name}“{text}”被 Excel 存成了数字,末几位已失真;请按文本格式重新导出")
    return text


def _caller(row: Row) -> Caller:
    name, phone = row.text(NAME), row.text(PHONE)
    if max(len(name), len(phone)) > MAX_FIELD:
        raise InvalidInput("caller is too long", message=f"{NAME}或{PHONE}超过 {MAX_FIELD} 字")
    return Caller(name=name, phone=phone if any(char.isdigit() for char in phone) else "")


def _extra(row: Row) -> dict[str, str]:
    extra = {name: text for name in row.cells if name not in FIELDS and (text := row.text(name))}
    if sum(map(len, extra.values())) > MAX_TEXT:
        raise InvalidInput("the rest of the row is too long", message=f"其余各列合计超过 {MAX_TEXT} 字")
    return extra


def _digest(values: list[str]) -> str:
    return hashlib.sha256("\x1f".join(values).encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]
