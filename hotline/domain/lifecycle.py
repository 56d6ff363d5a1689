"""The one transition table: who may do what to an order, from where, and what it becomes.

Nothing else changes a state (DESIGN §1). An action that is not in the table for the order's state is refused with the
sentence that stands in its row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.domain.order import ENDS, Event, Flag, Leg, LegDues, Order, State
from hotline.domain.roles import Actor, Role
from hotline.errors import NotAllowed, NotFromHere

S = State


class Action(StrEnum):
    """What can be done to an order."""

    DISPATCH = "dispatch"
    DECLINE = "decline"
    TRANSFER = "transfer"
    SIGN = "sign"
    CONTACT = "contact"
    APPLY_RETURN = "apply_return"
    GRANT_RETURN = "grant_return"
    REFUSE_RETURN = "refuse_return"
    ANSWER = "answer"
    PASS_REVIEW = "pass_review"
    SEND_BACK = "send_back"
    ATTEMPT_CALLBACK = "attempt_callback"
    CLOSE = "close"
    REOPEN = "reopen"
    SUPPLEMENT = "supplement"
    WARN = "warn"
    ESCALATE = "escalate"
    CHANGE_DUE = "change_due"


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the table. ``target`` None = the state stays; ``machine`` = a process may do it without a person."""

    action: Action
    sources: frozenset[State]
    target: State | None
    event: str
    roles: frozenset[Role]
    why_not: str
    machine: bool = False


def _row(
    action: Action,
    sources: frozenset[State],
    target: State | None,
    event: str,
    roles: set[Role],
    why_not: str,
    *,
    machine: bool = False,
) -> Transition:
    return Transition(action, sources, target, event, frozenset(roles | {Role.ADMIN}), why_not, machine)


OPEN = frozenset(State) - ENDS
HELD = frozenset({S.DISPATCHED, S.SIGNED})
ANSWERED = frozenset({S.ANSWERED, S.SIGNED_OFF, S.IN_REVIEW, S.IN_CALLBACK})
OFFICE = {Role.DISPATCHER, Role.SUPERVISOR}
LEAD_ONLY = frozenset({Action.SIGN, Action.APPLY_RETURN, Action.ANSWER})
"""What the lead answers for: its clocks and rates hang on these, so an assisting unit does none of them for it."""

TABLE: dict[Action, Transition] = {
    row.action: row
    for row in (
        _row(Action.DISPATCH, frozenset({S.REGISTERED, S.ON_DESK, S.DISPATCHED, S.IN_RULING}), S.DISPATCHED, "dispatched",
             {Role.DISPATCHER}, "只有待派单或待签收的工单可以派单", machine=True),
        _row(Action.DECLINE, frozenset({S.REGISTERED, S.ON_DESK}), S.NOT_ACCEPTED, "not_accepted", {Role.DISPATCHER},
             "只有待派单的工单可以不予受理"),
        _row(Action.TRANSFER, frozenset({S.REGISTERED, S.ON_DESK}), S.TRANSFERRED, "transferred", {Role.DISPATCHER},
             "只有待派单的工单可以转接紧急热线"),
        _row(Action.SIGN, frozenset({S.DISPATCHED}), S.SIGNED, "signed", {Role.CLERK}, "只有待签收的工单可以签收"),
        _row(Action.CONTACT, HELD, None, "contacted", {Role.CLERK}, "只有办理中的工单可以登记联系情况"),
        _row(Action.APPLY_RETURN, HELD, None, "return_applied", {Role.CLERK}, "只有待签收或办理中的工单可以申请退单"),
        _row(Action.GRANT_RETURN, HELD, S.ON_DESK, "return_granted", OFFICE, "没有待审批的退单申请"),
        _row(Action.REFUSE_RETURN, HELD, None, "return_refused", OFFICE, "没有待审批的退单申请"),
        _row(Action.ANSWER, frozenset({S.SIGNED}), S.ANSWERED, "answered", {Role.CLERK}, "请先签收,再提交答复"),
        _row(Action.PASS_REVIEW, frozenset({S.ANSWERED, S.SIGNED_OFF, S.IN_REVIEW}), S.IN_CALLBACK, "review_passed",
             {Role.REVIEWER}, "只有已答复的工单可以审核"),
        _row(Action.SEND_BACK, frozenset({S.ANSWERED, S.SIGNED_OFF, S.IN_REVIEW}), S.SIGNED, "sent_back",
             {Role.REVIEWER}, "只有已答复的工单可以退回补正"),
        _row(Action.ATTEMPT_CALLBACK, ANSWERED, S.IN_CALLBACK, "callback_attempted",
             {Role.AGENT, Role.REVIEWER, Role.DISPATCHER}, "单位答复后才能回访"),
        _row(Action.CLOSE, ANSWERED, S.CLOSED, "closed", {Role.AGENT, Role.REVIEWER, Role.DISPATCHER}, "单位答复后才能回访办结"),
        _row(Action.REOPEN, ANSWERED, S.DISPATCHED, "reopened", {Role.AGENT, Role.REVIEWER, Role.DISPATCHER},
             "单位答复后才能发回重办"),
        _row(Action.SUPPLEMENT, frozenset(State), None, "supplemented", set(), "来件变更由系统登记", machine=True),
        _row(Action.WARN, OPEN, None, "warned", {Role.SUPERVISOR}, "工单已办结", machine=True),
        _row(Action.ESCALATE, OPEN, None, "escalated", {Role.SUPERVISOR}, "工单已办结", machine=True),
        _row(Action.CHANGE_DUE, OPEN, None, "due_changed", set(), "工单已办结", machine=True),
    )
}  # fmt: skip

STAGES: dict[State, str] = {
    S.REGISTERED: "desk", S.ON_DESK: "desk", S.IN_RULING: "desk", S.DISPATCHED: "sign", S.SIGNED: "handling",
    S.ANSWERED: "review", S.SIGNED_OFF: "review", S.IN_REVIEW: "review", S.PASSED_UP: "review", S.IN_CALLBACK: "callback",
}  # fmt: skip
"""Grouping of states into the metric label ``stage`` and the board's columns; ended orders have none."""

STATE_NAMES: dict[State, str] = {
    S.REGISTERED: "已登记", S.ON_DESK: "待派单", S.DISPATCHED: "待签收", S.SIGNED: "办理中", S.ANSWERED: "已答复",
    S.SIGNED_OFF: "已签发", S.IN_REVIEW: "审核中", S.PASSED_UP: "已上报", S.IN_CALLBACK: "待回访", S.CLOSED: "已办结",
    S.ANSWERED_DIRECTLY: "直接办结", S.NOT_ACCEPTED: "不予受理", S.TRANSFERRED: "已转接", S.WITHDRAWN: "已撤回",
    S.RECALLED: "上级收回", S.IN_RULING: "裁定中",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did: the order afterwards, its event, the legs begun, and how the running legs ended (None = go on).

    ``moved`` is when the running legs are due from now on (None = as before).
    """

    order: Order
    event: Event
    legs: tuple[Leg, ...] = ()
    ends: str | None = None
    moved: LegDues | None = None


def allowed(order: Order, by: Actor) -> tuple[Action, ...]:
    """Return what ``by`` may do to ``order`` now; the page shows these buttons and no others."""
    return tuple(action for action in TABLE if refusal(order, action, by) is None)


def refusal(order: Order, action: Action, by: Actor) -> str | None:
    """Return the sentence that says why not, or None when the action is lawful."""
    row = TABLE[action]
    if by.role is None and not row.machine:
        return "须由工作人员操作"
    if by.role is not None and by.role not in row.roles:
        return "当前角色无权进行此操作"
    if by.role is Role.CLERK and by.unit not in (order.unit, *order.assists):
        return "工单不在本单位"
    if by.role is Role.CLERK and by.unit != order.unit and action in LEAD_ONLY:
        return "由主办单位办理,协办单位可登记联系情况"
    if order.state not in row.sources:
        return row.why_not
    asked = Flag.RETURN_ASKED in order.flags
    if action in (Action.GRANT_RETURN, Action.REFUSE_RETURN) and not asked:
        return row.why_not
    if action is Action.APPLY_RETURN and asked:
        return "已有一条退单申请待审批"
    return None


def check(order: Order, action: Action, by: Actor) -> None:
    """Raise ``NotAllowed`` or ``NotFromHere`` when the action is not lawful."""
    why = refusal(order, action, by)
    if why is None:
        return
    if by.role not in TABLE[action].roles and not (by.machine and TABLE[action].machine):
        raise NotAllowed(f"{by.name} may not {action} order {order.id}", message=why)
    raise NotFromHere(order.id, action, order.state, why)


def apply(
    order: Order, action: Action, *, at: datetime, by: Actor, data: Mapping[str, Any] | None = None,
    legs_due: LegDues | None = None, **fields: Any,
) -> Change:  # fmt: skip
    """Do ``action`` at ``at``: check it, change the state by the table and the given ``fields``, and write its event.

    ``fields`` are further fields of the order that this action sets (its due times, its unit); ``data`` goes into the event.
    ``legs_due`` is when the legs that begin are due (as the order's answer, unless given), or those that run already.
    Raises ``NotAllowed`` or ``NotFromHere``.
    """
    check(order, action, by)
    row = TABLE[action]
    after = replace(order, **{**_EFFECTS.get(action, _nothing)(order, at), **fields},
                    state=row.target or order.state, version=order.version + 1, updated_at=at)  # fmt: skip
    if action is Action.DISPATCH and after.unit is not None:
        after = replace(after, held_by=order.held_by | {after.unit})
    unit = after.unit if action is Action.DISPATCH or order.unit is None else order.unit
    event = Event(order_id=order.id, seq=after.version, at=at, kind=row.event, actor=by.name, unit=unit, data=data or {})
    if action not in (Action.DISPATCH, Action.REOPEN):
        return Change(after, event, ends=_LEG_ENDS.get(action), moved=legs_due)
    due = legs_due or LegDues(after.due.get("answer"), after.due.get("answer"))
    return Change(after, event, _legs(after, at, due), _LEG_ENDS.get(action))


_LEG_ENDS = {
    Action.DISPATCH: "reassigned",
    Action.GRANT_RETURN: "returned",
    Action.ANSWER: "answered",
}


def _dispatched(order: Order, at: datetime) -> dict[str, Any]:
    first = order.first_dispatched_at or at
    flags = order.flags - {Flag.RETURN_ASKED}
    return {"first_dispatched_at": first, "dispatched_at": at, "signed_at": None, "flags": flags, "why_desk": ""}


def _given_back(order: Order, _at: datetime) -> dict[str, Any]:
    gone = order.returned_by | ({order.unit} if order.unit else set())
    flags = order.flags - {Flag.RETURN_ASKED}
    return {"flags": flags, "returned_by": gone, "unit": None, "assists": (), "signed_at": None}


def _reopened(order: Order, at: datetime) -> dict[str, Any]:
    fresh = {"signed_at": None, "contacted_at": None, "answered_at": None}
    begun = {"first_dispatched_at": at, "dispatched_at": at}
    return {**fresh, **begun, "round": order.round + 1, "reopened_at": at, "callback_attempts": 0}


_EFFECTS: dict[Action, Callable[[Order, datetime], dict[str, Any]]] = {
    Action.DISPATCH: _dispatched,
    Action.SIGN: lambda _order, at: {"signed_at": at},
    Action.APPLY_RETURN: lambda order, _at: {"flags": order.flags | {Flag.RETURN_ASKED}, "returns": order.returns + 1},
    Action.GRANT_RETURN: _given_back,
    Action.REFUSE_RETURN: lambda order, _at: {"flags": order.flags - {Flag.RETURN_ASKED}},
    Action.ANSWER: lambda order, at: {"answered_at": at, "flags": order.flags - {Flag.RETURN_ASKED}},
    Action.SEND_BACK: lambda _order, _at: {"answered_at": None},
    Action.ATTEMPT_CALLBACK: lambda order, _at: {"callback_attempts": order.callback_attempts + 1},
    Action.CLOSE: lambda _order, at: {"closed_at": at},
    Action.DECLINE: lambda _order, at: {"closed_at": at, "why_desk": ""},
    Action.TRANSFER: lambda _order, at: {"closed_at": at, "why_desk": ""},
    Action.REOPEN: _reopened,
    Action.SUPPLEMENT: lambda order, _at: {"flags": order.flags | {Flag.CHANGED_ABOVE}},
    Action.ESCALATE: lambda order, _at: {"flags": order.flags | {Flag.ESCALATED}},
}
"""Fields that an action sets whoever does it; an action without a row sets none but the state."""


def _nothing(_order: Order, _at: datetime) -> dict[str, Any]:
    return {}


def _legs(after: Order, at: datetime, due: LegDues) -> tuple[Leg, ...]:
    """A dispatch and a reopening begin legs: the lead's, and one for each assisting unit."""
    if after.unit is None:
        return ()
    units = ((after.unit, "lead"), *((unit, "assist") for unit in after.assists))
    return tuple(
        Leg(order_id=after.id, round=after.round, unit=unit, role=role, assigned_at=at, due_at=due.of(role))
        for unit, role in units
    )
