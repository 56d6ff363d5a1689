"""An order's whole story in Chinese, in the timeline's own words: from what the citizen said to the last callback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hotline.domain.above import about_name
from hotline.domain.applications import ASKS_NAMES
from hotline.domain.bands import CLOCK_OF_STAGE
from hotline.domain.call import Call
from hotline.domain.holding import DESK, OFFICE, PAUSED, UPSTREAM, held_times
from hotline.domain.order import Event, Leg, Order, State
from hotline.domain.ratings import Rating
from hotline.domain.roles import UNIT_ROLES
from hotline.domain.text import mask_name, mask_phone, mask_text
from hotline.domain.transitions import STAGES, STATE_NAMES, TABLE
from hotline.services.rows import OrderView
from hotline.web.console.clocktext import MINUTE, Times, lasting, left
from hotline.web.console.event_words import lines_of
from hotline.web.console.words import (
    ACTOR_NAMES,
    CHANNEL_NAMES,
    CLOCK_NAMES,
    EVENT_NAMES,
    RATING_CHANNELS,
    RATING_NAMES,
    SOLVED_NAMES,
    URGENCY_NAMES,
)
from routing_rules.approvals import DECIDER_NAMES
from routing_rules.pack import Pack

HOLDERS: Final = {DESK: "派单台", OFFICE: "热线办(审核、回访)", UPSTREAM: "上级平台", PAUSED: "挂账(不计时)"}
LEGS: Final = {"lead": "主办", "inner": "转办", "assist": "协办"}
OUTCOMES: Final = {
    "returned": "退单", "reassigned": "改派", "handed_back": "退回上一级", "recused": "回避", "left_out": "未提交意见",
    "answered": "已答复", "recalled": "上级收回",
    "withdrawn": "来电人撤回",
}  # fmt: skip
_TARGETS: Final = {row.event: row.target for row in TABLE.values() if row.target is not None}

UNITS_OWN: Final = frozenset(row.event for row in TABLE.values() if row.roles & UNIT_ROLES and not row.machine)
"""Steps of the units themselves."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an order, and the moment it is told at."""

    view: OrderView
    ratings: Sequence[Rating]
    now: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step: when, what, by whom, how long after the step before, the clock that ran until then, and what was said."""

    at: str
    name: str
    actor: str
    unit: str
    took: str
    clock: str
    round: int
    lines: tuple[str, ...]

    @property
    def told(self) -> Iterator[str]:
        """Yield the lines a person reads."""
        who = "·".join(part for part in (self.actor, self.unit) if part)
        yield f"{self.at} {self.name}({who})" + (f",距上一步 {self.took}" if self.took else "")
        yield from (f"    {line}" for line in (self.clock, *self.lines) if line)


@dataclass(frozen=True, slots=True)
class Story:
    """An order's story: headings with their lines, and the steps as they are."""

    order: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    steps: tuple[Step, ...]

    @property
    def as_dict(self) -> dict[str, Any]:
        """JSON-able: ``{"order", "parts": {heading: [line]}, "steps": [{"at", "name", "actor", …}]}``."""
        steps = [{**{name: getattr(one, name) for name in Step.__slots__}, "lines": list(one.lines)} for one in self.steps]
        return {"order": self.order, "parts": {heading: list(lines) for heading, lines in self.parts}, "steps": steps}


def told(known: Known, pack: Pack, times: Times) -> Story:
    """Tell an order's story; people's names and numbers in it are masked."""
    view = known.view
    steps = tuple(_steps(view.events, pack, times))
    above = [call for call in view.calls if call.new.upstream_no]
    parts = {
        f"工单 {view.order.id}": _head(view.order, pack, times),
        "诉求": (line for call in view.calls[:1] for line in _call(call, times)),
        "系统判断": _judged(view.order, pack),
        **{f"第 {number} 轮办理": _round(steps, number) for number in sorted({one.round for one in steps})},
        "承办环节": (_leg(leg, pack, times) for leg in view.legs),
        "待审批": _pending(view.order, times),
        "评价": (_rating(one, times) for one in known.ratings),
        "各方用时": _held(view.events, known.now if view.order.open else None, pack),
        "上级来件": (line for call in above for line in _from_above(call, view.events, times)),
    }
    said = ((heading, tuple(line for line in lines if line)) for heading, lines in parts.items())
    return Story(view.order.id, tuple((heading, lines) for heading, lines in said if lines), steps)


def _head(order: Order, pack: Pack, times: Times) -> Iterator[str]:
    yield f"{STATE_NAMES[order.state]};{order.kind};{URGENCY_NAMES[order.urgency]};事项:{order.category or '未定'}"
    yield f"来源:{CHANNEL_NAMES.get(order.channel, '其他')}" + (f",市级编号 {order.upstream_no}" if order.upstream_no else "")
    yield f"承办:{' → '.join(pack.unit_name(one) for one in order.holders)}" if order.unit else "尚无承办单位"
    yield f"协办:{'、'.join(pack.unit_name(one) for one in order.assists)}" if order.assists else ""
    yield f"主单:{order.merged_into}" if order.merged_into else ""
    yield f"第 {order.round} 轮,退单 {order.returns} 次,延期 {order.extensions} 次"
    yield f"{order.acknowledged_by} 于 {times.absolute(order.acknowledged_at)} 确认知悉" if order.acknowledged_at else ""


def _call(call: Call, times: Times) -> Iterator[str]:
    new = call.new
    who = f"{mask_name(new.caller.name) or '匿名'} {mask_phone(new.caller.phone)}".strip()
    yield f"{times.full(new.received_at)} {CHANNEL_NAMES.get(new.channel, '其他')},{who}" + (
        f",{new.recorded_by} 记录" if new.recorded_by else ""
    )
    yield mask_text(new.title)
    yield from (mask_text(line) for line in new.text.splitlines())
    yield f"地址:{mask_text(new.address)}" if new.address else ""


def _judged(order: Order, pack: Pack) -> Iterator[str]:
    if order.model_category is not None:
        sure = f"{order.model_confidence:.0%}" if order.model_confidence is not None else "未给出把握"
        yield f"模型 {order.model_version}:{order.model_category}({sure})" + (",把握不足" if order.unsure else "")
    yield f"规则 {order.rule_row}:{pack.unit_name(order.rule_unit)}" if order.rule_row and order.rule_unit else "没有规则命中"
    for rank, one in enumerate(order.suggestions, start=1):
        yield f"建议 {rank}:{pack.unit_name(one.unit)} {one.confidence:.0%},{one.why}"
    yield f"地点:{order.place_name or order.place}" if order.place_name or order.place else ""
    yield f"紧急情形:{order.emergency}" if order.emergency else ""
    yield f"被反映单位:{'、'.join(map(pack.unit_name, sorted(order.accused_units)))}" if order.accused_units else ""


# -- the steps ---------------------------------------------------------------------------------------------------------
class _Clocks:
    """Which clock runs, and until when: folded over the events."""

    def __init__(self) -> None:
        self._due: dict[str, datetime] = {}
        self._state, self._paused, self._rectifying = State.REGISTERED, False, False

    def running(self, at: datetime, times: Times) -> str:
        """Say which clock ran up to ``at``, and how much of it was left."""
        clock = CLOCK_OF_STAGE.get(STAGES.get(self._state, ""), "")
        if clock == "answer" and self._rectifying:
            clock = "rectification"
        due = self._due.get(clock)
        if self._paused:
            return "在计:挂账中,不计时"
        return f"在计:{CLOCK_NAMES[clock]}时限 {times.absolute(due)},{left(at, due)}" if due else ""

    def take(self, event: Event) -> None:
        """Go on behind an event."""
        given = event.data.get("due")
        if isinstance(given, Mapping):
            self._due |= {clock: datetime.fromisoformat(at) for clock, at in given.items()}
        for clock, moved in event.data.get("changed", {}).items():
            self._due[clock] = datetime.fromisoformat(moved["new"])
        whole = event.kind != "signed_off" or event.data.get("level") == event.data.get("of")
        if event.kind in _TARGETS and whole:
            self._state = _TARGETS[event.kind]
        if event.kind in ("pause_granted", "resumed"):
            self._paused = event.kind == "pause_granted"
        if event.kind in ("rectification_begun", "closed", "reopened"):
            self._rectifying = event.kind == "rectification_begun"


def _steps(events: Sequence[Event], pack: Pack, times: Times) -> Iterator[Step]:
    clocks, before, number = _Clocks(), None, 1
    for event in events:
        number += event.kind == "reopened"
        actor, unit = _actor(event, pack), _unit(event, pack)
        yield Step(
            at=times.full(event.at), name=EVENT_NAMES.get(event.kind, event.kind), actor=actor,
            unit="" if actor.startswith(unit) else unit, took=times.between(before, event.at) if before else "",
            clock=clocks.running(event.at, times) if before else "", round=number, lines=tuple(lines_of(event, pack, times)),
        )  # fmt: skip
        clocks.take(event)
        before = event.at


def _actor(event: Event, pack: Pack) -> str:
    by = event.data.get("by")
    if event.actor == "triage" and isinstance(by, str) and by not in ("", "triage"):
        return f"{by}(坐席选定)"
    name = ACTOR_NAMES.get(event.actor, event.actor)
    unit, _, person = name.partition(" ")
    return f"{pack.unit_name(unit)} {person}" if person and unit in pack.units else name


def _unit(event: Event, pack: Pack) -> str:
    """The unit that a step was done by, or the order sent to; none for the office's own steps."""
    own = event.unit if event.kind in UNITS_OWN else None
    unit = event.data.get("unit") if event.kind == "dispatched" else event.data.get("by_unit") or own
    return pack.unit_name(str(unit)) if unit else ""


def _round(steps: Sequence[Step], number: int) -> Iterator[str]:
    for one in steps:
        if one.round == number:
            yield from one.told


# -- what stands beside the steps --------------------------------------------------------------------------------------
def _leg(leg: Leg, pack: Pack, times: Times) -> str:
    due = f",应于 {times.absolute(leg.due_at)} 前" if leg.due_at else ""
    name = f"第 {leg.round} 轮 {LEGS[leg.role]} {pack.unit_name(leg.unit)}:{times.absolute(leg.assigned_at)} 接到{due}"
    if leg.ended_at is None:
        return f"{name},在办"
    late = f",超期 {lasting(leg.ended_at - leg.due_at)}" if leg.due_at and leg.ended_at - leg.due_at >= MINUTE else ""
    span = lasting(leg.ended_at - leg.assigned_at)
    return f"{name},{times.absolute(leg.ended_at)} {OUTCOMES.get(leg.outcome, '结束')},用时 {span}{late}"


def _pending(order: Order, times: Times) -> Iterator[str]:
    for one in order.applications:
        until = f",限 {times.absolute(one.due_at)}" if one.due_at else ""
        yield f"{ASKS_NAMES[one.asks]}:{mask_text(one.reason)}({one.person} 申请,由{DECIDER_NAMES[one.decider]}决定{until})"


def _rating(one: Rating, times: Times) -> str:
    solved = f",{SOLVED_NAMES[one.solved]}" if one.solved else ""
    reason = f",{mask_text(one.reason)}" if one.reason else ""
    channel = RATING_CHANNELS.get(one.channel, one.channel)
    return f"第 {one.round} 轮 {channel}:{RATING_NAMES[one.level]}{solved}{reason}({times.absolute(one.at)})"


def _held(events: Sequence[Event], until: datetime | None, pack: Pack) -> Iterator[str]:
    for holder, span in sorted(held_times(events, until).items(), key=lambda one: -one[1]):
        yield f"{HOLDERS.get(holder) or pack.unit_name(holder)}:{lasting(span)}"


def _from_above(call: Call, events: Sequence[Event], times: Times) -> Iterator[str]:
    what = about_name(call.new.about) if call.new.about else "来件"
    due = f",时限 {times.absolute(call.new.upstream_due)}" if call.new.upstream_due else ""
    yield f"{times.full(call.new.received_at)} {what},消息 {call.new.message_id}{due}"
    became = [event for event in events if event.data.get("call") == call.id]
    yield from (f"    → {EVENT_NAMES.get(one.kind, one.kind)}({times.absolute(one.at)})" for one in became)
