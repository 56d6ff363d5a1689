"""The sweep: each step of the pack's table is taken once, told to whom the table says, and nobody waits for another's order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotline.domain.lifecycle import Change
from hotline.domain.order import Flag, Order
from hotline.domain.roles import Actor, Role
from hotline.services.closing import Callback
from hotline.services.supervision import Supervision, Swept
from hotline.store.memory import MemoryStore
from tests.api.city import City

DISPATCHER = Actor("派单员", Role.DISPATCHER)
AGENT = Actor("坐席", Role.AGENT)
REVIEWER = Actor("审核", Role.REVIEWER)
CLERK = Actor("经办", Role.CLERK, "CGJ")
VAGUE = "有一件事想请你们管一管"
HEAD = "id,valid_from,valid_to,urgency,->step,->clock,->when,->amount,->unit,->to,->quiet,->why,source,confirmed\n"
WARN = "V1,,,,warn,answer,share,40,percent,unit,yes,所剩不多,,no\n"
REMIND = "V2,,,,remind,answer,before,48,hour,unit;desk,yes,将到期,,no\n"
LATE = "V3,,,,escalate,answer,after,1,working_day,parent;supervisor,yes,超期,,no\n"
SIGN = "V4,,,,remind,sign,after,0,hour,unit,no,未签收,,no\n"
AGAIN = "V5,,,,problem,,reopened,2,times,office,yes,重办两次,,no\n"
PASSED = "V6,,,,problem,,passed,2,times,office,yes,两家流转,,no\n"
DUE = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # of an order of Monday 11-23, 09:30 in 包头: Monday 17:00
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


def by(city: City, *rows: str) -> Supervision:
    """The sweep by a table of these rows; with none, by no table."""
    city.clock.pass_by(timedelta(seconds=1))
    city.put_in_force(supervision_csv=(HEAD + "".join(rows)).encode() if rows else None)
    return Supervision(city.store, city.clock, city.books)


def at_unit(city: City, *assists: str) -> str:
    order = city.order(text=VAGUE, caller={"name": "王建国", "phone": "13847212345"})
    city.parts.handling.dispatch(order, unit="CGJ", assists=assists, by=DISPATCHER)
    return order


def stored(city: City, order: str) -> Order:
    with city.store.read() as work:
        found = work.orders.get(order)
    assert found is not None
    return found


def steps(city: City, order: str) -> list[dict[str, Any]]:
    with city.store.read() as work:
        return [dict(one.data) for one in work.events.of_order(order) if one.kind in ("warned", "escalated")]


def told(city: City, order: str) -> list[tuple[str, str]]:
    return [(one["step"], one["row"]) for one in steps(city, order)]


def reopened(city: City, order: str) -> Order:
    city.parts.handling.sign(order, by=CLERK)
    city.parts.handling.answer(order, text="已处理", by=CLERK)
    city.parts.handling.review(order, passed=True, by=REVIEWER)
    return city.parts.closing.callback(order, Callback(reached=True, responded=True, solved="no", rating=1), by=AGENT)


class Interrupted(Supervision):
    """A sweep in whose middle something happens: after orders were read, before steps are written."""

    def __init__(self, city: City, meanwhile: Any) -> None:
        super().__init__(city.store, city.clock, city.books)
        self._meanwhile = meanwhile

    def _write(self, part: list[list[Change]]) -> bool:
        meanwhile, self._meanwhile = self._meanwhile, lambda: None
        meanwhile()
        return super()._write(part)


def test_a_unit_is_warned_when_the_share_of_its_limit_is_left(city: City) -> None:
    order, sweep = at_unit(city), by(city, WARN)
    limit = DUE - stored(city, order).received_at
    city.clock.time = DUE - limit * 0.4 - MINUTE
    too_early = sweep.sweep()
    city.clock.pass_by(MINUTE)
    assert (too_early, sweep.sweep(), told(city, order)) == (Swept(), Swept(warned=1), [("warn", "V1")])


def test_a_unit_is_reminded_so_many_hours_before(city: City) -> None:
    order, sweep = at_unit(city), by(city, REMIND)
    city.clock.time = DUE - 48 * HOUR
    assert (sweep.sweep(), told(city, order)) == (Swept(warned=1), [("remind", "V2")])


def test_what_is_to_be_said_before_the_due_time_is_not_said_after_it(city: City) -> None:
    at_unit(city)
    sweep = by(city, WARN, REMIND)
    city.clock.time = DUE
    assert sweep.sweep() == Swept()


def test_a_late_order_is_escalated_when_the_rows_time_has_passed(city: City) -> None:
    order, sweep = at_unit(city), by(city, LATE)
    city.clock.time = DUE + 24 * HOUR - MINUTE
    too_early = sweep.sweep()
    city.clock.pass_by(MINUTE)
    assert (too_early, sweep.sweep(), Flag.ESCALATED in stored(city, order).flags) == (Swept(), Swept(escalated=1), True)


def test_a_step_is_taken_once_however_often_the_sweep_runs(city: City) -> None:
    order, sweep = at_unit(city), by(city, REMIND)
    city.clock.time = DUE - 24 * HOUR
    assert [sweep.sweep() for _ in range(3)] == [Swept(warned=1), Swept(), Swept()]
    assert len(steps(city, order)) == 1


def test_two_clocks_that_sweep_at_the_same_moment_take_a_step_once(city: City) -> None:
    order, other = at_unit(city), by(city, REMIND)
    city.clock.time = DUE - 24 * HOUR
    assert (Interrupted(city, other.sweep).sweep(), len(steps(city, order))) == (Swept(), 1)


def test_several_steps_that_are_due_together_are_all_taken(city: City) -> None:
    order, sweep = at_unit(city), by(city, WARN, REMIND)
    city.clock.time = DUE - 24 * HOUR
    assert (sweep.sweep(), told(city, order)) == (Swept(warned=2), [("warn", "V1"), ("remind", "V2")])


def test_a_step_keeps_whom_it_tells_by_code_and_role(city: City) -> None:
    order, sweep = at_unit(city), by(city, REMIND, LATE)
    city.clock.time = DUE - 24 * HOUR
    sweep.sweep()
    city.clock.time = DUE + 25 * HOUR
    sweep.sweep()
    above = city.books.current().units["CGJ"].parent or "office"
    assert [one["to"] for one in steps(city, order)] == [["CGJ", "desk"], [above, "supervisor"]]


def test_what_is_told_to_the_holder_of_an_order_that_nobody_holds_is_told_to_the_desk(city: City) -> None:
    order = city.order(text=VAGUE)
    sweep = by(city, REMIND)
    city.clock.time = DUE - 24 * HOUR
    sweep.sweep()
    assert [one["to"] for one in steps(city, order)] == [["desk"]]


def test_a_reminder_waits_for_the_end_of_the_quiet_hours(city: City) -> None:
    order, sweep = at_unit(city), by(city, REMIND)
    city.clock.time = datetime(2026, 11, 28, 15, 0, tzinfo=UTC)  # 23:00
    at_night = sweep.sweep()
    city.clock.time = datetime(2026, 11, 28, 23, 0, tzinfo=UTC)  # 07:00
    assert (at_night, sweep.sweep(), len(steps(city, order))) == (Swept(), Swept(warned=1), 1)


def test_what_is_not_to_wait_is_said_at_night(city: City) -> None:
    order, sweep = at_unit(city), by(city, SIGN)
    city.clock.time = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 23:00
    assert (sweep.sweep(), told(city, order)) == (Swept(warned=1), [("remind", "V4")])


def test_a_clock_that_was_kept_is_not_reminded_of(city: City) -> None:
    order, sweep = at_unit(city), by(city, SIGN)
    city.parts.handling.sign(order, by=CLERK)
    city.clock.pass_by(timedelta(days=1))
    assert sweep.sweep() == Swept()


def test_the_next_units_own_clock_is_reminded_of_anew(city: City) -> None:
    order, sweep = at_unit(city), by(city, SIGN)
    city.clock.pass_by(timedelta(days=1))
    first = sweep.sweep()
    city.parts.handling.dispatch(order, unit="SCJG", by=DISPATCHER)
    city.clock.pass_by(timedelta(days=1))
    assert (first, sweep.sweep()) == (Swept(warned=1), Swept(warned=1))


def test_a_new_round_is_reminded_of_anew(city: City) -> None:
    order, sweep = at_unit(city), by(city, REMIND)
    city.clock.time = DUE - 24 * HOUR
    first = sweep.sweep()
    city.clock.time = reopened(city, order).due["answer"] - 24 * HOUR
    assert (first, sweep.sweep(), [one["round"] for one in steps(city, order)]) == (Swept(warned=1), Swept(warned=1), [1, 2])


def test_an_order_reopened_too_often_is_a_problem_once(city: City) -> None:
    order, sweep = at_unit(city), by(city, AGAIN)
    reopened(city, order)
    after_one = sweep.sweep()
    reopened(city, order)
    after_two = [sweep.sweep(), sweep.sweep()]
    reopened(city, order)
    assert (after_one, after_two, sweep.sweep()) == (Swept(), [Swept(escalated=1), Swept()], Swept())
    assert Flag.PROBLEM in stored(city, order).flags


def test_an_order_passed_between_too_many_units_is_a_problem(city: City) -> None:
    order, sweep = at_unit(city), by(city, PASSED)
    with_one = sweep.sweep()
    city.parts.handling.dispatch(order, unit="SCJG", by=DISPATCHER)
    assert (with_one, sweep.sweep(), told(city, order)) == (Swept(), Swept(escalated=1), [("problem", "V6")])


def test_an_application_that_nobody_decides_is_escalated(city: City) -> None:
    order = at_unit(city)
    sweep = by(city, "V7,,,,escalate,return_decision,after,2,work_hour,supervisor,yes,退单超时未审批,,no\n")
    city.parts.handling.apply_return(order, reason="不归我们管", by=CLERK)
    city.clock.pass_by(timedelta(days=1))
    late = sweep.sweep()
    city.parts.handling.decide_return(order, granted=False, by=DISPATCHER)
    assert (late, sweep.sweep()) == (Swept(escalated=1), Swept())


def test_an_order_changed_meanwhile_does_not_keep_the_others_from_being_escalated(city: City) -> None:
    changed, *_ = [city.dispatched() for _ in range(3)]
    sweep = by(city, LATE)
    city.clock.pass_by(timedelta(days=30))
    assert Interrupted(city, lambda: city.parts.handling.sign(changed, by=CLERK)).sweep() == Swept(escalated=2)
    assert sweep.sweep() == Swept(escalated=1)


# -- a pack without a table --------------------------------------------------------------------------------------------
def test_without_a_table_an_order_that_runs_late_is_reminded_of_once_and_escalated_once(city: City) -> None:
    order, sweep = at_unit(city), by(city)
    city.clock.time = DUE - MINUTE
    warned = [sweep.sweep() for _ in range(2)]
    city.clock.time = DUE + MINUTE
    escalated = [sweep.sweep() for _ in range(2)]
    assert (warned, escalated) == ([Swept(warned=1), Swept()], [Swept(escalated=1), Swept()])
    assert [one["why"] for one in steps(city, order)] == ["将到期", "超期"]


def test_without_a_table_an_order_late_on_the_desk_is_escalated_again_when_its_unit_is_late(city: City) -> None:
    order = city.order(text=VAGUE)
    sweep = by(city)
    city.clock.pass_by(timedelta(hours=25))
    on_desk = [sweep.sweep(), sweep.sweep()]
    city.parts.handling.dispatch(order, unit="CGJ", by=DISPATCHER)
    city.clock.pass_by(timedelta(days=30))
    assert on_desk == [sweep.sweep(), sweep.sweep()] == [Swept(escalated=1), Swept()]


def test_without_a_table_an_order_reopened_more_than_three_times_is_escalated_once(city: City) -> None:
    order, sweep = at_unit(city), by(city)
    for _ in range(3):
        reopened(city, order)
    assert ([sweep.sweep(), sweep.sweep()], steps(city, order)[0]["why"]) == ([Swept(escalated=1), Swept()], "重办 3 次")
