"""An order taken back: the table is asked again without the units that returned it, and the desk chooses (DESIGN §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hotline.domain.facts import Facts
from hotline.domain.order import Order, Suggestion
from hotline.services.clocks import facts_of
from hotline.services.decide import SHOWN
from routing_rules.decide import dispatch
from routing_rules.pack import Pack


def given_back(order: Order) -> Facts:
    """Return the facts of an order that its unit gives back."""
    facts = facts_of(order)
    return replace(facts, returned_by=facts.returned_by | ({order.unit} if order.unit else set()))


def back_on_desk(pack: Pack, order: Order) -> dict[str, Any]:
    """Return the order's fields for the desk: next candidates without the unit that gives it back, and why it is there."""
    facts = given_back(order)
    row = dispatch(pack, facts)
    kept = [one for one in order.suggestions if one.unit not in facts.returned_by]
    if row.lead is not None and row.lead not in {one.unit for one in kept} and not row.fallback:
        kept.insert(0, Suggestion(unit=row.lead, confidence=order.model_confidence or 0.0, row=row.row_id, why=row.why))
    name = pack.unit_name(order.unit) if order.unit else ""
    ruled = {"rule_row": row.row_id, "rule_unit": row.lead, "book": pack.content_hash}
    return {"suggestions": tuple(kept[:SHOWN]), "why_desk": f"{name}退单,须改派", **ruled}
