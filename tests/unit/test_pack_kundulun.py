"""The shipped pack of 昆都仑区: whole, without errors, and honest about what is not confirmed."""

from __future__ import annotations

from datetime import datetime

import pytest

from hotline.domain.due import due_at
from hotline.domain.facts import KINDS, Facts
from routing_rules.decide import deadlines, dispatch
from routing_rules.pack import load_pack
from routing_rules.verify.check import check
from tests.unit.working_time import at

PACK = load_pack("kundulun")
HEATING = "城乡建设/城市建设和市政管理/冬季采暖"


def facts(**known: object) -> Facts:
    return Facts(**{"received_at": at("2025-12-03T08:10"), "kind": "投诉", **known})  # type: ignore[arg-type]


def test_it_passes_its_own_check() -> None:
    assert [str(finding) for finding in check(PACK) if finding.level == "error"] == []


def test_it_brings_at_least_30_cases() -> None:
    assert len(PACK.cases) >= 30


def test_it_brings_at_least_60_estates_that_nobody_has_confirmed() -> None:
    assert (len(PACK.estates) >= 60, any(estate.confirmed for estate in PACK.estates)) == (True, False)


def test_it_knows_the_16_streets_and_towns_and_their_112_communities() -> None:
    own = {place.code for place in PACK.places if place.parent == "150203"}
    assert (len(own), sum(place.parent in own for place in PACK.places)) == (16, 112)


def test_every_class_of_the_scheme_is_answered_for_every_kind() -> None:
    rows = [dispatch(PACK, facts(category=one, kind=kind)) for one in PACK.categories for kind in KINDS if one.count("/") == 2]
    assert [row for row in rows if row.fallback] == []


@pytest.mark.parametrize(("day", "row"), [("2025-10-14", "D-0104"), ("2025-10-15", "D-0102"), ("2026-04-16", "D-0104")])
def test_heating_has_a_row_for_the_season_and_one_beside_it(day: str, row: str) -> None:
    assert dispatch(PACK, facts(category=HEATING, estate="E003", received_at=at(f"{day}T12:00"))).row_id == row


def test_heating_goes_to_the_company_of_the_estate() -> None:
    leads = [dispatch(PACK, facts(category=HEATING, estate=estate)).lead for estate in ("恒大名都", "惠民小区")]
    assert leads == ["RLGS", "BGRD"]


def test_a_place_in_another_district_stays_on_the_desk() -> None:
    assert dispatch(PACK, facts(category=HEATING, estate="E003", place="150204/150204002")).lead is None


def test_no_report_goes_out_without_a_person() -> None:
    assert not any(dispatch(PACK, facts(category=one, kind="举报", estate="E003")).auto for one in PACK.categories)


@pytest.mark.parametrize("kind", KINDS)
def test_danger_is_never_given_more_time_than_the_ordinary_case(kind: str) -> None:
    ordinary, danger = (deadlines(PACK, facts(kind=kind, urgency=urgency)) for urgency in ("normal", "danger"))
    start = at("2026-03-02T09:00")
    late = [
        clock
        for clock in ordinary
        if due_at(start, danger[clock].limit, PACK.calendar).due > due_at(start, ordinary[clock].limit, PACK.calendar).due
    ]
    assert late == []


def test_a_message_of_the_past_is_decided_too() -> None:
    past = facts(category="城乡建设", received_at=datetime.fromisoformat("2013-05-06T10:00:00+08:00"))
    assert (dispatch(PACK, past).lead, "answer" in deadlines(PACK, past)) == ("ZJJ", True)


def test_limits_are_marked_as_unconfirmed_and_say_where_they_come_from() -> None:
    limits = PACK.deadlines.limits.values()
    assert (any(limit.confirmed for limit in limits), all(limit.source for limit in limits)) == (False, True)


def test_office_hours_are_those_of_the_citys_authorities() -> None:
    day = [f"{since:%H:%M}-{to:%H:%M}" for since, to in PACK.calendar.openings(at("2026-03-02T00:00").date())]
    assert day == ["09:00-12:00", "13:30-17:00"]
