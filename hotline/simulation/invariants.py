"""What must be true of every order whatever was done to it: each invariant has a name, and names the orders that break it.

Pure: an order, its events, legs and notices in; names of what is broken out. Used after each step of the stateful tests and at
the end of a simulated month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from hotline.domain.holding import held_times
from hotline.domain.order import ENDS, Event, State
from hotline.domain.transitions import ANSWERED, HELD
from hotline.simulation import duties
from hotline.simulation.lived import MACHINES, Lived
from routing_rules.pack import Pack

PERSONS_ONLY: Final = frozenset({"closed", "not_accepted", "merged", "exclusion_granted", "pause_granted", "ruled", "withdrawn"})
PASSED_ON: Final = frozenset({
    "dispatched", "handed_down", "handed_back", "return_granted", "return_refused", "ruled", "signed", "answered", "sent_back",
    "answer_taken_back", "merged", "unmerged", "joined_incident", "left_incident", "ruling_asked",
})  # fmt: skip
"""Steps that pass an order on, refuse to, or bind it to others: none of them moves the order's own clock."""
ENDED: Final = frozenset({
    "closed", "answered_directly", "not_accepted", "transferred", "withdrawn", "recalled", "upward_granted",
})  # fmt: skip


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


def _always_held(_pack: Pack, lived: Lived) -> bool:
    """From the first event to the end of the order somebody held it at every moment: the holders' times leave no gap."""
    until = next((at for at, event in enumerate(lived.events) if event.kind in ENDED), len(lived.events) - 1)
    open_ = lived.events[: until + 1]
    return sum(held_times(open_).values(), timedelta(0)) == open_[-1].at - open_[0].at


def _due_of(event: Event) -> str | None:
    """The answer's due time that an event tells."""
    told, changed = event.data.get("due"), event.data.get("changed")
    given = told.get("answer") if isinstance(told, Mapping) else None
    moved = changed.get("answer") if isinstance(changed, Mapping) else None
    return str(moved["new"]) if moved else given


def _clock_not_moved(_pack: Pack, lived: Lived) -> bool:
    """The answer's due time is the same before and after every step that passes the order on within a round."""
    due: str | None = None
    dispatched = False
    for event in lived.events:
        now = _due_of(event) or due
        if event.kind == "reopened":
            dispatched = True
        elif event.kind in PASSED_ON and dispatched and due is not None and now != due:
            return False
        dispatched = dispatched or event.kind == "dispatched"
        due = now
    return True


def _clock_told(_pack: Pack, lived: Lived) -> bool:
    """The answer's due time that stands is the one that the last event about it told: nothing moves it in silence."""
    told = next((due for event in reversed(lived.events) if (due := _due_of(event)) is not None), None)
    stands = lived.order.due.get("answer")
    if stands is None:
        return told is None or lived.order.state is State.ANSWERED_DIRECTLY
    return told is None or stands.isoformat() == told


def _said_once(_pack: Pack, lived: Lived) -> bool:
    """Every step of supervision once for its round, clock, step and due time; every notice once."""
    steps = Counter(_mark(event.data) for event in lived.events if _by_clock(event))
    return all(times == 1 for times in steps.values()) and len(set(lived.notices)) == len(lived.notices)


def _by_clock(event: Event) -> bool:
    return event.kind in ("warned", "escalated") and event.actor in MACHINES


def _mark(data: Mapping[str, Any]) -> object:
    """What there may be one of: (round, clock, step, due time), or the nth call for a person who acknowledges."""
    return data.get("mark") or tuple(data.get(name) for name in ("round", "clock", "step", "due", "row"))


def _by_a_person(_pack: Pack, lived: Lived) -> bool:
    """What the machine never does alone: close, decline, merge, exclude, pause, rule."""
    return all(event.actor not in MACHINES for event in lived.events if event.kind in PERSONS_ONLY)


def _answered_by_somebody(_pack: Pack, lived: Lived) -> bool:
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
        if any(not 0 <= count <= 1 for count in waiting.values()):
            return False
        if event.kind in GONE:
            waiting = Counter({"exclusion": waiting["exclusion"]})
    return True


GONE: Final = ENDED | {"dispatched", "reopened", "answered", "ruling_asked", "return_granted"}
"""Steps with which a unit's applications fall away; whether the order counts at all 剔除 is decided all the same."""


def _kept_apart(_pack: Pack, lived: Lived) -> bool:
    """An order under another keeps its number and its caller's own call; nothing that has ended still runs."""
    order = lived.order
    if order.state in ENDS and any(leg.ended_at is None and leg.role == "lead" for leg in lived.legs):
        return False
    first = lived.calls[0].new if lived.calls else None
    number = first is None or order.matter > 1 or order.upstream_no == first.upstream_no
    return number and all(event.order_id == order.id for event in lived.events)


INVARIANTS: Final[dict[str, Callable[[Pack, Lived], bool]]] = {
    "events_without_gap": _events_without_gap,
    "one_holder": _one_holder,
    "always_held": _always_held,
    "clock_not_moved": _clock_not_moved,
    "clock_told": _clock_told,
    "allowance_kept": duties.allowances_kept,
    "said_once": _said_once,
    "by_a_person": _by_a_person,
    "closed_with_its_duties": duties.answered_and_reviewed,
    "called_back": duties.called_back,
    "called_as_owed": duties.sampled_as_owed,
    "released": duties.released,
    "acknowledged": duties.acknowledged,
    "not_the_accused": duties.not_the_accused,
    "secret_kept": duties.secret_kept,
    "answered_by_somebody": _answered_by_somebody,
    "decided_once": _decided_once,
    "kept_apart": _kept_apart,
}
UPSTREAM_ONCE: Final = "upstream_answered_once"
"""Every message from above became one event of its order, an order, or stands among what was set aside."""


def answered_once(
    sent: Iterable[str], answers: Mapping[str, Collection[tuple[str, object]]], waits: Collection[str]
) -> Iterator[str]:
    """Yield the messages that were not answered once: by nothing, or by more than one commit, order or both.

    ``sent`` are the ids of their calls, ``answers`` what answers a call: (how, when), for what it says at one moment is one
    answer, also to several matters under one number; ``waits`` are those that were set aside.
    """
    for call in sent:
        if len(answers.get(call, ())) + (call in waits) != 1:
            yield call
