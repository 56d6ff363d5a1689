"""Who decides: the approvals table, its faults, and what holds without it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.domain.due import TimeLimit
from hotline.domain.facts import Facts
from routing_rules.approvals import ASKED, DEFAULTS
from routing_rules.decide import approval
from routing_rules.pack import load_pack, read_pack
from routing_rules.verify.check import check
from tests.unit.packs import files, small

HEAD = "id,asks,origin,kind,->decider,->limit,->unanswered,->allowed,source,confirmed\n"
ALWAYS = {
    "return": "dispatcher,return_decision", "extension": "supervisor,extension", "pause": "supervisor,1 working_day",
    "exclusion": "two,1 working_day", "upward": "upstream,1 working_day", "ruling": "supervisor,8 work_hour",
}  # fmt: skip
WHOLE = HEAD + "".join(f"A-{number}9,{asks},,,{said},,,,yes\n" for number, (asks, said) in enumerate(ALWAYS.items()))
OWN, ABOVE = (Facts(received_at=datetime(2026, 3, 9, tzinfo=UTC), origin=origin, kind="投诉") for origin in ("own", "upstream"))


def with_row(row: str) -> str:
    return WHOLE.replace(HEAD, f"{HEAD}{row}\n")


def said(table: str) -> list[tuple[str, str]]:
    """What reading the table finds: the level and the sentence."""
    return [(one.level, one.sentence) for one in read_pack(files(approvals=table))[1] if one.check == "approvals"]


def test_a_whole_table_has_nothing_to_say() -> None:
    assert said(WHOLE) == []


@pytest.mark.parametrize("asks", ASKED)
def test_without_a_table_the_defaults_hold(asks: str) -> None:
    assert approval(small(), OWN, asks) == DEFAULTS[asks]  # type: ignore[arg-type,index]  # one of ASKED


def test_the_first_row_that_fits_answers() -> None:
    pack = small(approvals=with_row("A-1,return,upstream,,upstream,2 work_hour,remind,1,,yes"))
    found = approval(pack, ABOVE, "return")
    assert (found.decider, found.limit, found.allowed, found.row_id) == ("upstream", TimeLimit(2, "work_hour"), 1, "A-1")
    assert approval(pack, OWN, "return").row_id == "A-09"


def test_a_row_asks_for_the_kind_of_the_matter_too() -> None:
    pack = small(approvals=with_row("A-1,extension,,举报|投诉,two,extension,refuse,,,yes"))
    assert approval(pack, OWN, "extension").decider == "two"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A-1,leave,,,dispatcher,extension,,,,yes", "“leave”不认识"),
        ("A-1,return,,,mayor,extension,,,,yes", "“mayor”不认识"),
        ("A-1,return,,,dispatcher,soon,,,,yes", "->limit 应为"),
        ("A-1,return,,,dispatcher,0 hour,,,,yes", "时限数量"),
        ("A-1,return,,,dispatcher,2 weeks,,,,yes", "->limit 应为"),
        ("A-1,return,,,dispatcher,extension,shrug,,,yes", "“shrug”不认识"),
        ("A-1,return,,,dispatcher,extension,,often,,yes", "->allowed 应为 0 至 999999 的整数"),
        ("A-1,return,,,upstream,extension,,,,yes", "本级工单没有上级"),
        ("A-1,return,not own,,upstream,extension,,,,yes", "本级工单没有上级"),
        ("A-1,return,upstream,,upstream,extension,grant,,,yes", "上级未批复时"),
        ("A-1,exclusion,,,two,extension,grant,,,yes", "“grant”不认识"),
        ("A-1,extension,,,two,extension,grant,,,yes", "逾期不能视为同意"),
        ("A-1,pause,,,supervisor,extension,ruling,,,yes", "“ruling”不认识"),
        ("A-1,upward,,,supervisor,extension,,,,yes", "“supervisor”不认识"),
        ("A-1,ruling,,,two,extension,,,,yes", "“two”不认识"),
        ("A-1,return,,,dispatcher,extension,,,,yes", "其后的行永远用不到"),
    ],
)
def test_a_fault_is_told_with_its_row(row: str, told: str) -> None:
    found = [sentence for level, sentence in said(with_row(row)) if level == "error"]
    assert len(found) == 1
    assert told in found[0]


def test_what_no_row_always_answers_for_is_told() -> None:
    assert said(HEAD + "A-1,return,,,dispatcher,return_decision,,,,yes\n") == [
        ("warning", f"{name}没有不带条件的行:其余情形由{who}审批(默认)")
        for name, who in (("延期", "督办员"), ("挂账", "督办员"), ("剔除", "两人"), ("退回上级", "上级平台"), ("裁定", "督办员"))
    ]


def test_a_missing_column_is_told() -> None:
    assert any("缺少“->decider”列" in one.sentence for one in read_pack(files(approvals="id,asks,->limit\n"))[1])


def test_unknown_outputs_and_unconfirmed_rows_are_told_by_the_check() -> None:
    table = WHOLE.replace("->allowed", "->alowed").replace(
        "A-59,ruling,,,supervisor,8 work_hour,,,,yes", "A-59,ruling,,,supervisor,8 work_hour,,,,no"
    )
    found = [(one.file, one.sentence) for one in check(small(approvals=table))]
    assert ("approvals.csv", "输出列“->alowed”不认识") in found
    assert ("approvals.csv", "1 行尚未经人确认(“已确认”confirmed 列应填“是”)") in found


def test_at_the_second_tier_the_city_decides_what_it_sent_and_nobody_has_confirmed_it() -> None:
    pack = load_pack("kundulun")
    above = {asks: approval(pack, ABOVE, asks).decider for asks in ASKED}
    own = {asks: approval(pack, OWN, asks).decider for asks in ASKED}
    assert {asks for asks, decider in above.items() if decider == "upstream"} == {"return", "extension", "exclusion", "upward"}
    assert own == {asks: row.decider for asks, row in DEFAULTS.items()}
    assert not any(row.confirmed for row in pack.approvals.rows.values())
