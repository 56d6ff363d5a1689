"""What must be true of every order whatever was done to it: each invariant has a name, and names the orders that break it.

Pure: an order, its events, legs and notices in; names of what is broken out. Used after each step of the stateful tests and at
the end of a simulated month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hotline.domain.order import Event, Leg, Order, State
from hotline.domain.transitions import ANSWERED, HELD
from hotline.services.clocks import returns_allowed
from routing_rules.pack import Pack

MACHINES: Final = frozenset({"triage", "clock"})
PERSONS_ONLY: Final = frozenset({"closed", "not_accepted", "merged", "exclusion_granted", "pause_granted", "ruled", "withdrawn"})
PASSED_ON: Final = frozenset({"dispatched", "handed_down", "handed_back", "return_granted", "return_refused", "ruled"})
"""Steps that pass an order on, or refuse to: none of them moves the order's own clock."""
REVIEWS: Final = frozenset({"review_passed", "passed_up"})
ENDED_ABOVE: Final = "上级平台"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """An order with everything known of it."""

    order: Order
    events: Sequence[Event]
    legs: Sequence[Leg] = ()
    notices: Sequence[str] = ()


def broken(pack: Pack, lived: Lived) -> list[str]:
    """Return the names of the invariants that the order breaks; empty when all is well."""
    return [name for name, holds in INVARIANTS.items() if not holds(pack, lived)]


def _events_without_gap(_pack: Pack, lived: Lived) -> bool:
    return [event.seq for event in lived.events] == list(range(1, lived.order.version + 1))


def _one_holder(_pack: Pack, lived: Lived) -> bool:
    """While a unit handles the order, one lead leg runs and it is the holder's; each unit down the line has its own leg."""
    running = [leg for leg in lived.legs if leg.ended_at is None]
    leads = [leg.unit for leg in running if leg.role == "lead"]
    inner = sorted(leg.unit for leg in running if leg.role == "inner")
    if lived.order.state not in HELD:
        return not leads or lived.order.state is State.IN_RULING
    return leads == [lived.order.unit] and inner == sorted(lived.order.line)


def _clock_not_moved(_pack: Pack, lived: Lived) -> bool:
    """The answer's due time is the same before and after every step that passes the order on within a round."""
    due: str | None = None
    dispatched = False
    for event in lived.events:
        told = event.data.get("due")
        now = told.get("answer") if isinstance(told, dict) else due
        if event.kind == "reopened":
            dispatched = True
        elif event.kind in PASSED_ON and dispatched and due is not None and now != due:
            return False
        dispatched = dispatched or event.kind == "dispatched"
        due = now or due
    return True


def _allowance_kept(pack: Pack, lived: Lived) -> bool:
    asked = sum(1 for event in lived.events if event.kind == "return_applied")
    return asked == 0 or asked <= returns_allowed(pack, lived.order)


def _said_once(_pack: Pack, lived: Lived) -> bool:
    """Every step of supervision once for its round, clock, step and due time; every notice once."""
    steps = Counter(
        (event.data.get("round"), event.data.get("clock"), event.data.get("step"), event.data.get("due"), event.data.get("row"))
        for event in lived.events
        if event.kind in ("warned", "escalated") and event.actor in MACHINES
    )
    return all(times == 1 for times in steps.values()) and len(set(lived.notices)) == len(lived.notices)


def _by_a_person(_pack: Pack, lived: Lived) -> bool:
    """What the machine never does alone: close, decline, merge, exclude, pause, rule."""
    return all(event.actor not in MACHINES for event in lived.events if event.kind in PERSONS_ONLY)


def _closed_with_its_duties(_pack: Pack, lived: Lived) -> bool:
    """A closed order was answered and reviewed in its last round, or the platform above closed it."""
    if lived.order.state is not State.CLOSED:
        return True
    ends = [event for event in lived.events if event.kind in ("closed", "reopened")]
    if ends[-1].actor == ENDED_ABOVE:
        return True
    return bool(_last_round(lived, "answered")) and (bool(_last_round(lived, *REVIEWS)) or _called(ends[-1]))


def _called(end: Event) -> bool:
    """Whether the citizen was asked before the review was done: an agent may call as soon as the unit has answered."""
    return bool(end.data.get("attempt")) or end.data.get("reached") is True


def _last_round(lived: Lived, *kinds: str) -> list[Event]:
    begun = max((at for at, event in enumerate(lived.events) if event.kind == "reopened"), default=0)
    return [event for event in lived.events[begun:] if event.kind in kinds]


def _not_the_accused(_pack: Pack, lived: Lived) -> bool:
    return lived.order.unit is None or lived.order.unit not in lived.order.recused


def _answered_somewhere(_pack: Pack, lived: Lived) -> bool:
    """An answered order has an author and a time."""
    return lived.order.state not in ANSWERED or (lived.order.answered_at is not None and bool(lived.order.answered_by))


def _decided_once(_pack: Pack, lived: Lived) -> bool:
    """No application is decided that nobody made; none is made while one of its sort waits."""
    waiting: Counter[str] = Counter()
    for event in lived.events:
        asks, _, what = event.kind.rpartition("_")
        if what == "applied":
            waiting[asks] += 1
        elif what in ("granted", "refused"):
            waiting[asks] -= 1
        elif event.kind in ("dispatched", "reopened", "answered", "ruling_asked", "recalled", "withdrawn"):
            waiting.clear()
        if any(not 0 <= count <= 1 for count in waiting.values()):
            return False
    return True


INVARIANTS: Final[dict[str, Callable[[Pack, Lived], bool]]] = {
    "events_without_gap": _events_without_gap,
    "one_holder": _one_holder,
    "clock_not_moved": _clock_not_moved,
    "allowance_kept": _allowance_kept,
    "said_once": _said_once,
    "by_a_person": _by_a_person,
    "closed_with_its_duties": _closed_with_its_duties,
    "not_the_accused": _not_the_accused,
    "answered_by_somebody": _answered_somewhere,
    "decided_once": _decided_once,
}
UPSTREAM_ONCE: Final = "upstream_answered_once"
"""Every message from above became one event of its order, an order, or stands among what was set aside."""


def heard_once(events: Sequence[Event], messages: Sequence[str]) -> Iterator[str]:
    """Yield the messages under a number that not exactly one step of its order tells of; ``messages`` are their calls' ids."""
    told: Counter[Any] = Counter(event.data.get("call") for event in events)
    yield from (message for message in messages if told[message] < 1)
