"""One call made an order: what was read, what was proposed, whether it goes out, and the events that say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.call import Call
from hotline.domain.lifecycle import apply
from hotline.domain.order import Event, Flag, Leg, Order, State
from hotline.domain.reading import Reading
from hotline.domain.roles import TRIAGE, Actor, Role
from hotline.domain.sampling import lot
from hotline.services.clocks import Clocks, Dues, facts_of
from hotline.services.decide import Proposal, propose
from hotline.services.facts import asked
from hotline.services.recusal import barred
from routing_rules.pack import Pack

TITLE = 30  # characters of a summary made from the text when the message has no title


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """An order about to be stored, with its first events and legs."""

    order: Order
    events: tuple[Event, ...]
    legs: tuple[Leg, ...] = ()


def register(
    pack: Pack, book: str, call: Call, reading: Reading, number: str, now: datetime, *, on_desk: str = ""
) -> Registration:  # fmt: skip
    """Return the order ``number`` that ``call`` becomes: exactly one, on the desk with its candidates, or sent without a person.

    A unit that an agent chose, or an answer that an agent gave (直办), is a person's word and stands. ``on_desk`` says why a
    person decides whatever else holds.
    """
    proposal = propose(pack, call.new, reading)
    if on_desk:
        proposal = replace(proposal, goes_out=False, why_desk=proposal.why_desk or on_desk)
    starts = {"received": call.new.received_at}
    due = Clocks(pack).started(proposal.facts, starts, call.new.upstream_due)
    order = _order(book, call, reading, proposal, due, number, now)
    if order.accused:
        units = frozenset({order.accused})
        order = replace(order, accused_units=units, recused=barred(pack, units))
    data = {**_said(call, reading, proposal), **asked(book, proposal.facts), **due.data}
    first = Event(order_id=number, seq=1, at=now, kind="registered", actor="triage", data=data)
    made = Registration(order=order, events=(first,))
    if call.new.direct_answer:
        return _answered_directly(made, call, now)
    chosen = None if order.secret else _receiving(pack, call.new.chosen_unit)  # its text has to be confirmed first
    if chosen in order.recused:
        chosen = None
    if chosen is None and proposal.row.lead in order.recused:  # a unit below the accused one
        return replace(made, order=replace(order, why_desk=order.why_desk or "规则指定的单位须回避"))
    if chosen is None and not proposal.goes_out:
        return made
    made = made if chosen else by_itself(pack, made)
    return _sent(pack, made, chosen or str(proposal.row.lead), proposal, call, now)


def by_itself(pack: Pack, made: Registration) -> Registration:
    """Mark an order that goes out without a person 系统派单: by which class, and whether it is looked at afterwards 抽查."""
    order, settings = made.order, pack.settings
    flags = order.flags | ({Flag.SPOT_CHECK} if lot(f"spot-check {order.id}") < settings.spot_check_share else set())
    return replace(made, order=replace(order, auto_class=settings.auto_class(order.category or ""), flags=flags))


def _receiving(pack: Pack, chosen: str | None) -> str | None:
    """Return the unit an agent chose if it gets orders; one that the pack has lost since leaves the choice to the desk."""
    unit = pack.units.get(chosen) if chosen else None
    return unit.code if unit is not None and unit.gets_orders else None


def _sent(pack: Pack, made: Registration, unit: str, proposal: Proposal, call: Call, now: datetime) -> Registration:
    due = Clocks(pack).on_dispatch(made.order, now)
    by_rule = unit == proposal.row.lead
    assists = tuple(one for one in proposal.row.assists if one not in {unit, *made.order.recused}) if by_rule else ()
    data: dict[str, Any] = {
        "unit": unit, "assists": list(assists), **due.data,
        "rule": proposal.row.lead, "row": proposal.row.row_id, "round": 1,
        "model": proposal.suggestions[0].unit if proposal.suggestions else None,
        "choice": _choice(unit, proposal) if call.new.chosen_unit else "machine",
        "by": call.new.recorded_by if call.new.chosen_unit else "triage",
        **({"auto_class": made.order.auto_class} if made.order.auto_class else {}),
        **asked(made.order.book, facts_of(made.order)),
    }  # fmt: skip
    fields = {"unit": unit, "assists": assists, **due.fields}
    sent = apply(made.order, Action.DISPATCH, at=now, by=TRIAGE, data=data, legs_due=due.legs, **fields)
    return replace(made, order=sent.order, events=(*made.events, sent.event), legs=sent.legs)


def _choice(unit: str, proposal: Proposal) -> str:
    ranks = [one.unit for one in proposal.suggestions]
    return f"top{ranks.index(unit) + 1}" if unit in ranks else "other"


def _answered_directly(made: Registration, call: Call, now: datetime) -> Registration:
    """An agent's own answer 直办 ends the order: nothing is due any more."""
    agent = Actor(call.new.recorded_by or "agent", Role.AGENT)
    data = {"text": call.new.direct_answer, "by": call.new.recorded_by}
    fields: dict[str, Any] = {"answered_at": now, "due": {}, "due_rows": {}, "provisional": {}}
    done = apply(made.order, Action.ANSWER_DIRECTLY, at=now, by=agent, data=data, **fields)
    return replace(made, order=done.order, events=(*made.events, done.event))


def _order(book: str, call: Call, reading: Reading, proposal: Proposal, due: Dues, number: str, now: datetime) -> Order:
    new, place = call.new, reading.place
    ceiling = {"upstream": new.upstream_due} if new.upstream_due else {}
    flags = {Flag.CONFIDENTIAL} if reading.confidential or proposal.row.confidential else set()
    if reading.urgency != "normal" or reading.emergency:
        flags |= {Flag.UNACKNOWLEDGED}
    return Order(
        id=number, call_id=call.id, state=State.ON_DESK, version=1, received_at=new.received_at, created_at=now, updated_at=now,
        origin=new.origin, upstream_no=new.upstream_no, channel=new.channel,
        title=new.title or new.text.strip().replace("\n", " ")[:TITLE], category=reading.first.label, kind=reading.kind,
        urgency=reading.urgency, emergency=reading.emergency, place=place.path if place else None,
        place_name=place.name if place else new.address, place_unsure=bool(place and place.others),
        estate=place.estate if place else None, caller_kind=proposal.facts.caller_kind, words=reading.words,
        vulnerable=reading.vulnerable, accused=reading.accused, anonymous=new.caller.anonymous,
        reply_needed=reading.reply_needed, unsure=reading.unsure, why_desk=proposal.why_desk, flags=frozenset(flags),
        due={**due.due, **ceiling}, due_rows=due.rows, provisional=due.provisional,
        suggestions=proposal.suggestions, model_version=reading.model, model_category=reading.first.label,
        model_confidence=reading.first.confidence, rule_row=proposal.row.row_id, rule_unit=proposal.row.lead, book=book,
        evidence=tuple((seen.start, seen.end, seen.word) for seen in reading.evidence),
    )  # fmt: skip


def _said(call: Call, reading: Reading, proposal: Proposal) -> dict[str, Any]:
    """What the first event keeps: model said, rule said, and what the indicators need later."""
    return {
        "channel": call.new.channel, "origin": call.new.origin, "kind": reading.kind, "category": reading.first.label,
        "contact_owed": not call.new.caller.anonymous and reading.reply_needed,
        "anonymous": call.new.caller.anonymous, "reply_needed": reading.reply_needed,
        "model": reading.model, "categories": [[one.label, round(one.confidence, 4)] for one in reading.category[:3]],
        "units": [[one.label, round(one.confidence, 4)] for one in reading.unit[:3]],
        "row": proposal.row.row_id, "rule": proposal.row.lead, "why_desk": proposal.why_desk,
        **({"unknown_places": list(reading.unknown_estates)} if reading.unknown_estates else {}),
    }  # fmt: skip
