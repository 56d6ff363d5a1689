"""Two books, the unit's own leg, and the rates that explain the published ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotline.domain.indicators import Book, RateSettings, Ratio, definitions, observe_all, rates
from hotline.domain.indicators.rates import FURTHER, RATES
from hotline.domain.indicators.stays import stays
from hotline.domain.order import Event

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=30)
ABOVE = {"decider": "upstream"}


def day(days: float) -> str:
    return (START + timedelta(days=days)).isoformat()


DUE = {"sign": day(0.5), "contact": day(1), "answer": day(5), "upstream": day(7)}
SENT = {"due": DUE, "legs": {"lead": day(4), "assist": day(3)}}
FROM_ABOVE = ("registered", 0, "ZJJ", {"origin": "upstream", "contact_owed": True})
OURS = ("registered", 0, "ZJJ", {"origin": "own", "contact_owed": True})
Step = tuple[str, float, str, Mapping[str, Any]]


def history(*steps: Step) -> list[Event]:
    """Events of one order: kind, days after the start, unit, data."""
    return [
        Event(order_id="K1", seq=seq, at=START + timedelta(days=days), kind=kind, actor="x", unit=unit, data=data)
        for seq, (kind, days, unit, data) in enumerate(steps, 1)
    ]


def found(*steps: Step, unit: str = "ZJJ", book: Book = "own", settings: RateSettings | None = None) -> dict[str, Ratio]:
    seen = (one for one in observe_all(history(*steps), settings or RateSettings()) if one.book == book)
    return dict(rates(seen, START, END, (*RATES, *FURTHER)).get(unit, {}))


def test_what_the_platform_above_heard_counts_in_its_book_alone() -> None:
    heard = ("closed", 6, "ZJJ", {"channel": "upstream", "reached": True, "solved": "no", "rating": 1, "final": True})
    steps = FROM_ABOVE, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), heard
    assert found(*steps, book="official")["resolution"] == Ratio(0, 1)
    assert found(*steps)["resolution"] == Ratio()


def test_our_own_callback_counts_in_our_book_alone() -> None:
    heard = ("closed", 6, "ZJJ", {"channel": "phone", "reached": True, "solved": "yes", "rating": 5, "final": True})
    steps = OURS, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), heard
    assert found(*steps)["satisfaction"] == Ratio(1, 1)
    assert found(*steps, book="official") == {}


def test_our_call_before_the_platforms_says_nothing_of_satisfaction() -> None:
    heard = ("callback_attempted", 6, "ZJJ", {"channel": "pre", "reached": True, "solved": "yes", "rating": 5, "final": True})
    steps = FROM_ABOVE, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), heard
    assert found(*steps)["resolution"] == Ratio(1, 1)
    assert found(*steps)["satisfaction"] == Ratio()


def test_a_rating_of_a_channel_that_the_pack_names_counts() -> None:
    rated = ("rated", 6, "ZJJ", {"channel": "app", "level": 2})
    steps = OURS, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), rated
    assert found(*steps)["satisfaction"] == Ratio()
    assert found(*steps, settings=RateSettings(rating_channels=("phone", "app")))["satisfaction"] == Ratio(0, 1)


def test_the_platform_judges_by_its_own_due_time() -> None:
    steps = FROM_ABOVE, ("dispatched", 0, "ZJJ", SENT), ("answered", 6, "ZJJ", {})
    assert found(*steps)["on_time"] == Ratio(0, 1)
    assert found(*steps, book="official")["on_time"] == Ratio(1, 1)


def test_an_answer_reaches_the_platform_when_it_is_passed_up() -> None:
    steps = FROM_ABOVE, ("dispatched", 0, "ZJJ", SENT), ("answered", 6, "ZJJ", {}), ("passed_up", 8, "ZJJ", {})
    assert found(*steps, book="official")["on_time"] == Ratio(0, 1)


def test_what_we_excluded_ourselves_the_platform_still_counts() -> None:
    steps = FROM_ABOVE, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), ("exclusion_granted", 3, "ZJJ", {})
    assert (found(*steps)["on_time"], found(*steps)["excluded"]) == (Ratio(), Ratio(1, 1))
    assert found(*steps, book="official")["on_time"] == Ratio(1, 1)


def test_what_the_platform_excluded_counts_in_no_book() -> None:
    steps = FROM_ABOVE, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), ("exclusion_granted", 3, "ZJJ", ABOVE)
    assert found(*steps)["on_time"] == found(*steps, book="official")["on_time"] == Ratio()


def test_done_again_without_a_call_is_no_callback() -> None:
    again = ("reopened", 6, "ZJJ", {"about": "redo", "due": DUE})
    steps = FROM_ABOVE, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), again
    assert found(*steps)["callback"] == Ratio()
    assert found(*steps, book="official")["reopening"] == Ratio(1, 1)


def test_a_unit_is_judged_by_its_leg_and_the_office_by_the_order() -> None:
    steps = OURS, ("dispatched", 0, "ZJJ", SENT), ("answered", 4.5, "ZJJ", {})
    assert (found(*steps)["leg_on_time"], found(*steps)["on_time"]) == (Ratio(0, 1), Ratio(1, 1))


def test_an_assisting_unit_is_judged_by_its_own_leg() -> None:
    part = ("part_answered", 2, "ZJJ", {"by_unit": "CGJ"})
    steps = OURS, ("dispatched", 0, "ZJJ", {**SENT, "assists": ["CGJ"]}), part, ("answered", 4.5, "ZJJ", {})
    assert found(*steps, unit="CGJ")["leg_on_time"] == Ratio(1, 1)


def test_time_lost_before_a_return_is_charged_to_whoever_held_the_order() -> None:
    steps = OURS, ("dispatched", 0, "ZJJ", SENT), ("return_granted", 4.5, "ZJJ", {}), ("dispatched", 4.6, "CGJ", SENT)
    assert found(*steps)["leg_on_time"] == Ratio(0, 1)
    assert found(*steps)["on_time"] == Ratio()


def test_a_first_dispatch_that_was_returned_was_not_right() -> None:
    steps = OURS, ("dispatched", 0, "ZJJ", SENT), ("return_granted", 1, "ZJJ", {}), ("dispatched", 1.1, "CGJ", SENT)
    assert found(*steps)["first_dispatch"] == Ratio(0, 1)


def test_the_same_unit_again_with_other_assistants_is_still_the_first_dispatch() -> None:
    again = ("dispatched", 1.1, "ZJJ", {**SENT, "assists": ["CGJ"]})
    steps = OURS, ("dispatched", 0, "ZJJ", SENT), ("signed", 0.2, "ZJJ", {}), again
    assert (found(*steps)["first_dispatch"], found(*steps)["signed_on_time"]) == (Ratio(1, 1), Ratio(1, 1))


def test_a_second_round_at_another_unit_leaves_the_first_dispatch_right() -> None:
    again = ("reopened", 6, "ZJJ", {"about": "redo", "due": DUE})
    steps = OURS, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), again, ("dispatched", 6.1, "CGJ", SENT)
    assert found(*steps)["first_dispatch"] == Ratio(1, 1)


def test_an_answer_sent_back_is_a_correction_and_one_taken_back_is_none() -> None:
    back = ("sent_back", 2.5, "ZJJ", {}), ("answered", 3, "ZJJ", {}), ("answer_taken_back", 3.1, "ZJJ", {})
    steps = OURS, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), *back, ("answered", 3.5, "ZJJ", {})
    assert found(*steps)["correction"] == Ratio(1, 2)


def test_an_order_left_out_by_the_pack_counts_for_no_unit() -> None:
    anonymous = ("registered", 0, "ZJJ", {"origin": "own", "anonymous": True, "contact_owed": False})
    steps = anonymous, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {})
    left = found(*steps, settings=RateSettings(left_out=("anonymous",)))
    assert (left["anonymous"], left["on_time"]) == (Ratio(1, 1), Ratio())


def test_a_rate_has_wilsons_interval() -> None:
    low, high = Ratio(9, 10).interval or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)


def test_nothing_has_no_interval_and_all_reaches_one() -> None:
    assert Ratio().interval is None
    assert (Ratio(3, 3).interval or (0, 0))[1] == 1


def test_an_order_stays_in_one_stage_after_the_other() -> None:
    steps = OURS, ("dispatched", 1, "ZJJ", SENT), ("signed", 2, "ZJJ", {}), ("answered", 4, "ZJJ", {})
    assert [(one.stage, (one.left - one.entered).days) for one in stays(history(*steps))] == [
        ("desk", 1),
        ("sign", 1),
        ("handling", 2),
    ]


@pytest.mark.parametrize("kind", ["withdrawn", "recalled", "upward_granted", "pause_granted"])
def test_nothing_is_missed_of_an_order_that_was_taken_away_or_paused_before_it_was_due(kind: str) -> None:
    seen = found(OURS, ("dispatched", 0, "ZJJ", SENT), (kind, 0.1, "ZJJ", {}))
    assert [seen[rate] for rate in ("on_time", "signed_on_time", "response", "leg_on_time")] == [Ratio()] * 4


@pytest.mark.parametrize("kind", ["withdrawn", "pause_granted"])
def test_what_was_overdue_before_stays_missed(kind: str) -> None:
    seen = found(OURS, ("dispatched", 0, "ZJJ", SENT), (kind, 0.7, "ZJJ", {}))
    assert (seen["signed_on_time"], seen["on_time"]) == (Ratio(0, 1), Ratio())


def test_a_paused_order_is_due_again_once_it_goes_on() -> None:
    paused = ("pause_granted", 0.1, "ZJJ", {}), ("resumed", 10, "ZJJ", {"due": {"answer": day(15)}, "legs": {"lead": day(14)}})
    assert found(OURS, ("dispatched", 0, "ZJJ", SENT), *paused)["on_time"] == Ratio(0, 1)


def test_the_platforms_last_word_of_a_round_is_the_one_that_counts() -> None:
    called = ("closed", 6, "ZJJ", {"channel": "upstream", "reached": True, "solved": "no", "final": True})
    rated = ("rated", 7, "ZJJ", {"channel": "upstream", "level": 4, "solved": "yes"})
    seen = found(FROM_ABOVE, ("dispatched", 0, "ZJJ", SENT), ("answered", 2, "ZJJ", {}), called, rated, book="official")
    assert (seen["resolution"], seen["satisfaction"]) == (Ratio(1, 1), Ratio(1, 1))


def test_the_channels_whose_ratings_count_are_printed() -> None:
    said = definitions(RateSettings(rating_channels=("phone", "message")), 3)["satisfaction"]
    assert "电话评价、短信评价" in said
