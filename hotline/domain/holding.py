"""Who held an order for how long: time lost in returns is charged to whoever held it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from hotline.domain.order import Event

DESK: Final = "desk"
OFFICE: Final = "office"
UPSTREAM: Final = "upstream"
PAUSED: Final = "paused"
"""Holders that are no unit: our desk, the office's review and callback, the platform above, and nobody while the clock stands."""
_TO_DESK: Final = frozenset({"registered", "return_granted", "ruling_asked"})
_TO_OFFICE: Final = frozenset({"answered", "signed_off", "review_taken", "review_passed", "callback_attempted"})
_BACK: Final = frozenset({"answer_taken_back", "sent_back", "rectification_begun"})
_ENDS: Final = frozenset({
    "closed", "answered_directly", "not_accepted", "transferred", "withdrawn", "recalled", "upward_granted",
})  # fmt: skip


@dataclass(slots=True)
class _Held:
    """The fold: who holds the order, whose it is when it comes back, and since when."""

    times: dict[str, timedelta] = field(default_factory=dict)
    holder: str | None = None
    line: list[str] = field(default_factory=list)
    since: datetime | None = None
    paused: bool = False

    def reach(self, at: datetime) -> None:
        """Charge the time up to ``at`` to the holder of it."""
        if self.holder is not None and self.since is not None and at > self.since:
            who = PAUSED if self.paused else self.holder
            self.times[who] = self.times.get(who, timedelta(0)) + (at - self.since)
        self.since = at


def held_times(events: Iterable[Event], until: datetime | None = None) -> dict[str, timedelta]:
    """Return how long each held the order: units by code, ``desk``, ``office``, ``upstream``, and ``paused`` for nobody.

    ``events`` are one order's, by ``seq``; elapsed time from the first to the end of the order, or to ``until`` while it is open
    (None = to the last event). The times add up to the whole. An application that waits leaves the order with its unit, and so
    does its time.
    """
    held, last = _Held(), None
    for event in events:
        held.reach(event.at)
        if not event.data.get("lead_stays"):  # only who assists changed
            _fold(held, event.kind, event.unit, event.data)
        last = event.at
    if until is not None and last is not None and until > last:
        held.reach(until)
    return held.times


def _fold(held: _Held, kind: str, unit: str | None, data: Mapping[str, Any]) -> None:
    match kind:
        case "dispatched" | "reopened":
            held.line = [unit or DESK]
            held.holder, held.paused = held.line[-1], False
        case "handed_down" if data.get("line") and held.line:
            held.line = [held.line[0], *map(str, data["line"])]
            held.holder = held.line[-1]
        case "handed_back" if len(held.line) > 1:
            held.line.pop()
            held.holder = held.line[-1]
        case "pause_granted" | "resumed":
            held.paused = kind == "pause_granted"
        case "passed_up":
            held.holder = UPSTREAM
        case _ if kind in _TO_DESK:
            held.holder = DESK
        case _ if kind in _TO_OFFICE and held.holder != UPSTREAM:
            held.holder = OFFICE
        case _ if kind in _BACK and held.line:
            held.holder = held.line[-1]
        case _ if kind in _ENDS:
            held.holder, held.paused = None, False
        case _:
            pass
