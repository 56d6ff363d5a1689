"""A month's assessment: who may do what, when; whatever people try, nothing is frozen that was not decided by two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.assessment import (
    DECIDES,
    FINAL,
    TABLE,
    Act,
    Assessment,
    AssessmentStep,
    Stage,
    Verdict,
    after,
    folded,
    item_of,
)
from hotline.domain.assessment_rules import SIGNED, UNSIGNED, refusal
from hotline.domain.persons import same_person
from hotline.domain.roles import Actor, Role

MONTH = date(2026, 10, 1)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(days=7)
LATER = UNTIL + timedelta(hours=1)
ZHANG, LI, WANG = Actor("张三", Role.DISPATCHER), Actor("李四", Role.SUPERVISOR), Actor("王五", Role.SUPERVISOR)
CLERK = Actor("城管局经办", Role.CLERK, "CGJ")
OBJECTED = {"unit": "CGJ", "order_id": "KDL1", "rate": "on_time", "reason": "道路封闭"}
POINTS = {"unit": "CGJ", "points": 2.0, "basis": "考核办法第九条"}


def step(one: Assessment, act: Act, by: Actor, at: datetime = NOW, **data: Any) -> Assessment:
    """Do it, whether it is lawful or not."""
    return after(one, AssessmentStep(one.month, one.version + 1, at, by.name, act, data))


def opened() -> Assessment:
    return step(Assessment(month=MONTH), Act.OPEN, ZHANG, until=UNTIL.isoformat())


def why(one: Assessment, act: Act, by: Actor, at: datetime = NOW, no: int = 0, **more: Any) -> str:
    item = item_of(one, act, no) if act in DECIDES else None
    return refusal(one, act, by, now=at, item=item, **more)


def approved() -> Assessment:
    return step(opened(), Act.APPROVE, LI, LATER, edition=2)


def test_a_month_that_is_not_over_is_not_opened() -> None:
    assert "尚未结束" in why(Assessment(month=MONTH), Act.OPEN, ZHANG, over=False)
    assert why(Assessment(month=MONTH), Act.OPEN, ZHANG) == ""


def test_a_unit_objects_while_there_is_time() -> None:
    assert why(opened(), Act.OBJECT, CLERK) == ""
    assert "申诉期已过" in why(opened(), Act.OBJECT, CLERK, UNTIL)


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.OBJECT])
def test_a_unit_does_nothing_but_object(act: Act) -> None:
    assert CLERK.role not in TABLE[act].roles


def test_the_month_is_approved_after_the_time_for_objections_by_another_person_with_nothing_undecided() -> None:
    assert "申诉期未满" in why(opened(), Act.APPROVE, LI)
    assert "另一人" in why(step(Assessment(month=MONTH), Act.OPEN, LI, until=UNTIL.isoformat()), Act.APPROVE, LI, LATER)
    assert "1 项" in why(step(opened(), Act.OBJECT, CLERK, **OBJECTED), Act.APPROVE, LI, LATER)
    assert why(opened(), Act.APPROVE, LI, LATER) == ""


def test_an_objection_is_upheld_by_one_or_by_two_as_the_pack_says() -> None:
    waiting = step(opened(), Act.OBJECT, CLERK, **OBJECTED)
    assert why(waiting, Act.UPHOLD, ZHANG, no=2) == ""
    assert "两人" in why(waiting, Act.UPHOLD, ZHANG, no=2, two=True)
    assert "一人" in why(waiting, Act.AGREE, ZHANG, no=2)
    agreed = step(waiting, Act.AGREE, ZHANG, no=2)
    assert "另一人" in why(agreed, Act.UPHOLD, ZHANG, no=2, two=True)
    assert why(agreed, Act.UPHOLD, LI, no=2, two=True) == ""
    assert "仅剔除" in why(agreed, Act.UPHOLD, LI, no=2, two=True, scope="order")
    upheld = step(agreed, Act.UPHOLD, LI, no=2, scope="order", note="属实")
    assert [(one.order_id, one.scope, one.agreed_by, one.decided_by) for one in upheld.excluded] == [
        ("KDL1", "order", "张三", "李四")
    ]
    assert "已有决定" in why(upheld, Act.REFUSE, LI, no=2)


@pytest.mark.parametrize(("brought", "decided"), [
    (Act.OBJECT, Act.UPHOLD), (Act.OBJECT, Act.REFUSE), (Act.ADD_POINTS, Act.GRANT_POINTS), (Act.ADD_POINTS, Act.REFUSE_POINTS),
])  # fmt: skip
def test_who_decided_an_objection_or_points_does_not_approve_the_month(brought: Act, decided: Act) -> None:
    waiting = step(opened(), brought, ZHANG, **(OBJECTED if brought is Act.OBJECT else POINTS))
    done = step(waiting, decided, LI, no=2)
    assert "决定过" in why(done, Act.APPROVE, Actor("李 四", Role.ADMIN), LATER)
    assert why(done, Act.APPROVE, WANG, LATER) == ""


def test_who_was_the_first_to_agree_does_not_approve_the_month() -> None:
    agreed = step(step(opened(), Act.OBJECT, CLERK, **OBJECTED), Act.AGREE, LI, no=2)
    assert "决定过" in why(step(agreed, Act.UPHOLD, ZHANG, no=2), Act.APPROVE, LI, LATER)


@pytest.mark.parametrize("act", sorted(SIGNED))
def test_what_needs_two_persons_needs_a_key_that_bears_a_name(act: Act) -> None:
    stage = min(TABLE[act].stages)
    items: dict[Act, Any] = {Act.OPEN: None, Act.ADD_POINTS: None, Act.RESTATE: None, Act.APPROVE: None}
    bring = {Act.GRANT_POINTS: Act.ADD_POINTS, Act.REFUSE_POINTS: Act.ADD_POINTS, Act.GRANT_RESTATEMENT: Act.RESTATE}
    one = replace(Assessment(month=MONTH), stage=stage, until=UNTIL)
    if act not in items:
        said = {Act.ADD_POINTS: POINTS, Act.RESTATE: {"edition": 2, "reason": "更正"}}.get(bring.get(act, act), OBJECTED)
        one = step(one, bring.get(act, Act.OBJECT), CLERK, **said)
    assert why(one, act, Actor("supervisor-0f3a9c", Role.SUPERVISOR), LATER, no=1, two=act is Act.AGREE) == UNSIGNED
    assert why(one, act, LI, LATER, no=1, two=act is Act.AGREE) == ""


def test_points_count_when_another_person_granted_them() -> None:
    waiting = step(opened(), Act.ADD_POINTS, LI, **POINTS)
    assert waiting.points_of("CGJ") == 0
    assert "另一人" in why(waiting, Act.GRANT_POINTS, LI, no=2)
    assert step(waiting, Act.GRANT_POINTS, WANG, no=2).points_of("CGJ") == 2.0
    assert step(waiting, Act.REFUSE_POINTS, WANG, no=2).points_of("CGJ") == 0


def test_what_was_sent_back_is_open_again_and_what_is_frozen_is_not() -> None:
    assert step(approved(), Act.SEND_BACK, LI).stage is Stage.OPEN
    frozen = step(approved(), Act.FREEZE, ZHANG)
    assert frozen.stage is Stage.FROZEN
    for act in (Act.SEND_BACK, Act.UPHOLD, Act.ADD_POINTS, Act.APPROVE, Act.OPEN):
        assert why(frozen, act, LI)


def test_a_restatement_takes_the_place_of_the_table_when_another_person_granted_it() -> None:
    frozen = step(approved(), Act.FREEZE, ZHANG)
    proposed = step(frozen, Act.RESTATE, LI, edition=4, reason="迟到的评价")
    assert proposed.in_force == 2
    assert "待批准" in why(proposed, Act.RESTATE, ZHANG)
    assert "另一人" in why(proposed, Act.GRANT_RESTATEMENT, LI, no=4)
    restated = step(proposed, Act.GRANT_RESTATEMENT, WANG, no=4)
    assert (restated.edition, restated.in_force) == (2, 4)
    assert step(proposed, Act.REFUSE_RESTATEMENT, WANG, no=4).in_force == 2


# -- whatever people try ------------------------------------------------------------------------------------------------
PEOPLE = (ZHANG, LI, WANG, CLERK, Actor("张 三", Role.SUPERVISOR), Actor("局长", Role.LEADER, "ZJJ"), Actor("坐席", Role.AGENT))
tries = st.lists(
    st.tuples(st.sampled_from(Act), st.sampled_from(PEOPLE), st.integers(0, 8), st.booleans(), st.booleans()), max_size=40
)


def data_of(act: Act, one: Assessment, no: int) -> Mapping[str, Any]:
    match act:
        case Act.OPEN:
            return {"until": UNTIL.isoformat()}
        case Act.OBJECT:
            return OBJECTED
        case Act.ADD_POINTS:
            return POINTS
        case Act.APPROVE:
            return {"edition": one.version + 1}
        case Act.RESTATE:
            return {"edition": one.version + 1, "reason": "更正"}
        case _:
            return {"no": no} if act in DECIDES else {}


def lived(tried: list[tuple[Act, Actor, int, bool, bool]]) -> list[tuple[Assessment, AssessmentStep, Assessment]]:
    """Do what is lawful of it; return every step with the assessment before and after."""
    one, done = Assessment(month=MONTH), list[tuple[Assessment, AssessmentStep, Assessment]]()
    for act, by, no, late, two in tried:
        item = item_of(one, act, no) if act in DECIDES else None
        known = item is not None or act not in DECIDES
        if known and not refusal(one, act, by, now=LATER if late else NOW, item=item, two=two):
            made = AssessmentStep(one.month, one.version + 1, LATER if late else NOW, by.name, act, data_of(act, one, no))
            done.append((one, made, after(one, made)))
            one = done[-1][2]
    return done


@given(tries)
def test_an_assessment_is_the_fold_of_its_steps(tried: list[tuple[Act, Actor, int, bool, bool]]) -> None:
    done = lived(tried)
    steps = [step for _, step, _ in done]
    assert folded(MONTH, steps) == (done[-1][2] if done else Assessment(month=MONTH))


@given(tries)
def test_nothing_is_approved_by_who_opened_it_or_decided_within_it_or_with_something_undecided(
    tried: list[tuple[Act, Actor, int, bool, bool]],
) -> None:
    for before, made, _ in [one for one in lived(tried) if one[1].kind == Act.APPROVE]:
        assert not any(same_person(name, made.actor) for name in before.deciders)
        assert before.undecided == 0
        assert not same_person(before.marks[Act.OPEN][0], made.actor)
        assert made.at >= UNTIL


@given(tries)
def test_what_is_frozen_changes_through_a_restatement_alone(tried: list[tuple[Act, Actor, int, bool, bool]]) -> None:
    for before, made, now in [one for one in lived(tried) if one[0].stage in FINAL]:
        assert now.stage in FINAL
        assert (now.edition, now.objections, now.points) == (before.edition, before.objections, before.points)
        assert now.in_force == before.in_force or made.kind == Act.GRANT_RESTATEMENT


@given(tries)
def test_points_and_restatements_are_granted_by_another_person(tried: list[tuple[Act, Actor, int, bool, bool]]) -> None:
    last = ([Assessment(month=MONTH)] + [now for _, _, now in lived(tried)])[-1]
    granted = [one for one in (*last.points.values(), *last.restatements.values()) if one.state is Verdict.GRANTED]
    assert not any(same_person(one.by, one.decided_by) for one in granted)
