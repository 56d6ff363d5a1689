"""Limits against limits: each contradiction has a table that must be told and its repaired twin that must not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from routing_rules.asked import explain_asked
from routing_rules.findings import Finding, Findings
from routing_rules.pack import read_pack
from routing_rules.verify.meaning import check_times
from routing_rules.verify.prover import Prover
from tests.unit.packs import files

HEAD = (
    "id,valid_to,urgency,kind,origin,round,received_at,->clock,->amount,->unit,->starts,->count_from,->ends,->rolls,->receipt,"
    "->leg_margin,confirmed\n"
)
ALONE = "id,category,->lead,->assist,->auto,confirmed\nD-1,城建/供热,RL,ZJJ,no,yes\nD-9,,DESK,,no,yes\n"
NOBODY = ALONE.replace("RL,ZJJ", "RL,")


def limit(row: str, clock: str, amount: int, unit: str, **cells: str) -> str:
    """Return a row of the deadline table; ``margin`` in hours, the rest by the columns' names."""
    said = [cells.get(name, "") for name in ("urgency", "kind", "origin", "round", "received_at")]
    how = [cells.get(name, "") for name in ("starts", "count_from", "ends", "rolls", "receipt", "margin")]
    return ",".join([row, cells.get("valid_to", ""), *said, clock, str(amount), unit, *how, "yes"]) + "\n"


REST = limit("T-9", "answer", 9, "working_day", margin="1")


def told(name: str, *rows: str, dispatch: str = NOBODY) -> list[Finding]:
    """Return the findings of one check for a pack with these limits."""
    pack, read = read_pack(files(deadlines=HEAD + "".join(rows), dispatch=dispatch, cases=None))
    assert (pack is not None, read.errors) == (True, ())
    findings = Findings()
    check_times(pack, Prover(pack), findings)
    return [finding for finding in findings if finding.check == name]


def seen(found: list[Finding]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(finding.level, finding.row, finding.others) for finding in found]


# -- the ordinary case and the urgent one ----------------------------------------------------------------------------------
FIVE = limit("T-9", "answer", 5, "working_day")


@pytest.mark.parametrize(
    ("urgent", "ordinary", "level"),
    [
        (limit("T-1", "answer", 6, "working_day", urgency="urgent|danger"), FIVE, "error"),
        (limit("T-1", "answer", 5, "working_day", urgency="urgent|danger", ends="midnight"), FIVE, "error"),
        (
            limit("T-1", "answer", 5, "calendar_day", urgency="urgent|danger", rolls="yes"),
            limit("T-9", "answer", 3, "calendar_day"),
            "error",
        ),
        (limit("T-1", "answer", 24, "hour", urgency="urgent|danger"), limit("T-9", "answer", 1, "working_day"), "warning"),
        (limit("T-1", "answer", 2, "calendar_day", urgency="urgent|danger"), limit("T-9", "answer", 12, "work_hour"), "warning"),
        (limit("T-1", "answer", 4, "work_hour", urgency="urgent|danger"), limit("T-9", "answer", 8, "hour"), "warning"),
    ],
)
def test_an_urgent_matter_never_gets_more_time_than_an_ordinary_one(urgent: str, ordinary: str, level: str) -> None:
    assert seen(told("urgency", urgent, ordinary)) == [(level, "T-1", ("T-9",))]


@pytest.mark.parametrize(
    "rows",
    [
        (limit("T-1", "answer", 5, "working_day", urgency="urgent|danger"), FIVE),
        (limit("T-1", "answer", 17, "hour", urgency="urgent|danger"), limit("T-9", "answer", 1, "working_day")),
        (limit("T-1", "answer", 2, "hour", urgency="urgent|danger"), limit("T-9", "answer", 2, "work_hour")),
        (limit("T-1", "answer", 9, "working_day", kind="举报"), FIVE),
        (limit("T-1", "answer", 9, "working_day", kind="举报"), limit("T-2", "answer", 5, "working_day", urgency="danger"), FIVE),
        (limit("T-1", "contact", 9, "working_day", urgency="urgent|danger"), FIVE),
    ],
)  # fmt: skip
def test_equal_limits_other_facts_and_other_clocks_are_no_contradiction(rows: tuple[str, ...]) -> None:
    assert told("urgency", *rows) == []


def test_danger_gets_no_more_time_than_urgency() -> None:
    rows = (
        limit("T-1", "answer", 3, "working_day", urgency="danger"),
        limit("T-2", "answer", 2, "working_day", urgency="urgent"),
        FIVE,
    )
    assert seen(told("urgency", *rows)) == [("error", "T-1", ("T-2",))]


def test_a_danger_that_only_the_ordinary_row_answers_gets_no_more_time_than_urgency() -> None:
    rows = (limit("T-1", "answer", 2, "working_day", urgency="urgent"), FIVE)
    assert seen(told("urgency", *rows)) == [("error", "T-9", ("T-1",))]


def test_the_moment_shown_is_in_the_example_and_in_the_sentence() -> None:
    rows = limit("T-1", "answer", 24, "hour", urgency="urgent|danger"), limit("T-9", "answer", 1, "working_day")
    finding = told("urgency", *rows)[0]
    assert finding.example is not None
    shown = datetime.fromisoformat(finding.example["received_at"])
    assert (finding.example["urgency"], f"如自 {shown:%Y-%m-%d %H:%M:%S}" in finding.sentence) == ("urgent", True)


def test_rows_that_ask_for_a_time_of_day_are_compared_within_it() -> None:
    rest = (limit("T-2", "answer", 1, "hour", urgency="urgent|danger"), limit("T-9", "answer", 1, "working_day"))
    late, early = (
        limit("T-1", "answer", 24, "hour", urgency="urgent|danger", received_at=within)
        for within in ("17:00..24:00", "00:00..16:00")
    )
    found = told("urgency", late, *rest)
    assert (seen(found), told("urgency", early, *rest)) == ([("warning", "T-1", ("T-9",))], [])
    assert [finding.example and finding.example["urgency"] for finding in found] == ["urgent"]


def test_rows_that_ask_for_a_season_are_compared_within_it() -> None:
    rest = (limit("T-2", "answer", 1, "hour", urgency="urgent|danger"), limit("T-9", "answer", 3, "working_day"))
    festival, spring = (
        limit("T-1", "answer", 120, "hour", urgency="urgent|danger", received_at=within)
        for within in ("02-13..02-20", "03-02..03-05")
    )
    assert (told("urgency", festival, *rest), seen(told("urgency", spring, *rest))) == ([], [("warning", "T-1", ("T-9",))])


# -- a leg and its order -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("clock", ["sign", "contact", "return_window"])
def test_a_units_own_limit_does_not_run_beyond_the_answer(clock: str) -> None:
    answer = limit("T-9", "answer", 2, "working_day", margin="1")
    bad, good = (told("leg_limit", answer, limit("T-1", clock, amount, "working_day")) for amount in (3, 2))
    assert (seen(bad), good) == ([("error", "T-1", ("T-9",))], [])


def test_a_leg_that_fits_only_when_it_is_dispatched_at_once_is_a_doubt() -> None:
    answer, leg = limit("T-9", "answer", 2, "working_day", margin="1"), limit("T-1", "contact", 1, "working_day")
    slow, quick = (told("leg_limit", answer, leg, limit("T-5", "dispatch", hours, "hour")) for hours in (48, 24))
    assert (seen(slow), quick) == ([("warning", "T-1", ("T-9", "T-5"))], [])


def test_an_answer_counted_from_the_dispatch_waits_for_it() -> None:
    answer = limit("T-9", "answer", 2, "working_day", margin="1", starts="first_dispatch")
    rows = (answer, limit("T-1", "contact", 1, "working_day"), limit("T-5", "dispatch", 48, "hour"))
    assert told("leg_limit", *rows) == []


def test_legs_and_answers_of_different_facts_are_not_compared() -> None:
    answers = (
        limit("T-8", "answer", 1, "working_day", kind="咨询", margin="1"),
        limit("T-9", "answer", 5, "working_day", margin="1"),
    )
    legs = (limit("T-1", "contact", 1, "working_day", kind="咨询"), limit("T-2", "contact", 3, "working_day"))
    assert (told("leg_limit", *answers, *legs), seen(told("leg_limit", *answers, legs[1]))) == ([], [("error", "T-2", ("T-8",))])


@pytest.mark.parametrize(("margin", "level"), [("24", ["error"]), ("18", ["error"]), ("17", []), ("4", [])])
def test_the_margin_leaves_the_unit_some_time(margin: str, level: list[str]) -> None:
    found = told("leg_limit", limit("T-9", "answer", 1, "working_day", margin=margin))
    assert [finding.level for finding in found] == level


def test_a_margin_without_time_is_shown_by_an_order_that_has_none() -> None:
    rows = limit("T-9", "answer", 1, "working_day", margin="24")
    pack, _ = read_pack(files(deadlines=HEAD + rows, dispatch=NOBODY, cases=None))
    (found,) = told("leg_limit", rows)
    assert pack is not None
    (answer,) = explain_asked(pack, {"id": 1, **(found.example or {})})["deadline"]
    received, due = (datetime.fromisoformat(text) for text in ((found.example or {})["received_at"], answer["due"]))
    assert (answer["rule_id"], due - received <= timedelta(hours=answer["leg_margin_hours"])) == ("T-9", True)


def test_a_margin_is_held_against_the_time_of_day_its_row_asks_for() -> None:
    morning, night = (
        told("leg_limit", limit("T-1", "answer", 1, "working_day", margin="20", received_at=within), REST)
        for within in ("00:00..12:00", "17:00..24:00")
    )
    assert ([one.row for one in morning], [one.row for one in night]) == ([], ["T-1"])


def test_a_margin_is_held_against_the_season_its_row_asks_for() -> None:
    festival, spring = (
        told("leg_limit", limit("T-1", "answer", 3, "working_day", margin="120", received_at=within), REST)
        for within in ("02-13..02-20", "03-02..03-02")
    )
    assert ([one.row for one in festival], [one.row for one in spring]) == ([], ["T-1"])


def test_a_margin_is_held_against_the_moments_that_the_rows_above_leave() -> None:
    above = limit("T-1", "answer", 5, "working_day", margin="1", received_at="12:00..24:00")
    below = limit("T-9", "answer", 1, "working_day", margin="20")
    assert ([one.row for one in told("leg_limit", below)], told("leg_limit", above, below)) == (["T-9"], [])


def test_the_example_of_a_margin_without_time_is_received_when_its_row_answers() -> None:
    (found,) = told("leg_limit", limit("T-1", "answer", 1, "working_day", margin="20", received_at="22:00..24:00"), REST)
    received = datetime.fromisoformat((found.example or {})["received_at"])
    assert (received.hour >= 22, f"如自 {received:%Y-%m-%d %H:%M} 起算" in found.sentence) == (True, True)


def test_a_limit_counted_from_the_dispatch_has_every_moment_of_the_year() -> None:
    row = limit("T-1", "answer", 1, "working_day", margin="20", received_at="00:00..12:00", starts="first_dispatch")
    assert [one.row for one in told("leg_limit", row, REST)] == ["T-1"]


# -- assisting units -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("margin", "rows"), [("", 1), ("9", 1), ("4", 0)])
def test_assisting_units_are_due_before_the_lead_and_have_time(margin: str, rows: int) -> None:
    answer = limit("T-9", "answer", 1, "working_day", margin=margin)
    found = told("assist_due", answer, dispatch=ALONE)
    assert seen(found) == [("warning", "T-9", ("D-1",))] * rows


def test_orders_without_assistants_need_no_margin() -> None:
    assert told("assist_due", limit("T-9", "answer", 1, "working_day")) == []


# -- the platform's window -----------------------------------------------------------------------------------------------------
ABOVE = limit("T-7", "return_window", 2, "working_day", starts="upstream_dispatch", origin="upstream")
OWN = limit("T-8", "return_window", 1, "working_day")
DECISION = limit("T-9", "return_decision", 4, "work_hour")


def test_a_return_and_its_decision_fit_into_the_platforms_window() -> None:
    late = limit("T-8", "return_window", 2, "working_day")
    assert (seen(told("upstream_window", ABOVE, late, DECISION)), told("upstream_window", ABOVE, OWN, DECISION)) == (
        [("error", "T-7", ("T-8", "T-9"))],
        [],
    )


def test_a_dispatch_that_takes_its_time_may_leave_too_little_of_the_window() -> None:
    slow, quick = (limit("T-5", "dispatch", hours, "hour") for hours in (24, 1))
    day = limit("T-8", "return_window", 4, "work_hour", receipt="next_opening")
    short = limit("T-9", "return_decision", 2, "work_hour")
    found = told("upstream_window", ABOVE, OWN, DECISION, slow)
    assert (seen(found), told("upstream_window", ABOVE, day, short, quick)) == ([("warning", "T-7", ("T-5", "T-8", "T-9"))], [])


def test_the_example_of_a_window_came_from_above() -> None:
    found = told("upstream_window", ABOVE, limit("T-8", "return_window", 2, "working_day"), DECISION)
    assert [finding.example and finding.example["origin"] for finding in found] == ["upstream"]


def test_a_window_of_our_own_orders_is_not_held_against_the_platforms() -> None:
    rows = (
        limit("T-8", "return_window", 1, "working_day", origin="upstream"),
        limit("T-88", "return_window", 5, "working_day"),
    )
    assert told("upstream_window", ABOVE, *rows, DECISION) == []
