"""What holds whatever is applied for and decided, in whatever order (hypothesis)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.domain.applications import Asks
from hotline.domain.order import Flag, Order, State
from hotline.errors import HotlineError
from tests.unit.bureau import CLERK, HOUR, LI, OTHER, WAITING, ZHANG, Bureau

minutes = st.integers(0, 60 * 24 * 6)
urgencies = st.sampled_from(["normal", "urgent", "danger"])
slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HELD_DUES = ("answer", "sign", "contact", "return_window")


def held(order: Order) -> tuple[object, ...]:
    """What an application that waits must not touch."""
    return order.holders, order.state, order.pauses, order.extensions, {clock: order.due.get(clock) for clock in HELD_DUES}


@slow
@given(urgency=urgencies, waited=minutes, asked=st.lists(st.sampled_from(list(Asks)[:4]), min_size=1, max_size=4, unique=True))
def test_holder_and_due_times_never_change_while_applications_wait(urgency: str, waited: int, asked: list[Asks]) -> None:
    bureau = Bureau()
    before = held(bureau.order(urgency=urgency))
    for asks in asked:
        bureau.pass_by(timedelta(minutes=waited))
        tried(lambda asks=asks: bureau.asks(asks, until="2026-12-01"))  # type: ignore[misc]  # bound at once
        bureau.applications.lapse(bureau.clock.now())
    assert held(bureau.now()) == before


@slow
@given(urgency=st.sampled_from(["danger", "normal"]), begun=st.integers(0, 11 * 60), length=st.integers(1, 60 * 24 * 9))
def test_a_pause_moves_a_limit_in_hours_by_exactly_its_length(urgency: str, begun: int, length: int) -> None:
    bureau = Bureau()
    bureau.order(urgency=urgency)
    bureau.pass_by(timedelta(minutes=begun))
    before = bureau.now()
    bureau.granted(Asks.PAUSE, until="2026-12-01")
    bureau.pass_by(timedelta(minutes=length))
    after, long = bureau.applications.resume("SML1", by=CLERK), timedelta(minutes=length)
    in_hours = [clock for clock in ("answer", "contact") if urgency == "danger" or clock == "contact"]
    running = [clock for clock in in_hours if before.due[clock] > after.pauses[0][0]]
    assert {clock: after.due[clock] - before.due[clock] for clock in running} == dict.fromkeys(running, long)
    assert all(after.due[clock] == before.due[clock] for clock in in_hours if clock not in running)


@slow
@given(
    urgency=urgencies,
    waits=st.lists(minutes, min_size=1, max_size=4),
    amounts=st.lists(st.integers(1, 9), min_size=4, max_size=4),
    above=st.none() | st.integers(1, 24 * 14),
)
def test_an_extension_is_never_earlier_nor_more_often_than_allowed(
    urgency: str, waits: list[int], amounts: list[int], above: int | None
) -> None:
    bureau = Bureau()
    due = {} if above is None else {"upstream": bureau.clock.now() + above * HOUR}
    bureau.order(urgency=urgency, due=due)
    for waited, amount in zip(waits, amounts, strict=False):
        bureau.pass_by(timedelta(minutes=waited))
        before, leg = bureau.now(), bureau.lead()
        tried(lambda amount=amount: bureau.granted(Asks.EXTENSION, amount=amount))  # type: ignore[misc]  # bound at once
        after, moved = bureau.now(), bureau.lead()
        assert after.due["answer"] >= before.due["answer"]
        assert str(moved.due_at) >= str(leg.due_at)  # both UTC
        assert above is None or after.due["answer"] <= max(due["upstream"], before.due["answer"])
    assert bureau.now().extensions <= {"danger": 2, "urgent": 1, "normal": 2}[urgency]


def tried(act: Callable[[], object]) -> bool:
    """Do it if it is lawful."""
    try:
        act()
    except HotlineError:
        return False
    return True


STEPS = ("ask", "grant", "refuse", "lapse", "wake", "resume", "dispatch", "sign", "ruling", "rule", "answer")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(list(Asks)[:4]), st.integers(0, 60 * 30)), max_size=14))
def test_whatever_people_do_one_holder_no_allowance_exceeded_and_nothing_decided_twice(
    drawn: list[tuple[str, Asks, int]],
) -> None:
    bureau = Bureau()
    bureau.order()
    for step, asks, waited in drawn:
        bureau.pass_by(timedelta(minutes=waited))
        tried(lambda step=step, asks=asks: done(bureau, step, asks))  # type: ignore[misc]  # bound at once
        whole(bureau)


def done(bureau: Bureau, step: str, asks: Asks) -> object:
    unit, now = bureau.now().unit, bureau.clock.now()
    clerk = CLERK if unit == "ZJJ" else OTHER
    until = (now + timedelta(days=3)).date().isoformat()
    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: bureau.asks(asks, by=clerk, until=until, reason_code=WAITING),
        "grant": lambda: bureau.applications.decide("SML1", asks, granted=True, by=LI),
        "refuse": lambda: bureau.applications.decide("SML1", asks, granted=False, reason="不同意", by=LI),
        "lapse": lambda: bureau.applications.lapse(now),
        "wake": lambda: bureau.applications.wake(now),
        "resume": lambda: bureau.applications.resume("SML1", by=clerk),
        "dispatch": lambda: bureau.handling.dispatch("SML1", unit="JD" if unit != "JD" else "ZJJ", by=ZHANG),
        "sign": lambda: bureau.handling.sign("SML1", by=clerk),
        "ruling": lambda: bureau.disputes.ask_ruling("SML1", reason="意见不一", by=ZHANG),
        "rule": lambda: bureau.disputes.rule("SML1", unit="JD", reason="属地", by=LI),
        "answer": lambda: bureau.handling.answer("SML1", text="办结", by=clerk),
    }
    return acts[step]()


def whole(bureau: Bureau) -> None:
    """What must be true after every step."""
    order, kinds = bureau.now(), bureau.kinds()
    with bureau.store.read() as work:
        running = [leg for leg in work.legs.of_order("SML1") if leg.ended_at is None and leg.role == "lead"]
    held_by_unit = order.state in (State.DISPATCHED, State.SIGNED) or (order.state is State.IN_RULING and order.unit)
    assert [leg.unit for leg in running] == ([order.unit] if held_by_unit else [])
    assert kinds.count("return_applied") <= 2
    assert kinds.count("extension_granted") == order.extensions <= 2
    assert kinds.count("pause_granted") == len(order.pauses) <= 2
    assert kinds.count("exclusion_applied") <= 1
    assert (Flag.PAUSED in order.flags) == bool(order.pauses and order.pauses[-1][1] is None)
    for asks in list(Asks)[:4]:
        waiting = sum(one.asks is asks for one in order.applications)
        decided = kinds.count(f"{asks}_granted") + kinds.count(f"{asks}_refused")
        assert waiting <= 1
        assert decided + waiting <= kinds.count(f"{asks}_applied")


def test_the_stateful_walk_reaches_every_decision() -> None:
    bureau = Bureau()
    bureau.order()
    for asks in list(Asks)[:3]:
        assert tried(lambda asks=asks: bureau.asks(asks, until="2026-12-01"))  # type: ignore[misc]  # bound at once
    with pytest.raises(HotlineError):
        bureau.asks(Asks.UPWARD)
