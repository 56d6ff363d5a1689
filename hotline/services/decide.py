"""What the machine proposes for one call, and whether it may act on it without a person. Pure: pack and reading in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hotline.domain.call import NewCall
from hotline.domain.facts import Facts, Kind
from hotline.domain.order import Suggestion
from hotline.domain.reading import Candidate, Reading
from hotline.services.several import several_matters
from routing_rules.decide import DispatchDecision, dispatch, not_accepted
from routing_rules.pack import Pack

SHOWN = 5  # candidates kept for the desk
ASKED = 3  # categories whose rows are asked for candidates
LONGEST_CODE = 20  # characters; what is longer is a text and no code
LIKELY = 0.5
LEAST = 0.05  # a candidate below is not worth showing (UX.md)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What model and table say of a call. ``why_desk`` is empty when ``goes_out``; otherwise it says why a person decides."""

    facts: Facts
    row: DispatchDecision
    suggestions: tuple[Suggestion, ...]
    goes_out: bool
    why_desk: str


def propose(pack: Pack, new: NewCall, reading: Reading, *, returned_by: frozenset[str] = frozenset()) -> Proposal:
    """Return the proposal for ``new`` as ``reading`` has it; the table decides the lead, the model's units are evidence."""
    facts = facts_of(new, reading, returned_by)
    row = dispatch(pack, facts)
    suggestions = tuple(_suggestions(pack, facts, row, reading))[:SHOWN]
    why = _why_desk(pack, new, reading, row)
    return Proposal(facts=facts, row=row, suggestions=suggestions, goes_out=not why, why_desk=why)


def facts_of(new: NewCall, reading: Reading, returned_by: frozenset[str] = frozenset()) -> Facts:
    """Return the facts that the tables are asked with."""
    kind: Kind = reading.kind  # type: ignore[assignment]  # the model's labels are the six kinds
    return Facts(
        received_at=new.received_at, category=reading.first.label, kind=kind, urgency=reading.urgency,
        place=reading.place.path if reading.place and not reading.place.others else None,
        estate=reading.place.estate if reading.place and not reading.place.others else None,
        channel=new.channel, origin=new.origin, caller_kind=_caller_kind(new),
        confidential=reading.confidential, vulnerable=reading.vulnerable,
        reply_needed=reading.reply_needed and not new.caller.anonymous, returned_by=returned_by, accused=reading.accused,
        upstream_due=new.upstream_due, confidence=reading.first.confidence, words=reading.words,
    )  # fmt: skip


def _caller_kind(new: NewCall) -> str | None:
    """What kind of caller the platform says it is, where its message has a code for it."""
    kind = new.extra.get("caller_kind", "").strip()
    return kind if 0 < len(kind) <= LONGEST_CODE else None


def _suggestions(pack: Pack, facts: Facts, row: DispatchDecision, reading: Reading) -> Iterator[Suggestion]:
    """Yield candidates, most likely first: the row's lead, the rows of the next categories, the model's own units."""
    barred = facts.returned_by | {facts.accused}
    likely = {one.label: one.confidence for one in reading.unit}
    found: dict[str, Suggestion] = {}
    for candidate in reading.category[:ASKED]:
        if candidate.confidence < LEAST and candidate is not reading.category[0]:
            break
        other = row if candidate is reading.category[0] else dispatch(pack, replace(facts, category=candidate.label))
        if other.lead is None or other.fallback or other.lead in found:
            continue
        found[other.lead] = Suggestion(
            unit=other.lead, confidence=likely.get(other.lead, candidate.confidence), row=other.row_id, why=other.why
        )
    for one in reading.unit:
        if one.label not in found and one.label in pack.units and one.label not in barred:
            found[one.label] = Suggestion(unit=one.label, confidence=one.confidence, row=None, why="模型依据历史派单推荐")
    # The table decides the lead (DESIGN §2): its row stays first where the category itself is more likely than not.
    likely_class = not reading.unsure or reading.first.confidence >= LIKELY
    ranked = sorted(found.values(), key=lambda one: -one.confidence)
    first = [one for one in ranked if one.unit == row.lead and likely_class and not row.fallback]
    yield from first
    yield from (one for one in ranked if one not in first and one.confidence >= LEAST)


def _why_desk(pack: Pack, new: NewCall, reading: Reading, row: DispatchDecision) -> str:
    """Return the first reason for a person to decide, in Chinese; empty when the order may go out (DESIGN §2)."""
    refused = not_accepted(pack, f"{new.title}\n{new.text}")
    reasons = (
        (new.direct_answer != "", "坐席已直接答复"),
        (bool(reading.emergency), f"疑似紧急事件,应转 {reading.emergency}"),
        (refused is not None, f"可能不属受理范围:{refused.route if refused else ''}"),
        (several_matters(f"{new.title}\n{new.text}"), "来电可能反映多个事项,请拆分或确认后派单"),
        (reading.unsure, reading.why_unsure or "模型把握不足"),
        (reading.confidential or row.confidential, "来电人要求保密,须人工派单"),
        (bool(reading.place and reading.place.others), "地点有多种可能"),
        (row.fallback, "没有对应的派单规则"),
        (row.lead is None, row.unresolved or "主办单位无法确定"),
        (not row.auto, row.person or "该类事项须人工派单"),
        (not pack.settings.auto_on(reading.first.label), "该类事项未开启自动派单"),
        (reading.first.confidence < row.min_confidence, "把握低于该规则的要求"),
        (_disagrees(reading.unit, row.lead), "模型推荐的单位与派单规则不一致"),
    )
    return next((why for holds, why in reasons if holds), "")


def _disagrees(units: tuple[Candidate, ...], lead: str | None) -> bool:
    return bool(units) and units[0].label != lead
