"""Which steps of supervision are due for an order: by the pack's table, or by the bands where the pack has none.

预警、催办、督办、提级、问题工单 (DOMAIN.md). A step is marked once for (round, clock, step, due time), so that whoever sweeps how
often writes it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from hotline.domain.applications import Asks
from hotline.domain.bands import CLOCK_OF_STAGE, order_band, running_due
from hotline.domain.conditions import pending
from hotline.domain.moments import after, before
from hotline.domain.order import Flag, Order
from hotline.domain.transitions import STAGES
from hotline.services.allowances import CLOCK_OF
from hotline.services.clocks import facts_of
from hotline.services.due_step import DueStep
from hotline.services.person_steps import by_persons
from routing_rules.approvals import DECISION_CLOCKS
from routing_rules.deadlines import STARTS_BY_DEFAULT, Start
from routing_rules.decide import supervision
from routing_rules.pack import Pack
from routing_rules.supervising import Step, SupervisionRow

PROBLEM_ROUNDS: Final = 3
"""Reopened so often → escalated, in a pack without a table (巴彦淖尔's practice, DOMAIN.md)."""
ONCE: Final = "-"
"""In the place of round and clock in the mark of what is counted over the whole order."""


def due_steps(pack: Pack, order: Order, now: datetime) -> Iterator[DueStep]:
    """Yield the steps that an open order needs now and has not had."""
    steps = _by_table(pack, order, now) if pack.supervision.rows else _by_bands(pack, order, now)
    for step in (*steps, *by_persons(pack, order, now)):
        if step.mark not in order.steps:
            yield replace(step, to=tuple(one for one in step.to if one not in order.recused) or ("office",))


# -- by the pack's table -----------------------------------------------------------------------------------------------
def _by_table(pack: Pack, order: Order, now: datetime) -> Iterator[DueStep]:
    quiet = pack.settings.quiet
    night = quiet is not None and quiet.ends(now, pack.zone) > now
    for row in supervision(pack, facts_of(order)):
        if row.quiet and night:
            continue
        if row.clock is None:
            if _counted(order, row) >= row.amount:
                yield _step(pack, order, row, f"{ONCE}|{ONCE}|{row.step}|{row.when}")
        elif (due := _running(order, row.clock)) is not None and _has_come(pack, order, row, due, now):
            yield _step(pack, order, row, _mark(order, row.clock, row.step, due), due)


def _step(pack: Pack, order: Order, row: SupervisionRow, mark: str, due: datetime | None = None) -> DueStep:
    to = dict.fromkeys(_told(pack, order, name) for name in row.to)
    return DueStep(step=row.step, mark=mark, why=row.why, to=tuple(to), clock=row.clock, due=due, row=row.row_id)


def _mark(order: Order, clock: str, step: Step, due: datetime) -> str:
    return f"{order.round}|{clock}|{step}|{due.isoformat()}"


def _counted(order: Order, row: SupervisionRow) -> int:
    return order.round - 1 if row.when == "reopened" else len(order.held_by | order.returned_by)


def _has_come(pack: Pack, order: Order, row: SupervisionRow, due: datetime, now: datetime) -> bool:
    """Whether the row's moment is here; what is to be said before the due time is not said after it."""
    if row.when == "after":
        return now >= due and now >= after(due, row.amount, row.unit, pack.calendar)  # type: ignore[arg-type]  # a time's unit
    if now >= due:
        return False
    if row.when == "before":
        return now >= before(due, row.amount, row.unit, pack.calendar)  # type: ignore[arg-type]  # a time's unit
    started = _started(pack, order, str(row.clock))
    return started is not None and due - now <= (due - started) * row.amount / 100


def _told(pack: Pack, order: Order, name: str) -> str:
    """Return the unit's code or the role behind a name of ``->to``; held by nobody = the desk, nobody above = the office."""
    if name == "unit":
        return order.unit or "desk"
    if name == "parent":
        above = (unit.code for unit in pack.units.above(order.unit or ""))
        return next((code for code in above if code not in order.recused), "office")
    return name


# -- the clocks that run -----------------------------------------------------------------------------------------------
_AT_DESK: Final = frozenset({"desk"})
_HELD: Final = frozenset({"sign", "handling"})
_RUNS: Final[Mapping[str, Callable[[Order, str], bool]]] = {
    "dispatch": lambda order, stage: stage in _AT_DESK and order.first_dispatched_at is None,
    "sign": lambda _order, stage: stage == "sign",
    "contact": lambda order, stage: stage in _HELD and order.contacted_at is None,
    "answer": lambda order, stage: stage in _AT_DESK | _HELD and Flag.RECTIFYING not in order.flags,
    "return_window": lambda _order, stage: stage in _HELD,
    "return_decision": lambda order, _stage: Flag.RETURN_ASKED in order.flags,
    "extension": lambda order, _stage: pending(order, Asks.EXTENSION) is not None,
    "review": lambda _order, stage: stage == "review",
    "callback": lambda _order, stage: stage == "callback",
    # Only a bad rating that was found reasonable is supervised (朝阳's practice, DOMAIN.md).
    "rectification": lambda order, stage: stage in _HELD and Flag.RECTIFYING in order.flags,
}


def _running(order: Order, clock: str) -> datetime | None:
    """Return the due time of a clock that still runs; a paused order's clocks stand still, the decisions on it do not."""
    runs = _RUNS.get(clock)
    still = Flag.PAUSED in order.flags and clock not in DECISION_CLOCKS
    if runs is None or still or not runs(order, STAGES.get(order.state, "")):
        return None
    return order.due.get(clock)


def _started(pack: Pack, order: Order, clock: str) -> datetime | None:
    """When a clock started, by the row that gave it, or as such clocks start where that row is gone from the book."""
    limit = pack.deadlines.limits.get(order.due_rows.get(clock, ""))
    starts: Start = limit.starts if limit else STARTS_BY_DEFAULT[clock]  # type: ignore[index]  # a clock of the table
    known: Mapping[Start, datetime | None] = {
        "received": order.round_began_at, "upstream_dispatch": order.round_began_at,
        "first_dispatch": order.first_dispatched_at, "leg_dispatch": order.dispatched_at,
        "answered": order.answered_at, "signed_off": order.answered_at, "rated": order.rated_at,
        "applied": next((one.at for one in order.applications if CLOCK_OF.get(one.asks.value) == clock), None),
    }  # fmt: skip
    return known.get(starts)


# -- without a table ---------------------------------------------------------------------------------------------------
def _by_bands(pack: Pack, order: Order, now: datetime) -> Iterator[DueStep]:
    """The running clock's band: warned when urgent, escalated when overdue; escalated when reopened too often. At any hour."""
    band, due = order_band(order, now, pack.settings.bands), running_due(order)
    clock = CLOCK_OF_STAGE.get(STAGES.get(order.state, ""), "")
    if due is not None and band == "overdue":
        mark = _mark(order, clock, "escalate", due)
        yield DueStep(step="escalate", mark=mark, why="超期", to=("supervisor",), clock=clock, due=due)
    if due is not None and band == "urgent":
        mark = _mark(order, clock, "warn", due)
        yield DueStep(step="warn", mark=mark, why="将到期", to=(_told(pack, order, "unit"),), clock=clock, due=due)
    if order.round > PROBLEM_ROUNDS and Flag.ESCALATED not in order.flags:
        why = f"重办 {order.round - 1} 次"
        yield DueStep(step="escalate", mark=f"{ONCE}|{ONCE}|escalate|reopened", why=why, to=("supervisor",))
