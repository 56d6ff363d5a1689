"""Who held an order for how long: units, the desk, the office, the platform; nobody while the clock stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.applications import Asks
from hotline.domain.holding import held_times
from hotline.domain.order import Event
from tests.unit.bureau import CLERK, DAY, HOUR, LI, OTHER, ZHANG, Bureau

START = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def history(*steps: tuple[int, str, str | None, dict[str, Any]]) -> list[Event]:
    """Events at so many hours from the start."""
    return [
        Event(order_id="SML1", seq=seq, at=START + hours * HOUR, kind=kind, actor="x", unit=unit, data=data)
        for seq, (hours, kind, unit, data) in enumerate(steps, start=1)
    ]


def test_time_lost_in_a_return_is_charged_to_the_unit_that_held_the_order() -> None:
    bureau = Bureau()
    bureau.order()
    bureau.pass_by(30 * HOUR)
    bureau.granted(Asks.RETURN, by=ZHANG)
    bureau.pass_by(2 * HOUR)
    bureau.handling.dispatch("SML1", unit="JD", by=ZHANG)
    bureau.pass_by(5 * HOUR)
    times = held_times(bureau.events(), bureau.clock.now())
    assert times == {"ZJJ": 30 * HOUR, "desk": 2 * HOUR, "JD": 5 * HOUR}


def test_a_pause_is_charged_to_nobody_and_a_dispute_to_the_desk() -> None:
    bureau = Bureau()
    bureau.order()
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(DAY)
    bureau.applications.resume("SML1", by=CLERK)
    bureau.pass_by(HOUR)
    bureau.disputes.ask_ruling("SML1", reason="意见不一", by=ZHANG)
    bureau.pass_by(3 * HOUR)
    bureau.disputes.rule("SML1", unit="JD", reason="属地", by=LI)
    bureau.pass_by(HOUR)
    bureau.handling.sign("SML1", by=OTHER)
    assert held_times(bureau.events()) == {"paused": DAY, "ZJJ": HOUR, "desk": 3 * HOUR, "JD": HOUR}


def test_inside_a_unit_the_one_it_was_handed_down_to_holds_it() -> None:
    events = history(
        (0, "registered", None, {}), (1, "dispatched", "ZJJ", {}), (3, "handed_down", "ZJJ", {"line": ["WY"], "to": "WY"}),
        (7, "handed_back", "ZJJ", {}), (8, "answered", "ZJJ", {}), (10, "sent_back", "ZJJ", {}), (11, "answered", "ZJJ", {}),
        (12, "passed_up", "ZJJ", {}), (15, "closed", "ZJJ", {}), (99, "rated", "ZJJ", {}),
    )  # fmt: skip
    assert held_times(events, START + 200 * HOUR) == {
        "desk": HOUR, "ZJJ": 4 * HOUR, "WY": 4 * HOUR, "office": 3 * HOUR, "upstream": 3 * HOUR,
    }  # fmt: skip


KINDS = (
    "dispatched", "signed", "handed_down", "handed_back", "return_applied", "return_granted", "ruling_asked", "pause_granted",
    "resumed", "answered", "signed_off", "review_passed", "sent_back", "passed_up", "callback_attempted", "reopened", "warned",
)  # fmt: skip
steps = st.lists(st.tuples(st.integers(0, 50), st.sampled_from(KINDS), st.sampled_from(["ZJJ", "JD"])), max_size=12)


@given(steps, st.integers(0, 20))
def test_the_times_add_up_to_the_whole_whatever_happens(drawn: list[tuple[int, str, str]], more: int) -> None:
    hours, made = 0, [(0, "registered", None, dict[str, Any]())]
    for passed, kind, unit in drawn:
        hours += passed
        made.append((hours, kind, unit, {"line": ["WY"]}))  # type: ignore[arg-type]  # the first has no unit
    total = sum(held_times(history(*made), START + (hours + more) * HOUR).values(), timedelta(0))
    assert total == (hours + more) * HOUR
