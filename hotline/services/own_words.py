"""What a call says of one order: all of it, or one matter where it was split."""

from __future__ import annotations

from dataclasses import replace

from hotline.domain.call import Call
from hotline.domain.order import Order
from hotline.services.ports import UnitOfWork


def own_words(order: Order, call: Call) -> Call:
    """Return the call as it speaks of this order's matter alone; the same call where it was not split."""
    if order.matter_text is None:
        return call
    return replace(call, new=replace(call.new, text=order.matter_text, title=""))


def calls_of(work: UnitOfWork, order: Order) -> list[Call]:
    """Return every call under an order, the one that made it first, in the order's own words."""
    found = work.calls.of_order(order.id)
    if order.matter > 1:  # the call names the first matter's order
        found = [*work.calls.get([order.call_id]).values(), *found]
    return [own_words(order, call) if call.id == order.call_id else call for call in found]
