"""What an application may not reach: a day beyond every calendar, and one order that keeps the others from their turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from hotline.domain.actions import Action
from hotline.domain.applications import Application, Asks
from hotline.domain.indicators import RateSettings, observe
from hotline.domain.lifecycle import apply, refusal
from hotline.domain.order import Flag, State
from hotline.errors import InvalidInput, NotFromHere, ReturnAllowanceSpent
from hotline.services import change
from hotline.services.notices import Notices
from tests.unit.bureau import CLERK, DAY, HOUR, LI, NOW, PLATFORM, WAITING, WANG, ZHANG, Bureau
from tests.unit.packs import TOML

FOREVER = "9999-12-31"


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def earlier_pause(bureau: Bureau, number: str, due_at: datetime | None = None, until: str = FOREVER) -> None:
    """An order whose pause was asked for, as an earlier version let in, until a day that no calendar reaches."""
    order = bureau.order(number)
    asked = Application(
        asks=Asks.PAUSE, at=NOW, unit="ZJJ", person=CLERK.name, decider="supervisor", reason="等待", until=until, due_at=due_at,
        code=WAITING, public="等待",
    )  # fmt: skip
    with bureau.store.write() as work:
        change.write(work, [apply(order, Action.APPLY_PAUSE, at=NOW, by=CLERK, data={"until": until}, applications=(asked,))])
        work.commit()


def test_a_pause_lasts_no_longer_than_the_pack_allows_at_once(bureau: Bureau) -> None:
    bureau.order()
    for until in (FOREVER, "2027-03-11"):
        with pytest.raises(InvalidInput) as refused:
            bureau.asks(Asks.PAUSE, until=until)
        assert refused.value.message == "挂账一次最长 366 天"
    assert bureau.asks(Asks.PAUSE, until="2027-03-10").applications[0].until == "2027-03-10"


def test_the_longest_pause_is_a_setting_of_the_pack() -> None:
    bureau = Bureau(pack=TOML + "\n[handling]\nlongest_pause_days = 30\n")
    bureau.order()
    with pytest.raises(InvalidInput) as refused:
        bureau.asks(Asks.PAUSE, until="2026-04-09")
    assert refused.value.message == "挂账一次最长 30 天"


def test_the_inbox_opens_although_one_application_cannot_be_counted(bureau: Bureau) -> None:
    earlier_pause(bureau, "SML1")
    bureau.order("SML2")
    bureau.asks(Asks.EXTENSION, "SML2")
    shown = {one.order.id: bureau.applications.effect(one) for one in bureau.applications.inbox(LI)}
    assert shown["SML1"].why == "无法测算批准后的时限,请核对申请内容"
    assert shown["SML1"].after == shown["SML1"].before == bureau.now("SML1").due["answer"]
    assert shown["SML2"].amount == 3


def test_a_pause_whose_end_cannot_be_counted_keeps_no_other_order_paused(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    earlier_pause(bureau, "SML1")
    bureau.applications.decide("SML1", Asks.PAUSE, granted=True, by=LI)
    bureau.order("SML2")
    bureau.granted(Asks.PAUSE, "SML2", until="2026-03-10")
    bureau.order("SML3")
    bureau.asks(Asks.EXTENSION, "SML3")
    bureau.pass_by(3 * DAY)
    assert bureau.applications.sweep() == 2
    assert Flag.PAUSED not in bureau.now("SML2").flags
    assert "application_lapsed" in bureau.kinds("SML3")
    assert [record.getMessage() for record in caplog.records] == ["order SML1 is passed over by the clock"]


def test_an_application_that_cannot_lapse_keeps_no_other_from_lapsing(bureau: Bureau, caplog: pytest.LogCaptureFixture) -> None:
    earlier_pause(bureau, "SML1", due_at=datetime(2026, 3, 9))  # noqa: DTZ001  # no zone: it cannot be compared
    bureau.order("SML2")
    bureau.asks(Asks.EXTENSION, "SML2")
    bureau.pass_by(3 * DAY)
    assert bureau.applications.sweep() == 1
    assert "application_lapsed" in bureau.kinds("SML2")
    assert [record.getMessage() for record in caplog.records] == ["order SML1 is passed over by the clock"]


def test_no_extension_is_asked_for_once_the_answer_is_late(bureau: Bureau) -> None:
    due = bureau.order().due["answer"]
    bureau.clock.move_to(due + HOUR)
    with pytest.raises(NotFromHere) as refused:
        bureau.asks(Asks.EXTENSION)
    assert refused.value.message == "答复时限已过,不能再申请延期"
    bureau.order("SML2")
    bureau.clock.move_to(bureau.now("SML2").due["answer"])
    assert bureau.asks(Asks.EXTENSION, "SML2").applications[0].asks is Asks.EXTENSION


def test_what_is_rectified_has_a_clock_of_its_own_that_no_extension_moves(bureau: Bureau) -> None:
    order = replace(bureau.order(), flags=frozenset({Flag.RECTIFYING}))
    assert refusal(order, Action.APPLY_EXTENSION, CLERK) == "整改期间不能申请延期"


def test_an_extension_asked_for_in_time_may_be_granted_after_the_old_limit(bureau: Bureau) -> None:
    due = bureau.order().due["answer"]
    bureau.asks(Asks.EXTENSION)
    bureau.clock.move_to(due + HOUR)
    assert bureau.applications.decide("SML1", Asks.EXTENSION, granted=True, by=LI).due["answer"] > due
    bureau.handling.answer("SML1", text="办好了", by=CLERK)
    seen = observe(bureau.events(), RateSettings(), bureau.clock.now())
    assert [one.good for one in seen if one.rate == "on_time"] == [True]


# -- what the platform above decides ------------------------------------------------------------------------------------
def test_who_sends_an_order_back_upward_does_not_enter_the_platforms_word_for_it(bureau: Bureau) -> None:
    bureau.order(origin="upstream", upstream_no="SJ1")
    bureau.asks(Asks.UPWARD, by=ZHANG)
    with pytest.raises(NotFromHere) as refused:
        bureau.applications.decide("SML1", Asks.UPWARD, granted=True, decided_by="市热线赵六", by=ZHANG)
    assert refused.value.message == "申请人不能审批自己的申请"
    with pytest.raises(InvalidInput) as nobody:
        bureau.applications.decide("SML1", Asks.UPWARD, granted=True, by=WANG)
    assert nobody.value.message == "登记上级批复须写明上级批复人或文号"
    order = bureau.applications.decide("SML1", Asks.UPWARD, granted=True, decided_by="市热线赵六", by=WANG)
    assert order.state is State.RECALLED


def test_the_platforms_own_word_names_nobody_else(bureau: Bureau) -> None:
    bureau.order(origin="upstream", upstream_no="SJ1")
    bureau.asks(Asks.UPWARD, by=ZHANG)
    assert bureau.applications.decide("SML1", Asks.UPWARD, granted=True, by=PLATFORM).state is State.RECALLED


def test_an_order_that_ends_while_it_is_paused_is_paused_no_longer(bureau: Bureau) -> None:
    bureau.order(origin="upstream", upstream_no="SJ1")
    bureau.granted(Asks.PAUSE)
    bureau.pass_by(DAY)
    bureau.asks(Asks.UPWARD, by=ZHANG)
    order = bureau.applications.decide("SML1", Asks.UPWARD, granted=True, by=PLATFORM)
    assert (order.pauses, Flag.PAUSED in order.flags) == (((NOW, NOW + DAY),), False)


def test_an_extension_from_above_moves_the_platforms_time_never_earlier(bureau: Bureau) -> None:
    ceiling = NOW + 10 * DAY
    bureau.order(origin="upstream", upstream_no="SJ1", due={"upstream": ceiling})
    bureau.asks(Asks.EXTENSION)
    with pytest.raises(InvalidInput) as refused:
        bureau.applications.decide("SML1", Asks.EXTENSION, granted=True, decided_by="市热线", due=NOW + DAY, by=ZHANG)
    assert refused.value.message == "上级批复的新时限不能早于上级原定时限"
    assert bureau.now().due["upstream"] == ceiling


# -- how often ----------------------------------------------------------------------------------------------------------
def test_returns_are_counted_over_all_rounds_of_an_order(bureau: Bureau) -> None:
    bureau.order(returns=2)
    kept = bureau.now()
    again = apply(replace(kept, state=State.IN_CALLBACK), Action.REOPEN, at=NOW, by=LI).order
    assert (again.round, again.returns) == (2, 2)
    with pytest.raises(ReturnAllowanceSpent, match="at most") as refused:
        bureau.asks(Asks.RETURN)
    assert refused.value.message == "该工单最多可退 2 次(重办不重新计算),已用完;请申请疑难会商裁定"


# -- silence ------------------------------------------------------------------------------------------------------------
def test_who_should_have_decided_is_told_once_that_nobody_did(bureau: Bureau) -> None:
    bureau.order()
    bureau.asks(Asks.RETURN)
    bureau.pass_by(3 * DAY)
    told = Notices(bureau.store, bureau.clock, bureau.books)
    assert (bureau.applications.sweep(), bureau.applications.sweep()) == (1, 0)
    assert [(one.order_id, one.step, one.why, one.row) for one in told.inbox(by=ZHANG)] == [
        ("SML1", "lapsed", "退单申请逾期未批", "A-19"),
    ]  # fmt: skip
    assert told.inbox(by=LI) == []


def test_where_nothing_is_due_nothing_begins_to_write(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau.order()
    bureau.asks(Asks.RETURN)
    bureau.order("SML2")
    bureau.granted(Asks.PAUSE, "SML2")
    begun: list[str] = []
    write = bureau.store.write
    monkeypatch.setattr(bureau.store, "write", lambda: begun.append("write") or write())
    assert (bureau.applications.sweep(), begun) == (0, [])
    bureau.pass_by(2 * DAY)
    assert (bureau.applications.sweep(), begun) == (1, ["write"])
