"""A file of messages sent again as calls, for tests, load and demonstrations (DESIGN §2).

Source = ``replay:`` and 12 digits of the file's sha256, message id = the row's number: the same file again is the same calls.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Literal

from hotline.domain.calendar import WorkCalendar
from hotline.domain.call import NewCall
from hotline.errors import HotlineError, InvalidInput, UnreadableFile
from hotline.services.intake import BATCH, Intake
from hotline.services.ports import Clock
from hotline.upstream import district_export
from hotline.upstream.excel import set_aside
from hotline.upstream.tables import Row, Table, read_table
from hotline.upstream.times import moment_of

TITLES, TEXTS = ("title", "标题", "主题", "诉求主题"), ("text", "detail", "content", "内容", "正文", "诉求内容")
TIMES = ("received_at", "time", "时间", "来电时间", "派发时间")
IDENTS = ("id", "编号")
KNOWN = frozenset((*TITLES, *TEXTS, *TIMES, *IDENTS, *district_export.COLUMNS))
AHEAD = timedelta(days=1)  # a message from later than this has a wrong time
TICK = 0.1  # seconds between two commits when a rate is asked for

Speed = float | Literal["max"]
"""Calls a second, or as fast as the store takes them."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot become a call, and why (Chinese)."""

    row: Row
    why: str


@dataclass(slots=True)
class Sent:
    """Where a replay stands: ``new`` + ``duplicates`` + ``set_aside`` = ``rows``; ``call_ids`` are those of the last commit."""

    total: int
    rows: int = 0
    new: int = 0
    duplicates: int = 0
    set_aside: int = 0
    call_ids: Sequence[str] = ()

    @property
    def sent(self) -> int:
        """Messages handed to the intake, those it knew included."""
        return self.new + self.duplicates


class Messages:
    """The messages of a file, read anew each time it is iterated: ``NewCall``, or ``BadRow`` for a row that is none.

    A message has its own time where the file has one (local where it has no offset), else the moment it is read. A time that
    is none, or lies ahead, is kept in ``extra["time_problem"]``: the message is worth more than its time.
    Raises ``UnreadableFile`` when the file is no table with a text or a title.
    """

    def __init__(self, path: Path, *, calendar: WorkCalendar, clock: Clock) -> None:
        self._table: Table = read_table(path, KNOWN)
        names = self._table.headings
        self._is_export = not district_export.missing_columns(frozenset(names))
        self._title, self._text = _first(names, TITLES), _first(names, TEXTS)
        self._time, self._ident = _first(names, TIMES), _first(names, IDENTS)
        if not (self._title or self._text):
            text = f"{path.name}:没有标题或正文列(需要 title、detail、text 或 诉求内容)"
            raise UnreadableFile(f"{path.name} has no column of text", message=text)
        self._calendar, self._clock = calendar, clock
        self.source = source_of(path)
        self.total = self._table.total

    def __iter__(self) -> Iterator[NewCall | BadRow]:
        for row in self._table:
            try:
                yield self._exported(row) if self._is_export else self._message(row)
            except InvalidInput as wrong:
                yield BadRow(row, wrong.message)

    def _exported(self, row: Row) -> NewCall:
        call = district_export.call_of(row, self._calendar, self._clock.now())
        return replace(call, source=self.source, message_id=str(row.number), channel="replay")

    def _message(self, row: Row) -> NewCall:
        if row.problem:
            raise InvalidInput("the row does not fit its headings", message=row.problem)
        received, problem = self._received(row)
        extra = {"id": row.text(self._ident), "time_problem": problem}
        return NewCall(
            source=self.source, message_id=str(row.number), received_at=received, title=row.text(self._title),
            text=row.text(self._text), channel="replay", extra={name: value for name, value in extra.items() if value},
        )  # fmt: skip

    def _received(self, row: Row) -> tuple[datetime, str]:
        now, written = self._clock.now(), row.text(self._time)
        if not written:
            return now, ""
        try:
            received = moment_of(row.cells[self._time], self._calendar)
        except InvalidInput as wrong:
            return now, wrong.message
        return (now, f"时间“{written[:40]}”在将来") if received > now + AHEAD else (received, "")


def source_of(path: Path) -> str:
    """Return the source under which a file's messages are recorded."""
    with path.open("rb") as file:
        return f"replay:{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"


def send(
    messages: Messages, intake: Intake, *, speed: Speed = "max", clock: Clock, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Sent]:
    """Send every message through the intake and yield where the replay stands after each commit.

    ``speed`` is calls a second, kept on average: what one commit took longer, the next wait is shorter.
    """
    seen, started = Sent(messages.total), clock.now()
    size = BATCH if speed == "max" else max(1, min(BATCH, int(speed * TICK)))
    rows = iter(messages)
    while batch := list(islice(rows, size)):
        seen.rows += len(batch)
        _keep_apart((one for one in batch if isinstance(one, BadRow)), messages.source, intake, seen)
        _record([one for one in batch if isinstance(one, NewCall)], intake, seen)
        yield seen
        if speed != "max" and (ahead := seen.rows / speed - (clock.now() - started).total_seconds()) > 0:
            sleep(ahead)


def _record(calls: Sequence[NewCall], intake: Intake, seen: Sent) -> None:
    answers = intake.record_many(calls)
    receipts = [answer for answer in answers if not isinstance(answer, HotlineError)]
    seen.call_ids = [receipt.call_id for receipt in receipts]
    seen.set_aside += len(answers) - len(receipts)
    seen.new += sum(receipt.created for receipt in receipts)
    seen.duplicates += sum(not receipt.created for receipt in receipts)


def _keep_apart(bad: Iterable[BadRow], source: str, intake: Intake, seen: Sent) -> None:
    for one in bad:
        set_aside(intake, source, one.row, one.why)
        seen.set_aside += 1


def _first(names: Sequence[str], wanted: Sequence[str]) -> str:
    return next((name for name in wanted if name in names), "")
