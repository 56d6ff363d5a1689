"""What binds an order to others, on its page: handling order, incident, matters of one call, and who let it out alone."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.roles import Actor
from hotline.domain.text import mask_text
from hotline.errors import NotFound
from hotline.services.merging import Offered
from hotline.services.rows import OrderView
from hotline.web.parts import WebParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """``whole`` is the call in all its words where the order is one matter of it; ``offered`` the handling order's answer."""

    merged_into: str
    members: tuple[str, ...]
    incident: str
    incident_title: str
    matter: int
    whole: str
    auto_class: str
    approved_by: str
    offered: Offered | None


def bound(parts: WebParts, found: OrderView, by: Actor) -> Bound:
    """Return what binds an order to others, as far as ``by`` may know."""
    order, together = found.order, parts.together
    split = order.matter_text is not None and not by.of_unit
    return Bound(
        merged_into=order.merged_into or "", members=tuple(one.id for one in together.matters.members(order.id, by=by)),
        incident=order.incident or "", incident_title=_title(parts, order.incident, by),
        matter=order.matter if order.matter_text is not None else 0,
        whole=mask_text(parts.queries.call(order.call_id, by=by).new.text) if split else "",
        auto_class=order.auto_class, approved_by=together.spot_checks.approved_by(order),
        offered=together.matters.offered(order.id, by=by),
    )  # fmt: skip


def _title(parts: WebParts, ident: str | None, by: Actor) -> str:
    try:
        return parts.together.incidents.get(ident, by=by)[0].title if ident else ""
    except NotFound:
        return ""
