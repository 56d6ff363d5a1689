"""One order with its past, in words: facts, due times with their explanation, the timeline, what may be done now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.domain.actions import Action
from hotline.domain.lifecycle import allowed, refusal
from hotline.domain.order import Event, Flag, Leg, Order
from hotline.domain.roles import Actor, May, may
from hotline.domain.text import mask_text
from hotline.domain.transitions import HELD, TABLE
from hotline.services.clocks import UPSTREAM, count, how_counted, returns_allowed
from hotline.services.rows import OrderView
from hotline.services.secrecy import proposed
from hotline.web.console.applying import extension_refusal, moved_why, over_when_decided
from hotline.web.console.clocktext import DueText, Times
from hotline.web.console.desk_view import Application, application, caller_words
from hotline.web.console.event_words import lines_of
from hotline.web.console.rows import Piece, Row, pieces, row_of, titled
from hotline.web.console.words import ACTION_NAMES, ACTOR_NAMES, CLOCK_NAMES, EVENT_NAMES
from routing_rules.deadlines import DeadlineRow
from routing_rules.pack import Pack

FLAG_NAMES = {
    Flag.PAUSED: "暂停", Flag.EXCLUDED: "已剔除", Flag.CONFIDENTIAL: "保密", Flag.ESCALATED: "提级督办", Flag.MERGED: "已并单",
    Flag.CHANGED_ABOVE: "来件变更", Flag.PROBLEM: "问题工单",
    Flag.RECTIFYING: "差评整改", Flag.BAD_RATING: "差评待核实", Flag.UNACKNOWLEDGED: "待人确认", Flag.PRECALLED: "已预回访",
}  # fmt: skip
_ANCHORS = {
    Action.SIGN: "#sign", Action.CONTACT: "#contact", Action.ANSWER: "#answer", Action.APPLY_RETURN: "#return",
    Action.HAND_DOWN: "#hand-down", Action.HAND_BACK: "#hand-back", Action.ANSWER_PART: "#part", Action.SIGN_OFF: "#sign-off",
    Action.RESUME: "#resume", Action.APPLY_EXCLUSION: "#applications", Action.ASK_RULING: "#ask-ruling",
    Action.GRANT_RETURN: "#decide-return", Action.PASS_REVIEW: "#review", Action.CLOSE: "#callback",
    Action.READ_CHANGE: "#change-read", Action.CHECK_RATING: "#check-rating", Action.RECTIFY: "#rectify", Action.URGE: "#urge",
    Action.WITHDRAW: "#withdraw",
}  # fmt: skip
LEG_NAMES = {"lead": "主办", "inner": "转办", "assist": "协办"}
_LABELS = {
    Action.APPLY_EXCLUSION: "其他申请", Action.RESUME: "恢复办理", Action.ASK_RULING: "提请裁定",
    Action.GRANT_RETURN: "退单审批", Action.PASS_REVIEW: "审核", Action.CLOSE: "回访", Action.READ_CHANGE: "来件变更",
    Action.CHECK_RATING: "差评核实", Action.RECTIFY: "发回整改", Action.URGE: "催单", Action.WITHDRAW: "撤回",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SaidCall:
    """One message under the order."""

    received: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class ActionLink:
    """A button to the form of a lawful action."""

    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an action of this role is not possible now."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedDue:
    """A clock: when it runs out, or how it ended, and how that was counted."""

    name: str
    text: DueText
    settled: str
    row: str
    why: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event in words; ``round_begins`` is the number of the round that begins with it, or 0."""

    name: str
    unit: str
    at: str
    actor: str
    took: str
    lines: list[str]
    round_begins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderText:
    """An order, ready for its page."""

    id: str
    row: Row
    titled: bool
    flags: list[str]
    calls: list[SaidCall]
    assists: str
    category: str
    address: str
    received: str
    reply_needed: bool
    rule: str
    model: str
    anonymous: bool
    caller: str
    may_unmask: bool
    can: dict[str, bool]
    actions: list[ActionLink]
    refusals: list[Refusal]
    returns: int
    returns_allowed: int
    attempts: int
    attempts_allowed: int
    application: Application
    secret: bool
    text_confirmed: bool
    handling_text: str
    unacknowledged: bool
    accused: str
    dues: list[ExplainedDue]
    timeline: list[Step]


def _may_unmask(order: Order, by: Actor) -> bool:
    """A unit never sees who asked for secrecy."""
    hidden = by.of_unit and order.secret
    return by.role is not None and may(by.role, May.UNMASK) and not hidden


def order_text(pack: Pack, found: OrderView, times: Times, by: Actor, *, clear: bool = False) -> OrderText:
    """Return an order as its page shows it to ``by``; ``clear`` = its text unmasked, after who looked was recorded."""
    order, first = found.order, found.calls[0].new
    can = allowed(order, by)
    return OrderText(
        id=order.id, row=row_of(order, pack, times), titled=titled(order, first.text),
        flags=[FLAG_NAMES[one] for one in sorted(order.flags) if one in FLAG_NAMES],
        calls=_calls(found, times, clear=clear), assists="、".join(pack.unit_name(code) for code in order.assists),
        category=order.category or "未归类", address=first.address if clear else mask_text(first.address),
        received=times.full(order.received_at), reply_needed=order.reply_needed, rule=_rule(pack, order), model=_model(order),
        anonymous=order.anonymous, caller=caller_words(found), may_unmask=_may_unmask(order, by),
        can={str(action): action in can for action in TABLE}, actions=list(_actions(order, can)),
        refusals=list(_refusals(pack, order, can, by, times.now)),
        returns=order.returns, returns_allowed=returns_allowed(pack, order),
        attempts=order.callback_attempts, attempts_allowed=pack.settings.callback_attempts,
        application=application(found.events, times), dues=[*_dues(pack, found, times), *_legs(pack, found, times)],
        timeline=list(_timeline(found.events, pack, times)), secret=order.secret, text_confirmed=bool(order.handling_text),
        handling_text=proposed(order, found.calls[0]) if order.secret else "", accused=_accused(pack, order),
        unacknowledged=Flag.UNACKNOWLEDGED in order.flags,
    )  # fmt: skip


def _accused(pack: Pack, order: Order) -> str:
    return "、".join((*(pack.unit_name(code) for code in sorted(order.accused_units)), *order.accused_persons))


def _calls(found: OrderView, times: Times, *, clear: bool) -> list[SaidCall]:
    return [
        SaidCall(times.absolute(call.new.received_at), pieces(call.new.text, () if at else found.order.evidence, clear=clear))
        for at, call in enumerate(found.calls)
    ]


def _rule(pack: Pack, order: Order) -> str:
    if not order.rule_row:
        return ""
    row = pack.dispatch.table.row(order.rule_row)
    lead = pack.unit_name(order.rule_unit) if order.rule_unit else "派单台"
    return f"{order.rule_row} → {lead}" + (f"({row.source})" if row and row.source else "")


def _model(order: Order) -> str:
    if order.model_confidence is None:
        return "无"
    return f"把握 {order.model_confidence:.0%}" + ("(未达采信标准,须人工判断)" if order.unsure else "")


def _actions(order: Order, can: Sequence[Action]) -> Iterator[ActionLink]:
    if Action.DISPATCH in can:
        yield ActionLink(f"/desk?order={order.id}", "改派" if order.unit else "派单")
    for action, anchor in _ANCHORS.items():
        if action in can:
            yield ActionLink(anchor, _LABELS.get(action) or ACTION_NAMES[action])


def _refusals(pack: Pack, order: Order, can: Sequence[Action], by: Actor, now: datetime) -> Iterator[Refusal]:
    """Yield what this role may do to orders, only not to this one now."""
    if Action.APPLY_EXTENSION in can and (why := extension_refusal(pack, order, now)):
        yield Refusal(ACTION_NAMES[Action.APPLY_EXTENSION], why)
    for action, name in ACTION_NAMES.items():
        if action not in can and by.role in TABLE[action].roles and (why := refusal(order, action, by)):
            yield Refusal(name, why)


def _dues(pack: Pack, found: OrderView, times: Times) -> Iterator[ExplainedDue]:
    order = found.order
    settled = {
        "dispatch": order.dispatched_at, "sign": order.signed_at, "contact": order.contacted_at, "answer": order.answered_at,
        "upstream": order.answered_at, "callback": order.closed_at,
    }  # fmt: skip
    over = {"return_window": order.state not in HELD, **over_when_decided(order)}
    shown = [clock for clock in CLOCK_NAMES if clock in order.due and not over.get(clock, False)]
    for clock in shown:
        due = order.due[clock]
        row_id = order.due_rows.get(clock, "")
        limit = pack.deadlines.limits.get(row_id)
        done = settled.get(clock)
        yield ExplainedDue(
            name=CLOCK_NAMES[clock], text=times.moment(due), settled=_settled(done, due, times, order), row=row_id,
            why=moved_why(found, clock) or _why(pack, order, clock, due),
            source=limit.source if limit else "", confirmed=limit.confirmed if limit else True,
        )  # fmt: skip


def _settled(done: datetime | None, due: datetime, times: Times, order: Order) -> str:
    if done is None:
        return "" if order.open else f"已结束({times.absolute(due)} 到期)"
    late = "" if done <= due else ",已超期"
    return f"{times.absolute(done)} 完成(限 {times.absolute(due)}{late})"


def _why(pack: Pack, order: Order, clock: str, due: datetime) -> str:
    """Return how a due time was counted, when the rules in force still give it."""
    limit = pack.deadlines.limits.get(order.due_rows.get(clock, ""))
    if limit is None:
        return ""
    begun = (order.round_began_at, order.dispatched_at, order.first_dispatched_at, order.answered_at)
    ceiling = order.due.get(UPSTREAM) if clock == "answer" else None
    counted = (count(how_counted(start, limit), pack, ceiling) for start in begun if start is not None)
    return next((one.why for one in counted if one.due == due), "")


def _legs(pack: Pack, found: OrderView, times: Times) -> Iterator[ExplainedDue]:
    """The units' own clocks: before the order's, so that what they answer can still be reviewed."""
    row = found.order.due_rows.get("answer", "")
    limit = pack.deadlines.limits.get(row)
    for leg in found.legs:
        if leg.ended_at is None and leg.due_at is not None and found.order.open:
            name = f"{LEG_NAMES[leg.role]}:{pack.unit_name(leg.unit)}"
            why = _why_leg(pack, found.order, leg, limit) if limit else ""
            text = times.moment(leg.due_at)
            yield ExplainedDue(name=name, text=text, settled="", row=row, why=why, source="", confirmed=True)


def _why_leg(pack: Pack, order: Order, leg: Leg, limit: DeadlineRow) -> str:
    """How a leg's due time was counted: its own limit, or the order's less the margin, whichever is earlier."""
    margin = f"提前 {limit.leg_margin / timedelta(hours=1):g} 小时"
    if leg.role == "assist":
        return f"主办单位时限{margin}"
    if leg.role == "inner":
        return "与主办单位的时限相同"
    own = count(how_counted(leg.assigned_at, limit), pack, order.due.get("answer"))
    return f"自派到本单位起计,不晚于工单答复时限{margin};{own.why}" if own.due == leg.due_at else ""


def _timeline(events: Sequence[Event], pack: Pack, times: Times) -> Iterator[Step]:
    before, number = None, 1
    for event in events:
        number += event.kind == "reopened"
        yield Step(
            name=EVENT_NAMES.get(event.kind, event.kind), at=times.full(event.at), actor=_actor(event),
            unit=pack.unit_name(str(event.data["unit"])) if event.kind == "dispatched" and event.data.get("unit") else "",
            took=times.between(before, event.at) if before else "", lines=list(lines_of(event, pack, times)),
            round_begins=number if event.kind == "reopened" or event.seq == 1 else 0,
        )  # fmt: skip
        before = event.at


def _actor(event: Event) -> str:
    by = event.data.get("by")
    if event.actor == "triage" and isinstance(by, str) and by not in ("", "triage"):
        return f"{by}(坐席选定)"
    return ACTOR_NAMES.get(event.actor, event.actor)
