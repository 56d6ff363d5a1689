"""Steps that no row of the table says: an urgent order waits for a person 确认, and a written supervision 督办 for its reply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from hotline.domain.order import Flag, Order
from hotline.services.due_step import DueStep
from routing_rules.pack import Pack

LOUD: Final = 2
"""From this reminder on the whole office is told."""


def by_persons(pack: Pack, order: Order, now: datetime) -> Iterator[DueStep]:
    """Yield what is due because a person has not done what only a person can."""
    yield from _unacknowledged(pack.settings.acknowledge_minutes, order, now)
    if order.supervised_due is not None and now >= order.supervised_due:
        mark = f"{order.round}|supervised|escalate|{order.supervised_due.isoformat()}"
        why, to = "督办逾期未回复", ("supervisor", order.unit or "desk")
        yield DueStep(step="escalate", mark=mark, why=why, to=to, due=order.supervised_due)


def _unacknowledged(minutes: int, order: Order, now: datetime) -> Iterator[DueStep]:
    """The reminders go on until a person acknowledges, the time between them doubling; a sweep that comes late sends the last."""
    if minutes == 0 or Flag.UNACKNOWLEDGED not in order.flags:
        return
    limit, times = timedelta(minutes=minutes), 0
    while order.created_at + limit * 2 ** (times + 1) <= now:
        times += 1
    if now < order.created_at + limit:
        return
    mark, why = f"-|acknowledge|{times}", f"紧急工单 {minutes * 2**times} 分钟无人确认"
    office = ("desk", "supervisor", *(("office",) if times >= LOUD else ()))
    to = (*office, order.holder) if order.holder else office
    yield DueStep(step="acknowledge", mark=mark, why=why, to=to, due=order.created_at + limit)
