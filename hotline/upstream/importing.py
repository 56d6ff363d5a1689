"""The adapter ``upstream/excel``: the city's sheet is looked at first, then brought in; the same sheet again brings nothing.

A row is a message (``district_export.call_of``); what it says beyond the row before it is told by ``services.upstream_rows`` to
the dry run and to the import alike.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson

from hotline.domain.above import about_name
from hotline.domain.call import Call, NewCall
from hotline.domain.order import Order
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, NotFound
from hotline.services.books import Books
from hotline.services.import_rows import ChangedRow, FieldChange, ImportPlan, Kept, Progress, Vanished
from hotline.services.intake import BATCH, Intake
from hotline.services.known import known_upstream
from hotline.services.ports import Clock, Store
from hotline.services.upstream_rows import AS_OF, Step, last_row, sent_of, steps_of
from hotline.upstream.district_export import COLUMNS, SOURCE, call_of
from hotline.upstream.excel import import_file, open_export
from hotline.upstream.tables import Row

MARK: Final = "import:last"
"""The mark that keeps the numbers of the sheet that was brought in last, and when it was exported."""
KEPT_FOR: Final = timedelta(days=1)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
OLD_AGAIN: Final = "与较早一次导入的内容相同,不是最新内容;按已登记处理,不改变工单"
OWN_CHANGED: Final = "该办件编号已登记,内容与此前不同;本级工单请在系统内修改,不重复登记"
TWICE: Final = "表中同一编号有多行不同内容;以最后一行为准"
OLDER: Final = "本表导出时间早于已导入的表,该行不改变工单"


@dataclass(slots=True)
class _Looked:
    """The summary while it grows."""

    rows: int = 0
    new: int = 0
    unchanged: int = 0
    quiet: int = 0
    changed: list[ChangedRow] = field(default_factory=list)
    conflicts: list[tuple[int, str]] = field(default_factory=list)
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)


class SheetImports:
    """``services.import_rows.Imports`` over a store; ``folder`` keeps sheets between the look and the import."""

    def __init__(self, store: Store, clock: Clock, books: Books, intake: Intake, folder: Path) -> None:
        self._store, self._clock, self._books, self._intake, self._folder = store, clock, books, intake, folder

    def keep(self, name: str, content: bytes) -> Kept:
        """Keep a sheet for a day under its content's name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        before = self._clock.now() - KEPT_FOR
        for old in self._folder.iterdir():
            if old.is_file() and old.stat().st_mtime < before.timestamp():
                old.unlink(missing_ok=True)
        digest = hashlib.sha256(content).hexdigest()
        (self._folder / digest).write_bytes(content)
        return Kept(digest, name)

    def kept(self, digest: str, name: str) -> Path:
        """Return a kept sheet; raises ``NotFound``."""
        path = self._folder / digest
        if not _DIGEST.fullmatch(digest) or not path.is_file():
            raise NotFound("sheet", name[:80] or digest[:12])
        return path

    def look(self, path: Path, *, as_of: datetime | None = None, name: str = "") -> ImportPlan:
        """Return what bringing it in would do; nothing is changed."""
        table, looked, at = open_export(path), _Looked(), as_of or self._clock.now()
        rows = iter(table)
        while batch := list(islice(rows, BATCH)):
            self._look_at(batch, at, looked)
        last = self._last()
        return ImportPlan(
            file=name or path.name, rows=looked.rows, as_of=at, new=looked.new, unchanged=looked.unchanged, quiet=looked.quiet,
            changed=looked.changed, conflicts=looked.conflicts, set_aside=looked.set_aside,
            vanished=self._vanished(last.get("numbers", ()), looked.numbers),
            unknown_headings=tuple(one for one in table.headings if one and one not in COLUMNS),
            missing_headings=tuple(one for one in COLUMNS if one not in table.headings),
            last=datetime.fromisoformat(last["as_of"]) if last else None,
        )  # fmt: skip

    def bring(
        self, path: Path, *, as_of: datetime | None = None, name: str = "", by: Actor,
        told: Progress = lambda _done, _total: None,
    ) -> Mapping[str, Any]:  # fmt: skip
        """Bring it in; returns the report as JSON-able values."""
        now = self._clock.now()
        if as_of is not None and as_of > now:
            raise InvalidInput("exported in the future", message="导出时间不能晚于现在")
        numbers: dict[str, None] = {}
        report = import_file(
            path, self._intake, self._books.current(), now=now, told=told, known=partial(known_upstream, self._store),
            stamp=lambda call: _stamped(call, as_of or now, by), refused=self._refused, seen=numbers,
        )  # fmt: skip
        with self._store.write() as work:
            kept = {"as_of": (as_of or now).isoformat(), "by": by.name, "file": name or path.name, "numbers": list(numbers)}
            work.marks.set_mark(MARK, orjson.dumps(kept).decode())
            work.commit()
        return report.as_dict()

    def _look_at(self, batch: Sequence[Row], as_of: datetime, looked: _Looked) -> None:
        calls = list(self._good(batch, as_of, looked))
        numbers = list(dict.fromkeys(str(call.number) for _, call in calls))
        with self._store.read() as work:
            known = work.calls.by_message([(call.source, call.message_id) for _, call in calls])
            under = work.calls.under(numbers)
            orders = work.orders.by_upstream([call.upstream_no for _, call in calls if call.upstream_no])
        for number, call in calls:
            name = str(call.number)
            if name in looked.numbers and looked.numbers[name] != call.message_id:
                looked.conflicts.append((number, TWICE))
            else:
                self._weigh(number, call, known.get((call.source, call.message_id)), under.get(name, []), orders, looked)
            looked.numbers[name] = call.message_id

    def _weigh(
        self, row: int, call: NewCall, same: Call | None, under: Sequence[Call], orders: Mapping[str, Order], looked: _Looked
    ) -> None:
        """Put a row where it belongs in the summary."""
        last = last_row(under)
        if same is not None:
            old = last is not None and last.id != same.id
            looked.conflicts += [(row, OLD_AGAIN)] if old else []
            looked.unchanged += not old
        elif last is None:
            looked.new += 1
        elif call.upstream_no is None:
            looked.conflicts.append((row, OWN_CHANGED))
        elif last.new.source == SOURCE and sent_of(last) > datetime.fromisoformat(call.extra[AS_OF]):
            looked.conflicts.append((row, OLDER))
        elif steps := steps_of(self._books.current(), last.new, call):
            order = orders.get(call.upstream_no)
            looked.changed.append(ChangedRow(row, call.upstream_no, order.id if order else "", [_told(one) for one in steps]))
        else:
            looked.quiet += 1

    def _good(self, batch: Sequence[Row], as_of: datetime, looked: _Looked) -> Iterator[tuple[int, NewCall]]:
        pack, now = self._books.current(), self._clock.now()
        for row in batch:
            looked.rows += 1
            try:
                call = call_of(row, pack.calendar, now)
            except InvalidInput as wrong:
                looked.set_aside.append((row.number, wrong.message))
                continue
            yield row.number, replace(call, extra={**call.extra, AS_OF: as_of.isoformat()})

    def _refused(self, calls: Sequence[NewCall]) -> Mapping[str, str]:
        """Return why messages are not brought in, by id: an order of our own is not made again when its row changes."""
        own = [call for call in calls if call.upstream_no is None and call.number]
        if not own:
            return {}
        with self._store.read() as work:
            under = work.calls.under([str(call.number) for call in own])
        known = {number: {one.new.message_id for one in found} for number, found in under.items()}
        return {
            call.message_id: OWN_CHANGED for call in own
            if known.get(str(call.number)) and call.message_id not in known[str(call.number)]
        }  # fmt: skip

    def _last(self) -> Mapping[str, Any]:
        with self._store.read() as work:
            mark = work.marks.mark(MARK)
        return orjson.loads(mark) if mark else {}

    def _vanished(self, before: Sequence[str], now: Mapping[str, str]) -> list[Vanished]:
        gone = [number for number in before if number not in now]
        with self._store.read() as work:
            orders = work.orders.by_upstream(gone) if gone else {}
        return [Vanished(number, order.id, order.title) for number, order in orders.items() if order.open]


def _stamped(call: NewCall, as_of: datetime, by: Actor) -> NewCall:
    return replace(call, extra={**call.extra, AS_OF: as_of.isoformat()}, recorded_by=call.recorded_by or by.name)


def _told(step: Step) -> FieldChange:
    return FieldChange(step.column, step.before[:200], step.after[:200], about_name(step.about))
