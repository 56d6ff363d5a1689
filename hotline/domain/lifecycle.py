"""The only door through which an order changes: an action is checked by the transition table, then done (DESIGN §2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.conditions import target_refusal, why_not
from hotline.domain.effects import LEG_ENDS, effects
from hotline.domain.order import Event, Leg, LegDues, Order, State
from hotline.domain.recusing import over, without_recused
from hotline.domain.roles import Actor
from hotline.domain.transitions import TABLE
from hotline.errors import NotAllowed, NotFromHere, Recused

BEGIN_LEGS = frozenset({Action.DISPATCH, Action.REOPEN})
"""These begin a leg for every unit; the next ones give the lead and its line their legs back, which their answer had ended."""
LEAD_AGAIN = frozenset({Action.SEND_BACK, Action.TAKE_BACK_ANSWER, Action.RECTIFY})
WITHIN = {Action.HAND_DOWN: "reassigned", Action.HAND_BACK: "handed_back", Action.ANSWER_PART: "answered"}
"""What units do among themselves: the lead's leg goes on, and so ends the leg of who holds or assists no longer."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did: the order afterwards, its event, the legs begun, and how the running legs ended (None = go on).

    ``ends_of`` are the units whose legs ended (empty = all of them); ``moved`` is when the running legs are due from now on
    (None = as before). ``rest`` is how every other running leg ended (None = goes on).
    """

    order: Order
    event: Event
    legs: tuple[Leg, ...] = ()
    ends: str | None = None
    moved: LegDues | None = None
    ends_of: tuple[str, ...] = ()
    rest: str | None = None


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
    why = why_not(order, action, by)
    if by.of_unit and why in _NOT_YOURS:
        return why
    return why if order.state in row.sources_for(by.role) else row.why_not


_NOT_YOURS = frozenset({"工单不在本单位", "由主办单位办理,协办单位可登记联系情况"})
"""Said before the state's own sentence: whose order it is comes before where it stands."""


def check(order: Order, action: Action, by: Actor) -> None:
    """Raise ``NotAllowed`` or ``NotFromHere`` when the action is not lawful."""
    why = refusal(order, action, by)
    if why is None:
        return
    if by.role not in TABLE[action].roles and not (by.machine and TABLE[action].machine):
        raise NotAllowed(f"{by.name} may not {action} order {order.id}", message=why)
    raise NotFromHere(order.id, action, order.state, why)


def check_target(order: Order, lead: str, *assists: str) -> None:
    """Raise ``Recused`` or ``NotFromHere`` when the order may not be sent to these units: every dispatch passes here."""
    if accused := next((unit for unit in (lead, *assists) if unit in order.recused), None):
        raise Recused(order.id, accused)
    if why := target_refusal(order, lead, *assists):
        raise NotFromHere(order.id, Action.DISPATCH, order.state, why)


def apply(
    order: Order, action: Action, *, at: datetime, by: Actor, data: Mapping[str, Any] | None = None,
    legs_due: LegDues | None = None, **fields: Any,
) -> Change:  # fmt: skip
    """Do ``action`` at ``at``: check it, change the state by the table and the given ``fields``, and write its event.

    ``fields`` are further fields of the order that this action sets (its due times, its unit); ``data`` goes into the event.
    ``legs_due`` is when the legs that begin are due (as the order's answer, unless given), or those that run already.
    Raises ``NotAllowed`` or ``NotFromHere``, and ``Recused`` for a dispatch to whom the order complains about.
    """
    check(order, action, by)
    if action is Action.DISPATCH and (lead := fields.get("unit")):
        check_target(order, lead, *fields.get("assists", ()))
        if _lead_stays(order, lead):
            return _assisted(order, at, by, data or {}, legs_due, fields)
    known = {**effects(order, action, at, by), **fields}
    done = replace(order, **known, state=_target(order, action), version=order.version + 1, updated_at=at)
    after = without_recused(done, action)
    if action is Action.DISPATCH and after.unit is not None:
        theirs = order.contacted_at if after.unit == order.unit else None  # another unit's contact does not count for this one
        after = replace(after, held_by=order.held_by | {after.unit}, contacted_at=theirs)
    unit = after.unit if action is Action.DISPATCH or order.unit is None else order.unit
    due = legs_due or LegDues(after.due.get("answer"), after.due.get("answer"))
    told = {**(data or {}), **_told(due)} if legs_due or action in BEGIN_LEGS | LEAD_AGAIN else data or {}
    event = Event(order_id=order.id, seq=after.version, at=at, kind=TABLE[action].event, actor=by.name, unit=unit, data=told)
    if action in WITHIN:
        lost = _over(order, after, action, by)
        return Change(after, event, _inner(order, after, at, due), WITHIN[action] if lost else None, ends_of=lost)
    if action is Action.ANSWER:
        return Change(after, event, ends=LEG_ENDS[action], ends_of=order.holders, rest="left_out")
    if action is Action.NAME_ACCUSED and (ended := over(order, after)):
        return Change(after, event, ends=ended[0], ends_of=ended[1])
    if action not in BEGIN_LEGS | LEAD_AGAIN:
        return Change(after, event, ends=LEG_ENDS.get(action), moved=legs_due)
    return Change(after, event, _legs(after, action, at, due), LEG_ENDS.get(action))


def _lead_stays(order: Order, lead: str) -> bool:
    """Whether an unsigned order is sent to the unit that holds it: only who assists may change."""
    return order.state is State.DISPATCHED and order.unit == lead


def _assisted(
    order: Order, at: datetime, by: Actor, data: Mapping[str, Any], legs_due: LegDues | None, fields: Mapping[str, Any]
) -> Change:
    """Other assisting units beside the same lead: their legs begin and end; the lead's leg and every clock go on."""
    assists = tuple(fields.get("assists", ()))
    after = replace(order, **fields, version=order.version + 1, updated_at=at)
    due = legs_due or LegDues(order.due.get("answer"), order.due.get("answer"))
    fresh, gone = set(assists) - set(order.assists), tuple(one for one in order.assists if one not in assists)
    event = Event(
        order_id=order.id, seq=after.version, at=at, kind=TABLE[Action.DISPATCH].event, actor=by.name, unit=order.unit,
        data={**data, "lead_stays": True, **_told(due)},
    )  # fmt: skip
    legs = tuple(leg for leg in _legs(after, Action.DISPATCH, at, due) if leg.role == "assist" and leg.unit in fresh)
    return Change(after, event, legs, LEG_ENDS[Action.DISPATCH] if gone else None, ends_of=gone)


def _told(due: LegDues) -> dict[str, Any]:
    """What the event keeps of when the legs are due: a unit is judged by its leg's own due time."""
    known = {role: at.isoformat() for role, at in (("lead", due.lead), ("assist", due.assist)) if at is not None}
    return {"legs": known} if known else {}


def _target(order: Order, action: Action) -> State:
    """Where the action leads: by the table, but for two that may leave the order where it is.

    A sign-off before the last level leaves it answered; our own call to the citizen of an order from above (预回访) leaves it
    with the platform above, and the platform's call leaves it in our review.
    """
    if action is Action.SIGN_OFF and len(order.signoffs) + 1 < order.signoffs_needed:
        return order.state
    row = TABLE[action]
    return order.state if row.target is None or order.state in row.stays else row.target


def _legs(after: Order, action: Action, at: datetime, due: LegDues) -> tuple[Leg, ...]:
    """A dispatch and a reopening begin legs: the lead's, and one for each assisting unit; corrected again, the lead's line's."""
    if after.unit is None:
        return ()
    again = action in LEAD_AGAIN
    below = tuple((unit, "inner" if again else "assist") for unit in (after.line if again else after.assists))
    units = ((after.unit, "lead"), *below)
    return tuple(
        Leg(order_id=after.id, round=after.round, unit=unit, role=role, assigned_at=at, due_at=due.of(role))
        for unit, role in units
    )


def _inner(before: Order, after: Order, at: datetime, due: LegDues) -> tuple[Leg, ...]:
    """The legs of the units that the order was handed down to."""
    fresh = [unit for unit in after.line if unit not in before.line]
    return tuple(
        Leg(order_id=after.id, round=after.round, unit=unit, role="inner", assigned_at=at, due_at=due.lead) for unit in fresh
    )


def _over(before: Order, after: Order, action: Action, by: Actor) -> tuple[str, ...]:
    """Whose legs end: of those the order was taken from, or of the assisting unit that gave its part."""
    if action is Action.ANSWER_PART:
        return (by.unit,) if by.unit else ()
    return tuple(unit for unit in before.line if unit not in after.line)
