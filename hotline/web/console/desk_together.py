"""What the desk shows of other orders: neighbours, incidents an order may belong to, the handling order, those of its class."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.actions import Action
from hotline.domain.incident import STATE_NAMES as INCIDENT_STATES
from hotline.domain.incident import Incident
from hotline.domain.lifecycle import allowed
from hotline.domain.order import Flag, Order
from hotline.domain.roles import Actor
from hotline.domain.text import mask_text
from hotline.services.rows import OrderFilter, OrderView
from hotline.web.console.clocktext import Times
from hotline.web.console.rows import Row, row_of
from hotline.web.parts import WebParts

SHARED = 3  # stretches shown of what two texts share
BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourRow:
    """An open order that may tell of the same."""

    row: Row
    percent: str
    shared: str
    same_caller: bool


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident that an order may be joined to."""

    id: str
    title: str
    state: str
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What stands beside one order; ``text`` is what a split begins from, ``whole`` the call where it was split already."""

    neighbours: list[NeighbourRow]
    searching: bool
    incidents: list[IncidentRow]
    merged_into: str
    members: list[Row]
    can_split: bool
    can_merge: bool
    can_ask_above: bool
    can_go_up: bool
    text: str
    matter: str
    alike: int


def others(parts: WebParts, found: OrderView, times: Times, by: Actor) -> Others:
    """Return what stands beside an order on the desk."""
    order, may, together = found.order, allowed(found.order, by), parts.together
    pack, new = parts.books.current(), found.calls[0].new
    near = together.neighbours.of(order.id, by=by)
    return Others(
        neighbours=[
            NeighbourRow(
                row=row_of(one.order, pack, times), percent=f"{one.likeness:.0%}", same_caller=one.same_caller,
                shared=" / ".join(mask_text(text) for text in one.shared[:SHARED]),
            )
            for one in near
        ],
        searching=not together.neighbours.ready,
        incidents=[_incident(one) for one in together.incidents.offers(order)] if Action.JOIN_INCIDENT in may else [],
        merged_into=order.merged_into or "",
        members=[row_of(one, pack, times) for one in together.matters.members(order.id, by=by)],
        can_split=Action.SPLIT in may, can_merge=Action.MERGE in may,
        can_ask_above=Action.ASK_ABOVE in may and order.origin == "upstream", can_go_up=Action.APPLY_UPWARD in may,
        text=mask_text(new.text or new.title),
        matter=f"本来电第 {order.matter} 件" if order.matter_text is not None else "", alike=len(of_class(parts, order, by)) - 1,
    )  # fmt: skip


def of_class(parts: WebParts, order: Order, by: Actor) -> list[Order]:
    """Return the orders on the desk that may go out with this one: its class, its rule's unit; nothing urgent, secret or asked.

    The given one is among them when it may itself; none at all when no order may.
    """
    if order.rule_unit is None or order.category is None:
        return []
    wanted = OrderFilter(states=frozenset({order.state}), category=order.category, by_urgency=True)
    found = parts.queries.orders(wanted, limit=BATCH, by=by).orders
    return [one for one in found if _plain(one) and one.rule_unit == order.rule_unit]


def _plain(order: Order) -> bool:
    """Whether nothing about an order asks for a look of its own."""
    calm = order.urgency == "normal" and not order.emergency and not order.secret and not order.recused
    return calm and not order.flags & {Flag.RETURN_ASKED, Flag.UNACKNOWLEDGED} and not order.returned_by


def _incident(one: Incident) -> IncidentRow:
    return IncidentRow(one.id, one.title, INCIDENT_STATES[one.state], one.state.value == "open")
