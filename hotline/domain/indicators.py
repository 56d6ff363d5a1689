"""The rates: folds over events. Each observation keeps its order, so that every figure opens the orders behind it.

Definitions are settings of the pack (DOMAIN.md, "Rates"); on time means against the order's own due time, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Literal

from hotline.domain.order import Event
from hotline.domain.ratings import PRE

Rate = Literal["response", "resolution", "satisfaction", "on_time", "signed_on_time", "callback", "return", "reopening"]
RATES: tuple[Rate, ...] = (
    "response", "resolution", "satisfaction", "on_time", "signed_on_time", "callback", "return", "reopening",
)  # fmt: skip
RATE_NAMES: dict[Rate, str] = {
    "response": "响应率", "resolution": "解决率", "satisfaction": "满意率", "on_time": "按时办结率",
    "signed_on_time": "按时签收率", "callback": "回访覆盖率", "return": "退单率", "reopening": "重办率",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSettings:
    """The pack's definitions, printed beside every figure."""

    response_basis: Literal["contact_log", "sign_and_contact", "callback"] = "contact_log"
    basically_satisfied_counts: bool = True
    unreached_counts: Literal["out", "no"] = "out"


@dataclass(frozen=True, slots=True)
class Observation:
    """One order's word on one rate: whose it is, when it was settled, and whether it counts for the unit."""

    rate: Rate
    unit: str
    at: datetime
    good: bool
    order_id: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate with what it is made of; ``value`` is None when there is nothing to divide by."""

    numerator: int = 0
    denominator: int = 0

    @property
    def value(self) -> float | None:
        """The rate, 0…1."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(slots=True)
class _Round:
    """What is known of the running assignment while an order's events are folded.

    ``late`` is its first late answer and the due time that stood then: what is granted afterwards makes it no timely one.
    """

    unit: str
    started: datetime
    due: Mapping[str, datetime]
    contact_owed: bool
    signed: datetime | None = None
    contacted: datetime | None = None
    answered: datetime | None = None
    late: tuple[datetime, datetime] | None = None
    returned: bool = False
    reopened: bool = False
    ended: datetime | None = None
    rectified: bool = False


@dataclass(slots=True)
class _Track:
    """One order's fold: rounds in order, and what its callbacks said; an excluded order 剔除 counts for nobody."""

    contact_owed: bool = True
    excluded: bool = False
    rounds: list[_Round] = field(default_factory=list)
    callbacks: list[tuple[datetime, str, Mapping[str, object]]] = field(default_factory=list)


def observe(events: Iterable[Event], settings: RateSettings, now: datetime) -> Iterator[Observation]:
    """Yield every observation in ``events`` (sorted by order, then by ``seq``), as known at ``now``."""
    for order_id, history in groupby(events, key=attrgetter("order_id")):
        track = _Track()
        for event in history:
            _fold(track, event)
        if track.excluded:
            continue
        for assignment in track.rounds:
            yield from _of_round(assignment, order_id, settings, now)
        for at, unit, said in track.callbacks:
            yield from _of_callback(at, unit, said, order_id, settings)


def rates(observations: Iterable[Observation], start: datetime, end: datetime) -> dict[str, dict[Rate, Ratio]]:
    """Return ``{unit: {rate: ratio}}`` of the observations settled in ``start`` ≤ at < ``end``; every rate is present."""
    counts: dict[tuple[str, Rate], list[int]] = {}
    for seen in observations:
        if start <= seen.at < end:
            cell = counts.setdefault((seen.unit, seen.rate), [0, 0])
            cell[0] += seen.good
            cell[1] += 1
    units = {unit for unit, _ in counts}
    return {unit: {rate: Ratio(*counts.get((unit, rate), (0, 0))) for rate in RATES} for unit in sorted(units)}


def _fold(track: _Track, event: Event) -> None:
    current = track.rounds[-1] if track.rounds else None
    match event.kind:
        case "registered":
            track.contact_owed = bool(event.data.get("contact_owed", True))
        case "exclusion_granted":
            track.excluded = True
        case "dispatched" | "reopened":
            if event.kind == "reopened":
                track.callbacks.append((event.at, event.unit or "", event.data))
                if current is not None:
                    current.reopened, current.ended = True, event.at
            elif current is not None and current.answered is None:
                track.rounds.pop() if not current.returned else None
            due = {clock: datetime.fromisoformat(at) for clock, at in event.data.get("due", {}).items()}
            track.rounds.append(_Round(event.unit or "", event.at, due, track.contact_owed))
        case "closed" | "callback_attempted":
            track.callbacks.append((event.at, event.unit or "", event.data))
            if current is not None and event.kind == "closed":
                current.ended = event.at
        case _ if current is not None:
            _mark(current, event)
        case _:
            pass


def _mark(current: _Round, event: Event) -> None:
    match event.kind:
        case "signed":
            current.signed = current.signed or event.at
        case "contacted" if event.data.get("counts", event.data.get("reached", True)):
            current.contacted = current.contacted or event.at
        case "rectification_begun":
            current.rectified = True  # the round was answered: what is mended after a bad rating has its own clock
        case "answered" if not current.rectified:
            current.answered, due = event.at, current.due.get("answer")
            current.late = current.late or ((event.at, due) if due is not None and event.at > due else None)
        case "sent_back" if not current.rectified:
            current.answered = None
        case "return_granted":
            current.returned = True
        case "due_changed" | "extension_granted" | "resumed" if "due" in event.data:
            current.due = {clock: datetime.fromisoformat(at) for clock, at in event.data["due"].items()}
        case _:
            pass


def _of_round(done: _Round, order_id: str, settings: RateSettings, now: datetime) -> Iterator[Observation]:
    yield Observation("return", done.unit, done.started, done.returned, order_id)
    if done.returned:
        return
    marks: list[tuple[Rate, datetime | None, datetime | None]] = [
        ("on_time", *(done.late or (done.answered, done.due.get("answer")))),
        ("signed_on_time", done.signed, done.due.get("sign")),
    ]
    if done.contact_owed and settings.response_basis != "callback":
        contacted = done.contacted if settings.response_basis == "contact_log" or done.signed else None
        marks.append(("response", contacted, done.due.get("contact")))
    for rate, happened, due in marks:
        if due is None:
            continue
        # What a round left undone is settled when it ends: a closed order's due time may lie in a period that nobody reads.
        settled = min(due, done.ended or due)
        if happened is not None or settled <= now:
            good = happened is not None and happened <= due
            yield Observation(rate, done.unit, happened if good and happened else settled, good, order_id)
    if done.answered is not None:
        yield Observation("reopening", done.unit, done.answered, done.reopened, order_id)


def _of_callback(
    at: datetime, unit: str, said: Mapping[str, object], order_id: str, settings: RateSettings
) -> Iterator[Observation]:
    if not said.get("final", True) or said.get("follow_up") or said.get("sampled") is False:
        return  # still to be called, called again after a bad rating, or nobody was to be called
    reached = bool(said.get("reached"))
    yield Observation("callback", unit, at, reached, order_id)
    if settings.response_basis == "callback" and (reached or settings.unreached_counts == "no"):
        yield Observation("response", unit, at, said.get("responded") is True, order_id)
    if reached or settings.unreached_counts == "no":
        yield Observation("resolution", unit, at, said.get("solved") == "yes", order_id)
    if said.get("channel") == PRE:
        return  # our own call about an order from above 预回访
    rating = said.get("rating")
    if isinstance(rating, int):
        enough = 3 if settings.basically_satisfied_counts else 4
        yield Observation("satisfaction", unit, at, rating >= enough, order_id)
    elif not reached and settings.unreached_counts == "no":
        yield Observation("satisfaction", unit, at, False, order_id)
