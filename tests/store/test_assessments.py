"""Assessments: steps and tables that only grow, the city's scores beside them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hotline.domain.assessment import Act, AssessmentStep, Stage
from hotline.domain.indicators import RATES, Ratio
from hotline.domain.ranking import Counted, RankingRules, standings
from hotline.errors import ChangedMeanwhile
from hotline.services.assessment.rows import Basis, Edition, Head, OfficialFile, OfficialScore
from hotline.services.ports import Store
from tests.store.examples import HOUR, NOON

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
OPENED = AssessmentStep(OCTOBER, 1, NOON, "张三", Act.OPEN, {"until": NOON.isoformat()})


def a_head(month: date = OCTOBER, **fields: Any) -> Head:
    return Head(**{"month": month, "stage": Stage.OPEN, "version": 1, "until": NOON, **fields})


def an_edition(month: date = OCTOBER, number: int = 2, good: int = 7) -> Edition:
    """A table of two units; one of them has too few orders to be ranked."""
    rates = {**dict.fromkeys(RATES, Ratio(good, 10)), "return": Ratio(1, 30)}
    rules = RankingRules(weights={"response": 0.3, "resolution": 0.7}, floor=10, tiers=(20,))
    counted = [
        Counted(unit="CGJ", name="城管局", sort="department", month=rates, period=rates, points=-1.5, period_points=-1.5),
        Counted(unit="JD", name="一街道", sort="street", month=dict.fromkeys(RATES, Ratio()), period={"return": Ratio(0, 3)}),
    ]
    basis = Basis(pack="ab" * 32, definitions={"response": "…"}, weights=rules.weights, tiers=(20,), sources={"2026-09": 4})
    return Edition(month=month, number=number, at=NOON, actor="李四", basis=basis, lines=standings(counted, rules))


def test_steps_come_in_order_each_number_once_and_the_head_is_the_last_ones(store: Store) -> None:
    frozen = AssessmentStep(OCTOBER, 2, NOON + HOUR, "李四", Act.FREEZE)
    with store.write() as work:
        work.assessments.add_step(OPENED, a_head())
        work.assessments.add_step(frozen, a_head(stage=Stage.FROZEN, version=2, edition=2, in_force=2))
        work.commit()
    with store.read() as work:
        assert work.assessments.steps(OCTOBER) == [OPENED, frozen]
        assert work.assessments.steps(NOVEMBER) == []
        assert [one.version for one in work.assessments.heads(OCTOBER, OCTOBER)] == [2]
    with store.write() as work, pytest.raises(ChangedMeanwhile):
        work.assessments.add_step(frozen, a_head())


def test_months_are_listed_newest_first(store: Store) -> None:
    with store.write() as work:
        for month in (OCTOBER, NOVEMBER):
            work.assessments.add_step(AssessmentStep(month, 1, NOON, "张三", Act.OPEN), a_head(month))
        work.commit()
    with store.read() as work:
        assert [one.month for one in work.assessments.heads(OCTOBER, NOVEMBER)] == [NOVEMBER, OCTOBER]
        assert [one.month for one in work.assessments.heads(NOVEMBER, NOVEMBER)] == [NOVEMBER]
        assert work.assessments.heads(OCTOBER, OCTOBER) == [a_head()]


def test_a_table_is_kept_as_it_was_written(store: Store) -> None:
    edition = an_edition()
    with store.write() as work:
        work.assessments.add_step(OPENED, a_head())
        work.assessments.add_edition(edition)
        work.commit()
    with store.read() as work:
        assert work.assessments.edition(OCTOBER, 2) == edition
        assert work.assessments.edition(OCTOBER, 3) is None


def test_the_citys_scores_of_the_file_brought_in_last_count(store: Store) -> None:
    def file(digest: str, later: timedelta) -> OfficialFile:
        return OfficialFile(hash=digest, name=f"{digest}.xlsx", at=NOON + later, actor="张三", rows=1)

    def score(digest: str, unit: str, points: float) -> OfficialScore:
        return OfficialScore(file=digest, month=OCTOBER, unit=unit, score=points, rates={"response": 0.9})

    with store.write() as work:
        assert work.official_scores.add(file("b", HOUR), [score("b", "CGJ", 91.5)])
        assert work.official_scores.add(file("a", 0 * HOUR), [score("a", "CGJ", 90.0), score("a", "JD", 88.0)])
        assert not work.official_scores.add(file("a", 2 * HOUR), [score("a", "CGJ", 10.0)])
        work.commit()
    with store.read() as work:
        assert work.official_scores.of(OCTOBER, OCTOBER) == [score("b", "CGJ", 91.5), score("a", "JD", 88.0)]
        assert work.official_scores.of(NOVEMBER, NOVEMBER) == []
        assert [one.hash for one in work.official_scores.files(9)] == ["b", "a"]
