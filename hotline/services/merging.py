"""When orders may be handled as one 并单, and what the handling order's answer offers to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.conditions import target_refusal
from hotline.domain.lifecycle import Change, apply, refusal
from hotline.domain.order import Flag, Order, State
from hotline.domain.roles import Actor
from hotline.errors import NotFromHere, Recused
from hotline.services.clocks import Clocks, facts_of
from hotline.services.facts import asked
from hotline.services.ports import UnitOfWork
from hotline.services.rows import OrderFilter
from routing_rules.pack import Pack

MOST_MEMBERS = 200
UNSIGNED = frozenset({State.REGISTERED, State.ON_DESK, State.DISPATCHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The handling order's answer, to be taken or not: ``text`` what was done, ``public`` what the citizen reads."""

    order_id: str
    at: datetime
    text: str
    public: str


def refuse_merge(work: UnitOfWork, order: Order, head: Order) -> None:
    """Raise ``NotFromHere`` or ``Recused`` when the two cannot be handled as one."""
    reasons = (
        (order.id == head.id, "工单不能并入自己"),
        (not head.open, "主单已办结,不能再并入"),
        (head.merged_into is not None, f"该主单已并入 {head.merged_into},请直接并入 {head.merged_into}"),
        (bool(members(work, order.id, 1)), "该工单下已有并单,请先解除"),
        (order.secret and not order.handling_text, "举报和保密工单须先确认隐去来电人信息的办理文本,再并单"),
    )
    why = next((why for holds, why in reasons if holds), None)
    if why is not None:
        raise NotFromHere(order.id, Action.MERGE, order.state, why)
    for unit in head.holders:
        if unit in order.recused:
            raise Recused(order.id, unit)


def one_caller(work: UnitOfWork, order: Order, head: Order) -> bool:
    """Whether one caller, whose number is known, spoke of both."""
    if order.call_id == head.call_id:
        return True
    calls = work.calls.get([order.call_id, head.call_id])
    phones = {calls[one.call_id].new.caller.phone for one in (order, head)}
    return len(phones) == 1 and "" not in phones


def members(work: UnitOfWork, order_id: str, most: int = MOST_MEMBERS) -> list[Order]:
    """Return the orders under a handling order."""
    return list(work.orders.page(OrderFilter(merged_into=order_id), None, most).orders)


def followed(pack: Pack, order: Order, head: Order, at: datetime, by: Actor) -> list[Change]:
    """Return the dispatch of an order under ``head`` to where that lies; nothing when it is there, signed, or may not go."""
    unit = head.unit
    if unit is None or order.state not in UNSIGNED or order.unit == unit or Flag.RETURN_ASKED in order.flags:
        return []
    if unit in order.returned_by or target_refusal(order, unit) or refusal(order, Action.DISPATCH, by):
        return []
    due = Clocks(pack).on_dispatch(order, at)
    assists = tuple(one for one in head.assists if one not in order.recused)
    data: dict[str, Any] = {
        "unit": unit, "assists": list(assists), "reason": f"随主单 {head.id} 派出", "reason_code": "same_matter",
        "choice": "other", "model": order.suggestions[0].unit if order.suggestions else None, "rule": order.rule_unit,
        "row": order.rule_row, "round": order.round, "with": head.id, **due.data,
        **asked(pack.content_hash, facts_of(order)),
    }  # fmt: skip
    fields = {"unit": unit, "assists": assists, **due.fields}
    return [apply(order, Action.DISPATCH, at=at, by=by, data=data, legs_due=due.legs, **fields)]


def followers(work: UnitOfWork, pack: Pack, head: Order, at: datetime, by: Actor) -> list[Change]:
    """Return the dispatches of the unsigned orders under ``head``, which was just sent."""
    return [change for one in members(work, head.id) for change in followed(pack, one, head, at, by)]


def offered(work: UnitOfWork, order: Order) -> Offered | None:
    """Return the last answer of the order's handling order, None while there is none."""
    if order.merged_into is None:
        return None
    said = work.events.latest([order.merged_into], "answered").get(order.merged_into)
    if said is None:
        return None
    text, public = (str(said.data.get(name) or "") for name in ("text", "public"))
    return Offered(order_id=order.merged_into, at=said.at, text=text, public=public)
