"""The rates, as folds over events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.indicators import RATES, RateSettings, Ratio, observe, rates
from hotline.domain.order import Event

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=30)
NOW = START + timedelta(days=20)
DUE = {
    "sign": (START + timedelta(hours=4)).isoformat(), "contact": (START + timedelta(days=1)).isoformat(),
    "answer": (START + timedelta(days=5)).isoformat(),
}  # fmt: skip


def history(*steps: tuple[str, float, Mapping[str, Any]], order: str = "K1", unit: str = "ZJJ") -> list[Event]:
    """Events of one order: kind, days after the start, data."""
    return [
        Event(order_id=order, seq=seq, at=START + timedelta(days=days), kind=kind, actor="x", unit=unit, data=data)
        for seq, (kind, days, data) in enumerate(steps, 1)
    ]


def ratios(events: list[Event], settings: RateSettings | None = None, now: datetime = NOW) -> dict[str, Ratio]:
    found = rates(observe(events, settings or RateSettings(), now), START, END)
    return dict(found.get("ZJJ", {}))


SENT = (("registered", 0, {"contact_owed": True}), ("dispatched", 0, {"due": DUE}))
REACHED = {"reached": True, "solved": "yes", "rating": 5, "final": True}


def test_an_answer_by_the_due_time_is_on_time() -> None:
    assert ratios(history(*SENT, ("answered", 4.9, {})))["on_time"] == Ratio(1, 1)


def test_an_order_whose_due_time_passed_without_an_answer_counts_as_late() -> None:
    assert ratios(history(*SENT))["on_time"] == Ratio(0, 1)


def test_an_order_that_is_not_due_yet_counts_nowhere() -> None:
    assert ratios(history(*SENT), now=START + timedelta(days=1, hours=-1))["on_time"] == Ratio(0, 0)


def test_contact_in_time_is_a_response() -> None:
    assert ratios(history(*SENT, ("contacted", 0.5, {"reached": True})))["response"] == Ratio(1, 1)


def test_what_a_closed_order_left_undone_is_settled_when_it_was_closed() -> None:
    closed = history(*SENT, ("answered", 0.2, {}), ("closed", 0.3, REACHED))
    (late,) = (seen for seen in observe(closed, RateSettings(), NOW) if seen.rate == "response")
    assert (late.good, late.at) == (False, START + timedelta(days=0.3))


def test_ringing_in_vain_is_no_response() -> None:
    assert ratios(history(*SENT, ("contacted", 0.5, {"reached": False})))["response"] == Ratio(0, 1)


def test_an_anonymous_order_owes_no_response() -> None:
    steps = (("registered", 0, {"contact_owed": False}), SENT[1])
    assert ratios(history(*steps))["response"] == Ratio(0, 0)


def test_partly_solved_is_not_solved() -> None:
    closed = ("closed", 7, {**REACHED, "solved": "partly"})
    assert ratios(history(*SENT, ("answered", 4, {}), closed))["resolution"] == Ratio(0, 1)


def test_a_callback_without_a_rating_has_no_say_in_satisfaction() -> None:
    closed = ("closed", 7, {**REACHED, "rating": None})
    assert ratios(history(*SENT, ("answered", 4, {}), closed))["satisfaction"] == Ratio(0, 0)


def test_whether_basically_satisfied_counts_is_the_packs_word() -> None:
    events = history(*SENT, ("answered", 4, {}), ("closed", 7, {**REACHED, "rating": 3}))
    strict = RateSettings(basically_satisfied_counts=False)
    assert (ratios(events)["satisfaction"], ratios(events, strict)["satisfaction"]) == (Ratio(1, 1), Ratio(0, 1))


def test_an_unreached_callback_is_left_out_or_counts_as_no_by_the_packs_word() -> None:
    events = history(*SENT, ("answered", 4, {}), ("closed", 7, {"reached": False, "final": True}))
    harsh = RateSettings(unreached_counts="no")
    assert (ratios(events)["resolution"], ratios(events, harsh)["resolution"]) == (Ratio(0, 0), Ratio(0, 1))


def test_an_attempt_that_is_not_the_last_counts_nowhere() -> None:
    events = history(*SENT, ("answered", 4, {}), ("callback_attempted", 7, {"reached": False, "final": False}))
    assert ratios(events)["callback"] == Ratio(0, 0)


def test_a_reopened_order_is_heard_twice() -> None:
    again = {**REACHED, "solved": "no", "rating": 1, "due": {"answer": (START + timedelta(days=12)).isoformat()}}
    events = history(*SENT, ("answered", 4, {}), ("reopened", 7, again), ("answered", 9, {}), ("closed", 11, REACHED))
    found = ratios(events)
    assert (found["resolution"], found["reopening"], found["on_time"]) == (Ratio(1, 2), Ratio(1, 2), Ratio(2, 2))


def test_a_granted_return_leaves_the_units_other_rates_alone() -> None:
    found = ratios(history(*SENT, ("return_applied", 1, {}), ("return_granted", 2, {})))
    assert (found["return"], found["on_time"]) == (Ratio(1, 1), Ratio(0, 0))


def test_an_answer_sent_back_for_correction_is_no_answer_yet() -> None:
    events = history(*SENT, ("answered", 4, {}), ("sent_back", 5, {}), ("answered", 6, {}))
    assert ratios(events)["on_time"] == Ratio(0, 1)


def test_every_rate_is_there_for_every_unit_even_when_nothing_counts() -> None:
    assert set(ratios(history(*SENT))) == set(RATES)


KINDS = ("dispatched", "signed", "contacted", "answered", "return_granted", "reopened", "closed", "sent_back")


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.floats(0, 25)), max_size=12))
def test_no_numerator_exceeds_its_denominator(steps: list[tuple[str, float]]) -> None:
    said = {"due": DUE, **REACHED}
    events = history(SENT[0], *((kind, days, said) for kind, days in sorted(steps, key=lambda step: step[1])))
    assert all(0 <= ratio.numerator <= ratio.denominator for ratio in ratios(events).values())


def test_an_extension_after_a_late_answer_makes_it_no_timely_one() -> None:
    more = ("extension_granted", 7.5, {"due": {"answer": (START + timedelta(days=12)).isoformat()}})
    late = (*SENT, ("answered", 6, {}), ("sent_back", 7, {}), more)
    (seen,) = (one for one in observe(history(*late, ("answered", 8, {})), RateSettings(), NOW) if one.rate == "on_time")
    assert (seen.good, seen.at) == (False, START + timedelta(days=5))
    assert ratios(history(*late), now=START + timedelta(days=8))["on_time"] == Ratio(0, 1)


def test_an_extension_applied_for_in_time_counts_though_granted_later() -> None:
    more = ("extension_granted", 5.5, {"due": {"answer": (START + timedelta(days=12)).isoformat()}})
    assert ratios(history(*SENT, more, ("answered", 8, {})))["on_time"] == Ratio(1, 1)
