"""Past orders asked again by a draft and by the book it would replace: who would get them, when they would be due. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from routing_rules.deadlines import Clock
from routing_rules.pack import Pack
from routing_rules.rehearsal.as_of import Standing, standing
from routing_rules.rehearsal.asking import Answer, Asking, PastOrder
from routing_rules.rehearsal.figures import Move, OrderChange, Rehearsal, RowUse, Shift, spread
from routing_rules.supervising import SupervisionRow
from routing_rules.units import DESK

TOLD_EVERY = 100
_HOUR = timedelta(hours=1)

Told = Callable[[int], None]
"""Told how many orders are done."""


@dataclass(slots=True)
class _Tally:
    """What is counted while the orders pass."""

    orders: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    assists: int = 0
    auto_on: int = 0
    auto_off: int = 0
    reminders: int = 0
    known: int = 0
    agreed: list[int] = field(default_factory=lambda: [0, 0])
    shifts: dict[Clock, list[float]] = field(default_factory=dict)
    added: Counter[Clock] = field(default_factory=Counter)
    dropped: Counter[Clock] = field(default_factory=Counter)
    hits: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = field(default_factory=lambda: (Counter(), Counter()))
    changes: list[OrderChange] = field(default_factory=list)
    first: datetime | None = None
    last: datetime | None = None


def rehearse(old: Pack, new: Pack, orders: Iterable[PastOrder], *, on: date, told: Told = lambda _done: None) -> Rehearsal:
    """Return what would change for ``orders`` if ``new`` took the place of ``old``.

    Rows count that are valid on the day ``on``, whenever the orders came: a row that begins to hold next month is tried on last
    month's orders. Seasons and times of day stay those of the order.
    """
    before, after, tally = standing(old, on), standing(new, on), _Tally()
    books = Asking(before.pack, after.pack)
    for order in orders:
        _count(tally, order, *books.ask(order))
        if tally.orders % TOLD_EVERY == 0:
            told(tally.orders)
    told(tally.orders)
    return _result(tally, before, after, on)


def _count(tally: _Tally, order: PastOrder, before: Answer, after: Answer) -> None:
    tally.orders += 1
    received = order.facts.received_at
    tally.first = min(tally.first or received, received)
    tally.last = max(tally.last or received, received)
    _count_rows(tally.hits[0], before)
    _count_rows(tally.hits[1], after)
    one, two = before.goes_to, after.goes_to
    if one == two:
        tally.same[one] += 1
    else:
        tally.moves[one, two] += 1
    if order.unit is not None:
        tally.known += 1
        tally.agreed[0] += one == order.unit
        tally.agreed[1] += two == order.unit
    tally.assists += set(before.said.assists) != set(after.said.assists)
    tally.auto_on += after.said.auto and not before.said.auto
    tally.auto_off += before.said.auto and not after.said.auto
    tally.reminders += _asked(before.steps) != _asked(after.steps)
    hours = _shifted(tally, before, after)
    gained, lost = (tuple(sorted(a.due.keys() - b.due.keys())) for a, b in ((after, before), (before, after)))
    if one != two or hours or gained or lost:
        rows = (before.said.row_id, after.said.row_id)
        tally.changes.append(OrderChange(order.number, one, two, *rows, hours, gained, lost))


def _count_rows(hits: Counter[tuple[str, str]], answer: Answer) -> None:
    hits["dispatch", answer.said.row_id] += 1
    hits.update(("deadlines", row.row_id) for row in answer.limits.values())
    hits.update(("supervision", row.row_id) for row in answer.steps)


def _asked(steps: tuple[SupervisionRow, ...]) -> frozenset[tuple[object, ...]]:
    return frozenset((*row.series, row.amount, row.unit, row.to, row.quiet) for row in steps)


def _shifted(tally: _Tally, before: Answer, after: Answer) -> dict[str, float]:
    """Count what each clock does and return by how many hours the clocks of this order move; later is positive."""
    hours: dict[str, float] = {}
    for clock, was in before.due.items():
        if clock not in after.due:
            tally.dropped[clock] += 1
            continue
        moved = (after.due[clock] - was) / _HOUR
        tally.shifts.setdefault(clock, []).append(moved)
        if moved:
            hours[clock] = round(moved, 2)
    for clock in after.due.keys() - before.due.keys():
        tally.added[clock] += 1
    return hours


def _result(tally: _Tally, before: Standing, after: Standing, on: date) -> Rehearsal:
    moves = tuple(Move(one, two, n) for (one, two), n in sorted(tally.moves.items(), key=lambda item: (-item[1], item[0])))
    units = {unit for move in moves for unit in (move.old, move.new)} | tally.same.keys()
    return Rehearsal(
        old=before.pack.content_hash,
        new=after.pack.content_hash,
        on=on,
        orders=tally.orders,
        first=tally.first and tally.first.astimezone(after.pack.zone),
        last=tally.last and tally.last.astimezone(after.pack.zone),
        moves=moves,
        same=dict(tally.same.most_common()),
        assists=tally.assists,
        auto_on=tally.auto_on,
        auto_off=tally.auto_off,
        reminders=tally.reminders,
        known=tally.known,
        agreed_old=tally.agreed[0],
        agreed_new=tally.agreed[1],
        shifts=_shifts(tally, after),
        rows=_rows(tally, before, after),
        changes=tuple(sorted(tally.changes, key=lambda change: change.old == change.new)),  # who goes elsewhere first
        names={code: _name(before.pack, after.pack, code) for code in sorted(units)},
    )


def _shifts(tally: _Tally, after: Standing) -> tuple[Shift, ...]:
    seen = {*tally.shifts, *tally.added, *tally.dropped}
    order = [clock for clock in after.pack.deadlines.by_clock if clock in seen]
    found = []
    for clock in (*order, *sorted(seen.difference(order))):
        moved = tally.shifts.get(clock, [])
        found.append(
            Shift(
                clock=clock,
                orders=len(moved),
                earlier=spread([-hours for hours in moved if hours < 0]),
                later=spread([hours for hours in moved if hours > 0]),
                added=tally.added[clock],
                dropped=tally.dropped[clock],
            )
        )
    return tuple(found)


def _rows(tally: _Tally, before: Standing, after: Standing) -> tuple[RowUse, ...]:
    """How each table's rows were used; a fallback that nobody needed is no fault and is not listed."""
    old, new = tally.hits
    found = []
    for table, rows in after.rows.items():
        valid, fallbacks = rows.valid, rows.fallbacks
        found.append(
            RowUse(
                table=table,
                rows=len(valid),
                hits={row: new[table, row] for row in valid if new[table, row]},
                never=tuple(row for row in valid if not new[table, row] and row not in fallbacks),
                lost=tuple(row for row in valid if old[table, row] and not new[table, row]),
                coming=rows.coming,
                fresh=tuple(row for row in valid if row not in before.rows[table].all),
            )
        )
    return tuple(found)


def _name(old: Pack, new: Pack, code: str) -> str:
    if code == DESK:
        return "派单台"
    return new.unit_name(code) if code in new.units else old.unit_name(code)
