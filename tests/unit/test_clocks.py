"""The clocks of an order and its legs: what starts them, what caps them, and what never restarts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotline.domain.holding import held_times
from hotline.domain.order import Leg, Order, State
from hotline.domain.roles import Actor, Role
from hotline.services.clocks import Clocks
from hotline.services.closing import Callback
from hotline.store.memory import MemoryStore
from tests.api.city import City

VAGUE = "有一件事想请你们管一管"
DISPATCHER = Actor("派单员", Role.DISPATCHER)
AGENT = Actor("坐席", Role.AGENT)
REVIEWER = Actor("审核", Role.REVIEWER)
HOUR = timedelta(hours=1)
DUE = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # five working days after Monday 11-23, at 17:00 in 包头


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


def clerk(unit: str = "CGJ") -> Actor:
    return Actor("经办", Role.CLERK, unit)


def on_desk(city: City, **fields: object) -> str:
    return city.order(text=VAGUE, caller={"name": "王建国", "phone": "13847212345"}, **fields)


def stored(city: City, order: str) -> Order:
    with city.store.read() as work:
        found = work.orders.get(order)
    assert found is not None
    return found


def legs(city: City, order: str) -> list[Leg]:
    with city.store.read() as work:
        return work.legs.of_order(order)


def running(city: City, order: str) -> dict[str, datetime | None]:
    return {leg.role: leg.due_at for leg in legs(city, order) if leg.ended_at is None}


def margin(city: City, order: str) -> timedelta:
    """The margin of the row that gave the order its due time."""
    limits = city.books.current().deadlines.limits
    found = limits[stored(city, order).due_rows["answer"]].leg_margin
    assert found > timedelta(0)
    return found


def sent(city: City, order: str, unit: str = "CGJ", *assists: str) -> Order:
    return city.parts.handling.dispatch(order, unit=unit, assists=assists, by=DISPATCHER)


def answered(city: City, order: str, unit: str = "CGJ") -> Order:
    city.parts.handling.sign(order, by=clerk(unit))
    return city.parts.handling.answer(order, text="已处理", by=clerk(unit))


def reopened(city: City, order: str) -> Order:
    answered(city, order)
    city.parts.handling.review(order, passed=True, by=REVIEWER)
    said = Callback(reached=True, responded=True, solved="no", rating=1)
    return city.parts.closing.callback(order, said, by=AGENT)


def test_a_leg_is_due_the_margin_before_the_orders_due_time(city: City) -> None:
    order = on_desk(city)
    city.clock.pass_by(HOUR)
    sent(city, order)
    assert (stored(city, order).due["answer"], running(city, order)) == (DUE, {"lead": DUE - margin(city, order)})


def test_a_leg_is_due_at_its_own_limit_when_that_is_earlier(city: City) -> None:
    order = stored(city, on_desk(city))
    longer = replace(order, due={**order.due, "answer": DUE + timedelta(days=30)})
    assert Clocks(city.books.current()).on_dispatch(longer, city.clock.now()).legs.lead == DUE


def test_assisting_units_are_due_the_margin_before_the_lead(city: City) -> None:
    order = on_desk(city)
    sent(city, order, "CGJ", "SCJG")
    assert running(city, order) == {"lead": DUE - margin(city, order), "assist": DUE - 2 * margin(city, order)}


def test_a_new_lead_does_not_restart_the_orders_clock(city: City) -> None:
    order = on_desk(city)
    sent(city, order)
    city.clock.pass_by(timedelta(days=2))
    assert sent(city, order, "SCJG").due["answer"] == DUE
    assert running(city, order) == {"lead": DUE - margin(city, order)}


def test_other_assisting_units_restart_no_clock_of_the_lead(city: City) -> None:
    order = on_desk(city)
    before = sent(city, order, "CGJ", "SCJG")
    city.clock.pass_by(timedelta(hours=20))
    after = sent(city, order, "CGJ", "MZJ")
    assert (after.due, after.dispatched_at, after.provisional) == (before.due, before.dispatched_at, before.provisional)
    assert [(leg.unit, leg.outcome) for leg in legs(city, order)] == [("CGJ", ""), ("SCJG", "reassigned"), ("MZJ", "")]
    assert running(city, order) == {"lead": DUE - margin(city, order), "assist": DUE - 2 * margin(city, order)}


def test_whom_the_lead_handed_it_down_to_keeps_it_when_others_assist(city: City) -> None:
    order = on_desk(city)
    sent(city, order, "CGJ")
    city.parts.inside.work.hand_down(order, to="HWZX", by=clerk())
    assert sent(city, order, "CGJ", "SCJG").holder == "HWZX"
    with city.store.read() as work:
        times = held_times(work.events.of_order(order), city.clock.now() + HOUR)
    assert times["HWZX"] == HOUR


def test_a_granted_return_does_not_restart_the_orders_clock(city: City) -> None:
    order = on_desk(city)
    sent(city, order)
    city.clock.pass_by(timedelta(days=1))
    city.parts.handling.apply_return(order, reason="不归我们管", by=clerk())
    city.parts.handling.decide_return(order, granted=True, by=DISPATCHER)
    city.clock.pass_by(timedelta(days=1))
    assert sent(city, order, "SCJG").due["answer"] == DUE
    assert running(city, order) == {"lead": DUE - margin(city, order)}


def test_the_new_leads_own_clocks_start_with_its_dispatch(city: City) -> None:
    order = on_desk(city)
    first = sent(city, order).due["sign"]
    city.clock.pass_by(timedelta(days=2))
    assert sent(city, order, "SCJG").due["sign"] == first + timedelta(days=2)


def test_a_reopening_has_its_own_limits_from_the_reopening(city: City) -> None:
    order = on_desk(city)
    sent(city, order)
    city.clock.pass_by(timedelta(days=2))
    again = reopened(city, order)
    third_day_after = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # three working days after Wednesday
    assert (again.state, again.round, again.due["answer"]) == (State.DISPATCHED, 2, third_day_after)
    assert running(city, order) == {"lead": third_day_after - margin(city, order)}


def test_in_a_reopened_round_a_transfer_counts_from_the_reopening_and_not_from_the_receipt(city: City) -> None:
    order = on_desk(city)
    sent(city, order)
    city.clock.pass_by(timedelta(days=2))
    due = reopened(city, order).due["answer"]
    city.clock.pass_by(timedelta(days=1))
    again = sent(city, order, "SCJG")
    assert (again.due["answer"], again.round_began_at) == (due, city.clock.now() - timedelta(days=1))


def test_the_first_rounds_result_stands_after_a_reopening(city: City) -> None:
    order = on_desk(city)
    sent(city, order)
    city.clock.pass_by(timedelta(days=2))
    reopened(city, order)
    start, end = city.clock.now() - timedelta(days=9), city.clock.now() + timedelta(days=1)
    found = city.parts.figures.within(start, end, by=Actor("主管", Role.SUPERVISOR))["CGJ"]["on_time"]
    assert (found.numerator, found.denominator) == (1, 1)


def test_the_platforms_due_time_caps_ours_less_the_margin_of_the_row(city: City) -> None:
    above = DUE - timedelta(days=3)
    order = on_desk(city, upstream_no="SJ1", upstream_due=above.isoformat())
    sent(city, order, "CGJ", "SCJG")
    assert stored(city, order).due["answer"] == above - margin(city, order)
    assert running(city, order) == {"lead": above - 2 * margin(city, order), "assist": above - 3 * margin(city, order)}


def test_a_caller_who_wants_no_reply_is_owed_no_contact(city: City) -> None:
    order = city.order(text=VAGUE, caller={"name": "", "phone": ""})
    assert "contact" not in sent(city, order).due
