"""What a unit reads of an order's past: its own part of a call, and of a secret order nothing that may tell who spoke.

Of a secret order a unit reads what units wrote and what was written to them. Of everything else (the platform's columns, a
question to it, the reasons of the office, the citizen's own words) it reads codes and times: a name that stands in no list here
is left out, so a kind or a name that comes later is silent until somebody decides otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from hotline.domain.order import Event, Order

WHOLE: Final = frozenset({
    "acknowledged", "agreed", "answer_taken_back", "answered", "application_lapsed", "escalated", "exclusion_applied",
    "exclusion_granted", "exclusion_refused", "extension_applied", "extension_granted", "extension_refused", "handed_back",
    "handed_down", "handler_named", "part_answered", "pause_applied", "pause_granted", "pause_refused", "rectification_begun",
    "resumed", "return_applied", "return_granted", "return_refused", "ruled", "ruling_asked", "sent_back", "signed",
    "signed_off", "supervised", "supervision_replied", "warned",
})  # fmt: skip
"""Kinds that a unit wrote, or that were written to it."""
CALLED: Final = frozenset({
    "attempt", "channel", "counted", "due", "final", "follow_up", "reached", "responded", "rating", "round", "rows", "sampled",
    "solved",
})  # fmt: skip
NAMES: Final[Mapping[str, frozenset[str]]] = {
    "registered": frozenset({"category", "channel", "due", "kind", "row", "rows", "rule", "units"}),
    "dispatched": frozenset({"assists", "choice", "due", "lead_stays", "reason_code", "round", "row", "rows", "unit"}),
    "contacted": frozenset({"by_unit", "counts", "evidence", "means", "note", "reached", "result"}),
    "callback_attempted": CALLED,
    "closed": CALLED,
    "reopened": CALLED | {"note"},
    "rated": frozenset({"channel", "level", "round", "solved"}),
    "rating_checked": frozenset({"reasonable"}),
    "due_changed": frozenset({"changed", "rows"}),
    "merged": frozenset({"one_caller"}),
    "review_passed": frozenset({"due", "rows"}),
    "supplemented": frozenset({"channel"}),
}
"""Of the other kinds: the names of codes, numbers and times. A reopening says what is left to do: its note is for the unit."""


def for_unit(order: Order, events: Sequence[Event]) -> list[Event]:
    """Return the events of an order as a unit may read them."""
    return [replace(event, data=_kept(order, event)) for event in events]


def _kept(order: Order, event: Event) -> Mapping[str, Any]:
    data = event.data
    if event.kind == "split":
        data = {"parts": list(data.get("parts", ()))[:1]}  # the first part keeps the number; the others are other orders
    if not order.secret or event.kind in WHOLE:
        return data
    names = NAMES.get(event.kind, frozenset())
    return {name: value for name, value in data.items() if name in names}
