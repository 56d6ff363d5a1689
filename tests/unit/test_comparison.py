"""The verdict on a candidate: no worse overall, in no class worse by more than its own interval."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.comparison import LEAST, Judgement, gap, judge, verdict

answers = st.lists(st.tuples(st.sampled_from("甲乙丙"), st.booleans(), st.booleans()), min_size=LEAST, max_size=120)


def judged(rows: list[tuple[str, bool, bool]]) -> Judgement:
    labels, live, candidate = zip(*rows, strict=True)
    return judge(labels, np.array(live), np.array(candidate))


def promoted(rows: list[tuple[str, bool, bool]]) -> bool:
    return verdict({"x": judged(rows)}).promote


@given(answers)
@settings(max_examples=25, deadline=None)
def test_a_model_is_not_worse_than_itself(rows: list[tuple[str, bool, bool]]) -> None:
    assert promoted([(label, live, live) for label, live, _ in rows])


@given(answers)
@settings(max_examples=25, deadline=None)
def test_a_model_that_is_right_wherever_the_live_one_is_may_go_in_force(rows: list[tuple[str, bool, bool]]) -> None:
    assert promoted([(label, live, live or candidate) for label, live, candidate in rows])


@given(answers, st.data())
@settings(max_examples=25, deadline=None)
def test_one_more_right_answer_never_turns_yes_into_no(rows: list[tuple[str, bool, bool]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    better = [*rows[:at], (*rows[at][:2], True), *rows[at + 1 :]]
    assert promoted(better) >= promoted(rows)


@given(answers)
@settings(max_examples=25, deadline=None)
def test_every_class_is_judged_or_named_as_too_small(rows: list[tuple[str, bool, bool]]) -> None:
    made = judged(rows)
    assert set(made.classes) | set(made.small) == {label for label, _, _ in rows}
    assert not set(made.classes) & set(made.small)
    assert all(one.texts >= LEAST for one in made.classes.values())


def test_the_same_answers_give_the_same_bound() -> None:
    live, candidate = np.arange(90) % 3 > 0, np.arange(90) % 4 > 0
    assert gap(live, candidate) == gap(live, candidate)


def test_what_chance_explains_is_not_worse() -> None:
    live = np.ones(300, dtype=np.bool_)
    one_lost = live.copy()
    one_lost[0] = False
    assert not gap(live, one_lost).much_worse


def test_a_clear_loss_overall_is_refused_with_its_figures() -> None:
    rows = [("甲", True, at % 5 > 0) for at in range(200)]
    said = verdict({"冻结集·类别": judged(rows)})
    assert not said.promote
    assert said.reasons[0] == "冻结集·类别:总体由 100.0% 降到 80.0%(200 条)"


def test_a_loss_in_one_class_is_refused_though_the_whole_gains() -> None:
    gained = [("甲", False, True)] * 60
    lost = [("乙", True, at % 4 > 0) for at in range(40)]
    said = verdict({"冻结集·类别": judged([*gained, *lost])})
    assert [reason.split("由")[0] for reason in said.reasons] == ["冻结集·类别:“乙”"]


def test_a_class_of_few_texts_refuses_nothing_alone_and_is_named() -> None:
    rows = [*[("甲", True, True)] * 200, *[("乙", True, False)]]
    assert promoted(rows)
    assert judged(rows).small == ("乙",)


def test_with_too_few_texts_nothing_is_put_in_force() -> None:
    few = [("甲", True, True)] * (LEAST - 1)
    assert not promoted(few)
    assert "不足" in verdict({"x": judged(few)}).reasons[0]


def test_a_loss_of_more_than_a_point_is_refused_though_chance_may_explain_it() -> None:
    live = np.ones(60, dtype=np.bool_)
    candidate = live.copy()
    candidate[:1] = False
    assert gap(live, candidate).much_worse
    assert not gap(live, candidate).worse
