"""What another book answers to the same facts: where the order would go, and which limits it would have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hotline.domain.facts import Facts
from routing_rules.deadlines import DeadlineRow
from routing_rules.decide import DispatchDecision, deadlines, dispatch
from routing_rules.names import CLOCK_NAMES
from routing_rules.pack import Pack


def otherwise(then: Pack, now: Pack, facts: Facts, *, routed: bool) -> dict[str, Any] | None:
    """Return ``{"book", "lead", "row", "changes"}``: sentences on what ``now`` answers otherwise than ``then``; None = the same.

    ``routed`` = the question was also who leads, not only until when.
    """
    row = dispatch(now, facts)
    changes = [*(_route(then, now, dispatch(then, facts), row) if routed else ()), *_limits(then, now, facts)]
    if not changes:
        return None
    return {"book": now.content_hash, "lead": row.lead, "row": row.row_id, "changes": changes}


def _route(then: Pack, now: Pack, before: DispatchDecision, after: DispatchDecision) -> Iterator[str]:
    if before.lead != after.lead:
        yield f"主办:{_named(then, before.lead)} → {_named(now, after.lead)}(规则 {after.row_id})"
    if set(before.assists) != set(after.assists):
        yield f"协办:{_all(then, before)} → {_all(now, after)}(规则 {after.row_id})"
    if before.auto != after.auto:
        yield f"自动派单:{'是' if before.auto else '否'} → {'是' if after.auto else '否'}(规则 {after.row_id})"


def _limits(then: Pack, now: Pack, facts: Facts) -> Iterator[str]:
    before, after = deadlines(then, facts), deadlines(now, facts)
    for clock in dict.fromkeys((*before, *after)):
        old, new = before.get(clock), after.get(clock)
        if _terms(old) != _terms(new):
            row = f"(规则 {new.row_id})" if new else ""
            yield f"{CLOCK_NAMES[clock]}时限:{_told(old)} → {_told(new)}{row}"


def _terms(row: DeadlineRow | None) -> tuple[object, ...] | None:
    return (row.limit, row.starts, row.leg_margin) if row else None


def _told(row: DeadlineRow | None) -> str:
    if row is None:
        return "无"
    margin = f",承办提前 {row.leg_margin.total_seconds() / 3600:g} 小时" if row.leg_margin else ""
    return f"{row.limit}{margin}"


def _named(pack: Pack, code: str | None) -> str:
    return pack.unit_name(code) if code else "派单台"


def _all(pack: Pack, row: DispatchDecision) -> str:
    return "、".join(map(pack.unit_name, row.assists)) or "无"
