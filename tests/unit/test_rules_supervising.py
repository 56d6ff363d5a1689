"""The supervision table and the platform's window: the first row of each series answers; what cannot be read is told."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.domain.due import TimeLimit
from hotline.domain.facts import Facts
from routing_rules.decide import deadlines, supervision, upstream_window
from routing_rules.pack import Pack, read_pack
from tests.unit.packs import FILES, TOML, files, small
from tests.unit.working_time import at

HEAD = "id,urgency,->step,->clock,->when,->amount,->unit,->to,->quiet,->why,source,confirmed\n"
TABLE = HEAD + (
    "S-1,danger,remind,,before,4,hour,unit;desk,no,紧急,鄂托克旗,yes\n"
    "S-2,,remind,answer,before,48,hour,unit,,临期,鄂托克旗,yes\n"
    "S-3,,escalate,answer,after,1,working_day,parent;office,,超期,,yes\n"
    "S-4,,warn,sign,share,20,percent,unit,,,,yes\n"
    "S-5,,problem,,reopened,3,times,office,,问题工单,巴彦淖尔,yes\n"
    "S-6,,problem,,passed,3,times,office;ZWJ,,问题工单,巴彦淖尔,no\n"
)
PACK = small(supervision=TABLE)


def facts(**known: Any) -> Facts:
    return Facts(**{"received_at": at("2026-03-09T09:00"), "kind": "投诉", **known})


def faults(line: str) -> list[str]:
    _, findings = read_pack(files(supervision=HEAD + line + "\n"))
    return [str(finding) for finding in findings.errors]


def test_the_first_row_of_each_step_clock_and_moment_answers() -> None:
    said = [[row.row_id for row in supervision(PACK, facts(urgency=urgency))] for urgency in ("normal", "danger")]
    assert said == [["S-2", "S-3", "S-4", "S-5", "S-6"], ["S-1", "S-3", "S-4", "S-5", "S-6"]]


def test_a_row_says_what_is_done_when_and_who_is_told() -> None:
    row = supervision(PACK, facts(urgency="danger"))[0]
    said = (row.step, row.clock, row.when, row.amount, row.unit, row.to, row.quiet, row.why, row.source, row.confirmed)
    assert said == ("remind", "answer", "before", 4, "hour", ("unit", "desk"), False, "紧急", "鄂托克旗", True)


def test_a_message_waits_for_the_end_of_the_quiet_hours_unless_the_row_says_no() -> None:
    assert [row.quiet for row in supervision(PACK, facts())] == [True] * 5


def test_a_problem_order_belongs_to_no_clock() -> None:
    assert [row.clock for row in supervision(PACK, facts()) if row.step == "problem"] == [None, None]


def test_a_pack_without_the_table_supervises_nothing() -> None:
    assert supervision(small(), facts()) == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("S-1,,nag,,before,4,hour,unit,,,,yes", "->step 的“nag”不认识"),
        ("S-1,,warn,reply,before,4,hour,unit,,,,yes", "->clock 的“reply”不认识"),
        ("S-1,,warn,,at,4,hour,unit,,,,yes", "->when 的“at”不认识"),
        ("S-1,,warn,,before,4,percent,unit,,,,yes", "->when 为 before 时 ->unit 应为 hour、work_hour、working_day、calendar_day"),
        ("S-1,,warn,,share,20,hour,unit,,,,yes", "->when 为 share 时 ->unit 应为 percent"),
        ("S-1,,warn,,share,100,percent,unit,,,,yes", "百分比应在 1–99 之间"),
        ("S-1,,problem,,reopened,0,times,office,,,,yes", "次数应从 1 起"),
        ("S-1,,problem,,before,3,hour,office,,,,yes", "->when 应为 reopened 或 passed"),
        ("S-1,,escalate,answer,passed,3,times,office,,,,yes", "->clock 应留空"),
        ("S-1,,warn,,before,soon,hour,unit,,,,yes", "->amount 应为 0 至 999999 的整数"),
        ("S-1,,warn,,before,4,hour,unit,maybe,,,yes", "->quiet 应为 yes 或 no"),
    ],
)
def test_a_row_that_cannot_be_used_is_told(line: str, said: str) -> None:
    found = faults(line)
    assert (len(found), found[0].startswith("supervision.csv S-1: "), said in found[0]) == (1, True, True)


# -- the platform's window ---------------------------------------------------------------------------------------------
def windowed(amount: int) -> Pack:
    head, _, rest = FILES["deadlines.csv"].partition("\n")
    row = f"T-20,,,return_window,{amount},working_day,upstream_dispatch,,,,yes"
    return small(deadlines=f"{head}\n{row}\n{rest}", cases=None)


def test_the_platforms_window_stands_beside_the_units() -> None:
    pack = windowed(3)
    above, own = upstream_window(pack, facts()), deadlines(pack, facts())["return_window"]
    assert above is not None
    assert (above.row_id, above.limit, own.row_id) == ("T-20", TimeLimit(3, "working_day"), "T-9")


def test_a_pack_without_such_a_row_knows_no_window_of_the_platform() -> None:
    assert upstream_window(small(), facts()) is None


def test_the_series_of_the_deadlines_name_the_platforms_window_too() -> None:
    assert ("upstream_window" in small().deadlines.series, "upstream_window" in windowed(3).deadlines.series) == (False, True)


# -- quiet hours -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-03-09T21:59", "2026-03-09T21:59"), ("2026-03-09T22:00", "2026-03-10T07:00"),
        ("2026-03-10T06:59", "2026-03-10T07:00"), ("2026-03-10T07:00", "2026-03-10T07:00"),
    ],
)  # fmt: skip
def test_a_message_in_the_quiet_hours_waits_for_their_end(moment: str, until: str) -> None:
    pack = small(pack=TOML + '\n[quiet]\nfrom = "22:00"\nto = "07:00"\n')
    assert pack.settings.quiet is not None
    assert pack.settings.quiet.ends(at(moment), pack.zone) == at(until)


def test_quiet_hours_within_a_day_end_on_it() -> None:
    pack = small(pack=TOML + '\n[quiet]\nfrom = "12:00"\nto = "13:30"\n')
    assert pack.settings.quiet is not None
    ends = [pack.settings.quiet.ends(at(f"2026-03-09T{time}"), pack.zone) for time in ("11:59", "12:00", "13:30")]
    assert ends == [at(f"2026-03-09T{time}") for time in ("11:59", "13:30", "13:30")]


def test_a_pack_without_quiet_hours_is_never_quiet() -> None:
    assert small().settings.quiet is None


@pytest.mark.parametrize(
    ("since", "to", "row"), [("22:00", "22:00", "quiet"), ("22", "07:00", "quiet.from"), ("25:00", "07:00", "quiet.from")]
)
def test_quiet_hours_that_are_none_are_told(since: str, to: str, row: str) -> None:
    _, findings = read_pack(files(pack=TOML + f'\n[quiet]\nfrom = "{since}"\nto = "{to}"\n'))
    assert [(finding.file, finding.row) for finding in findings.errors] == [("pack.toml", row)]
