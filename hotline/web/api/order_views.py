"""What the API shows of orders and their past."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel

from hotline.domain.bands import Band, order_band, running_due
from hotline.domain.lifecycle import allowed
from hotline.domain.order import Event, Leg, Order, State, Suggestion
from hotline.domain.roles import Actor
from hotline.domain.text import mask_text
from hotline.domain.transitions import STATE_NAMES
from hotline.services.access import masked
from hotline.services.rows import OrderView as Found
from hotline.services.rows import Page
from hotline.services.secrecy import listed
from hotline.web.api.views import CallerView, CallView, seen_data
from hotline.web.parts import WebParts
from routing_rules.pack import Pack


class SuggestionView(BaseModel):
    """A unit that may be chosen; ``row`` is the rule row behind it, null when only the model says so."""

    unit: str
    name: str
    confidence: float
    row: str | None
    why: str

    @classmethod
    def of(cls, one: Suggestion, pack: Pack) -> Self:
        """Show a suggestion."""
        return cls(unit=one.unit, name=pack.unit_name(one.unit), confidence=round(one.confidence, 4), row=one.row, why=one.why)


class EventView(BaseModel):
    """A thing that happened to an order."""

    seq: int
    at: datetime
    kind: str
    actor: str
    unit: str | None
    data: dict[str, Any]

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event."""
        data = seen_data(event.data)
        return cls(seq=event.seq, at=event.at, kind=event.kind, actor=event.actor, unit=event.unit, data=data)


class LegView(BaseModel):
    """One unit's assignment 承办环节."""

    round: int
    unit: str
    role: str
    assigned_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    outcome: str

    @classmethod
    def of(cls, leg: Leg) -> Self:
        """Show a leg."""
        return cls(
            round=leg.round, unit=leg.unit, role=leg.role, assigned_at=leg.assigned_at, due_at=leg.due_at, ended_at=leg.ended_at,
            outcome=leg.outcome,
        )  # fmt: skip


class OrderRow(BaseModel):
    """A work order in a list; ``due`` maps each clock to its due time, ``due_at`` is the one that runs now.

    ``unit`` is the lead, ``line`` the way down inside it, ``holder`` the one unit that holds the order now.
    """

    order_id: str
    state: State
    state_name: str
    title: str
    category: str | None
    kind: str
    urgency: str
    emergency: str | None
    channel: str
    origin: str
    upstream_no: str | None
    place: str | None
    place_name: str
    unit: str | None
    unit_name: str | None
    assists: list[str]
    holder: str | None
    line: list[str]
    handler: str
    signoffs: int
    signoffs_needed: int
    round: int
    returns: int
    flags: list[str]
    unsure: bool
    band: Band
    due_at: datetime | None
    due: dict[str, datetime]
    received_at: datetime
    dispatched_at: datetime | None
    signed_at: datetime | None
    contacted_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    version: int

    @classmethod
    def of(cls, order: Order, pack: Pack, now: datetime, by: Actor) -> OrderRow:
        """Show an order as it stands ``now``, and as ``by`` may read it: there is no other way to show one."""
        return OrderRow(**_row(listed(order, by), pack, now))


class OrderPage(BaseModel):
    """A page of orders; ``cursor`` asks for the next one, null at the end."""

    orders: list[OrderRow]
    cursor: str | None

    @classmethod
    def of(cls, page: Page, pack: Pack, now: datetime, by: Actor) -> Self:
        """Show a page."""
        return cls(orders=[OrderRow.of(order, pack, now, by) for order in page.orders], cursor=page.cursor)


class ModelSaid(BaseModel):
    """What the model said."""

    version: str
    category: str | None
    confidence: float | None


class RuleSaid(BaseModel):
    """What the dispatch table said, and the hash of the book that it stood in."""

    row: str | None
    unit: str | None
    book: str


class EvidenceView(BaseModel):
    """A stretch of the text that decided: characters ``start`` to ``end``, exclusive."""

    word: str
    start: int
    end: int


class OrderDetail(OrderRow):
    """One order with its history; the caller is masked. ``provisional`` names clocks that wait for a year's holidays."""

    text: str
    why_desk: str
    estate: str | None
    reply_needed: bool
    due_rows: dict[str, str]
    provisional: list[str]
    suggestions: list[SuggestionView]
    evidence: list[EvidenceView]
    model: ModelSaid
    rule: RuleSaid
    caller: CallerView | None
    calls: list[CallView]
    legs: list[LegView]
    history: list[EventView]
    actions: list[str]

    @classmethod
    def of_found(cls, found: Found, pack: Pack, now: datetime, by: Actor) -> Self:
        """Show an order with its past to ``by``; ``actions`` are what ``by`` may do now."""
        order, calls = found.order, found.calls
        return cls(
            **_row(order, pack, now), text=mask_text(calls[0].new.text) if calls else "", why_desk=order.why_desk,
            estate=order.estate, reply_needed=order.reply_needed, due_rows=dict(order.due_rows),
            provisional=sorted(order.provisional), suggestions=[SuggestionView.of(one, pack) for one in order.suggestions],
            evidence=[EvidenceView(word=mask_text(word), start=start, end=end) for start, end, word in order.evidence],
            model=ModelSaid(version=order.model_version, category=order.model_category, confidence=order.model_confidence),
            rule=RuleSaid(row=order.rule_row, unit=order.rule_unit, book=order.book),
            caller=CallerView.of(masked(calls[0].new.caller)) if calls else None,
            calls=[CallView.of(call, by) for call in calls], legs=[LegView.of(leg) for leg in found.legs],
            history=[EventView.of(event) for event in found.events], actions=[str(one) for one in allowed(order, by)],
        )  # fmt: skip


def shown(order: Order, parts: WebParts, by: Actor) -> OrderRow:
    """Show an order as an act left it, to who did it."""
    return OrderRow.of(order, parts.books.current(), parts.clock.now(), by)


def _row(order: Order, pack: Pack, now: datetime) -> dict[str, Any]:
    return {
        "order_id": order.id, "state": order.state, "state_name": STATE_NAMES[order.state], "title": mask_text(order.title),
        "category": order.category, "kind": order.kind, "urgency": order.urgency, "emergency": order.emergency,
        "channel": order.channel, "origin": order.origin, "upstream_no": order.upstream_no, "place": order.place,
        "place_name": mask_text(order.place_name), "unit": order.unit,
        "unit_name": pack.unit_name(order.unit) if order.unit else None,
        "assists": list(order.assists), "holder": order.holder, "line": list(order.line), "handler": order.handler,
        "signoffs": len(order.signoffs), "signoffs_needed": order.signoffs_needed, "round": order.round, "returns": order.returns,
        "flags": sorted(str(flag) for flag in order.flags), "unsure": order.unsure,
        "band": order_band(order, now, pack.settings.bands), "due_at": running_due(order), "due": dict(order.due),
        "received_at": order.received_at, "dispatched_at": order.dispatched_at, "signed_at": order.signed_at,
        "contacted_at": order.contacted_at, "answered_at": order.answered_at, "closed_at": order.closed_at,
        "version": order.version,
    }  # fmt: skip
