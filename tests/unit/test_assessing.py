"""A month's assessment from preview to publication, over a real store in memory."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hotline.domain.assessment import Act, Stage, Verdict
from hotline.domain.indicators import Ratio
from hotline.domain.roles import Actor, Role
from hotline.errors import AssessmentRefused, InvalidInput, NotAllowed, NotFound
from hotline.services.figures.following import FigureKeeper
from hotline.services.positions import Positions
from hotline.store import MemoryStore
from tests.store.examples import an_event
from tests.unit.assessed import (
    CLERK,
    DAY,
    LATER,
    LI,
    MONITOR,
    NOW,
    OCTOBER,
    SEPTEMBER,
    SETTINGS,
    WANG,
    ZHANG,
    Assessed,
)


@pytest.fixture
def office() -> Assessed:
    return Assessed(MemoryStore())


def rated_late(office: Assessed, order_id: str, month: date = OCTOBER) -> None:
    """Something that became known after the month was frozen: an answer in October was sent back."""
    with office.store.write() as work:
        at = datetime(month.year, month.month, 20, tzinfo=UTC)
        work.events.add([an_event(order_id, 7, at=at, kind="rated", unit="ZWJ", data={"level": 1, "channel": "phone"})])
        work.commit()


def test_a_month_nobody_opened_is_a_live_preview_by_sort_and_tier(office: Assessed) -> None:
    office.autumn()
    sheet = office.procedure.sheet(OCTOBER, by=ZHANG)
    assert (sheet.assessment.stage, sheet.edition) == (Stage.PREVIEW, 0)
    assert [(one.unit, one.sort, one.rank) for one in sheet.lines] == [
        ("ZWJ", "department", 1), ("ZJJ", "department", 2), ("JD", "street", None), ("RL", "company", 1),
    ]  # fmt: skip
    assert sheet.lines[1].rates["resolution"] == Ratio(3, 4)
    assert sheet.basis.definitions["on_time"]


def test_a_month_that_runs_is_not_opened(office: Assessed) -> None:
    with pytest.raises(AssessmentRefused) as refused:
        office.procedure.open(date(2026, 11, 1), by=ZHANG)
    assert "尚未结束" in refused.value.message


def test_the_time_for_objections_is_counted_in_the_packs_working_days(office: Assessed) -> None:
    until = office.opened().until
    assert until == datetime(2026, 11, 9, 16, tzinfo=UTC)  # the end of Monday: 3, 4, 5, 6 and 9 November


def test_an_objection_needs_an_order_of_the_unit_that_counts_there_a_reason_and_evidence(office: Assessed) -> None:
    late, other = office.autumn(), office.handled("ZWJ")
    office.opened()
    bring = office.objections.bring
    with pytest.raises(NotFound):
        bring(OCTOBER, other, "on_time", reason="道路封闭", proof="函", by=CLERK)
    for rate, reason, proof in (("on_time", " ", "函"), ("on_time", "道路封闭", ""), ("direct", "x", "y")):
        with pytest.raises(InvalidInput):
            bring(OCTOBER, late, rate, reason=reason, proof=proof, by=CLERK)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        bring(OCTOBER, late, "on_time", reason="道路封闭", proof="函", by=ZHANG)
    done = bring(OCTOBER, late, "on_time", reason="道路封闭", proof="市政函〔2026〕8 号", by=CLERK)
    assert [one.unit for one in done.objections.values()] == ["ZJJ"]
    with pytest.raises(InvalidInput):
        bring(OCTOBER, late, "on_time", reason="再申诉", proof="函", by=CLERK)


def test_the_effect_is_shown_before_it_is_decided_and_comes_true(office: Assessed) -> None:
    late = office.autumn()
    office.opened()
    office.objections.bring(OCTOBER, late, "resolution", reason="诉求超出职责", proof="函", by=CLERK)
    effect = office.objections.effect(OCTOBER, 2, by=ZHANG)
    assert effect.before
    assert effect.after
    assert (effect.before.rates["resolution"], effect.after.rates["resolution"]) == (Ratio(3, 4), Ratio(3, 3))
    assert (effect.after.score or 0) > (effect.before.score or 0)
    assert office.line("ZJJ") == effect.before
    office.objections.uphold(OCTOBER, 2, by=ZHANG)
    assert office.line("ZJJ") == effect.after


def test_an_order_taken_out_wholly_counts_nowhere_for_its_unit_and_the_figures_stay(office: Assessed) -> None:
    late = office.autumn()
    office.opened()
    office.objections.bring(OCTOBER, late, "on_time", reason="不属本局", proof="函", by=CLERK)
    office.objections.uphold(OCTOBER, 2, "order", by=ZHANG)
    line = office.line("ZJJ")
    assert {rate: line.rates[rate].denominator for rate in ("on_time", "resolution", "return")} == {
        "on_time": 3, "resolution": 3, "return": 3,
    }  # fmt: skip
    assert office.procedure.sheet(OCTOBER, by=ZHANG).basis.excluded == 1
    assert office.line("ZJJ", date(2026, 11, 1)).period_volume == 3  # the quarter that November ends


@pytest.mark.parametrize("ready", [True, False])
def test_what_is_taken_out_is_the_same_from_rows_kept_ready_and_from_events(office: Assessed, ready: bool) -> None:
    late = office.autumn()
    for _ in range(int(ready)):
        Positions(office.store).settle()
        FigureKeeper(office.store, office.books).follow()
    office.handled("ZJJ")
    office.opened()
    office.objections.bring(OCTOBER, late, "on_time", reason="不属本局", proof="函", by=CLERK)
    effect = office.objections.effects(OCTOBER, 2, by=ZHANG)
    told = {scope: one.after.rates for scope, one in effect.items() if one.after}
    assert [told["rate"][rate] for rate in ("on_time", "resolution")] == [Ratio(4, 4), Ratio(4, 5)]
    assert [told["order"][rate] for rate in ("on_time", "resolution", "return")] == [Ratio(4, 4), Ratio(4, 4), Ratio(0, 4)]


def test_two_persons_uphold_an_objection_where_the_pack_says_so() -> None:
    office = Assessed(MemoryStore(), SETTINGS + "two_persons = true\n")
    late = office.autumn()
    office.opened()
    office.objections.bring(OCTOBER, late, "on_time", reason="道路封闭", proof="函", by=CLERK)
    with pytest.raises(AssessmentRefused):
        office.objections.uphold(OCTOBER, 2, by=ZHANG)
    office.objections.agree(OCTOBER, 2, by=ZHANG)
    with pytest.raises(AssessmentRefused):
        office.objections.uphold(OCTOBER, 2, by=ZHANG)
    assert office.objections.uphold(OCTOBER, 2, by=LI).excluded


def test_the_second_person_upholds_what_the_first_agreed_to_and_nothing_more() -> None:
    office = Assessed(MemoryStore(), SETTINGS + "two_persons = true\n")
    late = office.autumn()
    office.opened()
    office.objections.bring(OCTOBER, late, "on_time", reason="道路封闭", proof="函", by=CLERK)
    office.objections.agree(OCTOBER, 2, "rate", by=ZHANG)
    with pytest.raises(AssessmentRefused) as refused:
        office.objections.uphold(OCTOBER, 2, "order", by=LI)
    assert "仅剔除该项指标" in refused.value.message
    assert [one.scope for one in office.objections.uphold(OCTOBER, 2, "rate", by=LI).excluded] == ["rate"]


def test_undecided_things_block_the_approval_and_points_need_another_person(office: Assessed) -> None:
    office.autumn()
    office.opened()
    office.points.add(OCTOBER, "ZJJ", -2.5, basis="考核办法第九条", by=LI)
    office.clock.move_to(LATER)
    with pytest.raises(AssessmentRefused):
        office.procedure.approve(OCTOBER, by=WANG)
    with pytest.raises(AssessmentRefused):
        office.points.grant(OCTOBER, 2, by=LI)
    before = office.line("ZJJ").score or 0
    office.points.grant(OCTOBER, 2, by=WANG)
    assert office.line("ZJJ").score == pytest.approx(before - 2.5)
    with pytest.raises(AssessmentRefused):
        office.procedure.approve(OCTOBER, by=WANG)
    assert office.procedure.approve(OCTOBER, by=LI).stage is Stage.APPROVED


def test_what_is_frozen_is_what_was_approved_whatever_happens_then(office: Assessed) -> None:
    office.autumn()
    office.opened()
    office.clock.move_to(LATER)
    office.procedure.approve(OCTOBER, by=LI)
    approved = office.procedure.sheet(OCTOBER, by=ZHANG)
    office.handled("ZWJ", late=True, good=False)
    office.procedure.freeze(OCTOBER, by=ZHANG)
    frozen = office.procedure.sheet(OCTOBER, by=ZHANG)
    assert (frozen.lines, frozen.basis, frozen.edition) == (approved.lines, approved.basis, 2)
    assert frozen.basis.pack == office.books.current().content_hash


def test_a_late_rating_changes_a_frozen_month_through_a_restatement_alone(office: Assessed) -> None:
    office.autumn()
    order = office.handled("ZWJ")
    office.frozen()
    first = office.line("ZWJ")
    rated_late(office, order)
    assert office.line("ZWJ") == first
    office.restating.propose(OCTOBER, reason="迟到的评价", by=ZHANG)
    assert office.line("ZWJ") == first
    [moved] = [one for one in office.restating.difference(OCTOBER, 4, by=ZHANG) if one.unit == "ZWJ"]
    assert moved.before == first
    assert moved.after
    assert moved.after.rates["satisfaction"] == Ratio(5, 6)
    with pytest.raises(AssessmentRefused):
        office.restating.grant(OCTOBER, 4, by=Actor("张 三", Role.SUPERVISOR))
    office.restating.grant(OCTOBER, 4, by=LI)
    sheet = office.procedure.sheet(OCTOBER, by=ZHANG)
    assert (sheet.edition, office.line("ZWJ"), first in sheet.first) == (4, moved.after, True)


def test_a_restatement_that_changes_nothing_is_refused(office: Assessed) -> None:
    office.autumn()
    office.frozen()
    assert office.restating.preview(OCTOBER, by=ZHANG) == []
    for stranger in (CLERK, MONITOR):
        with pytest.raises(NotAllowed):
            office.restating.preview(OCTOBER, by=stranger)
    with pytest.raises(InvalidInput):
        office.restating.propose(OCTOBER, reason="核对", by=ZHANG)


def test_a_month_is_restated_by_its_own_definitions_whatever_the_office_has_decided_since(office: Assessed) -> None:
    office.autumn()
    office.frozen()
    office.redefined(SETTINGS.replace("floor = 2", "floor = 2\nunreached_counts = 'no'\nresponse_basis = 'callback'"))
    assert office.restating.preview(OCTOBER, by=ZHANG) == []


def test_a_quarter_ranks_with_its_earlier_months_as_they_were_frozen(office: Assessed) -> None:
    for _ in range(4):
        office.handled("ZJJ", month=SEPTEMBER)
    office.frozen(SEPTEMBER)
    office.handled("ZJJ", month=SEPTEMBER, good=False)
    office.handled("ZJJ")
    line, basis = office.line("ZJJ"), office.procedure.sheet(OCTOBER, by=ZHANG).basis
    assert (line.rates["resolution"], line.period["resolution"]) == (Ratio(1, 1), Ratio(5, 5))
    assert basis.sources == {"2026-08": 0, "2026-09": 2, "2026-10": 0}
    assert (line.tier, line.rank) == (1, 1)


def test_a_quarter_ranks_with_an_earlier_month_as_it_was_approved_before_it_is_frozen(office: Assessed) -> None:
    office.handled("ZJJ", month=SEPTEMBER)
    office.opened(SEPTEMBER)
    office.clock.move_to(LATER)
    office.procedure.approve(SEPTEMBER, by=LI)
    office.handled("ZJJ", month=SEPTEMBER, good=False)
    office.handled("ZJJ")
    assert office.line("ZJJ").period["resolution"] == Ratio(2, 2)
    assert office.procedure.sheet(OCTOBER, by=ZHANG).basis.sources["2026-09"] == 2
    office.procedure.send_back(SEPTEMBER, reason="漏一件", by=LI)
    assert office.line("ZJJ").period["resolution"] == Ratio(2, 3)


def test_a_month_that_was_sent_back_may_be_objected_to_for_as_many_working_days_again(office: Assessed) -> None:
    late = office.autumn()
    office.opened()
    office.clock.move_to(LATER)
    office.procedure.approve(OCTOBER, by=LI)
    again = office.procedure.send_back(OCTOBER, reason="漏一件", by=LI)
    assert again.until == datetime(2026, 11, 17, 16, tzinfo=UTC)  # the end of Tuesday: 11, 12, 13, 16 and 17 November
    assert office.objections.bring(OCTOBER, late, "on_time", reason="道路封闭", proof="函", by=CLERK).objections
    office.objections.uphold(OCTOBER, 4, by=ZHANG)
    with pytest.raises(AssessmentRefused) as refused:
        office.procedure.approve(OCTOBER, by=LI)
    assert "申诉期未满" in refused.value.message


def test_the_history_tells_who_did_what_when(office: Assessed) -> None:
    office.frozen()
    steps = office.procedure.sheet(OCTOBER, by=LI).steps
    assert [(one.kind, one.actor, one.at) for one in steps] == [
        (Act.OPEN, "张三", NOW), (Act.APPROVE, "李四", LATER), (Act.FREEZE, "张三", LATER),
    ]  # fmt: skip


def test_a_refused_objection_takes_nothing_out(office: Assessed) -> None:
    late = office.autumn()
    office.opened()
    office.objections.bring(OCTOBER, late, "on_time", reason="道路封闭", proof="函", by=CLERK)
    before = office.line("ZJJ")
    done = office.objections.refuse(OCTOBER, 2, reason="佐证不足", by=ZHANG)
    assert [(one.state, one.note) for one in done.objections.values()] == [(Verdict.REFUSED, "佐证不足")]
    assert office.line("ZJJ") == before


# -- the year -----------------------------------------------------------------------------------------------------------
def test_the_years_sheet_has_frozen_months_with_restatements_applied_and_marked(office: Assessed) -> None:
    office.handled("ZWJ", month=SEPTEMBER)
    office.frozen(SEPTEMBER)
    office.autumn()
    order = office.handled("ZWJ")
    office.frozen()
    rated_late(office, order)
    first = office.line("ZWJ")
    office.restating.propose(OCTOBER, reason="迟到的评价", by=ZHANG)
    office.restating.grant(OCTOBER, 4, by=LI)
    sheet = office.years.sheet(2026, by=ZHANG)
    line = next(one for one in sheet.lines if one.unit == "ZWJ")
    assert [head.month for head in sheet.months] == [SEPTEMBER, OCTOBER]
    assert (line.months[SEPTEMBER].restated, line.months[OCTOBER].restated) == (False, True)
    assert line.months[OCTOBER].first == first.score
    assert line.rates["satisfaction"] == Ratio(6, 7)
    assert office.years.sheet(2026, by=CLERK).lines == []


# -- the city's score ---------------------------------------------------------------------------------------------------
def sheet_of(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "市级得分.csv"
    path.write_text("\n".join(["单位,月份,综合得分,满意率", *rows]) + "\n", "utf-8")
    return path


def test_the_citys_score_is_looked_at_first_then_kept_beside_ours(office: Assessed, tmp_path: Path) -> None:
    office.autumn()
    office.frozen()
    file = sheet_of(tmp_path, "住建局,2026-10,91.5,95%", "没有的局,2026-10,90,", "ZWJ,2026年10月,88.25,0.9", "政务局,x,80,")
    plan = office.official.look(file, "市级得分.csv", by=ZHANG)
    assert [(one.unit, one.official) for one in plan.scores] == [("ZJJ", 91.5), ("ZWJ", 88.25)]
    assert [row for row, _ in plan.left_out] == [3, 5]
    assert office.official.beside(OCTOBER, OCTOBER, by=ZHANG) == []
    office.official.bring(file, "市级得分.csv", by=ZHANG)
    [own] = office.official.beside(OCTOBER, OCTOBER, by=CLERK)
    assert own.difference == round(91.5 - (office.line("ZJJ").score or 0), 2)
    assert own.rates == {"satisfaction": 0.95}
    with pytest.raises(InvalidInput):
        office.official.bring(file, "市级得分.csv", by=ZHANG)
    assert office.years.sheet(2026, by=ZHANG).lines[0].official_mean == 88.25
    with pytest.raises(NotAllowed):
        office.official.look(file, "x", by=CLERK)


def test_a_unit_sees_the_citys_score_of_itself_alone_in_the_year(office: Assessed, tmp_path: Path) -> None:
    office.autumn()
    office.frozen()
    office.procedure.publish(OCTOBER, by=ZHANG)
    office.official.bring(sheet_of(tmp_path, "住建局,2026-10,91.5,", "ZWJ,2026-10,88.25,"), "市级得分.csv", by=ZHANG)
    lines = {one.unit: one for one in office.years.sheet(2026, by=CLERK).lines}
    assert (lines["ZJJ"].official_mean, lines["ZJJ"].months[OCTOBER].official) == (91.5, 91.5)
    assert (lines["ZWJ"].official_mean, lines["ZWJ"].months[OCTOBER].official) == (None, None)
    assert lines["ZWJ"].mean is not None


def test_a_later_file_of_the_city_says_what_it_changes(office: Assessed, tmp_path: Path) -> None:
    office.official.bring(sheet_of(tmp_path, "住建局,2026-10,91.5,"), "一", by=ZHANG)
    office.clock.move_to(NOW + DAY)
    [one] = office.official.look(sheet_of(tmp_path, "住建局,2026-10,92,"), "二", by=ZHANG).scores
    assert (one.before, one.official) == (91.5, 92.0)
