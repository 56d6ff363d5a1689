"""How an order was decided: every decision by the book of its day, and where today's book would answer otherwise."""

from __future__ import annotations

from itertools import groupby

from fastapi import APIRouter, Request
from starlette.responses import Response

from hotline.services.explained import lines
from hotline.web.auth import RULES_READERS, WhoIsThere
from hotline.web.console.rules.frame import draw_rules
from hotline.web.parts import parts_of

router = APIRouter(prefix="/rules/orders/{order_id}", dependencies=[RULES_READERS])


@router.get("")
def decided(request: Request, who: WhoIsThere, order_id: str) -> Response:
    """Show the decisions of an order, oldest first."""
    parts = parts_of(request)
    told = parts.explaining.order(order_id, by=who.actor)
    _title, *said = lines(parts.books.current(), told)
    decisions = [list(part) for filled, part in groupby(said, key=bool) if filled]
    return draw_rules(
        request,
        "rules_order.html",
        who,
        title=f"{told['order']} 的派单与时限依据",
        tab="",
        order=told["order"],
        decisions=decisions,
    )
