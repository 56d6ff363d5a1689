"""What the check says of rows that are never reached, repeat, leave gaps, overlap, or have holes between their versions."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from datetime import date, timedelta

import orjson
import pytest

from hotline.domain.facts import Facts
from routing_rules.asked import explain_asked
from routing_rules.cases import facts_from
from routing_rules.cells import read_cell
from routing_rules.decide import dispatch
from routing_rules.findings import Finding, Findings
from routing_rules.pack import Pack, load_pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify import cases_out, overlaps, prover
from routing_rules.verify.cases_out import as_csv, boundary_cases
from routing_rules.verify.check import check, check_files
from routing_rules.verify.sizes import large_table
from tests.unit.packs import FILES, files
from tests.unit.verify_packs import district, hard
from tests.unit.working_time import ZONE, at

HEAD = (
    "id,valid_from,valid_to,category,place,kind,urgency,received_at,words,words,round,returned_by,->lead,->auto,->why,confirmed\n"
)
LAST = "D-9,,,,,,,,,,,,DESK,no,兜底,yes\n"


def row(name: str, lead: str = "ZJJ", **cells: str) -> str:
    heads = (
        "valid_from",
        "valid_to",
        "category",
        "place",
        "kind",
        "urgency",
        "received_at",
        "words",
        "more",
        "round",
        "returned",
    )
    return ",".join([name, *(cells.get(head, "") for head in heads), lead, "no", "理由", "yes"]) + "\n"


def found(check_name: str, *rows: str, past: tuple[tuple[str, Facts], ...] = ()) -> list[Finding]:
    pack_files = files(dispatch=HEAD + "".join(rows) + LAST, cases=None)
    return [one for one in check_files(pack_files, past) if one.check == check_name and one.file == "dispatch.csv"]


def told(check_name: str, *rows: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.level, one.row, one.others) for one in found(check_name, *rows)]


# -- never reached --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("above", "below"),
    [
        ([{"category": "城建/*"}], {"category": "城建/供热", "kind": "投诉"}),
        ([{"urgency": "normal"}, {"urgency": "not normal"}], {"category": "民政/低保"}),
        ([{"received_at": "10-15..04-15"}, {"received_at": "04-16..10-14"}], {"words": "threat"}),
        ([{"received_at": "22:00..06:00"}, {"received_at": "06:00..22:00"}], {"kind": "求助"}),
        ([{"words": "threat"}, {"words": "not threat"}], {"round": ">=2"}),
        ([{"round": "1"}, {"round": ">=2"}], {"place": "15/15001"}),
        ([{"place": "15/*"}, {"place": "16"}], {"place": "15/15001|16"}),
        ([{"valid_to": "2025-12-31"}, {"valid_from": "2026-01-01"}], {"valid_from": "2025-06-01", "valid_to": "2026-06-01"}),
        ([{"valid_from": "2026-01-01"}], {"valid_from": "2026-03-01", "kind": "投诉"}),
        (
            [{"received_at": "not 02-29..02-29"}, {"valid_from": "2024-01-01"}],
            {"received_at": "02-29..02-29", "valid_from": "2024-02-01"},
        ),
    ],
)  # fmt: skip
def test_a_row_that_rows_above_cover_together_is_an_error_that_names_them(
    above: list[dict[str, str]], below: dict[str, str]
) -> None:
    rows = [row(f"A-{number}", **cells) for number, cells in enumerate(above)]
    names = tuple(f"A-{number}" for number in range(len(above)))
    last = [one for one in told("unreachable", *rows, row("B", **below)) if one[1] == "B"]
    assert last == [("error", "B", tuple(sorted(last[0][2])))]
    assert set(last[0][2]) <= set(names)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ([{"category": "城建/*"}], {"category": "城建/供热|民政/低保"}),
        ([{"urgency": "urgent"}, {"urgency": "danger"}], {"kind": "投诉"}),
        ([{"received_at": "03-01..02-28"}], {"received_at": "02-29..02-29"}),
        ([{"received_at": "22:00..05:59"}, {"received_at": "06:00..22:00"}], {"kind": "求助"}),
        ([{"words": "threat"}], {"words": "not threat"}),
        ([{"kind": "投诉"}, {"kind": "not 投诉"}], {"category": "城建/供热"}),
        ([{"valid_to": "2025-12-31"}, {"valid_from": "2026-01-02"}], {"kind": "投诉"}),
        ([{"place": "15/*"}, {"place": "not 15|15/*"}], {"kind": "投诉"}),
    ],
)  # fmt: skip
def test_a_row_that_one_case_still_reaches_is_no_error(above: list[dict[str, str]], below: dict[str, str]) -> None:
    rows = [row(f"A-{number}", **cells) for number, cells in enumerate(above)]
    assert [one for one in told("unreachable", *rows, row("B", **below)) if one[0] == "error"] == []


def test_conditions_that_contradict_each_other_are_told_as_such() -> None:
    (one,) = found("unreachable", row("A", words="threat", more="not threat"))
    assert (one.level, one.row, "互相矛盾" in one.sentence, one.others) == ("error", "A", True, ())


def test_a_row_for_returned_orders_below_the_unit_that_returns_them_is_reached() -> None:
    assert told("unreachable", row("A", category="城建/供热"), row("B", "JD", category="城建/供热", returned="ZJJ")) == []


def test_a_row_for_the_unit_that_must_have_returned_the_order_never_fires() -> None:
    head = "id,accused,returned_by,->lead,->auto,confirmed\n"
    pack_files = files(dispatch=head + "A,WY,ZJJ,ZJJ,no,yes\nD-9,,,DESK,no,yes\n", cases=None)
    found_ = [one for one in check_files(pack_files) if one.check == "unreachable"]
    assert [(one.level, one.row) for one in found_] == [("error", "A")]


def test_a_row_that_is_not_reached_any_more_from_some_day_on_is_a_warning_with_the_day() -> None:
    (one,) = found("unreachable", row("A", category="城建/*", valid_from="2026-03-01"), row("B", category="城建/供热"))
    assert (one.level, one.row, one.others, "自 2026-03-01 起" in one.sentence) == ("warning", "B", ("A",), True)


def test_a_past_order_shows_it_where_there_is_one() -> None:
    order = ("SML2026030900001", Facts(received_at=at("2026-03-09T09:00"), category="城建/供热", kind="投诉"))
    (one,) = found("unreachable", row("A", category="城建/*"), row("B", category="城建/供热", kind="投诉"), past=(order,))
    assert (one.order, one.example and one.example["received_at"]) == (order[0], "2026-03-09T09:00:00+08:00")


# -- repeats and versions -------------------------------------------------------------------------------------------------
def test_the_same_conditions_and_outcome_twice_are_an_error() -> None:
    assert told("repeated", row("A", kind="投诉|求助"), row("B", kind="求助|投诉")) == [("error", "B", ("A",))]


def test_the_same_conditions_with_another_outcome_are_an_error() -> None:
    (one,) = found("repeated", row("A", kind="投诉"), row("B", "JD", kind="投诉"))
    assert (one.level, one.row, "结论不同" in one.sentence) == ("error", "B", True)


def test_versions_that_follow_each_other_are_nothing_to_tell() -> None:
    versions = row("A", kind="投诉", valid_to="2025-12-31"), row("B", "JD", kind="投诉", valid_from="2026-01-01")
    assert told("validity", *versions) + told("repeated", *versions) == []


def test_versions_that_overlap_are_an_error() -> None:
    versions = row("A", kind="投诉", valid_to="2026-01-31"), row("B", "JD", kind="投诉", valid_from="2026-01-01")
    assert told("validity", *versions) == [("error", "B", ("A",))]


def test_a_hole_between_versions_is_a_warning_with_its_days() -> None:
    (one,) = found("validity", row("A", kind="投诉", valid_to="2025-12-31"), row("B", kind="投诉", valid_from="2026-02-01"))
    assert (one.level, one.row, " 2026-01-01 至 2026-01-31 " in one.sentence) == ("warning", "B", True)


def test_no_hole_is_told_where_a_season_leaves_those_days_out_anyway() -> None:
    first = row("A", received_at="06-01..08-31", valid_to="2025-12-31")
    assert told("validity", first, row("B", received_at="06-01..08-31", valid_from="2026-02-01")) == []


def test_a_row_without_which_nothing_changes_is_a_notice() -> None:
    assert told("repeated", row("A", category="城建/供热"), row("B", category="城建/*")) == [("notice", "A", ("B",))]


def test_a_row_before_one_that_decides_otherwise_is_needed() -> None:
    rows = row("A", category="城建/供热"), row("B", "JD", category="城建/供热", kind="投诉"), row("C", category="城建/*")
    assert told("repeated", *rows) == []


def explained(pack: Pack, one: Finding) -> str:
    """The row that ``hotline rules explain`` names for a finding's example, read back from its JSON."""
    asked = orjson.loads(orjson.dumps({"id": 1, **(one.example or {})}))
    return str(explain_asked(pack, asked)["dispatch"]["rule_id"])


@pytest.mark.parametrize(
    ("first", "second", "check_name"),
    [
        ({"kind": "投诉|求助"}, {"kind": "求助|投诉"}, "repeated"),
        ({"kind": "投诉"}, {"kind": "投诉", "lead": "JD"}, "repeated"),
        ({"received_at": "22:00..06:00|10-15..04-15"}, {"received_at": "22:00..06:00|10-15..04-15", "lead": "JD"}, "repeated"),
        ({"kind": "投诉", "valid_to": "2026-01-31"}, {"kind": "投诉", "valid_from": "2026-01-01", "lead": "JD"}, "validity"),
        ({"words": "threat", "valid_from": "2027-01-01"}, {"words": "threat"}, "repeated"),
    ],
)
def test_a_duplicate_is_told_once_with_facts_that_go_to_the_row_above(
    first: dict[str, str], second: dict[str, str], check_name: str
) -> None:
    dispatch_csv = HEAD + row("A", **first) + row("B", **second) + LAST
    pack = load_pack(files(dispatch=dispatch_csv, cases=None))
    (one,) = [one for one in check(pack) if "A" in (one.row, *one.others) and one.check not in ("gap", "confirmed")]
    assert (one.check, one.level, one.row, one.others) == (check_name, "error", "B", ("A",))
    assert explained(pack, one) == "A"
    alone = load_pack(files(dispatch=HEAD + row("B", **second) + LAST, cases=None))
    assert explained(alone, one) == "B"


def test_every_example_about_rows_is_read_back_and_goes_to_a_row_named() -> None:
    rows = (
        row("A", category="城建/*", kind="not 表扬"), row("B", category="城建/供热", kind="投诉"), row("C", urgency="danger"),
        row("E", "JD", words="threat"), row("F", "JD", words="threat"), row("G", words="leader", valid_from="2026-03-01"),
        row("H", category="民政/*", valid_to="2025-12-31"), row("I", category="民政/*", valid_from="2026-02-01"),
    )  # fmt: skip
    pack = load_pack(files(dispatch=HEAD + "".join(rows) + LAST, cases=None, words="list,term\nthreat,死\nleader,领导\n"))
    about = {"unreachable", "repeated", "overlap", "gap"}
    found_ = [one for one in check(pack) if one.check in about and one.file == "dispatch.csv"]
    assert {one.check for one in found_} == about
    assert [one for one in found_ if explained(pack, one) not in (one.row, *one.others)] == []


@pytest.mark.parametrize(
    ("rows", "row_id", "answer"),
    [
        ((row("A", kind="投诉"), row("B", category="城建/*")), "B", ""),
        ((row("A", kind="投诉"), row("B"), LAST), "B", "B"),
        ((row("A", kind="投诉"), row("B", valid_from="2026-01-01")), "B", ""),
    ],
)
def test_a_fault_of_the_fallback_is_shown_by_facts_that_meet_it(rows: tuple[str, ...], row_id: str, answer: str) -> None:
    pack = load_pack(files(dispatch=HEAD + "".join(rows), cases=None))
    (one,) = [one for one in check(pack) if one.check == "fallback"]
    assert (one.row, one.example is not None, explained(pack, one)) == (row_id, True, answer)


# -- gaps -----------------------------------------------------------------------------------------------------------------
def test_a_class_without_a_row_is_an_error_with_an_example() -> None:
    (one,) = [one for one in found("gap", row("A", category="城建/*")) if one.level == "error"]
    assert ("民政" in one.sentence, one.example and one.example["category"]) == (True, "民政/低保")


def test_a_part_of_a_class_that_falls_through_is_a_warning_whose_example_does() -> None:
    rows = row("A", category="民政/*"), row("B", category="城建/供热"), row("C", category="城建/*", kind="not 表扬")
    pack = load_pack(files(dispatch=HEAD + "".join(rows) + LAST, cases=None))
    (one,) = [one for one in check(pack) if one.check == "gap" and one.level == "warning"]
    assert dispatch(pack, facts_from(one.example or {}, ZONE)).row_id == "D-9"
    assert ("城建" in one.sentence, "物业" in one.sentence, "供热" in one.sentence) == (True, True, False)


def test_days_before_the_first_version_of_a_rule_are_no_gap() -> None:
    assert told("gap", row("A", category="民政/*"), row("B", category="城建/*", valid_from="2026-01-01")) == []


def test_a_clock_that_some_orders_have_no_limit_for_is_an_error() -> None:
    deadlines = FILES["deadlines.csv"].replace("T-3,,,answer", "T-3,normal,,answer")
    gaps = [one for one in check_files(files(deadlines=deadlines)) if one.check == "gap" and one.file == "deadlines.csv"]
    assert [one.level for one in gaps] == ["error"]


# -- overlaps -------------------------------------------------------------------------------------------------------------
def test_rows_that_cross_are_a_notice_whose_example_reaches_the_first_and_else_the_second() -> None:
    rows = row("A", kind="投诉"), row("B", "JD", urgency="danger"), row("C", "RL", words="threat")
    (one, two) = found("overlap", *rows)
    assert [(one.row, one.others), (two.row, two.others)] == [("A", ("B", "C")), ("B", ("C",))]
    pack = load_pack(files(dispatch=HEAD + "".join(rows) + LAST, cases=None))
    without = load_pack(files(dispatch=HEAD + "".join(rows[1:]) + LAST, cases=None))
    facts = facts_from(one.example or {}, ZONE)
    assert (dispatch(pack, facts).row_id, dispatch(without, facts).row_id) == ("A", "B")


def test_an_exception_before_its_general_rule_is_no_overlap() -> None:
    assert told("overlap", row("A", category="城建/供热"), row("B", "JD", category="城建/*")) == []


# -- cases and size -------------------------------------------------------------------------------------------------------
def test_generated_cases_load_again_and_pass() -> None:
    rows = (
        row("A", category="城建/*", received_at="10-15..04-15", valid_from="2026-01-01"),
        row("B", "JD", round=">=2", words="threat"),
        row("C", received_at="22:00..06:00", kind="not 投诉", place="15/*"),
    )  # fmt: skip
    pack_files = files(dispatch=HEAD + "".join(rows) + LAST, cases=None)
    pack = load_pack(pack_files)
    text = as_csv(pack, boundary_cases(pack))
    again = {**pack_files, "cases.csv": text.encode()}
    assert [one for one in check_files(again) if one.check == "case"] == []
    assert {"A", "B", "C", "D-9"} <= {line["dispatch"] for line in csv.DictReader(io.StringIO(text))}


def test_both_sides_of_a_bound_are_among_the_cases() -> None:
    pack = load_pack(files(dispatch=HEAD + row("A", received_at="22:00..06:00") + LAST, cases=None))
    times = {one.facts.received_at.strftime("%H:%M") for one in boundary_cases(pack) if one.row == "A" and one.bound}
    assert {"21:59", "22:00", "05:59", "06:00"} <= times


def test_no_more_cases_are_generated_than_a_person_can_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases_out, "MOST_CASES", 7)
    pack = load_pack(files(dispatch=HEAD + row("A", received_at="22:00..06:00", round=">=2") + LAST, cases=None))
    assert len(boundary_cases(pack)) == 7


@pytest.mark.parametrize("make", [lambda: district(5000), lambda: hard("slices", 5000), lambda: hard("chain", 1000)])
def test_thousands_of_rows_are_checked_in_seconds(make: Callable[[], Pack]) -> None:
    """5,000 rows of a district take 4 s of processor time."""
    pack = make()
    began = time.process_time()
    check(pack)
    assert time.process_time() - began < 10


# -- the bound on work ----------------------------------------------------------------------------------------------------
CROSSED = tuple(row(f"A-{n}", words="threat", kind="not 投诉", round=f"{n}..{n + 3}") for n in range(1, 9))


def stopped(monkeypatch: pytest.MonkeyPatch, parts: int) -> list[tuple[str, str, str]]:
    """Return what is told as not looked at when no question may take more than so many parts of work."""
    monkeypatch.setattr(prover, "MOST_PARTS", parts)
    found_ = check_files(files(dispatch=HEAD + "".join(CROSSED) + LAST, cases=None))
    return [(one.level, one.file, one.row) for one in found_ if one.check == "unproved"]


def test_what_must_be_proved_for_safety_and_is_not_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stopped(monkeypatch, 1).count(("error", "", "")) == 1


def test_the_row_from_which_on_nothing_was_looked_at_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told_ = [one for one in stopped(monkeypatch, 5) if one[1] == "dispatch.csv"]
    assert (len(set(told_)), len(told_), {level for level, *_ in told_}) == (2, 2, {"warning"})


def test_the_same_table_always_stops_at_the_same_row(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stopped(monkeypatch, 5) == stopped(monkeypatch, 5) != []


def test_a_table_that_nobody_can_prove_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prover, "MOST_PARTS", 3_000)
    monkeypatch.setattr(overlaps, "MOST_PARTS", 3_000)
    found_ = check(hard("nots", 2500))
    assert "unproved" in {one.check for one in found_}


def test_a_draft_that_is_a_puzzle_ends_and_tells_what_was_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the budget that is shipped it takes some 7 s; a tenth of it is told the same way."""
    monkeypatch.setattr(prover, "MOST_IN_ALL", prover.MOST_IN_ALL // 10)
    pack = hard("clauses", 150)
    began = time.process_time()
    found_ = [one for one in check(pack) if one.check == "unproved"]
    assert time.process_time() - began < 5
    assert ["未核对" in one.sentence or "核对没有做完" in one.sentence for one in found_] == [True] * len(found_) != []


# -- too large ------------------------------------------------------------------------------------------------------------
def large(rows: int, cells: str) -> Pack:
    lines = [HEAD.strip(), *(f"R-{n},{cells},ZJJ,no,理由,yes" for n in range(rows)), LAST.strip()]
    return load_pack(files(dispatch="\n".join(lines), cases=None))


def test_a_table_of_more_rows_than_can_be_checked_is_refused_in_one_sentence() -> None:
    (one,) = [one for one in check(large(20_000, ",,城建/供热,,投诉,,,,,,")) if one.check == "unproved"]
    assert (one.level, one.file) == ("error", "dispatch.csv")
    assert "共 20001 行,超过一次能核对的 20000 行,没有核对" in one.sentence


def test_a_table_whose_cells_join_too_many_seasons_and_times_is_refused_too() -> None:
    table = large(3, ",,,,,,,,,,").dispatch.table
    both = read_cell("received_at", "22:00..06:00|10-15..04-15")
    rows = [Row(f"R-{n}", n, (both,) * 15, {}) for n in range(2)]
    found_ = Findings()
    assert large_table(DecisionTable("dispatch.csv", ("received_at",) * 15, rows, table.zone), found_)
    assert ["展开后共 65536 种情形" in one.sentence for one in found_] == [True]


def test_more_days_than_can_be_told_apart_are_refused_in_one_sentence() -> None:
    first, day = date(1990, 1, 1), timedelta(days=1)
    seasons = [f"{(first + 6 * n * day):%m-%d}..{(first + 6 * n * day):%m-%d}" for n in range(50)]
    lines = [row(f"A-{n}", valid_from=str(first + n * day), received_at=seasons[n % 50]) for n in range(500)]
    (one,) = check_files(files(dispatch=HEAD + "".join(lines) + LAST, cases=None))
    assert (one.level, one.check, "有效期的起止日和季节太多" in one.sentence) == ("error", "unproved", True)
