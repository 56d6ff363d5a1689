"""What dispatch rows mean: each fault has a table that must be told and its repaired twin that must not."""

from __future__ import annotations

from datetime import datetime

import pytest

from routing_rules.cases import facts_from
from routing_rules.findings import Finding, Findings
from routing_rules.pack import load_pack, read_pack
from routing_rules.verify.assisting import check_assists
from routing_rules.verify.base_level import check_base_level
from routing_rules.verify.check import check, check_files
from routing_rules.verify.persons import check_persons
from routing_rules.verify.prover import Prover
from routing_rules.verify.recusal import check_accused
from tests.unit.packs import FILES, files
from tests.unit.working_time import ZONE

HEAD = (
    "id,category,kind,place,estate,confidential,vulnerable,words,round,accused,->lead,->assist,->auto,->confidential,confirmed\n"
)
LAST = "D-9,,,,,,,,,,DESK,,no,,yes\n"
UNITS = FILES["units.csv"] + (
    "ER,二街道,street,,office,,yes,yes\n15002001,二社区,community,ER,office,,yes,yes\nKS,热力科,subordinate,ZJJ,office,,yes,yes\n"
)
PLACES = FILES["places.csv"] + "15002,二街道,street,15,ER,no,\n15002001,二社区,community,15002,,no,\n"
DUTIES = "street,matter,duty,source,confirmed\n"


def row(lead: str = "ZJJ", assist: str = "", auto: str = "no", private: str = "", **cells: str) -> str:
    inputs = ("category", "kind", "place", "estate", "confidential", "vulnerable", "words", "round", "accused")
    return ",".join(["D-1", *(cells.get(name, "") for name in inputs), lead, assist, auto, private, "yes"]) + "\n"


CHECKER = {
    "auto": check_persons, "accused": check_accused, "assist_lead": check_assists, "duties": check_base_level,
    "unit": check_base_level, "name": check_base_level,
}  # fmt: skip


def told(name: str, *rows: str, **changed: str | None) -> list[Finding]:
    """Return the findings of one check for a pack of two streets and these dispatch rows."""
    changed = {"units": UNITS, "places": PLACES, "cases": None, "dispatch": HEAD + "".join(rows) + LAST, **changed}
    pack, read = read_pack(files(**changed))
    assert (pack is not None, read.errors) == (True, ())
    findings = Findings()
    CHECKER[name](pack, Prover(pack), findings)
    return [finding for finding in findings if finding.check == name]


def levels(found: list[Finding]) -> list[str]:
    return [finding.level for finding in found]


# -- rows that go out alone ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fact", "bad", "good"),
    [
        ("kind", "举报", "投诉"), ("kind", "投诉|举报", "投诉|求助"), ("kind", "not 投诉", "not 投诉|举报"),
        ("confidential", "yes", "no"), ("confidential", "not no", "not yes"),
        ("vulnerable", "minor", "elderly"), ("vulnerable", "elderly|minor", "not minor"),
        ("words", "threat", "not threat"), ("words", "leader", "snow"), ("words", "public_body|snow", "not public_body"),
        ("round", ">=2", "1"), ("round", ">=1", "<2"), ("round", "3", "1"),
        ("accused", "JD", "RL"), ("accused", "RL|ZJJ", "WY"), ("accused", "not RL", "RL|WY"),
    ],
)  # fmt: skip
def test_a_row_whose_conditions_show_a_case_for_a_person_may_not_go_out_alone(fact: str, bad: str, good: str) -> None:
    found = told("auto", row(auto="yes", **{fact: bad}))
    assert (levels(found), told("auto", row(auto="yes", **{fact: good})), told("auto", row(**{fact: bad}))) == (["error"], [], [])


def test_a_row_that_rows_above_leave_no_such_case_may_go_out_alone() -> None:
    above = row("DESK", kind="举报").replace("D-1", "D-0")
    assert told("auto", above, row(auto="yes", kind="投诉|举报")) == []


def test_the_example_shows_the_case_that_a_person_must_see() -> None:
    finding = told("auto", row(auto="yes", kind="not 投诉", category="城建/*"))[0]
    assert finding.example is not None
    assert (finding.file, finding.row, finding.example["kind"]) == ("dispatch.csv", "D-1", "举报")


def test_the_fallback_the_desk_and_confidential_rows_never_go_out_alone() -> None:
    last = told("auto", dispatch=HEAD + LAST.replace("DESK,,no", "ZJJ,,yes"))
    desk, private = told("auto", row("DESK", auto="yes", category="城建/*")), told("auto", row(auto="yes", private="yes"))
    assert [levels(found) for found in (last, desk, private)] == [["error"], ["error"], ["error"]]


# -- recusal -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("accused", "lead", "assist", "place"),
    [
        ("RL", "RL", "", ""), ("ZJJ", "RL", "", ""), ("ZJJ", "JD", "KS", ""), ("JD|RL", "@street", "", ""),
        ("JD", "@community", "", ""), ("ZJJ", "@estate.heating", "", ""), ("ER", "ZJJ", "@street", "15/15002/*"),
        ("RL", "WY", "RL", ""),
    ],
)  # fmt: skip
def test_a_row_that_names_an_accused_unit_may_not_send_the_complaint_there(
    accused: str, lead: str, assist: str, place: str
) -> None:
    found = told("accused", row(lead, assist, accused=accused, place=place))
    assert levels(found) == ["error"]


@pytest.mark.parametrize(
    ("accused", "lead", "assist", "place"),
    [
        ("RL", "ZJJ", "", ""), ("KS", "RL", "", ""), ("RL", "@parent", "", ""), ("ER", "@street", "", "15/15001/*"),
        ("", "RL", "", ""), ("15002001", "@street", "", ""), ("not RL", "RL", "", ""), ("RL", "DESK", "", ""),
    ],
)  # fmt: skip
def test_a_row_that_sends_it_to_the_unit_above_or_elsewhere_is_right(accused: str, lead: str, assist: str, place: str) -> None:
    assert told("accused", row(lead, assist, accused=accused, place=place)) == []


def test_the_example_of_a_recusal_names_the_accused_and_the_place() -> None:
    finding = told("accused", row("@street", accused="JD"))[0]
    assert finding.example is not None
    assert (finding.example["accused"], finding.example["place"].startswith("15/15001")) == ("JD", True)


# -- assisting units -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("bad", "good", "level"),
    [
        (row("JD", "JD"), row("JD", "ZJJ"), "error"),
        (row("ZJJ", "@estate.property"), row("RL", "@estate.property"), "error"),
        (row("JD", "@street"), row("JD", "@street", place="15/15002/*"), "warning"),
        (row("@street", "@community"), row("@street", "@community", place="15/15002/15002001"), "warning"),
        (row("@estate.heating", "RL"), row("@estate.heating", "ZJJ"), "error"),
    ],
)
def test_an_assisting_unit_that_is_the_lead_is_told(bad: str, good: str, level: str) -> None:
    assert (levels(told("assist_lead", bad)), told("assist_lead", good)) == ([level], [])


def test_where_the_lead_would_assist_itself_is_shown() -> None:
    finding = told("assist_lead", row("JD", "@street"))[0]
    assert finding.example is not None
    assert (finding.example["place"].startswith("15/15001"), "如一" in finding.sentence) == (True, True)


def test_places_and_estates_that_earlier_rows_take_are_not_told() -> None:
    places = "D-0,,,not 15/15002|15/15002/*,,,,,,,DESK,,no,,yes\n"
    estates = "D-00,,,,E1|E2,,,,,,DESK,,no,,yes\n"
    by_estate, none = (
        told("assist_lead", places, row("JD", "@street")),
        told("assist_lead", places, estates, row("JD", "@street")),
    )
    assert ([finding.example and finding.example["estate"] for finding in by_estate], none) == (["E1"], [])


# -- what streets and towns answer for -----------------------------------------------------------------------------------
LISTS = {
    "own": DUTIES + "*,城建/物业,基本,,yes\n", "assists": DUTIES + "*,城建/物业,配合,,yes\n",
    "taken": DUTIES + "*,城建/*,上收,,yes\n", "other": DUTIES + "*,民政/*,基本,,yes\n",
    "one": DUTIES + "JD,城建/物业,基本,,yes\n",
}  # fmt: skip


@pytest.mark.parametrize(
    ("lead", "assist", "listed", "level"),
    [
        ("@street", "", "own", []), ("@street", "", "assists", ["error"]), ("@street", "", "taken", ["error"]),
        ("@street", "", "other", ["error"]), ("@street", "", "one", ["error"]), ("JD", "", "one", []),
        ("ER", "", "one", ["error"]),
        ("@community", "", "own", []), ("@community", "", "assists", ["error"]), ("ZJJ", "", "taken", []),
        ("ZJJ", "@street", "own", []), ("ZJJ", "@street", "assists", []), ("ZJJ", "@street", "taken", ["error"]),
        ("ZJJ", "@street", "other", ["warning"]), ("RL", "@community", "other", ["warning"]), ("15002001", "", "one", ["error"]),
    ],
)  # fmt: skip
def test_a_departmental_matter_is_not_pushed_down(lead: str, assist: str, listed: str, level: list[str]) -> None:
    found = told("duties", row(lead, assist, category="城建/物业"), street_duties=LISTS[listed])
    assert levels(found) == level


def test_the_example_names_a_class_and_a_place_of_a_street_without_the_duty() -> None:
    finding = told("duties", row("@street", category="城建/物业"), street_duties=LISTS["one"])[0]
    assert finding.example is not None
    assert (finding.example["category"], finding.example["place"].startswith("15/15002")) == ("城建/物业", True)


def test_classes_that_earlier_rows_take_are_not_held_against_a_row() -> None:
    earlier = "D-0,城建/物业,,,,,,,,,DESK,,no,,yes\n"
    wide = row("@street", category="城建/*")
    listed = DUTIES + "*,城建/供热,基本,,yes\n*,城建,基本,,yes\n"
    assert (levels(told("duties", wide, street_duties=listed)), told("duties", earlier, wide, street_duties=listed)) == (
        ["error"],
        [],
    )


def test_without_a_list_the_check_says_that_it_was_not_made() -> None:
    found = told("duties", row("@street"), street_duties=None)
    assert (levels(found), "未核对" in found[0].sentence) == (["notice"], True)


@pytest.mark.parametrize(
    ("line", "check_name", "said"),
    [("RL,城建/物业,基本,,yes\n", "unit", "“RL”不是街道"), ("JD,城建/供冷,基本,,yes\n", "name", "类别“城建/供冷”不存在")],
)
def test_a_list_that_names_what_is_not_there_is_told(line: str, check_name: str, said: str) -> None:
    found = told(check_name, row(), street_duties=DUTIES + line)
    assert [(finding.level, said in finding.sentence) for finding in found] == [("error", True)]


# -- all examples --------------------------------------------------------------------------------------------------------
def test_every_example_is_read_back_as_facts_whose_row_is_the_one_told() -> None:
    pack_files = files(
        units=UNITS, places=PLACES, cases=None, dispatch=HEAD + row("@street", "@community", auto="yes", kind="not 投诉") + LAST
    )
    pack = load_pack(pack_files)
    told_of = [finding for finding in check(pack) if finding.row and finding.file == "dispatch.csv"]
    shown = [(finding.row, finding.example) for finding in told_of if finding.example]
    first = [pack.dispatch.table.first(facts_from(example, ZONE)) for _, example in shown]
    assert ([told.id if told else "" for told in first], len(shown) >= 3) == ([name for name, _ in shown], True)


def test_a_past_order_is_shown_where_there_is_one() -> None:
    pack = load_pack(files(units=UNITS, places=PLACES, cases=None, dispatch=HEAD + row("JD", "@street") + LAST))
    facts = facts_from({"received_at": "2026-03-09T09:00", "place": "15/15001/15001001"}, ZONE)
    found = [finding for finding in check(pack, [("SML2026030900001", facts)]) if finding.check == "assist_lead"]
    assert [(finding.order, finding.example and finding.example["received_at"]) for finding in found] == [
        ("SML2026030900001", datetime(2026, 3, 9, 9, tzinfo=ZONE).isoformat())
    ]


# -- the names of the checks ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stem", "old", "new", "name"),
    [
        ("dispatch", "D-6,民政/*", "D-6,民生/*", "name"), ("dispatch", "D-6,民政/*,,", "D-6,民政/*,,15/99", "place"),
        ("dispatch", "民政/*,,,,@street", "民政/*,,,,@road", "unit"), ("dispatch", "民政/*,,,,@street", "民政/*,,,,GONE", "unit"),
        ("dispatch", "->confidential", "->colour", "name"), ("dispatch", "D-9,,,", "D-9,,投诉,", "fallback"),
        ("dispatch", "D-6,民政/*,,,,@street,,no,,,街道,,yes\n", "", "gap"), ("estates", "WY,RL", "WY,GONE", "unit"),
        ("estates", "15001001,WY", "99,WY", "place"), ("places", "15,JD,", "15,,", "unit"), ("cases", "D-1,RL", "D-2,RL", "case"),
        ("deadlines", "T-3,,,answer", "T-3,normal,,answer", "fallback"), ("units", "社区,yes,yes", "社区,yes,no", "confirmed"),
        ("deadlines", "T-8,,,callback,3,working_day,,,,,yes\n", "", "gap"), ("deadlines", "answer,5,", "answer,five,", "setting"),
    ],
)  # fmt: skip
def test_every_finding_names_its_check(stem: str, old: str, new: str, name: str) -> None:
    assert old in FILES[f"{stem}.csv"]
    changed = FILES[f"{stem}.csv"].replace(old, new)
    found = [finding.check for finding in check_files(files(**{stem: changed}))]
    assert name in found
    assert [finding.check for finding in check_files(files()) if finding.check == name and finding.level != "notice"] == []
