"""Fields that an action sets whoever does it; the services set further ones (due times, the unit)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.applications import DECIDED, Application, Asks
from hotline.domain.order import Flag, Order
from hotline.domain.roles import Actor

Fields = dict[str, Any]
LEG_ENDS = {
    Action.DISPATCH: "reassigned",
    Action.GRANT_RETURN: "returned",
    Action.GRANT_UPWARD: "recalled",
    Action.RECALL: "recalled",
    Action.WITHDRAW: "withdrawn",
    Action.ANSWER: "answered",
}
"""How the running legs end; an action that is not here lets them go on."""
SEEN_BY_A_PERSON = frozenset({
    Action.ACKNOWLEDGE, Action.SIGN, Action.TRANSFER, Action.DECLINE, Action.ANSWER_DIRECTLY, Action.ANSWER_PART, Action.ANSWER,
})  # fmt: skip
"""What nobody does without having seen the order: an urgent one counts as acknowledged by who did it. A dispatch is not
among them: the desk passes it on, and whoever is to act on it has not seen it yet.
"""

ENTERED_ABOVE = frozenset({
    Action.PASS_REVIEW, Action.PASS_UP, Action.APPLY_RETURN, Action.APPLY_EXTENSION, Action.APPLY_PAUSE, Action.APPLY_EXCLUSION,
    Action.APPLY_UPWARD,
})  # fmt: skip
"""What has to stand with the platform above as well, of an order that came from there 回填."""
LEFT_ABOVE = frozenset({Action.WITHDRAW, Action.RECALL, Action.GRANT_UPWARD})
"""After these the platform waits for nothing of ours."""


def effects(order: Order, action: Action, at: datetime, by: Actor) -> Fields:
    """Return the fields that ``action`` sets by itself."""
    fields = _EFFECTS.get(action, _nothing)(order, at, by)
    if by.role is not None and action in SEEN_BY_A_PERSON and Flag.UNACKNOWLEDGED in order.flags:
        seen = {"acknowledged_at": at, "acknowledged_by": by.name}
        fields = {**fields, **seen, "flags": fields.get("flags", order.flags) - {Flag.UNACKNOWLEDGED}}
    if action in ENTERED_ABOVE | LEFT_ABOVE and order.origin == "upstream":
        fields = {**fields, "to_enter": action in ENTERED_ABOVE}
    if action in DECIDED:
        kept = tuple(one for one in order.applications if one.asks is not DECIDED[action])
        fields = {"applications": kept, **fields}
    return fields


def _nothing(_order: Order, _at: datetime, _by: Actor) -> Fields:
    return {}


def _nobody(order: Order) -> Fields:
    """What belongs to the unit that held an order, and goes with it."""
    return {"line": (), "handler": "", "applications": _outlasting(order), "signoffs": ()}


def _outlasting(order: Order) -> tuple[Application, ...]:
    """What is still to be decided when a unit has answered or lost the order: whether it counts at all 剔除."""
    return tuple(one for one in order.applications if one.asks is Asks.EXCLUSION)


def _dispatched(order: Order, at: datetime, _by: Actor) -> Fields:
    first = order.first_dispatched_at or at
    flags = order.flags - {Flag.RETURN_ASKED}
    begun = {"first_dispatched_at": first, "dispatched_at": at, "signed_at": None}
    return {**_nobody(order), **begun, "flags": flags, "why_desk": ""}


def _given_back(order: Order, _at: datetime, _by: Actor) -> Fields:
    gone = order.returned_by | ({order.unit} if order.unit else set())
    flags = order.flags - {Flag.RETURN_ASKED}
    return {**_nobody(order), "flags": flags, "returned_by": gone, "unit": None, "assists": (), "signed_at": None}


def _reopened(order: Order, at: datetime, _by: Actor) -> Fields:
    fresh = {"signed_at": None, "contacted_at": None, "answered_at": None, "answered_by": "", "closed_at": None, "rated_at": None}
    fresh |= {"rating_check": "", "supervised_due": None}
    begun = {"first_dispatched_at": at, "dispatched_at": at, "pauses": (), "extensions": 0, "ruled_unit": None}
    flags = order.flags - {Flag.RETURN_ASKED, Flag.PAUSED, Flag.RECTIFYING, Flag.BAD_RATING, Flag.PRECALLED}
    again = {"round": order.round + 1, "reopened_at": at, "callback_attempts": 0, "flags": flags}
    return {**_nobody(order), **fresh, **begun, **again}


def _resumed(order: Order, at: datetime, _by: Actor) -> Fields:
    pauses = tuple((since, at if to is None else to) for since, to in order.pauses)
    return {"pauses": pauses, "flags": order.flags - {Flag.PAUSED}}


def _agreed(order: Order, _at: datetime, by: Actor) -> Fields:
    marked = (
        replace(one, agreed_by=by.name) if one.decider == "two" and not one.agreed_by else one for one in order.applications
    )
    return {"applications": tuple(marked)}


def _ended(order: Order, at: datetime, by: Actor) -> Fields:
    return {**_resumed(order, at, by), "closed_at": at, "why_desk": "", "applications": _outlasting(order)}


def _marked(*flags: Flag) -> Callable[[Order, datetime, Actor], Fields]:
    return lambda order, _at, _by: {"flags": order.flags | set(flags)}


def _unmarked(*flags: Flag) -> Callable[[Order, datetime, Actor], Fields]:
    return lambda order, _at, _by: {"flags": order.flags - set(flags)}


def _paused(order: Order, at: datetime, _by: Actor) -> Fields:
    return {"flags": order.flags | {Flag.PAUSED}, "pauses": (*order.pauses, (at, None))}


def _answered(order: Order, at: datetime, by: Actor) -> Fields:
    flags = order.flags - {Flag.RETURN_ASKED}
    return {"answered_at": at, "answered_by": by.name, "signoffs": (), "applications": _outlasting(order), "flags": flags}


def _answered_again(_order: Order, _at: datetime, _by: Actor) -> Fields:
    return {"answered_at": None, "answered_by": "", "signoffs": ()}


def _rectifying(order: Order, at: datetime, by: Actor) -> Fields:
    again = {"closed_at": None, "rating_check": "rectified", "callback_attempts": 0}
    return {**_answered_again(order, at, by), **again, "flags": order.flags | {Flag.RECTIFYING}}


_EFFECTS: dict[Action, Callable[[Order, datetime, Actor], Fields]] = {
    Action.DISPATCH: _dispatched,
    Action.SIGN: lambda _order, at, _by: {"signed_at": at},
    Action.HAND_DOWN: lambda _order, _at, _by: {"handler": ""},
    Action.HAND_BACK: lambda order, _at, _by: {"line": order.line[:-1], "handler": ""},
    Action.APPLY_RETURN: lambda order, _at, _by: {"flags": order.flags | {Flag.RETURN_ASKED}, "returns": order.returns + 1},
    Action.GRANT_RETURN: _given_back,
    Action.REFUSE_RETURN: _unmarked(Flag.RETURN_ASKED),
    Action.GRANT_EXTENSION: lambda order, _at, _by: {"extensions": order.extensions + 1},
    Action.GRANT_PAUSE: _paused,
    Action.RESUME: _resumed,
    Action.GRANT_EXCLUSION: _marked(Flag.EXCLUDED),
    Action.AGREE: _agreed,
    Action.ASK_RULING: lambda order, _at, _by: {
        "flags": order.flags - {Flag.RETURN_ASKED},
        "applications": _outlasting(order),
    },
    Action.ANSWER: _answered,
    Action.SIGN_OFF: lambda order, _at, by: {"signoffs": (*order.signoffs, by.name)},
    Action.TAKE_BACK_ANSWER: _answered_again,
    Action.SEND_BACK: _answered_again,
    Action.ATTEMPT_CALLBACK: lambda order, _at, _by: {"callback_attempts": order.callback_attempts + 1},
    Action.CLOSE: lambda order, at, by: {
        **_resumed(order, at, by),
        "closed_at": at,
        "flags": order.flags - {Flag.RECTIFYING, Flag.PAUSED},
    },
    Action.RATE: lambda _order, at, _by: {"rated_at": at},
    Action.CHECK_RATING: _unmarked(Flag.BAD_RATING),
    Action.RECTIFY: _rectifying,
    Action.REPLY_SUPERVISION: lambda _order, _at, _by: {"supervised_due": None},
    Action.REOPEN: _reopened,
    Action.SUPPLEMENT: _marked(Flag.CHANGED_ABOVE),
    Action.READ_CHANGE: _unmarked(Flag.CHANGED_ABOVE),
    Action.ESCALATE: _marked(Flag.ESCALATED),
    Action.MERGE: _marked(Flag.MERGED),
    Action.LEAVE_INCIDENT: lambda _order, _at, _by: {"incident": None},
    Action.SPOT_CHECK: _unmarked(Flag.SPOT_CHECK),
    Action.UNMERGE: lambda order, _at, _by: {"flags": order.flags - {Flag.MERGED}, "merged_into": None},
    Action.ACKNOWLEDGE: lambda _order, at, by: {"acknowledged_at": at, "acknowledged_by": by.name},
    **dict.fromkeys(
        (Action.DECLINE, Action.TRANSFER, Action.ANSWER_DIRECTLY, Action.WITHDRAW, Action.RECALL, Action.GRANT_UPWARD), _ended
    ),
}
