"""Recusal 回避: a complaint about a unit reaches neither that unit nor anybody below it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.facts import Facts
from routing_rules.decide import dispatch, resolve
from routing_rules.pack import Pack
from tests.unit.packs import FILES, small
from tests.unit.working_time import at

UNITS = FILES["units.csv"] + (
    "KS,热力科,subordinate,ZJJ,office,,yes,yes\nZD,供热站,subordinate,KS,office,,yes,yes\nFY,分管办,department,,office,,yes,yes\n"
)
HEAD = FILES["dispatch.csv"].partition("\n")[0]


def pack(*rows: str) -> Pack:
    return small(units=UNITS, dispatch="\n".join([HEAD, *rows, "D-9,,,,,DESK,,no,,,兜底,,yes", ""]), cases=None)


def facts(accused: str, **known: object) -> Facts:
    return Facts(received_at=at("2026-03-09T09:00"), category="城建/供热", kind="投诉", accused=accused, **known)  # type: ignore[arg-type]


def test_a_subordinate_of_the_accused_does_not_lead() -> None:
    said = dispatch(pack("D-1,城建/*,,,,ZD,,no,,,供热站,,yes"), facts("KS"))
    assert said.lead == "ZJJ"


def test_a_lead_two_levels_below_the_accused_leaves_it_to_the_unit_above_the_accused() -> None:
    said = dispatch(pack("D-1,城建/*,,,,ZD,,no,,,供热站,,yes"), facts("ZJJ"))
    assert (said.lead, said.unresolved) == (None, "被反映单位须回避,且没有可派的上级单位")


def test_nobody_below_the_accused_assists() -> None:
    said = dispatch(pack("D-1,城建/*,,,,FY,KS;ZD;RL,no,,,分管,,yes"), facts("KS"))
    assert (said.lead, said.assists) == ("FY", ("RL",))


def test_a_unit_beside_the_accused_is_not_barred() -> None:
    assert dispatch(pack("D-1,城建/*,,,,RL,,no,,,公司,,yes"), facts("KS")).lead == "RL"


def test_the_parent_of_the_accused_is_the_first_above_that_gets_orders() -> None:
    above = pack()
    assert [resolve(above, facts(accused), "@parent") for accused in ("ZD", "KS", "15001001", "FY")] == ["KS", "ZJJ", "JD", None]


def test_a_complaint_about_a_public_body_is_for_a_person() -> None:
    row = "D-1,城建/*,,,,FY,,yes,,,分管,,yes"
    said = [dispatch(pack(row), facts(accused)) for accused in ("JD", "RL", "GONE")]
    assert [one.person for one in said] == ["反映公共机构,须人工派单", "", "反映公共机构,须人工派单"]


@given(
    accused=st.sampled_from(["ZWJ", "ZJJ", "RL", "WY", "JD", "15001001", "KS", "ZD", "FY", "GONE"]),
    lead=st.sampled_from(["ZJJ", "RL", "WY", "JD", "KS", "ZD", "FY", "@street", "@community", "@parent", "@estate.heating"]),
    assist=st.sampled_from(["", "ZJJ", "RL", "JD", "KS;ZD", "@street", "@parent", "@estate.property"]),
    place=st.sampled_from([None, "15", "15/15001", "15/15001/15001001"]),
    estate=st.sampled_from([None, "E1", "E2"]),
)
def test_no_decision_ever_reaches_the_accused_or_anybody_below(
    accused: str, lead: str, assist: str, place: str | None, estate: str | None
) -> None:
    asked = pack(f"D-1,,,,,{lead},{assist},no,,,任意,,yes")
    said = dispatch(asked, facts(accused, place=place, estate=estate))
    reached = [unit for unit in (said.lead, *said.assists) if unit is not None]
    assert [unit for unit in reached if asked.units.within(unit, accused)] == []
