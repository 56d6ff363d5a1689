"""One cell that cannot be read is one thing to mend: what only follows from it is not told beside it."""

from __future__ import annotations

import pytest

from routing_rules.verify.check import check_files
from tests.unit.packs import FILES, files

DISPATCH, DEADLINES = FILES["dispatch.csv"], FILES["deadlines.csv"]
SUPERVISION = """id,->step,->clock,->when,->amount,->unit,->to,->quiet,->why,source,confirmed
V-1,remind,answer,before,4,hour,unit,no,,,yes
"""


def told(**changed: str | None) -> list[str]:
    """The errors and warnings about a pack with these files changed."""
    return [str(finding) for finding in check_files(files(**changed)) if finding.level != "notice"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("T-3,,,answer,5,", "T-3,,,answer,five,", "deadlines.csv T-3: ->amount"),
        ("T-1,danger,,answer,12,", "T-1,danger,,answer,12h,", "deadlines.csv T-1: ->amount"),
        ("T-3,,,answer,5,working_day", "T-3,,,answer,5,working_dya", "deadlines.csv T-3: ->unit"),
        ("T-3,,,answer,", "T-3,,,answr,", "deadlines.csv T-3: ->clock"),
        ("T-1,danger,", "T-1,dangerous,", "deadlines.csv T-1: urgency"),
    ],
)
def test_a_limit_that_cannot_be_read_is_the_one_thing_told(old: str, new: str, said: str) -> None:
    (only,) = told(deadlines=DEADLINES.replace(old, new))
    assert only.startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("@street,yes,0.9", "@street,maybe,0.9", "dispatch.csv D-1: ->auto"),
        ("@street,yes,0.9", "@street,yes,90", "dispatch.csv D-1: ->min_confidence"),
        ("D-4,城建/物业,举报", "D-4,城建/物业,举抱", "dispatch.csv D-4: kind"),
        ("D-9,,,,,DESK,,no,,,兜底,,yes", "D-9,,,,,DESK,,no,,,兜底,,sure", "dispatch.csv D-9: confirmed"),
        ("D-9,", "D-2,", "dispatch.csv D-2: 行号重复"),
        ("D-1,城建/供热,,,not threat", "D-1,城建/供热,,,not ", "dispatch.csv D-1: words"),
    ],
)
def test_a_dispatch_row_that_cannot_be_read_is_the_one_thing_wrong(old: str, new: str, said: str) -> None:
    found = [one for one in told(dispatch=DISPATCH.replace(old, new)) if "尚未经人确认" not in one]
    assert (len(found), found[0].startswith(said)) == (1, True)


def test_a_unit_that_cannot_be_read_is_told_once_and_not_for_every_row_that_names_it() -> None:
    units = FILES["units.csv"].replace("ZJJ,住建局,department", "ZJJ,住建局,departmnt")
    (only,) = [one for one in told(units=units) if "尚未经人确认" not in one]
    assert only.startswith("units.csv ZJJ: 单位层级")


def test_a_column_of_conditions_that_is_unknown_is_told_once() -> None:
    (only,) = told(dispatch=DISPATCH.replace("category", "categry", 1))
    assert only == "dispatch.csv: 没有名为“categry”的条件列"


def test_a_column_that_is_missing_is_told_once_and_not_for_every_row() -> None:
    (only,) = told(supervision=SUPERVISION.replace("->unit", "->unti"))
    assert "->unit" in only


def test_two_cells_that_cannot_be_read_are_both_told() -> None:
    changed = DEADLINES.replace("T-3,,,answer,5,", "T-3,,,answer,five,").replace("T-11,danger,,sign,1,", "T-11,danger,,sign,x,")
    assert [one.split(":")[0] for one in told(deadlines=changed)] == ["deadlines.csv T-3", "deadlines.csv T-11"]


def test_a_fault_of_another_row_is_told_beside_the_cell_that_cannot_be_read() -> None:
    changed = DISPATCH.replace("D-4,城建/物业,举报", "D-4,城建/物业,举抱").replace("D-6,民政/*", "D-6,民生/*")
    assert [one.split(":")[0] for one in told(dispatch=changed)] == ["dispatch.csv D-4", "dispatch.csv D-6"]


def test_a_case_that_fails_for_its_own_reason_is_told_beside_the_cell_that_cannot_be_read() -> None:
    cases = FILES["cases.csv"].replace("D-1,RL", "D-2,RL")
    found = told(deadlines=DEADLINES.replace("T-11,danger,,sign,1,", "T-11,danger,,sign,x,"), cases=cases)
    assert [one.split(":")[0] for one in found] == ["deadlines.csv T-11", "cases.csv C-1"]


def test_the_check_says_which_table_is_not_looked_at_as_a_whole_yet() -> None:
    found = check_files(files(deadlines=DEADLINES.replace("T-3,,,answer,5,", "T-3,,,answer,five,")))
    assert [one.file for one in found if one.check == "unproved" and "待改正后再核对" in one.sentence] == ["deadlines.csv"]


def test_a_pack_whose_cells_can_all_be_read_keeps_every_finding() -> None:
    found = told(deadlines=DEADLINES.replace("T-3,,,answer", "T-3,normal,,answer"))
    assert any("最后一行必须没有条件" in one for one in found)
