"""The counter of closed orders judges by the due time that stood when the round was answered, as the rates do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from hotline.domain.order import Event
from hotline.metrics.past import Past
from routing_rules.pack import Pack, load_pack

START = datetime(2026, 11, 2, tzinfo=UTC)
Step = tuple[str, float, Mapping[str, Any]]
BEGUN: tuple[Step, ...] = (("registered", 0, {}), ("dispatched", 0, {"due": {"answer": (START + timedelta(days=5)).isoformat()}}))


@cache
def pack() -> Pack:
    return load_pack("kundulun")


def due(days: float) -> dict[str, Any]:
    return {"due": {"answer": (START + timedelta(days=days)).isoformat()}}


def closed(*steps: Step) -> dict[str, int]:
    """Fold an order's events (kind, days after the start, data); return how many closings were in time and not."""
    past = Past()
    events = [
        Event(order_id="K1", seq=seq, at=START + timedelta(days=days), kind=kind, actor="x", unit="CGJ", data=data)
        for seq, (kind, days, data) in enumerate((*BEGUN, *steps), 1)
    ]
    past.see(enumerate(events, 1), pack())
    return {on_time: n for (_, on_time), n in past.closed.items() if n}


def test_a_round_answered_within_its_extension_is_in_time() -> None:
    steps = ("signed", 1, {}), ("extension_granted", 4, due(9)), ("answered", 8, {}), ("review_passed", 8, {}), ("closed", 9, {})
    assert closed(*steps) == {"yes": 1}


def test_a_pause_moves_the_due_time() -> None:
    steps = ("signed", 1, {}), ("resumed", 6, due(11)), ("answered", 8, {}), ("review_passed", 8, {}), ("closed", 9, {})
    assert closed(*steps) == {"yes": 1}


def test_what_is_granted_after_a_late_answer_makes_it_no_timely_one() -> None:
    late = ("signed", 1, {}), ("answered", 6, {}), ("sent_back", 7, {}), ("extension_granted", 7, due(20))
    assert closed(*late, ("answered", 8, {}), ("review_passed", 8, {}), ("closed", 9, {})) == {"no": 1}


def test_an_answer_taken_back_was_none() -> None:
    back = ("signed", 1, {}), ("answered", 4, {}), ("answer_taken_back", 4.5, {})
    assert closed(*back, ("answered", 6, {}), ("review_passed", 6, {}), ("closed", 7, {})) == {"no": 1}


def test_a_closed_round_mended_after_a_bad_rating_is_judged_once() -> None:
    lived = ("signed", 1, {}), ("answered", 4, {}), ("review_passed", 4, {}), ("closed", 5, {})
    mended = ("rectification_begun", 6, due(9)), ("answered", 12, {}), ("review_passed", 12, {}), ("closed", 13, {})
    assert closed(*lived, *mended) == {"yes": 1}


def test_the_round_after_it_is_judged_again() -> None:
    lived = ("signed", 1, {}), ("answered", 4, {}), ("review_passed", 4, {}), ("closed", 5, {}), ("reopened", 6, due(8))
    assert closed(*lived, ("signed", 6, {}), ("answered", 9, {}), ("review_passed", 9, {}), ("closed", 9, {})) == {
        "yes": 1,
        "no": 1,
    }
