"""What a row of the city's sheet says that the row before it did not: the dry run tells it, the import does it.

A row is a message whose content is its own, so that the same row again is the same message; what is new in it follows from the
rows that came before under its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from hotline.domain.above import About
from hotline.domain.call import Call, NewCall
from routing_rules.pack import Pack

CHANNEL: Final = "excel"
STATE: Final = "办件状态"
DUE: Final = "承诺完成时间"
AS_OF: Final = "导出时间"
"""Under these names ``extra`` keeps the city's state, and when the sheet was exported."""
QUIET: Final = frozenset({"序号", "预警状态", AS_OF, "派单员", "办理科室", "办理单位", "处理结果"})
"""Columns that change with the export, or that stand there because we filled them in: no news."""
WORDS: Final = (("诉求主题", "title"), ("诉求内容", "text"))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a row says: the kind of message, what belongs to it, and the change in Chinese (column, before, after)."""

    about: str
    data: Mapping[str, Any] = field(default_factory=dict)
    due: datetime | None = None
    column: str = ""
    before: str = ""
    after: str = ""


def is_row(new: NewCall) -> bool:
    """Whether a message is a row of the city's sheet."""
    return new.channel == CHANNEL and not new.about


def sent_of(call: Call) -> datetime:
    """Return when a message was said: a row at its export, else when it was imported; any other message at its own time."""
    if not is_row(call.new):
        return call.new.received_at
    as_of = call.new.extra.get(AS_OF, "")
    return datetime.fromisoformat(as_of) if as_of else call.recorded_at


def last_row(under: Sequence[Call], before: Call | None = None) -> Call | None:
    """Return the newest message among those under a number that a row is compared with: the last row, or what began the order.

    ``before`` is the row itself: rows exported after it are nothing it changed.
    """
    rows = [one for one in under if is_row(one.new) and one is not before and (before is None or one.id != before.id)]
    if rows:
        return max(rows, key=lambda one: (sent_of(one), one.recorded_at, one.id))
    first = [one for one in under if not one.new.about and (before is None or one.id != before.id)]
    return first[0] if first else None


def steps_of(pack: Pack, old: NewCall | None, new: NewCall) -> list[Step]:
    """Return what a row says beyond the message before it: the due time first, then the state, then everything else."""
    if old is None:
        return []
    state = list(_state(pack, old, new))
    redone = any(one.about == About.REDO for one in state)  # the new due time is that of the new round
    return [*(() if redone else _due(pack.zone, old, new)), *state, *_rest(old, new)]


def _due(zone: ZoneInfo, old: NewCall, new: NewCall) -> Iterator[Step]:
    if new.upstream_due is None or new.upstream_due == old.upstream_due:
        return
    before = _moment(old.upstream_due, zone)
    yield Step(About.CHANGE_DUE, due=new.upstream_due, column=DUE, before=before, after=_moment(new.upstream_due, zone))


def _state(pack: Pack, old: NewCall, new: NewCall) -> Iterator[Step]:
    before, after = old.extra.get(STATE, ""), new.extra.get(STATE, "")
    if not after or after == before:
        return
    row = pack.upstream_states.of(after)
    if row is not None and not row.about:
        return
    about = row.about if row is not None else About.SUPPLEMENT
    data = {"state": after, **({"row": row.id} if row is not None else {})}
    due = new.upstream_due if about == About.REDO else None
    yield Step(about, data, due, column=STATE, before=before, after=after)


def _rest(old: NewCall, new: NewCall) -> Iterator[Step]:
    """What else changed, as one supplement; a column that the message before did not have at all is no change."""
    changed = [(name, getattr(old, key), getattr(new, key)) for name, key in WORDS]
    changed += [("诉求人", old.caller.name, new.caller.name), ("诉求人电话", old.caller.phone, new.caller.phone)]
    if is_row(old):
        names = (name for name in {**old.extra, **new.extra} if name not in QUIET | {STATE})
        changed += [(name, old.extra.get(name, ""), new.extra.get(name, "")) for name in names]
    for name, before, after in changed:
        if before != after:
            yield Step(About.SUPPLEMENT, {"column": name}, column=name, before=before, after=after)


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
