"""Long matters 挂账 that are taken up again, silence that has consequences, disputes that are ruled on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotline.domain.applications import Asks
from hotline.domain.order import Flag, State
from hotline.errors import AllowanceSpent, InvalidInput, NotAllowed, NotFromHere, UnknownUnit
from tests.unit.bureau import APPROVALS, CLERK, DAY, HOUR, LI, NOW, OTHER, PLATFORM, WANG, ZHANG, Bureau


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of March 2026 on the office's clock."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - 8 * HOUR


def silence(asks: str, decider: str, then: str) -> Bureau:
    """A bureau in which nobody's answer to an application means something."""
    old = {"return": "A-19,return,,dispatcher,return_decision,remind", "extension": "A-29,extension,,supervisor,extension,refuse"}
    clock = {"return": "return_decision", "extension": "extension"}[asks]
    number = {"return": "19", "extension": "29"}[asks]
    return Bureau(approvals=APPROVALS.replace(old[asks], f"A-{number},{asks},,{decider},{clock},{then}"))


# -- pauses ------------------------------------------------------------------------------------------------------------
def test_a_paused_order_stands_in_the_band_of_its_own_and_says_until_when(bureau: Bureau) -> None:
    bureau.order()
    order = bureau.granted(Asks.PAUSE)
    assert (Flag.PAUSED in order.flags, order.pauses, order.applications) == (True, ((NOW, None),), ())
    said = bureau.events()[-1].data
    assert (said["until"], said["public"], said["reason_code"]) == ("2026-03-20", "等省里批复,批复后继续办理", "等待上级批复")


def test_nothing_begins_or_ends_while_the_clock_stands_still(bureau: Bureau) -> None:
    bureau.order()
    bureau.granted(Asks.PAUSE)
    acts: tuple[Callable[[], object], ...] = (
        lambda: bureau.asks(Asks.EXTENSION),
        lambda: bureau.asks(Asks.RETURN),
        lambda: bureau.handling.answer("SML1", text="办好了", by=CLERK),
        lambda: bureau.asks(Asks.PAUSE),
    )
    for act in acts:
        with pytest.raises(NotFromHere):
            act()


def test_taken_up_again_every_clock_it_stopped_is_counted_again(bureau: Bureau) -> None:
    before, leg = bureau.order(urgency="danger"), bureau.lead()
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(30 * HOUR)
    after = bureau.applications.resume("SML1", by=CLERK)
    assert {clock: after.due[clock] - before.due[clock] for clock in ("answer", "contact")} == {
        "answer": 30 * HOUR, "contact": 30 * HOUR,
    }  # fmt: skip
    assert leg.due_at is not None
    assert bureau.lead().due_at == leg.due_at + 30 * HOUR
    assert after.pauses == ((NOW, NOW + 30 * HOUR),)
    assert Flag.PAUSED not in after.flags


def test_days_on_which_the_clock_stood_still_at_their_end_do_not_count(bureau: Bureau) -> None:
    bureau.order()
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(2 * DAY)
    assert bureau.applications.resume("SML1", by=CLERK).due["answer"] == utc(17, 17)


def test_a_clock_that_had_run_out_before_the_pause_stays_where_it_was(bureau: Bureau) -> None:
    before = bureau.order()
    bureau.pass_by(DAY)
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(DAY)
    after = bureau.applications.resume("SML1", by=LI)
    assert after.due["contact"] == before.due["contact"]
    assert after.due["answer"] > before.due["answer"]


def test_the_clock_takes_it_up_when_the_last_day_is_over_however_late_it_comes_by(bureau: Bureau) -> None:
    bureau.order()
    bureau.granted(Asks.PAUSE, until="2026-03-12")
    bureau.pass_by(utc(13, 0) - bureau.clock.now() - timedelta(seconds=1))
    assert bureau.applications.wake(bureau.clock.now()) == 0
    bureau.pass_by(timedelta(hours=3))
    assert bureau.applications.wake(bureau.clock.now()) == 1
    assert bureau.now().pauses == ((NOW, utc(13, 0)),)
    assert bureau.events()[-1].actor == "clock"
    assert bureau.applications.wake(bureau.clock.now()) == 0


def test_a_pause_moves_a_due_time_that_was_extended_before_and_one_extended_after(bureau: Bureau) -> None:
    bureau.order(urgency="danger")
    start = bureau.granted(Asks.EXTENSION).due["answer"]
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(5 * HOUR)
    assert bureau.applications.resume("SML1", by=CLERK).due["answer"] == start + 5 * HOUR
    assert bureau.granted(Asks.EXTENSION).due["answer"] == start + 11 * HOUR


def test_an_extension_asked_for_before_the_pause_is_granted_during_it(bureau: Bureau) -> None:
    before = bureau.order(urgency="danger")
    bureau.asks(Asks.EXTENSION)
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(2 * HOUR)
    bureau.applications.decide("SML1", Asks.EXTENSION, granted=True, by=LI)
    bureau.pass_by(3 * HOUR)
    assert bureau.applications.resume("SML1", by=CLERK).due["answer"] == before.due["answer"] + 11 * HOUR


def test_a_pause_of_ours_does_not_move_what_the_platform_asked_for(bureau: Bureau) -> None:
    bureau.order(origin="upstream", upstream_no="SJ1", due={"upstream": utc(17, 17)})
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(5 * DAY)
    order = bureau.applications.resume("SML1", by=CLERK)
    assert (order.due["upstream"], order.due["answer"]) == (utc(17, 17), utc(17, 13))


def test_a_pause_that_the_platform_granted_moves_its_own_due_time_too() -> None:
    bureau = Bureau(
        approvals=APPROVALS.replace(
            "A-39,pause,,supervisor", "A-38,pause,upstream,upstream,1 working_day,remind,2,,yes\nA-39,pause,,supervisor"
        )
    )
    bureau.order(origin="upstream", upstream_no="SJ1", due={"upstream": utc(16, 17)})
    bureau.granted(Asks.PAUSE, by=PLATFORM)
    bureau.pass_by(DAY)
    order = bureau.applications.resume("SML1", by=CLERK)
    assert (order.due["upstream"], order.due["answer"]) == (utc(17, 17), utc(16, 17))


def test_pauses_end_where_the_table_says(bureau: Bureau) -> None:
    bureau.order()
    for _ in range(2):
        bureau.granted(Asks.PAUSE)
        bureau.pass_by(HOUR)
        bureau.applications.resume("SML1", by=CLERK)
    with pytest.raises(AllowanceSpent):
        bureau.asks(Asks.PAUSE)


def test_a_due_time_that_no_book_explains_moves_by_the_length_of_the_pause(bureau: Bureau) -> None:
    order = bureau.order()
    odd = order.due["answer"] + timedelta(minutes=7)
    with bureau.store.write() as work:
        work.orders.save([replace(order, version=order.version + 1, due={**order.due, "answer": odd})])
        work.commit()
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(DAY)
    assert bureau.applications.resume("SML1", by=CLERK).due["answer"] == odd + DAY
    assert bureau.granted(Asks.EXTENSION).due["answer"] == utc(20, 17)


def test_an_order_given_back_while_it_stood_still_runs_again_on_the_desk(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.RETURN)
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(DAY)
    order = bureau.applications.decide("SML1", Asks.RETURN, granted=True, by=ZHANG)
    assert (order.state, Flag.PAUSED in order.flags, order.pauses) == (State.ON_DESK, False, ((NOW, NOW + DAY),))
    assert bureau.kinds()[-2:] == ["resumed", "return_granted"]


# -- silence -----------------------------------------------------------------------------------------------------------
def test_that_nobody_decided_is_told_once(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.RETURN)
    assert bureau.applications.lapse(bureau.clock.now()) == 0
    bureau.pass_by(DAY)
    assert [bureau.applications.lapse(bureau.clock.now()) for _ in range(2)] == [1, 0]
    assert bureau.kinds().count("application_lapsed") == 1
    assert bureau.now().applications != ()
    assert bureau.events()[-1].data["to"] == ["desk"]


def test_each_application_lapses_by_itself(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.RETURN)
    bureau.asks(Asks.EXCLUSION)
    bureau.pass_by(5 * DAY)
    bureau.applications.lapse(bureau.clock.now())
    assert [event.data["asks"] for event in bureau.events() if event.kind == "application_lapsed"] == ["return", "exclusion"]


@pytest.mark.parametrize(
    ("asks", "decider", "then", "kind"),
    [
        ("return", "dispatcher", "grant", "return_granted"),
        ("return", "dispatcher", "refuse", "return_refused"),
        ("return", "dispatcher", "ruling", "ruling_asked"),
        ("extension", "supervisor", "grant", "extension_granted"),
        ("extension", "supervisor", "refuse", "extension_refused"),
    ],
)
def test_silence_means_what_the_row_says(asks: str, decider: str, then: str, kind: str) -> None:
    bureau = silence(asks, decider, then)
    bureau.order()
    bureau.asks(Asks(asks))
    bureau.pass_by(2 * DAY)
    bureau.applications.lapse(bureau.clock.now())
    assert bureau.kinds()[-2:] == ["application_lapsed", kind]
    assert (bureau.events()[-1].actor, bureau.now().applications) == ("clock", ())


def test_the_row_of_the_day_it_was_asked_for_holds() -> None:
    bureau = silence("extension", "supervisor", "grant")
    bureau.order()
    bureau.asks(Asks.EXTENSION)
    bureau.put_in_force()
    bureau.pass_by(2 * DAY)
    bureau.applications.lapse(bureau.clock.now())
    assert bureau.kinds()[-1] == "extension_granted"


def test_supervision_reminds_of_a_decision_that_waits_even_while_the_order_stands_still() -> None:
    rows = "id,->step,->clock,->when,->amount,->unit,->to,source,confirmed\nV-1,escalate,extension,after,1,hour,supervisor,,yes\n"
    bureau = Bureau(supervision=rows)
    bureau.order()
    bureau.asks(Asks.EXTENSION)
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(DAY + 8 * HOUR)
    assert [bureau.supervision.sweep().escalated for _ in range(2)] == [1, 0]
    bureau.applications.decide("SML1", Asks.EXTENSION, granted=False, by=LI)
    bureau.pass_by(DAY)
    assert bureau.supervision.sweep().escalated == 0


# -- rulings -----------------------------------------------------------------------------------------------------------
def test_a_ruling_sends_the_order_at_once_and_is_final(bureau: Bureau) -> None:
    before = bureau.order()
    asked = bureau.disputes.ask_ruling("SML1", reason="住建局与街道意见不一", by=ZHANG)
    assert (asked.state, asked.unit, asked.due) == (State.IN_RULING, "ZJJ", before.due)
    order = bureau.disputes.rule("SML1", unit="JD", reason="属地负责", by=LI)
    assert (order.state, order.unit, order.ruled_unit) == (State.DISPATCHED, "JD", "JD")
    assert order.due["answer"] == before.due["answer"]
    assert bureau.kinds()[-3:] == ["ruling_asked", "ruled", "dispatched"]
    finals: tuple[Callable[[], object], ...] = (
        lambda: bureau.asks(Asks.RETURN, by=OTHER),
        lambda: bureau.handling.dispatch("SML1", unit="ZJJ", by=ZHANG),
        lambda: bureau.disputes.ask_ruling("SML1", reason="仍有异议", by=WANG),
    )
    for final in finals:
        with pytest.raises(NotFromHere):
            final()


def test_only_whom_the_pack_names_rules(bureau: Bureau) -> None:
    bureau.order()
    bureau.disputes.ask_ruling("SML1", reason="意见不一", by=ZHANG)
    with pytest.raises(NotAllowed):
        bureau.disputes.rule("SML1", unit="JD", reason="属地", by=ZHANG)
    with pytest.raises(UnknownUnit):
        bureau.disputes.rule("SML1", unit="XX", reason="属地", by=LI)
    with pytest.raises(InvalidInput):
        bureau.disputes.rule("SML1", unit="JD", reason=" ", by=LI)


def test_a_pack_may_let_dispatchers_rule() -> None:
    bureau = Bureau(approvals=APPROVALS.replace("A-69,ruling,,supervisor", "A-69,ruling,,dispatcher"))
    bureau.order()
    bureau.disputes.ask_ruling("SML1", reason="意见不一", by=ZHANG)
    assert bureau.disputes.rule("SML1", unit="JD", reason="属地", by=WANG).unit == "JD"


def test_a_unit_asks_for_a_ruling_when_its_return_was_refused_and_not_before(bureau: Bureau) -> None:
    bureau.order()
    with pytest.raises(NotFromHere):
        bureau.disputes.ask_ruling("SML1", reason="不归我们", by=CLERK)
    bureau.asks(Asks.RETURN)
    with pytest.raises(NotFromHere):
        bureau.disputes.ask_ruling("SML1", reason="不归我们", by=CLERK)
    bureau.applications.decide("SML1", Asks.RETURN, granted=False, reason="职责明确", by=ZHANG)
    assert bureau.disputes.ask_ruling("SML1", reason="不归我们", by=CLERK).state is State.IN_RULING


def test_the_next_unit_does_not_ask_for_a_ruling_on_the_last_ones_return(bureau: Bureau) -> None:
    bureau.order()
    bureau.granted(Asks.RETURN, by=ZHANG)
    bureau.handling.dispatch("SML1", unit="JD", by=ZHANG)
    with pytest.raises(NotFromHere):
        bureau.disputes.ask_ruling("SML1", reason="不归我们", by=OTHER)


def test_a_ruling_may_go_to_a_unit_that_gave_the_order_back(bureau: Bureau) -> None:
    bureau.order()
    bureau.granted(Asks.RETURN, by=ZHANG)
    bureau.disputes.ask_ruling("SML1", reason="无人承接", by=ZHANG)
    assert bureau.disputes.rule("SML1", unit="ZJJ", reason="谁主管谁负责", by=LI).unit == "ZJJ"


def test_a_new_round_may_be_disputed_anew(bureau: Bureau) -> None:
    bureau.order()
    bureau.disputes.ask_ruling("SML1", reason="意见不一", by=ZHANG)
    bureau.disputes.rule("SML1", unit="ZJJ", reason="主管部门", by=LI)
    bureau.handling.sign("SML1", by=CLERK)
    assert bureau.now().ruled_unit == "ZJJ"


# -- the inbox ---------------------------------------------------------------------------------------------------------
def test_the_inbox_holds_everything_that_waits_the_nearest_limit_first(bureau: Bureau) -> None:
    for number, asks in (("SML1", Asks.EXCLUSION), ("SML2", Asks.RETURN), ("SML3", Asks.EXTENSION)):
        bureau.order(number)
        bureau.asks(asks, number)
    bureau.order("SML4")
    bureau.disputes.ask_ruling("SML4", reason="意见不一", by=ZHANG)
    found = bureau.applications.inbox(LI)
    assert [(one.order.id, one.asks, one.may_decide) for one in found] == [
        ("SML2", "return", True), ("SML4", "ruling", True), ("SML3", "extension", True), ("SML1", "exclusion", True),
    ]  # fmt: skip
    assert [one.order.id for one in bureau.applications.inbox(LI, Asks.RETURN)] == ["SML2"]
    assert [(one.asks, one.may_decide) for one in bureau.applications.inbox(ZHANG)] == [
        ("return", True), ("ruling", False), ("extension", False), ("exclusion", True),
    ]  # fmt: skip


def test_a_unit_sees_its_own_and_decides_nothing(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.EXTENSION)
    bureau.order("SML2", unit="JD")
    bureau.asks(Asks.EXTENSION, "SML2", by=OTHER)
    assert [(one.order.id, one.may_decide) for one in bureau.applications.inbox(CLERK)] == [("SML1", False)]
    with pytest.raises(NotAllowed):
        bureau.applications.inbox(PLATFORM)


def test_the_effect_of_an_extension_and_of_a_pause_is_shown_before_it_is_granted(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.EXTENSION)
    bureau.asks(Asks.PAUSE, until="2026-03-10")
    shown = {one.asks: bureau.applications.effect(one) for one in bureau.applications.inbox(LI)}
    assert (shown["extension"].before, shown["extension"].after, shown["extension"].amount) == (utc(16, 17), utc(19, 17), 3)
    assert shown["pause"].after == utc(17, 17)
    assert bureau.applications.decide("SML1", Asks.EXTENSION, granted=True, by=LI).due["answer"] == shown["extension"].after


def test_the_effect_of_an_exclusion_are_the_figures_it_leaves(bureau: Bureau) -> None:
    bureau.order()
    bureau.pass_by(3 * DAY)
    bureau.asks(Asks.EXCLUSION)
    (one,) = bureau.applications.inbox(LI)
    assert ("response", "ZJJ", False) in bureau.applications.effect(one).counted


def test_the_effect_of_a_return_is_who_would_be_next(bureau: Bureau) -> None:
    bureau.order(category="民政/低保", unit="ZJJ")
    bureau.asks(Asks.RETURN)
    (one,) = bureau.applications.inbox(ZHANG)
    assert (bureau.applications.effect(one).next_unit, bureau.applications.effect(one).next_row) == ("JD", "D-6")
