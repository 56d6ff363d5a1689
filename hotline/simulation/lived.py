"""An order with everything known of it, as the invariants look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hotline.domain.call import Call
from hotline.domain.order import Event, Leg, Order

MACHINES: Final = frozenset({"triage", "clock"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """``notices`` are the ids of all that was told of it, ``calls`` what was said under it, the first one first."""

    order: Order
    events: Sequence[Event]
    legs: Sequence[Leg] = ()
    notices: Sequence[str] = ()
    calls: Sequence[Call] = ()

    def last_round(self, *kinds: str) -> list[Event]:
        """Return the events of these kinds in the running round, or the last."""
        begun = max((at for at, event in enumerate(self.events) if event.kind == "reopened"), default=0)
        return [event for event in self.events[begun:] if event.kind in kinds]
