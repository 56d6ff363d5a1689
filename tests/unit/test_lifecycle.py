"""The one transition table: who may do what, from where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.actions import Action
from hotline.domain.applications import Application, Asks, Decider
from hotline.domain.lifecycle import allowed, apply, refusal
from hotline.domain.order import ENDS, Flag, Order, State
from hotline.domain.roles import CLOCK, TRIAGE, UNIT_ROLES, Actor, Role
from hotline.domain.transitions import STAGES, STATE_NAMES, TABLE
from hotline.errors import NotAllowed, NotFromHere

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DISPATCHER = Actor("派单员甲", Role.DISPATCHER)
CLERK = Actor("经办人", Role.CLERK, "ZJJ")
AGENT = Actor("坐席", Role.AGENT)
ACTORS = [Actor(str(role), role, "ZJJ" if role in UNIT_ROLES else None) for role in Role] + [TRIAGE, CLOCK]


def order(state: State = State.ON_DESK, **fields: object) -> Order:
    held = {} if state is State.ON_DESK else {"unit": "ZJJ"}
    return Order(
        id="KDL2026112300001", call_id="c1", state=state, version=1, received_at=NOW, created_at=NOW, updated_at=NOW,
        **{**held, **fields},  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_dispatched_order_begins_a_leg_for_the_lead_and_each_assistant() -> None:
    change = apply(order(), Action.DISPATCH, at=NOW, by=DISPATCHER, unit="ZJJ", assists=("SXL",))
    assert [(leg.unit, leg.role) for leg in change.legs] == [("ZJJ", "lead"), ("SXL", "assist")]


def test_other_assistants_beside_the_same_lead_leave_its_leg_and_its_times_alone() -> None:
    sent = apply(order(), Action.DISPATCH, at=NOW, by=DISPATCHER, unit="ZJJ", assists=("SXL", "CGJ")).order
    later = NOW + timedelta(hours=3)
    change = apply(sent, Action.DISPATCH, at=later, by=DISPATCHER, unit="ZJJ", assists=("CGJ", "STJ"))
    assert [(leg.unit, leg.role) for leg in change.legs] == [("STJ", "assist")]
    assert (change.ends, change.ends_of) == ("reassigned", ("SXL",))
    assert (change.order.dispatched_at, change.order.assists) == (NOW, ("CGJ", "STJ"))
    assert change.event.data["lead_stays"]


def test_an_answer_before_signing_is_refused_with_what_to_do() -> None:
    with pytest.raises(NotFromHere, match="cannot answer"):
        apply(order(State.DISPATCHED), Action.ANSWER, at=NOW, by=CLERK)


def test_a_clerk_of_another_unit_may_do_nothing_but_note_a_change_from_above() -> None:
    stranger = Actor("别的单位", Role.CLERK, "CGJ")
    assert allowed(order(State.DISPATCHED), stranger) == ()


@pytest.mark.parametrize(
    ("action", "state"),
    [(Action.SIGN, State.DISPATCHED), (Action.APPLY_RETURN, State.SIGNED), (Action.ANSWER, State.SIGNED)],
)
def test_an_assisting_unit_does_not_act_for_the_lead(action: Action, state: State) -> None:
    assistant = Actor("协办", Role.CLERK, "SXL")
    assert refusal(order(state, assists=("SXL",)), action, assistant) == "由主办单位办理,协办单位可登记联系情况"


def test_an_agent_may_not_sign_for_a_unit() -> None:
    with pytest.raises(NotAllowed):
        apply(order(State.DISPATCHED), Action.SIGN, at=NOW, by=AGENT)


def test_the_machine_alone_never_closes_an_order() -> None:
    assert refusal(order(State.ANSWERED), Action.CLOSE, TRIAGE) == "须由工作人员操作"


def test_an_application_to_give_back_leaves_holder_and_clock_as_they_are() -> None:
    before = order(State.SIGNED, due={"answer": NOW + timedelta(days=5)})
    after = apply(before, Action.APPLY_RETURN, at=NOW, by=CLERK).order
    assert (after.unit, after.state, after.due) == (before.unit, before.state, before.due)


def test_a_second_application_waits_for_the_first_to_be_decided() -> None:
    asked = order(State.SIGNED, flags=frozenset({Flag.RETURN_ASKED}))
    assert refusal(asked, Action.APPLY_RETURN, CLERK) == "已有一条退单申请待审批"


def test_a_granted_return_remembers_who_gave_back() -> None:
    asked = order(State.SIGNED, flags=frozenset({Flag.RETURN_ASKED}))
    after = apply(asked, Action.GRANT_RETURN, at=NOW, by=DISPATCHER).order
    assert (after.state, after.returned_by, after.unit) == (State.ON_DESK, {"ZJJ"}, None)


def test_a_reopened_order_goes_back_to_its_unit_in_a_new_round() -> None:
    after = apply(order(State.IN_CALLBACK), Action.REOPEN, at=NOW, by=AGENT).order
    assert (after.state, after.round, after.unit, after.answered_at) == (State.DISPATCHED, 2, "ZJJ", None)


def test_a_transfer_does_not_move_the_first_dispatch_of_the_round() -> None:
    first = apply(order(), Action.DISPATCH, at=NOW, by=DISPATCHER, unit="ZJJ").order
    second = apply(first, Action.DISPATCH, at=NOW + timedelta(hours=3), by=DISPATCHER, unit="CGJ").order
    assert second.first_dispatched_at == NOW


def test_every_state_has_a_name_and_every_open_one_a_stage() -> None:
    assert set(STATE_NAMES) == set(State)
    assert set(STAGES) == set(State) - ENDS


def test_an_answer_stays_with_its_unit_until_the_last_leader_released_it() -> None:
    answered = order(State.ANSWERED, signoffs_needed=2, answered_by="经办人")
    leaders = [Actor(f"负责人{number}", Role.LEADER, "ZJJ") for number in (1, 2)]
    first = apply(answered, Action.SIGN_OFF, at=NOW, by=leaders[0]).order
    second = apply(first, Action.SIGN_OFF, at=NOW, by=leaders[1]).order
    assert (first.state, second.state) == (State.ANSWERED, State.SIGNED_OFF)


def test_nobody_reviews_an_answer_before_its_leader_released_it() -> None:
    answered = order(State.ANSWERED, signoffs_needed=1, answered_by="经办人")
    assert refusal(answered, Action.PASS_REVIEW, Actor("审核", Role.REVIEWER)) == "请先由单位负责人签发"


def test_nobody_reviews_an_answer_of_his_own() -> None:
    answered = order(State.ANSWERED, answered_by="同一人")
    assert refusal(answered, Action.PASS_REVIEW, Actor("同一人", Role.REVIEWER)) == "审核人不能是答复人"


def test_what_two_persons_decide_one_does_not_grant() -> None:
    asked = order(State.SIGNED, applications=(application(decider="two"),))
    assert refusal(asked, Action.GRANT_EXCLUSION, DISPATCHER) == "须两人审批:请由另一人复核同意"


def test_what_two_persons_decide_the_second_grants() -> None:
    asked = order(State.SIGNED, applications=(application(decider="two"),))
    agreed = apply(asked, Action.AGREE, at=NOW, by=Actor("督办员", Role.SUPERVISOR)).order
    after = apply(agreed, Action.GRANT_EXCLUSION, at=NOW, by=DISPATCHER).order
    assert (after.flags, after.applications) == ({Flag.EXCLUDED}, ())


def test_what_the_platform_above_decides_our_supervisor_does_not() -> None:
    asked = order(State.SIGNED, applications=(application(decider="upstream"),))
    assert refusal(asked, Action.GRANT_EXCLUSION, Actor("督办员", Role.SUPERVISOR)) == "须由上级平台或规定的审批人决定"


def test_a_pause_ends_when_it_is_resumed() -> None:
    asked = order(State.SIGNED, applications=(application(Asks.PAUSE, decider="dispatcher"),))
    paused = apply(asked, Action.GRANT_PAUSE, at=NOW, by=DISPATCHER).order
    later = NOW + timedelta(days=1)
    assert apply(paused, Action.RESUME, at=later, by=CLERK).order.pauses == ((NOW, later),)


def test_an_inner_refusal_goes_back_one_step_and_never_to_the_desk() -> None:
    handed = order(State.SIGNED, line=("ZJJ-1", "ZJJ-1-1"))
    back = apply(handed, Action.HAND_BACK, at=NOW, by=Actor("科员", Role.CLERK, "ZJJ-1-1")).order
    assert (back.holder, back.unit, back.state) == ("ZJJ-1", "ZJJ", State.SIGNED)


def test_handed_down_over_two_levels_each_unit_below_begins_a_leg_and_the_leads_goes_on() -> None:
    change = apply(order(State.SIGNED), Action.HAND_DOWN, at=NOW, by=CLERK, line=("ZJJ-1", "ZJJ-1-1"))
    assert ([(leg.unit, leg.role) for leg in change.legs], change.ends) == ([("ZJJ-1", "inner"), ("ZJJ-1-1", "inner")], None)


def test_handed_to_another_section_only_the_first_ones_leg_ends() -> None:
    change = apply(order(State.SIGNED, line=("ZJJ-1",)), Action.HAND_DOWN, at=NOW, by=CLERK, line=("ZJJ-2",))
    assert (change.ends, change.ends_of, [leg.unit for leg in change.legs]) == ("reassigned", ("ZJJ-1",), ["ZJJ-2"])


def test_an_assisting_unit_ends_its_own_leg_with_its_part() -> None:
    change = apply(order(State.SIGNED, assists=("SXL",)), Action.ANSWER_PART, at=NOW, by=Actor("协办", Role.CLERK, "SXL"))
    assert (change.ends, change.ends_of) == ("answered", ("SXL",))


def test_sent_back_the_whole_line_has_its_legs_again() -> None:
    answered = order(State.ANSWERED, line=("ZJJ-1",), answered_by="经办人")
    change = apply(answered, Action.SEND_BACK, at=NOW, by=Actor("审核", Role.REVIEWER))
    assert [(leg.unit, leg.role) for leg in change.legs] == [("ZJJ", "lead"), ("ZJJ-1", "inner")]


def test_who_was_handed_an_order_refuses_it_to_the_unit_above_not_to_the_desk() -> None:
    handed = order(State.SIGNED, line=("ZJJ-1",))
    why = refusal(handed, Action.APPLY_RETURN, Actor("科员", Role.CLERK, "ZJJ-1"))
    assert why == "转办的工单请退回上一级,由主办单位决定是否申请退单"


@pytest.mark.parametrize("action", [Action.ATTEMPT_CALLBACK, Action.CLOSE, Action.REOPEN])
@pytest.mark.parametrize("state", [State.ANSWERED, State.SIGNED_OFF, State.IN_REVIEW])
@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER, Role.DISPATCHER, Role.ADMIN])
def test_nobody_of_ours_calls_back_closes_or_sends_again_what_was_not_reviewed(action: Action, state: State, role: Role) -> None:
    assert str(refusal(order(state, origin="upstream"), action, Actor("某人", role))).startswith("答复审核通过后才能")


def test_the_platforms_call_does_not_take_an_answer_out_of_our_review() -> None:
    above = order(State.ANSWERED, origin="upstream", signoffs_needed=1)
    after = apply(above, Action.ATTEMPT_CALLBACK, at=NOW, by=Actor("上级平台", Role.UPSTREAM)).order
    assert after.state is State.ANSWERED


def test_naming_the_holder_takes_the_order_to_the_desk_and_its_answer_clock_runs_on() -> None:
    held = order(State.SIGNED, due={"answer": NOW}, assists=("SXL",), ruled_unit="ZJJ")
    change = apply(held, Action.NAME_ACCUSED, at=NOW, by=DISPATCHER, recused=frozenset({"ZJJ"}))
    after = change.order
    assert (after.state, after.unit, after.assists, after.ruled_unit, after.due) == (State.ON_DESK, None, (), None, held.due)
    assert (change.ends, change.ends_of) == ("recused", ())


def test_naming_who_assists_or_holds_below_the_lead_takes_it_from_them_alone() -> None:
    held = order(State.SIGNED, assists=("SXL", "CGJ"), line=("ZJJ-1", "ZJJ-1-1"))
    change = apply(held, Action.NAME_ACCUSED, at=NOW, by=DISPATCHER, recused=frozenset({"SXL", "ZJJ-1", "ZJJ-1-1"}))
    assert (change.order.state, change.order.holders, change.order.assists) == (State.SIGNED, ("ZJJ",), ("CGJ",))
    assert (change.ends, change.ends_of) == ("recused", ("SXL", "ZJJ-1", "ZJJ-1-1"))


@pytest.mark.parametrize(("action", "state"), [
    (Action.REOPEN, State.IN_CALLBACK), (Action.RECTIFY, State.CLOSED), (Action.SEND_BACK, State.IN_REVIEW),
])  # fmt: skip
def test_nothing_is_given_again_to_a_unit_that_it_complains_about(action: Action, state: State) -> None:
    about = order(state, recused=frozenset({"ZJJ"}), rating_check="reasonable", answered_by="经办人")
    change = apply(about, action, at=NOW, by=Actor("管理员", Role.ADMIN))
    assert (change.order.state, change.order.unit, change.legs) == (State.ON_DESK, None, ())
    assert change.order.why_desk == "承办单位被反映,须回避,请改派"


def test_the_leads_answer_ends_its_own_line_as_answered_and_leaves_out_who_gave_no_part() -> None:
    change = apply(order(State.SIGNED, line=("ZJJ-1",), assists=("SXL",)), Action.ANSWER, at=NOW, by=CLERK)
    assert (change.ends, change.ends_of, change.rest) == ("answered", ("ZJJ", "ZJJ-1"), "left_out")


@pytest.mark.parametrize(("unit", "contacted"), [("ZJJ", NOW), ("CGJ", None)])
def test_the_contact_of_one_unit_does_not_count_for_the_next(unit: str, contacted: datetime | None) -> None:
    held = order(State.DISPATCHED, contacted_at=NOW)
    assert apply(held, Action.DISPATCH, at=NOW, by=DISPATCHER, unit=unit).order.contacted_at == contacted


@pytest.mark.parametrize("state", list(State))
def test_the_platform_above_does_nothing_to_an_order_of_our_own(state: State) -> None:
    assert allowed(order(state), Actor("上级平台", Role.UPSTREAM)) == ()


def test_leaders_release_an_answer_from_the_unit_that_answered_upwards() -> None:
    answered = order(State.ANSWERED, line=("ZJJ-1",), signoffs_needed=2, signoff_units=("ZJJ-1", "ZJJ"), answered_by="科员")
    assert refusal(answered, Action.SIGN_OFF, Actor("局长", Role.LEADER, "ZJJ")) == "请先由下级单位负责人签发"


def test_after_a_ruling_the_unit_cannot_give_back() -> None:
    assert refusal(order(State.SIGNED, ruled_unit="ZJJ"), Action.APPLY_RETURN, CLERK) == "裁定为最终决定,不能再退单"


def application(asks: Asks = Asks.EXCLUSION, decider: Decider = "dispatcher") -> Application:
    return Application(asks=asks, at=NOW, unit="ZJJ", person="经办人", decider=decider, reason="理由")


@given(st.sampled_from(list(State)), st.sampled_from(list(Action)), st.sampled_from(ACTORS))
def test_whatever_is_done_is_in_the_table(state: State, action: Action, by: Actor) -> None:
    before = order(state)
    why = refusal(before, action, by)
    done = (action in allowed(before, by)) == (why is None)
    lawful = why is not None or state in TABLE[action].sources_for(by.role)
    assert done
    assert lawful


@given(st.lists(st.sampled_from(list(Action)), max_size=30))
def test_any_sequence_of_acts_counts_its_events_without_a_gap(actions: list[Action]) -> None:
    now, history = order(), []
    for action in actions:
        for by in ACTORS:
            if refusal(now, action, by) is None:
                change = apply(now, action, at=NOW, by=by, **({"unit": "ZJJ"} if action is Action.DISPATCH else {}))
                now = change.order
                history.append(change.event.seq)
                break
    assert history == list(range(2, len(history) + 2))


def test_an_ended_order_takes_news_from_above_a_late_rating_an_objection_and_a_reopening_and_no_more() -> None:
    closed = replace(order(State.CLOSED), closed_at=NOW)
    assert {action for by in ACTORS for action in allowed(closed, by)} == {
        Action.SUPPLEMENT, Action.RATE, Action.APPLY_EXCLUSION, Action.REOPEN,
    }  # fmt: skip
