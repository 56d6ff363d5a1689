"""What is known of one order while its events are folded: its rounds in order, its callbacks, ratings and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.domain.order import Event

ABOVE = "upstream"


@dataclass(slots=True)
class Assignment:
    """One dispatch to a lead, up to its end.

    ``late`` is its first late answer and the due time that stood then: what is granted afterwards makes it no timely one.
    ``answers`` are its answers, each with whether it was sent back for correction. ``stopped`` is since when its clocks do not
    run: it was taken away (withdrawn, recalled) or is paused 挂账; what was undone and not due yet then counts for nothing.
    """

    unit: str
    started: datetime
    due: Mapping[str, datetime]
    legs: Mapping[str, datetime]
    assists: tuple[str, ...] = ()
    signed: datetime | None = None
    contacted: datetime | None = None
    answered: datetime | None = None
    reached_above: datetime | None = None
    parts: dict[str, datetime] = field(default_factory=dict)
    answers: list[tuple[datetime, bool]] = field(default_factory=list)
    late: tuple[datetime, datetime] | None = None
    leg_late: tuple[datetime, datetime] | None = None
    returned: bool = False
    returned_above: bool = False
    reopened: bool = False
    reopened_above: bool = False
    replaced: bool = False
    ended: datetime | None = None
    stopped: datetime | None = None
    rectified: bool = False


@dataclass(slots=True)
class Track:
    """One order's fold; callbacks and ratings stand with their round, from 1.

    An order that is excluded 剔除 counts for nobody in the book of who excluded it.
    """

    order_id: str
    registered: datetime | None = None
    above: bool = False
    contact_owed: bool = True
    anonymous: bool = False
    reply_needed: bool = True
    merged: bool = False
    incident: bool = False
    excluded: bool = False
    excluded_above: bool = False
    direct: bool = False
    assignments: list[Assignment] = field(default_factory=list)
    first: Event | None = None
    moved_on: bool = False
    returns_decided: list[tuple[Event, bool]] = field(default_factory=list)
    callbacks: list[tuple[int, Event]] = field(default_factory=list)
    ratings: list[tuple[int, Event]] = field(default_factory=list)

    @property
    def current(self) -> Assignment | None:
        """The running assignment, or the last one."""
        return self.assignments[-1] if self.assignments else None

    @property
    def first_round(self) -> bool:
        """Whether it was never done again: only then does a change of unit say something of the first dispatch."""
        return self.round == 1

    @property
    def round(self) -> int:
        """How often it was begun."""
        return 1 + sum(one.reopened for one in self.assignments)


def tracked(order_id: str, events: Iterable[Event]) -> Track:
    """Fold one order's events, sorted by ``seq``."""
    track = Track(order_id)
    for event in events:
        see(track, event)
    return track


def see(track: Track, event: Event) -> None:
    """Take in one order's next event."""
    _begin(track, event)
    _decide(track, event)
    if track.current is not None:
        _mark(track.current, event)


def _begin(track: Track, event: Event) -> None:
    """What concerns the order itself, and what begins an assignment."""
    match event.kind:
        case "registered":
            _register(track, event)
        case "answered_directly":
            track.direct = True
        case "merged" | "unmerged":
            track.merged = event.kind == "merged"
        case "joined_incident" | "left_incident":
            track.incident = event.kind == "joined_incident"
        case "dispatched":
            _dispatched(track, event)
        case "reopened":
            _reopened(track, event)
        case "closed" | "callback_attempted":
            track.callbacks.append((track.round, event))
        case "rated":
            track.ratings.append((track.round, event))
        case _:
            pass


def _register(track: Track, event: Event) -> None:
    track.registered, track.above = event.at, event.data.get("origin") == ABOVE
    track.contact_owed = bool(event.data.get("contact_owed", True))
    track.anonymous, track.reply_needed = bool(event.data.get("anonymous")), bool(event.data.get("reply_needed", True))


def _decide(track: Track, event: Event) -> None:
    """Decisions on applications: exclusions with whose they are, returns granted or refused."""
    above = event.data.get("decider") == ABOVE
    match event.kind:
        case "exclusion_granted" if above:
            track.excluded_above = True
        case "exclusion_granted":
            track.excluded = True
        case "return_granted" | "return_refused":
            track.returns_decided.append((event, event.kind == "return_refused"))
            if event.kind == "return_granted" and track.current is not None:
                track.current.returned, track.current.returned_above = True, above
                track.current.ended, track.moved_on = event.at, track.moved_on or track.first_round
        case _:
            pass


def _dispatched(track: Track, event: Event) -> None:
    before = track.current
    if track.first is None:
        track.first = event
    elif before is not None and before.unit != event.unit and track.first_round:
        track.moved_on = True
    if before is not None and before.answered is None and not before.returned:
        if before.unit == event.unit:  # the same lead again, with other assisting units
            before.due, before.legs = dues(event.data), legs_of(event.data) or before.legs
            before.assists = tuple(event.data.get("assists", ()))
            return
        before.replaced, before.ended = True, event.at
    track.assignments.append(_assignment(event))


def _reopened(track: Track, event: Event) -> None:
    above = "about" in event.data or event.data.get("channel") == ABOVE
    if "reached" in event.data:
        track.callbacks.append((track.round, event))
    if track.current is not None:
        track.current.reopened, track.current.reopened_above, track.current.ended = True, above, event.at
    track.assignments.append(_assignment(event))


def _assignment(event: Event) -> Assignment:
    assists = tuple(event.data.get("assists", ()))
    return Assignment(event.unit or "", event.at, dues(event.data), legs_of(event.data), assists)


def _mark(current: Assignment, event: Event) -> None:
    """What happens to the running assignment."""
    match event.kind:
        case "signed":
            current.signed = current.signed or event.at
        case "contacted" if event.data.get("counts", event.data.get("reached", True)):
            current.contacted = current.contacted or event.at
        case "part_answered":
            current.parts.setdefault(str(event.data.get("by_unit") or event.data.get("unit") or ""), event.at)
        case "rectification_begun":
            current.rectified = True  # the round was answered: what is mended after a bad rating has its own clock
        case "answered":
            _answered(current, event.at)
        case "sent_back" | "answer_taken_back":
            _taken_back(current, sent_back=event.kind == "sent_back")
        case "passed_up" | "filled_in":
            current.reached_above = current.reached_above or (event.at if current.answered is not None else None)
        case "closed":
            current.ended = event.at
        case "withdrawn" | "recalled" | "upward_granted" | "pause_granted":
            current.stopped = event.at
        case _ if event.kind not in ("dispatched", "reopened") and not current.rectified:
            current.stopped = None if event.kind == "resumed" else current.stopped
            current.due = dues(event.data) if _moves(event) else current.due
            current.legs = legs_of(event.data) or current.legs


def _moves(event: Event) -> bool:
    return event.kind in ("due_changed", "extension_granted", "resumed") and "due" in event.data


def _answered(current: Assignment, at: datetime) -> None:
    current.answers.append((at, False))
    if current.rectified:
        return
    current.answered = at
    current.late = current.late or _over(at, current.due.get("answer"))
    current.leg_late = current.leg_late or _over(at, current.legs.get("lead", current.due.get("answer")))


def _taken_back(current: Assignment, *, sent_back: bool) -> None:
    if sent_back and current.answers:
        current.answers[-1] = (current.answers[-1][0], True)
    if not sent_back and current.answers:
        current.answers.pop()  # taken back by the unit before anybody judged it
    if not current.rectified:
        current.answered = current.reached_above = None


def _over(at: datetime, due: datetime | None) -> tuple[datetime, datetime] | None:
    return (at, due) if due is not None and at > due else None


def dues(data: Mapping[str, Any]) -> dict[str, datetime]:
    """Return the due times an event keeps, by clock."""
    return {clock: datetime.fromisoformat(at) for clock, at in data.get("due", {}).items()}


def legs_of(data: Mapping[str, Any]) -> dict[str, datetime]:
    """Return when the legs are due since an event, by role."""
    return {role: datetime.fromisoformat(at) for role, at in data.get("legs", {}).items()}
