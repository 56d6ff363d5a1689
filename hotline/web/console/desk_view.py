"""The order open on the dispatcher's desk, ready for the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.domain.actions import Action
from hotline.domain.call import Call
from hotline.domain.conditions import NO_HANDLING_TEXT
from hotline.domain.lifecycle import allowed, refusal
from hotline.domain.order import Event, Flag, Order, State
from hotline.domain.roles import Actor
from hotline.domain.text import mask_text
from hotline.services.access import masked
from hotline.services.clocks import Clocks
from hotline.services.rows import OrderView
from hotline.services.secrecy import proposed
from hotline.web.console.clocktext import DueText, Times
from hotline.web.console.rows import EarlierCall, Piece, Row, earlier, pieces, row_of, titled
from hotline.web.console.units import SuggestionText, UnitChoice, rule_assists, suggested, with_assists
from hotline.web.console.words import CLOCK_NAMES, RETURN_REASONS
from hotline.web.parts import WebParts
from routing_rules.decide import not_accepted
from routing_rules.pack import Pack
from routing_rules.wordlists import NotAccepted

SHOWN = 3  # suggestions on the desk (UX.md, page 0)
ON_DESK = frozenset({State.REGISTERED, State.ON_DESK, State.IN_RULING})


@dataclass(frozen=True, slots=True)
class NamedDue:
    """A clock with its due time."""

    name: str
    text: DueText


@dataclass(frozen=True, slots=True)
class Application:
    """A unit's application to give the order back."""

    at: str
    reason_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Supplement:
    """What came later under the same number."""

    received: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOrder:
    """Everything a dispatcher decides on; ``version`` is the order's as shown."""

    id: str
    version: int
    supplements: list[Supplement]
    row: Row
    titled: bool
    pieces: list[Piece]
    category: str
    caller: str
    anonymous: bool
    emergency: str
    refused: NotAccepted | None
    why_desk: str
    unsure: bool
    can_dispatch: bool
    can_end: bool
    sent_to: str
    returning: bool
    changed: bool
    suggestions: list[SuggestionText]
    rule_row: str
    rule_unit: str
    rule_assists: list[UnitChoice]
    dues: list[NamedDue]
    same_place: list[Row]
    earlier: list[EarlierCall]
    application: Application
    secret: bool
    handling_text: str


def desk_order(parts: WebParts, found: OrderView, times: Times, by: Actor) -> DeskOrder:
    """Return an order as the desk shows it."""
    pack, order, new = parts.books.current(), found.order, found.calls[0].new
    assists, on_desk = rule_assists(pack, order), order.state in ON_DESK
    can_dispatch = refusal(order, Action.DISPATCH, by) in (None, NO_HANDLING_TEXT)  # the desk's form confirms the text too
    shown = with_assists(suggested(pack, order.suggestions, most=SHOWN, unsure=order.unsure), order.rule_unit, assists)
    return DeskOrder(
        id=order.id, version=order.version, supplements=supplements(found, times), row=row_of(order, pack, times),
        titled=titled(order, new.text), pieces=pieces(new.text, order.evidence),
        category=order.category or "未归类",
        caller=caller_words(found), anonymous=order.anonymous, emergency=order.emergency or "" if order.open else "",
        refused=not_accepted(pack, f"{new.title}\n{new.text}") if on_desk else None,
        why_desk=order.why_desk if on_desk else "", unsure=order.unsure, can_dispatch=can_dispatch,
        can_end=Action.DECLINE in allowed(order, by),
        sent_to=pack.unit_name(order.unit) if order.unit else "",
        returning=Flag.RETURN_ASKED in order.flags, changed=Flag.CHANGED_ABOVE in order.flags,
        suggestions=shown, rule_row=order.rule_row or "",
        rule_unit=order.rule_unit or "", rule_assists=assists, dues=_dues(pack, order, times) if can_dispatch else [],
        same_place=[row_of(one, pack, times) for one in parts.queries.same_place(order, limit=5, by=by)],
        earlier=earlier(_elsewhere(parts, found, by)[:5], times),
        application=application(found.events, times), secret=order.secret,
        handling_text=proposed(order, found.calls[0]) if order.secret else "",
    )  # fmt: skip


def supplements(found: OrderView, times: Times) -> list[Supplement]:
    """Return what came later under the order's number, oldest first, people's numbers hidden."""
    later = [call.new for call in found.calls[1:]]
    return [Supplement(times.absolute(new.received_at), mask_text(new.text or new.title)) for new in later]


def _elsewhere(parts: WebParts, found: OrderView, by: Actor) -> list[Call]:
    """Return the caller's calls of the last 30 days that are not this order's own."""
    return [one for one in parts.queries.earlier_calls(found.calls[0], by=by) if one.order_id != found.order.id]


def caller_words(found: OrderView) -> str:
    """Return the caller, masked."""
    caller = masked(found.calls[0].new.caller)
    return " ".join(part for part in (caller.name, caller.phone) if part) or "匿名来电"


def application(events: Sequence[Event], times: Times) -> Application:
    """Return the last application to give the order back; empty when there was none."""
    last = next((event for event in reversed(events) if event.kind == "return_applied"), None)
    if last is None:
        return Application("", "", "")
    code = str(last.data.get("reason_code", "other"))
    return Application(times.absolute(last.at), RETURN_REASONS.get(code, code), str(last.data.get("reason", "")))


def _dues(pack: Pack, order: Order, times: Times) -> list[NamedDue]:
    """Return the clocks that would run if the order were sent now, the nearest first."""
    due = Clocks(pack).on_dispatch(order, times.now).due
    clocks = sorted((at, clock) for clock, at in due.items() if clock != "dispatch")
    return [NamedDue(CLOCK_NAMES.get(clock, clock), times.moment(at)) for at, clock in clocks]
