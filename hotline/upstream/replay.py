"""A file of messages sent again as calls, for tests, load and demonstrations (DESIGN §2).

Source = ``replay:`` and 12 digits of the file's sha256, message id = the row's number: the same file again is the same calls.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from hotline.domain.calendar import WorkCalendar
from hotline.domain.call import NewCall
from hotline.errors import InvalidInput, MessageConflict, UnreadableFile
from hotline.services.intake import BATCH, Intake
from hotline.services.rows import Receipt
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


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot become a call, and why (Chinese)."""

    row: Row
    why: str


Answer = Receipt | MessageConflict | BadRow


class Messages:
    """The messages of a file, read anew each time it is iterated: ``NewCall``, or ``BadRow`` for a row that is none.

    A message has its own time where the file has one (local where it has no offset), else ``now``. A time that
    is none, or lies ahead, is kept in ``extra["time_problem"]``: the message is worth more than its time.
    Raises ``UnreadableFile`` when the file is no table with a text or a title.
    """

    def __init__(self, path: Path, calendar: WorkCalendar, now: datetime) -> None:
        self._table: Table = read_table(path, KNOWN)
        names = self._table.headings
        self._is_export = not district_export.missing_columns(frozenset(names))
        self._title, self._text = _first(names, TITLES), _first(names, TEXTS)
        self._time, self._ident = _first(names, TIMES), _first(names, IDENTS)
        if not (self._title or self._text):
            text = f"{path.name}:没有标题或正文列(需要 title、detail、text 或 诉求内容)"
            raise UnreadableFile(f"{path.name} has no column of text", message=text)
        self._calendar, self._now = calendar, now
        self.source = source_of(path)
        self.total = self._table.total

    def __iter__(self) -> Iterator[NewCall | BadRow]:
        for row in self._table:
            try:
                yield self._exported(row) if self._is_export else self._message(row)
            except InvalidInput as wrong:
                yield BadRow(row, wrong.message)

    def _exported(self, row: Row) -> NewCall:
        call = district_export.call_of(row, self._calendar, self._now)
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
        now, written = self._now, row.text(self._time)
        if not written:
            return now, ""
        try:
            received = moment_of(row.cells[self._time], self._calendar)
        except InvalidInput as wrong:
            return now, wrong.message
        return (now, f"时间“{written[:40]}”在将来") if received > now + AHEAD else (received, "")


def read_messages(path: Path, calendar: WorkCalendar, now: datetime) -> Messages:
    """Return the messages of a file; raises ``UnreadableFile``."""
    return Messages(path, calendar, now)


def source_of(path: Path) -> str:
    """Return the source under which a file's messages are recorded."""
    with path.open("rb") as file:
        return f"replay:{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"


def send(
    messages: Messages, intake: Intake, *, rate: float | None = None, batch: int = BATCH,
    monotonic: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
) -> Iterator[list[Answer]]:  # fmt: skip
    """Send messages through the intake; yield the answers of each commit. A bad row is set aside.

    ``rate`` is calls a second, kept on average: what one commit took longer, the next wait is shorter; None = no wait.
    """
    begun, done = monotonic(), 0
    size = batch if rate is None else max(1, min(batch, int(rate * TICK)))
    rows = iter(messages)
    while part := list(islice(rows, size)):
        bad = [one for one in part if isinstance(one, BadRow)]
        for one in bad:
            set_aside(intake, messages.source, one.row, one.why)
        yield [*intake.record_many([one for one in part if isinstance(one, NewCall)]), *bad]
        done += len(part)
        if rate is not None and (ahead := done / rate - (monotonic() - begun)) > 0:
            sleep(ahead)


def _first(names: Sequence[str], wanted: Sequence[str]) -> str:
    return next((name for name in wanted if name in names), "")
