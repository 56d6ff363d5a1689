"""Whatever happens to orders: figures stay fractions, do not look ahead, and one order says nothing of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.indicators import BOOKS, FURTHER, RATES, Observation, RateSettings, observe, observe_all, rates
from hotline.domain.order import Event

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=60)
EVERY = (*RATES, *FURTHER)
MOVES = ("extension_granted", "resumed")
BETWEEN = ("contacted", "merged", "pause_granted", *MOVES)
AFTERWARDS = ("rated", "exclusion_granted", "closed", "withdrawn", "recalled", "upward_granted")
UNITS = ("ZJJ", "CGJ", "RL")
_hours = st.floats(0, 700, allow_nan=False)
_later = st.floats(0.01, 120, allow_nan=False)
_settings = st.builds(
    RateSettings, response_basis=st.sampled_from(["contact_log", "sign_and_contact", "callback"]),
    basically_satisfied_counts=st.booleans(), unreached_counts=st.sampled_from(["out", "no"]),
    rating_channels=st.sampled_from([("phone",), ("phone", "app"), ()]),
    left_out=st.lists(st.sampled_from(["merged", "anonymous", "no_reply", "incident"]), max_size=2, unique=True).map(tuple),
)  # fmt: skip
_heard: dict[str, Any] = {"reached": True, "responded": True, "solved": "yes", "rating": 4, "final": True, "channel": "phone"}


def _dues(at: float) -> dict[str, Any]:
    due = {
        clock: (START + timedelta(hours=at + more)).isoformat() for clock, more in (("sign", 4), ("contact", 24), ("answer", 90))
    }
    return {"due": {**due, "upstream": due["answer"]}, "legs": {"lead": due["answer"], "assist": due["contact"]}}


@st.composite
def lives(draw: st.DrawFn, order: str = "K1") -> list[Event]:
    """A legal life: dispatched, perhaps given back and dispatched elsewhere, answered, corrected, called back, done again."""
    at, unit, steps = draw(_hours), draw(st.sampled_from(UNITS)), list[tuple[str, float, str, dict[str, Any]]]()
    origin = draw(st.sampled_from(["own", "upstream"]))
    known = {"origin": origin, "contact_owed": draw(st.booleans()), "anonymous": draw(st.booleans())}
    steps.append(("registered", at, "", known))

    def then(kind: str, data: dict[str, Any] | None = None) -> None:
        nonlocal at
        at += draw(_later)
        steps.append((kind, at, unit, data or {}))

    then("dispatched", {**_dues(at), "choice": draw(st.sampled_from(["top1", "top2", "other", "machine"]))})
    for _ in range(draw(st.integers(0, 2))):
        then("return_granted", {"decider": draw(st.sampled_from(["dispatcher", "upstream"]))})
        unit = draw(st.sampled_from(UNITS))
        then("dispatched", _dues(at))
    for _ in range(draw(st.integers(0, 2))):
        then("signed")
        for kind in draw(
            st.lists(st.sampled_from(["contacted", "extension_granted", "merged", "pause_granted", "resumed"]), max_size=3)
        ):
            then(kind, _dues(at) if kind in MOVES else {"counts": "reached"})
        then("answered")
        for kind in draw(st.lists(st.sampled_from(["sent_back", "answer_taken_back"]), max_size=2)):
            then(kind)
            then("answered")
        heard = {**_heard, "channel": draw(st.sampled_from(["phone", "pre", "upstream"])), "reached": draw(st.booleans())}
        then("reopened", {**heard, **_dues(at)} if draw(st.booleans()) else {"about": "redo", **_dues(at)})
    for kind in draw(st.lists(st.sampled_from(AFTERWARDS), max_size=2)):
        then(kind, {**_heard, "level": draw(st.integers(1, 5)), "decider": draw(st.sampled_from(["two", "upstream"]))})
    return [
        Event(order_id=order, seq=seq, at=START + timedelta(hours=hours), kind=kind, actor="x", unit=whose or None, data=data)
        for seq, (kind, hours, whose, data) in enumerate(steps, 1)
    ]


def of(seen: Sequence[Observation], order: str) -> Counter[Observation]:
    return Counter(one for one in seen if one.order_id == order)


@given(lives(), _settings)
def test_a_numerator_never_exceeds_its_denominator(events: list[Event], settings: RateSettings) -> None:
    seen = list(observe_all(events, settings))
    found = [rates((one for one in seen if one.book == book), START, END, EVERY) for book in BOOKS]
    assert all(0 <= one.numerator <= one.denominator for table in found for row in table.values() for one in row.values())


@given(lives(), _settings, _hours)
def test_a_figure_never_counts_what_lies_ahead(events: list[Event], settings: RateSettings, hours: float) -> None:
    now = START + timedelta(hours=hours)
    assert all(seen.at <= now for seen in observe(events, settings, now))


@given(lives("K1"), lives("K2"), _settings)
def test_an_order_changes_nothing_of_what_another_says(one: list[Event], two: list[Event], settings: RateSettings) -> None:
    alone, together = list(observe_all(one, settings)), list(observe_all([*one, *two], settings))
    assert of(together, "K1") == of(alone, "K1")
    assert of(together, "K2") == of(list(observe_all(two, settings)), "K2")


@given(lives(), _settings)
def test_what_was_excluded_counts_nowhere_but_among_the_shares_of_what_came_in(
    events: list[Event], settings: RateSettings
) -> None:
    out = Event(order_id="K1", seq=len(events) + 1, at=END, kind="exclusion_granted", actor="x", data={"decider": "upstream"})
    seen = list(observe_all([*events, out], settings))
    assert {one.rate for one in seen} <= {"direct", "excluded", "anonymous", "no_reply"}
    assert {(one.book, one.good) for one in seen if one.rate == "excluded"} >= {("own", True)}


@given(lives(), _settings)
def test_each_dispatch_is_on_time_or_late_once_at_most(events: list[Event], settings: RateSettings) -> None:
    begun = sum(event.kind in ("dispatched", "reopened") for event in events)
    seen = Counter((one.book, one.rate) for one in observe_all(events, settings))
    assert all(seen[book, rate] <= begun for book in BOOKS for rate in ("on_time", "signed_on_time", "return", "reopening"))
