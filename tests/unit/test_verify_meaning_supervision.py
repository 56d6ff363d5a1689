"""The supervision table: each fault has a table that must be told and its repaired twin that must not."""

from __future__ import annotations

import pytest

from routing_rules.findings import Finding, Findings
from routing_rules.pack import read_pack
from routing_rules.verify.check import check_files
from routing_rules.verify.prover import Prover
from routing_rules.verify.steps import check_supervision
from tests.unit.packs import FILES, files

HEAD = "id,urgency,kind,->step,->clock,->when,->amount,->unit,->to,->quiet,confirmed\n"
ESCALATED = "".join(
    f"S-8{number},,,escalate,{clock},after,9,working_day,office,,yes\n"
    for number, clock in enumerate(("sign", "dispatch", "contact", "review", "callback", "return_decision", "answer"))
)
LATE = "S-9,danger|urgent,,escalate,{clock},after,9,hour,office,no,yes\n"
ALL_CLOCKS = "".join(
    LATE.replace("S-9", f"S-9{n}").format(clock=clock) for n, clock in enumerate(("sign", "dispatch", "contact"))
)
GOOD = ALL_CLOCKS + LATE.format(clock="answer") + ESCALATED


def told(rows: str, **changed: str) -> list[Finding]:
    pack, read = read_pack(files(supervision=HEAD + rows, **changed))
    assert (pack is not None, read.errors) == (True, ())
    findings = Findings()
    check_supervision(pack, Prover(pack), findings)
    return [finding for finding in findings if finding.check == "supervision"]


def seen(found: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.level, finding.row) for finding in found]


def row(step: str, when: str, amount: str, unit: str, *, of: str = "S-1", clock: str = "answer", more: str = ",") -> str:
    """Return a row; ``more`` = urgency and kind."""
    return f"{of},{more},{step},{clock},{when},{amount},{unit},unit,no,yes\n"


def test_a_table_in_which_every_clock_is_taken_up_in_the_end_has_nothing_against_it() -> None:
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("bad", "good", "level"),
    [
        ("S-1,,,remind,answer,before,9,hour,unit;boss,no,yes\n", "S-1,,,remind,answer,before,9,hour,unit;ZJJ,no,yes\n", "error"),
        ("S-1,,,remind,answer,before,9,hour,,no,yes\n", "S-1,,,remind,answer,before,9,hour,parent,no,yes\n", "error"),
        (row("warn", "after", "1", "hour"), row("warn", "before", "1", "hour"), "error"),
        (
            row("remind", "before", "1", "hour", clock="extension"),
            row("remind", "before", "1", "hour", clock="review"),
            "warning",
        ),
        (row("remind", "after", "10", "hour"), row("remind", "after", "8", "hour"), "error"),
        (row("remind", "after", "9", "hour", more="danger,"), row("remind", "after", "9", "hour", more="normal,"), "error"),
        (row("remind", "after", "1", "working_day", more="danger,"), row("remind", "after", "0", "working_day"), "warning"),
    ],
)
def test_a_fault_in_a_row_is_told(bad: str, good: str, level: str) -> None:
    assert (seen(told(bad + GOOD)), told(good + GOOD)) == ([(level, "S-1")], [])


@pytest.mark.parametrize(
    ("remind", "escalate", "right"),
    [
        (("before", "4", "hour"), ("before", "2", "hour"), True), (("before", "2", "hour"), ("before", "2", "hour"), False),
        (("before", "1", "hour"), ("before", "2", "hour"), False), (("share", "40", "percent"), ("share", "20", "percent"), True),
        (("share", "20", "percent"), ("share", "40", "percent"), False),
        (("share", "20", "percent"), ("before", "2", "hour"), True),
        (("after", "1", "hour"), ("before", "2", "hour"), False), (("before", "0", "hour"), ("after", "0", "hour"), False),
        (("before", "1", "hour"), ("after", "0", "hour"), True), (("before", "1", "hour"), ("after", "1", "working_day"), True),
    ],
)  # fmt: skip
def test_who_is_reminded_is_reminded_before_the_matter_is_escalated(
    remind: tuple[str, str, str], escalate: tuple[str, str, str], right: bool
) -> None:
    rows = row("remind", *remind) + row("escalate", *escalate, of="S-2")
    found = [finding for finding in told(rows + GOOD) if "不早于提级(S-2" in finding.sentence]
    assert seen(found) == ([] if right else [("error", "S-1")])


def test_reminder_and_escalation_of_different_facts_are_not_compared() -> None:
    rows = row("remind", "before", "1", "hour", more=",咨询") + row("escalate", "before", "2", "hour", of="S-2", more=",举报")
    assert told(rows + GOOD) == []


@pytest.mark.parametrize("clock", ["sign", "dispatch", "contact", "review", "callback", "return_decision", "answer"])
def test_a_clock_that_is_never_escalated_is_told(clock: str) -> None:
    rows = "".join(line for line in GOOD.splitlines(keepends=True) if f",escalate,{clock}," not in line)
    assert [finding.level for finding in told(rows)] == ["warning"]


def test_a_message_about_a_danger_does_not_wait_for_the_morning() -> None:
    quiet = "S-1,danger,,remind,answer,before,2,hour,unit,yes,yes\n"
    general = "S-1,,,remind,answer,before,2,hour,unit,,yes\n"
    own = "S-0,danger|urgent,,remind,answer,before,3,hour,unit,no,yes\n"
    assert [seen(told(rows + GOOD)) for rows in (quiet, general, own + general)] == [
        [("warning", "S-1")], [("warning", "S-1")], [],
    ]  # fmt: skip


def test_an_early_warning_may_wait_and_so_may_what_does_not_run_at_night() -> None:
    rows = "S-1,,,warn,answer,share,40,percent,unit,yes,yes\nS-2,,,remind,review,before,1,hour,unit,yes,yes\n"
    assert told(rows + GOOD) == []


def test_a_pack_without_the_table_is_not_told_anything() -> None:
    assert [finding for finding in check_files(files()) if finding.check == "supervision"] == []


def test_names_and_unconfirmed_rows_of_the_table_are_checked_like_those_of_the_others() -> None:
    rows = "id,category,->step,->when,->amount,->unit,->to,->colour,confirmed\nS-1,城建/供冷,remind,before,2,hour,unit,red,no\n"
    found = [
        (one.check, one.level)
        for one in check_files({**files(), "supervision.csv": rows.encode()})
        if one.file == "supervision.csv"
    ]
    assert [one for one in found if one[0] in ("name", "confirmed")] == [
        ("name", "error"), ("name", "error"), ("confirmed", "warning"),
    ]  # fmt: skip


def test_the_small_pack_brings_no_such_table() -> None:
    assert "supervision.csv" not in FILES
