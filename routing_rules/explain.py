"""What a pack says about facts, and why: the rows that answer with the cells that held, and those that nearly did.

The result is made of texts, numbers, lists and mappings only, ready for JSON; times are in the pack's zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from hotline.domain.due import capped, due_at
from hotline.domain.facts import Facts
from routing_rules.deadlines import DeadlineRow
from routing_rules.decide import deadlines, dispatch, supervision, upstream_window
from routing_rules.pack import Pack
from routing_rules.supervising import SupervisionRow
from routing_rules.table import DecisionTable, Row

NEAR_SHOWN = 20
"""Rows that nearly fitted are told up to this many, the nearest above the answer first."""


def explain(pack: Pack, facts: Facts, *, trace: bool = False) -> dict[str, Any]:
    """Return ``{"dispatch": {…, "rule_id", "matched"}, "deadline": [{…, "rule_id", "matched"}], "supervision": […]}``.

    ``matched`` lists the answering row's cells with the fact's value; none = the row fits everything. With ``trace`` each
    answer has ``near`` too: rows above it that would have answered but for one cell, and ``near_more``, how many are not shown.
    A limit that starts at the receipt has ``due`` and ``why``; others start with what the facts do not tell. The window in
    which the office may give the order back to the platform above is the ``return_window`` that starts ``upstream_dispatch``.
    """
    window = upstream_window(pack, facts)
    limits = (*deadlines(pack, facts).values(), *((window,) if window else ()))
    return {
        "dispatch": _dispatch(pack, facts, trace),
        "deadline": [_limit(pack, facts, limit, trace) for limit in limits],
        "supervision": [_step(pack, facts, step, trace) for step in supervision(pack, facts)],
    }


def _dispatch(pack: Pack, facts: Facts, trace: bool) -> dict[str, Any]:
    said, table = dispatch(pack, facts), pack.dispatch.table
    row = table.row(said.row_id)
    return {
        "lead": said.lead,
        "lead_name": pack.unit_name(said.lead) if said.lead else "",
        "assists": list(said.assists),
        "assist_names": [pack.unit_name(unit) for unit in said.assists],
        "auto": said.auto,
        "why": said.why,
        "person": said.person,
        "unresolved": said.unresolved,
        "fallback": said.fallback,
        "confidential": said.confidential,
        "min_confidence": said.min_confidence,
        **_answer(table, row, facts, _passed_over(pack, facts, row) if trace else None),
    }


def _limit(pack: Pack, facts: Facts, limit: DeadlineRow, trace: bool) -> dict[str, Any]:
    table = pack.deadlines.upstream if limit.upstream_window else pack.deadlines.by_clock[limit.clock]
    how = limit.limit
    return {
        "clock": limit.clock,
        "amount": how.amount,
        "unit": how.unit,
        "starts": limit.starts,
        "count_from": how.count_from,
        "ends": how.ends,
        "rolls": how.rolls,
        "receipt": how.receipt,
        "extensions": limit.extensions,
        "extension_amount": limit.extension_amount,
        "returns": limit.returns,
        "pause_reasons": list(limit.pause_reasons),
        "leg_margin_hours": limit.leg_margin / timedelta(hours=1),
        "basis": limit.basis,
        **_due(pack, facts, limit),
        **_answer(table, table.row(limit.row_id), facts, () if trace else None),
    }


def _step(pack: Pack, facts: Facts, step: SupervisionRow, trace: bool) -> dict[str, Any]:
    table = pack.supervision.series[step.series]
    return {
        "step": step.step,
        "clock": step.clock,
        "when": step.when,
        "amount": step.amount,
        "unit": step.unit,
        "to": list(step.to),
        "quiet": step.quiet,
        "why": step.why,
        **_answer(table, table.row(step.row_id), facts, () if trace else None),
    }


def _due(pack: Pack, facts: Facts, limit: DeadlineRow) -> dict[str, Any]:
    """When a limit that starts at the receipt runs out; the platform's own due time caps the answer (DOMAIN.md, second tier)."""
    if limit.starts != "received":
        return {}
    found = due_at(facts.received_at, limit.limit, pack.calendar)
    due = capped(found.due, facts.upstream_due, limit.leg_margin) if limit.clock == "answer" else found.due
    why = found.why if due == found.due else f"{found.why};上级平台时限更早,按其提前至 {due:%Y-%m-%d %H:%M}"
    return {"due": due.isoformat(), "why": why, "provisional": found.provisional}


def _answer(table: DecisionTable, row: Row | None, facts: Facts, passed: Sequence[dict[str, Any]] | None) -> dict[str, Any]:
    """The row, what made it answer and, unless ``passed`` is None, what kept those above it from answering."""
    if row is None:
        return {"source": "", "confirmed": False, "rule_id": "", "matched": []}
    told: dict[str, Any] = {
        "source": row.source,
        "confirmed": row.confirmed,
        "rule_id": row.id,
        "matched": _matched(table, row, facts),
    }
    if passed is not None:
        near = [*passed, *_near(table, row, facts)]
        told |= {"near": near[:NEAR_SHOWN], "near_more": max(0, len(near) - NEAR_SHOWN)}
    return told


def _matched(table: DecisionTable, row: Row, facts: Facts) -> list[dict[str, Any]]:
    _, values = table.prepare(facts)
    cells = zip(table.inputs, row.inputs, values, strict=True)
    return [_cell(fact, cell.text, value) for fact, cell, value in cells if not cell.any]


def _near(table: DecisionTable, answered: Row, facts: Facts) -> Iterator[dict[str, Any]]:
    """Yield the rows above that fail on exactly one cell or only on their validity, the lowest first."""
    day, values = table.prepare(facts)
    for row in reversed(tuple(takewhile(lambda row: row is not answered, table.rows))):
        failed = [
            _cell(fact, cell.text, value)
            for fact, cell, value in zip(table.inputs, row.inputs, values, strict=True)
            if not cell.holds(value)
        ]
        failed.extend(_out_of_force(row, date.fromordinal(day)))
        if len(failed) == 1:
            yield {"rule_id": row.id, **failed[0]}


def _out_of_force(row: Row, day: date) -> Iterator[dict[str, Any]]:
    if day < row.valid_from:
        yield _cell("valid_from", row.valid_from.isoformat(), day)
    if day > row.valid_to:
        yield _cell("valid_to", row.valid_to.isoformat(), day)


def _passed_over(pack: Pack, facts: Facts, answered: Row | None) -> list[dict[str, Any]]:
    """Return the rows that fit, but whose lead (told as ``cell``, as the row writes it) has given the order back."""
    hits = takewhile(lambda row: row is not answered, pack.dispatch.table.hits(facts) if facts.returned_by else ())
    targets = pack.dispatch.targets
    return [{"rule_id": row.id, **_cell("returned_by", targets[row.id].lead, facts.returned_by)} for row in hits][::-1]


def _cell(fact: str, cell: str, value: Any) -> dict[str, Any]:
    return {"fact": fact, "cell": cell, "value": plain(value)}


def plain(value: Any) -> Any:
    """Write a fact's value for JSON: times as ISO 8601, sets as sorted lists."""
    match value:
        case frozenset():
            return sorted(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return value
