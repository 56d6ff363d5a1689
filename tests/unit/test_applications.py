"""Applications: asked for with a reason, left with their holder, decided by whom the table names, within a limit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hotline.domain.applications import Asks
from hotline.domain.order import Flag, State
from hotline.domain.roles import Actor, Role
from hotline.errors import AllowanceSpent, InvalidInput, NotAllowed, NotFromHere, ReturnAllowanceSpent
from tests.unit.bureau import (
    APPROVALS,
    CLERK,
    DAY,
    DEADLINES,
    HOUR,
    LI,
    NOW,
    OTHER,
    PLATFORM,
    WAITING,
    WANG,
    ZHANG,
    Bureau,
)


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of March 2026 on the office's clock."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - 8 * HOUR


@pytest.mark.parametrize("asks", [Asks.RETURN, Asks.EXTENSION, Asks.PAUSE, Asks.EXCLUSION])
def test_holder_and_due_time_stay_while_an_application_waits(bureau: Bureau, asks: Asks) -> None:
    before, leg = bureau.order(), bureau.lead()
    after = bureau.asks(asks)
    kept = ("unit", "line", "state", "signed_at", "pauses", "extensions")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert {clock: after.due[clock] for clock in before.due} == dict(before.due)
    assert bureau.lead() == leg


def test_an_application_keeps_all_that_was_said_and_who_decides_until_when(bureau: Bureau) -> None:
    bureau.order()
    (kept,) = bureau.asks(Asks.EXTENSION, documents=("ab12",), amount=2).applications
    assert (kept.unit, kept.person, kept.at, kept.reason, kept.clause) == ("ZJJ", "住建经办", NOW, "三定方案另有规定", "第五条")
    assert (kept.documents, kept.amount, kept.decider) == (("ab12",), 2, "supervisor")
    assert (kept.row, kept.unanswered) == ("A-29", "refuse")
    assert kept.due_at == utc(10, 17)
    said = bureau.events()[-1].data
    assert (said["decide_by"], said["documents"]) == (kept.due_at.isoformat(), ["ab12"])


def test_a_limit_in_the_table_itself_is_counted_on_the_calendar(bureau: Bureau) -> None:
    bureau.order()
    (kept,) = bureau.asks(Asks.EXCLUSION).applications
    assert kept.due_at == utc(11, 17)


def test_without_tables_everything_has_a_limit_all_the_same() -> None:
    bureau = Bureau(approvals=None, deadlines=DEADLINES.replace("T-11,,,extension,1,working_day,,,,,,,,yes\n", ""))
    bureau.order()
    found = {asks: bureau.asks(asks).applications[-1] for asks in (Asks.RETURN, Asks.EXTENSION, Asks.PAUSE, Asks.EXCLUSION)}
    assert {str(asks): one.decider for asks, one in found.items()} == {
        "return": "dispatcher", "extension": "supervisor", "pause": "supervisor", "exclusion": "two",
    }  # fmt: skip
    assert {one.due_at for asks, one in found.items() if asks is not Asks.RETURN} == {utc(10, 17)}


@pytest.mark.parametrize(
    ("asks", "missing"),
    [
        (Asks.RETURN, {"reason": " "}),
        (Asks.EXTENSION, {"amount": 0}),
        (Asks.EXCLUSION, {"documents": ()}),
        (Asks.EXCLUSION, {"documents": ("x" * 201,)}),
        (Asks.PAUSE, {"until": None}),
        (Asks.PAUSE, {"until": "2026-03-09"}),
        (Asks.PAUSE, {"until": "下周"}),
        (Asks.PAUSE, {"public": ""}),
        (Asks.PAUSE, {"reason_code": "太忙"}),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_written(bureau: Bureau, asks: Asks, missing: dict[str, Any]) -> None:
    before = bureau.order()
    with pytest.raises(InvalidInput):
        bureau.asks(asks, **missing)
    assert bureau.now() == before


def test_one_application_of_a_sort_waits_at_a_time_and_several_sorts_side_by_side(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.EXTENSION)
    with pytest.raises(NotFromHere, match="cannot apply_extension"):
        bureau.asks(Asks.EXTENSION)
    assert [one.asks for one in bureau.asks(Asks.EXCLUSION).applications] == [Asks.EXTENSION, Asks.EXCLUSION]


def test_another_unit_asks_nothing(bureau: Bureau) -> None:
    bureau.order()
    with pytest.raises(Exception, match="no order"):
        bureau.asks(Asks.EXTENSION, by=OTHER)


# -- a return ----------------------------------------------------------------------------------------------------------
def test_a_granted_return_is_triaged_again_without_that_unit(bureau: Bureau) -> None:
    bureau.order(category="城建/供热")
    order = bureau.granted(Asks.RETURN, by=WANG)
    assert (order.state, order.unit, order.applications) == (State.ON_DESK, None, ())
    assert order.rule_unit != "ZJJ"
    assert "ZJJ" in order.returned_by


def test_a_refused_return_leaves_the_order_where_it_is(bureau: Bureau) -> None:
    before = bureau.order()
    bureau.asks(Asks.RETURN)
    after = bureau.applications.decide("SML1", Asks.RETURN, granted=False, reason="职责清单明确", by=ZHANG)
    assert (after.unit, after.state, after.applications, after.returns) == (before.unit, before.state, (), 1)


def test_sending_the_order_elsewhere_grants_the_return(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.RETURN)
    assert bureau.handling.dispatch("SML1", unit="JD", by=ZHANG).unit == "JD"
    assert bureau.kinds()[-2:] == ["return_granted", "dispatched"]


def test_returns_end_where_the_table_says(bureau: Bureau) -> None:
    bureau.order()
    for _ in range(2):
        bureau.asks(Asks.RETURN)
        bureau.applications.decide("SML1", Asks.RETURN, granted=False, reason="不同意", by=ZHANG)
    with pytest.raises(ReturnAllowanceSpent):
        bureau.asks(Asks.RETURN)


def test_a_return_asked_for_after_its_window_is_marked_for_the_decider(bureau: Bureau) -> None:
    bureau.order()
    bureau.pass_by(2 * DAY)
    bureau.asks(Asks.RETURN)
    assert bureau.events()[-1].data["late"] is True


def test_the_approvals_table_may_allow_less_than_the_deadlines() -> None:
    bureau = Bureau(
        approvals=APPROVALS.replace(
            "A-19,return,,dispatcher,return_decision,remind,", "A-19,return,,dispatcher,return_decision,remind,0"
        )
    )
    bureau.order()
    with pytest.raises(ReturnAllowanceSpent):
        bureau.asks(Asks.RETURN)


# -- an extension ------------------------------------------------------------------------------------------------------
def test_an_extension_moves_the_answer_by_the_rows_amount_and_says_how(bureau: Bureau) -> None:
    before = bureau.order()
    after = bureau.granted(Asks.EXTENSION)
    assert (before.due["answer"], after.due["answer"]) == (utc(16, 17), utc(19, 17))
    said = bureau.events()[-1].data
    assert said["changed"]["answer"]["old"] == before.due["answer"].isoformat()
    assert "03-19" in said["changed"]["answer"]["why"]
    assert (said["amount"], after.extensions) == (3, 1)


def test_an_extension_gives_no_more_than_was_asked_for(bureau: Bureau) -> None:
    bureau.order()
    assert bureau.granted(Asks.EXTENSION, amount=1).due["answer"] == utc(17, 17)


def test_the_units_leg_moves_with_the_order_and_stays_before_it(bureau: Bureau) -> None:
    bureau.order()
    assert bureau.lead().due_at == utc(16, 13)
    bureau.granted(Asks.EXTENSION)
    assert bureau.lead().due_at == utc(19, 13)


def test_extensions_end_where_the_row_says(bureau: Bureau) -> None:
    bureau.order()
    for _ in range(2):
        bureau.granted(Asks.EXTENSION)
    with pytest.raises(AllowanceSpent, match="2 times"):
        bureau.asks(Asks.EXTENSION)
    assert bureau.now().due["answer"] == utc(24, 17)


def test_an_extension_counts_by_the_book_of_the_day_the_limit_was_given(bureau: Bureau) -> None:
    bureau.order()
    bureau.put_in_force(deadlines=DEADLINES.replace("T-3,,,answer,5,working_day,,,4,2,3", "T-3,,,answer,2,hour,,,4,2,1"))
    assert bureau.granted(Asks.EXTENSION).due["answer"] == utc(19, 17)


def test_only_whom_the_table_names_decides(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.EXTENSION)
    with pytest.raises(NotFromHere, match="grant_extension"):
        bureau.applications.decide("SML1", Asks.EXTENSION, granted=True, by=ZHANG)
    for nobody in (CLERK, Actor("审核", Role.REVIEWER)):
        with pytest.raises((NotAllowed, NotFromHere)):
            bureau.applications.decide("SML1", Asks.EXTENSION, granted=True, by=nobody)


def test_what_nobody_asked_for_is_not_decided(bureau: Bureau) -> None:
    bureau.order()
    for granted in (True, False):
        with pytest.raises(NotFromHere):
            bureau.applications.decide("SML1", Asks.EXTENSION, granted=granted, by=LI)


# -- decided above -----------------------------------------------------------------------------------------------------
def test_the_platforms_due_time_caps_what_we_grant_ourselves() -> None:
    bureau = Bureau(approvals=APPROVALS.replace("A-20,extension,upstream,upstream", "A-20,extension,upstream,supervisor"))
    bureau.order(origin="upstream", upstream_no="SJ1", due={"upstream": utc(17, 17)})
    assert bureau.granted(Asks.EXTENSION).due["answer"] == utc(17, 13)


def test_a_dispatcher_enters_the_platforms_decision_with_who_and_when(bureau: Bureau) -> None:
    bureau.order(origin="upstream", upstream_no="SJ1", due={"upstream": utc(16, 17)})
    bureau.asks(Asks.EXTENSION)
    bureau.pass_by(3 * HOUR)
    order = bureau.applications.decide(
        "SML1", Asks.EXTENSION, granted=True, decided_by="市热线赵六", decided_at=NOW + HOUR, due=utc(20, 17), by=ZHANG
    )
    assert (order.due["upstream"], order.due["answer"]) == (utc(20, 17), utc(19, 17))
    said = bureau.events()[-1].data
    assert (said["decided_by"], said["entered_by"], said["decided_at"]) == ("市热线赵六", "张三", (NOW + HOUR).isoformat())


def test_what_the_platform_grants_without_a_date_moves_its_own_due_time_too(bureau: Bureau) -> None:
    bureau.order(origin="upstream", upstream_no="SJ1", due={"upstream": utc(16, 17)})
    assert bureau.now().due["answer"] == utc(16, 13)
    bureau.asks(Asks.EXTENSION)
    order = bureau.applications.decide("SML1", Asks.EXTENSION, granted=True, by=PLATFORM)
    assert (order.due["upstream"], order.due["answer"]) == (utc(19, 17), utc(19, 13))
    assert "entered_by" not in bureau.events()[-1].data


def test_a_decision_above_lies_between_the_application_and_now(bureau: Bureau) -> None:
    bureau.order(origin="upstream", upstream_no="SJ1")
    bureau.asks(Asks.RETURN)
    for wrong in (NOW - HOUR, NOW + HOUR):
        with pytest.raises(InvalidInput):
            bureau.applications.decide("SML1", Asks.RETURN, granted=True, decided_by="市热线", decided_at=wrong, by=ZHANG)


def test_what_the_platform_decides_is_not_passed_over_by_sending_the_order_elsewhere(bureau: Bureau) -> None:
    bureau.order(origin="upstream", upstream_no="SJ1")
    bureau.asks(Asks.RETURN)
    with pytest.raises(NotFromHere):
        bureau.handling.dispatch("SML1", unit="JD", by=ZHANG)


def test_an_order_goes_back_to_the_platform_when_the_platform_says_so(bureau: Bureau) -> None:
    bureau.order(origin="upstream", upstream_no="SJ1")
    bureau.asks(Asks.UPWARD, by=ZHANG)
    order = bureau.applications.decide("SML1", Asks.UPWARD, granted=True, decided_by="市热线赵六", by=WANG)
    assert (order.state, order.applications) == (State.RECALLED, ())


def test_only_what_came_from_above_goes_back_there(bureau: Bureau) -> None:
    bureau.order()
    with pytest.raises(NotFromHere):
        bureau.asks(Asks.UPWARD, by=ZHANG)


# -- an exclusion ------------------------------------------------------------------------------------------------------
def test_an_exclusion_takes_two_persons_of_the_office(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.EXCLUSION)
    decide = bureau.applications.decide
    first = decide("SML1", Asks.EXCLUSION, granted=True, reason="不在受理范围", by=ZHANG)
    assert (Flag.EXCLUDED in first.flags, first.applications[0].agreed_by) == (False, "张三")
    with pytest.raises(NotFromHere):
        decide("SML1", Asks.EXCLUSION, granted=True, by=ZHANG)
    second = decide("SML1", Asks.EXCLUSION, granted=True, by=LI)
    assert (Flag.EXCLUDED in second.flags, second.applications) == (True, ())
    assert bureau.kinds()[-3:] == ["exclusion_applied", "agreed", "exclusion_granted"]
    assert bureau.events()[-1].data["agreed_by"] == "张三"


def test_whoever_asked_for_an_exclusion_is_neither_of_the_two(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.EXCLUSION, by=ZHANG)
    with pytest.raises(NotFromHere):
        bureau.applications.decide("SML1", Asks.EXCLUSION, granted=True, by=ZHANG)
    bureau.applications.decide("SML1", Asks.EXCLUSION, granted=True, by=LI)
    with pytest.raises(NotFromHere):
        bureau.applications.decide("SML1", Asks.EXCLUSION, granted=True, by=ZHANG)


def test_one_person_suffices_to_refuse_an_exclusion(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.EXCLUSION)
    assert bureau.applications.decide("SML1", Asks.EXCLUSION, granted=False, reason="属于受理范围", by=LI).applications == ()


def test_agreeing_to_one_of_two_applications_says_nothing_of_the_other() -> None:
    bureau = Bureau(approvals=APPROVALS.replace("A-39,pause,,supervisor", "A-39,pause,,two"))
    bureau.order()
    bureau.asks(Asks.PAUSE)
    bureau.asks(Asks.EXCLUSION)
    order = bureau.applications.decide("SML1", Asks.EXCLUSION, granted=True, by=ZHANG)
    assert {str(one.asks): one.agreed_by for one in order.applications} == {"pause": None, "exclusion": "张三"}


def test_whether_an_order_counts_is_decided_even_after_it_was_answered(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.EXCLUSION)
    bureau.asks(Asks.EXTENSION)
    bureau.handling.contact("SML1", by=CLERK)
    answered = bureau.handling.answer("SML1", text="已处理", by=CLERK)
    assert [one.asks for one in answered.applications] == [Asks.EXCLUSION]
    bureau.applications.decide("SML1", Asks.EXCLUSION, granted=True, by=ZHANG)
    assert Flag.EXCLUDED in bureau.applications.decide("SML1", Asks.EXCLUSION, granted=True, by=LI).flags


def test_an_excluded_order_is_not_excluded_again(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.EXCLUSION)
    for by in (ZHANG, LI):
        bureau.applications.decide("SML1", Asks.EXCLUSION, granted=True, by=by)
    with pytest.raises(NotFromHere):
        bureau.asks(Asks.EXCLUSION)


def test_reasons_of_a_pause_are_those_of_the_answers_row(bureau: Bureau) -> None:
    bureau.order(urgency="urgent")
    with pytest.raises(InvalidInput, match="no reasons"):
        bureau.asks(Asks.PAUSE, reason_code=WAITING)
