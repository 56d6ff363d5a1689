"""Loading a pack: from files in memory and from a folder, whole or not at all."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import pytest

from hotline.errors import NotFound, RuleError, UnknownUnit
from routing_rules.pack import content_hash, load_pack, pack_files, read_pack
from tests.unit.packs import FILES, TOML, files, small

PACK = small()


def test_a_pack_in_memory_and_the_same_in_a_folder_are_one(tmp_path: Path) -> None:
    for name, data in files().items():
        (tmp_path / name).write_bytes(data)
    assert load_pack(tmp_path).content_hash == PACK.content_hash


def test_the_hash_changes_with_any_byte_and_not_with_the_order_of_the_files() -> None:
    same = dict(reversed(list(files().items())))
    assert content_hash(same) == PACK.content_hash != content_hash({**same, "words.csv": b"list,term\n"})


def test_moving_a_byte_from_one_file_to_another_changes_the_hash() -> None:
    assert content_hash({"a": b"xy", "b": b"z"}) != content_hash({"a": b"x", "b": b"yz"})


def test_hidden_and_foreign_files_of_a_folder_are_no_part_of_the_pack(tmp_path: Path) -> None:
    for name in ("words.csv", ".words.csv.swp", "~$words.xlsx", "notes.txt"):
        (tmp_path / name).write_bytes(b"list,term\n")
    assert list(pack_files(tmp_path)) == ["words.csv"]


def test_a_pack_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PACK.content_hash = ""  # type: ignore[misc]


def test_a_pack_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFound, match="atlantis"):
        load_pack("atlantis")


def test_categories_stand_with_the_classes_above_them() -> None:
    assert {"城建", "城建/供热", "民政/低保"} <= PACK.categories


def test_a_switched_on_class_covers_itself_and_what_is_below() -> None:
    asked = ("城建/供热", "城建/供热/报停", "城建/供热站", "城建")
    assert [PACK.settings.auto_on(one) for one in asked] == [True, True, False, False]


def test_a_unit_that_gets_orders_is_given_out_and_another_is_refused() -> None:
    assert PACK.receiving_unit("RL").name == "热力公司"
    with pytest.raises(UnknownUnit):
        PACK.receiving_unit("WY")


def test_a_unit_of_the_past_is_shown_by_its_code() -> None:
    assert PACK.unit_name("GONE") == "GONE"


def test_an_estate_name_that_two_estates_bear_means_neither() -> None:
    assert PACK.geography.estate("同名") is None


def test_a_path_of_a_place_goes_from_the_district_down() -> None:
    assert PACK.geography.path("15001001") == "15/15001/15001001"


def test_local_holidays_are_in_the_calendar() -> None:
    assert PACK.calendar.why_off(date(2026, 7, 11)) == "那达慕"


def test_years_the_pack_does_not_name_are_not_published() -> None:
    assert (PACK.calendar.published(2026), PACK.calendar.published(2027)) == (True, False)


def test_word_lists_become_the_lexicon() -> None:
    lexicon = PACK.lexicon
    assert (lexicon.emergency, lexicon.words, lexicon.vulnerable, lexicon.urgent, lexicon.negations) == (
        {"着火": "119"}, {"threat": ("同归于尽",)}, {"elderly": ("老人",)}, ("停暖",), ("没有",),
    )  # fmt: skip


def test_bands_are_read_in_hours() -> None:
    assert small(pack=TOML + "\n[bands]\nwarn_hours = 12\n").settings.bands.warn == timedelta(hours=12)


@pytest.mark.parametrize(
    ("stem", "text", "said"),
    [
        ("pack", None, "pack.toml: 缺少该文件"),
        ("pack", TOML.replace("Asia/Shanghai", "Asia/Atlantis"), "没有时区"),
        ("pack", TOML + "\n[handling]\nreturns_alowed = 1\n", "不认识该项"),
        ("pack", TOML.replace('"09:00"', '"nine"'), "应写成 09:00"),
        ("pack", "= no toml", "不是有效的 TOML"),
        ("dispatch", None, "dispatch.csv: 缺少该文件"),
        ("dispatch", "id,category\nD-9,\n", "缺少“->lead”列"),
        ("dispatch", FILES["dispatch.csv"].replace(",yes,0.9", ",maybe,0.9"), "->auto 应为 yes 或 no"),
        ("dispatch", FILES["dispatch.csv"].replace("0.9", "90"), "->min_confidence"),
        ("deadlines", FILES["deadlines.csv"].replace("T-4,,,sign,2,", "T-4,,,sign,soon,"), "->amount 应为 1 至 9999 的整数"),
        ("deadlines", FILES["deadlines.csv"].replace("T-4,,,sign,2,", "T-4,,,sign,0,"), "T-4"),
        ("deadlines", FILES["deadlines.csv"].replace(",sign,", ",nap,"), "“nap”不认识"),
        ("units", FILES["units.csv"].replace("RL,热力公司,company,ZJJ", "RL,热力公司,company,GONE"), "上级单位“GONE”不存在"),
        ("units", FILES["units.csv"].replace("ZJJ,住建局,department,,", "ZJJ,住建局,department,RL,"), "成环"),
        ("units", FILES["units.csv"].replace("RL,热力公司", "ZJJ,热力公司"), "单位代码重复"),
        ("units", FILES["units.csv"].replace("always,供热,yes", "always,供热,对"), "RL: gets_orders 应为 yes 或 no"),
        ("units", FILES["units.csv"].replace("always,供热,yes,yes", "always,供热,yes,ok"), "RL: confirmed 应为 yes 或 no"),
        ("units", FILES["units.csv"].replace("always,供热", "全天,供热"), "hours 的“全天”不认识(可用:office、always)"),
        ("units", FILES["units.csv"].replace("RL,热力公司,company", "RL,热力公司,firm"), "“firm”不认识"),
        ("places", FILES["places.csv"].replace("15001001,一社区,community,15001", "15001001,一社区,community,99"), "“99”不存在"),
        ("words", "list,term\nvulnerable.tall,高个\n", "不认识的人群"),
        ("emergency", "kind,term,number\nterm,着火,911\n", "电话不是"),
        ("not_accepted", "id,matter,terms,route\nN-1,诉讼,起诉,\n", "合法途径"),
        ("holidays", "date,worked,name\n7 月 1 日,no,x\n", "不是日期"),
        (
            "holidays",
            "date,worked,name\n2026-07-01,上班,x\n",
            "第 2 行: worked 应为 yes 或 no(可用:yes、no、是、否),而不是“上班”",
        ),
        ("holidays", "date,worked,name\n2026-07-01,,x\n", "第 2 行: worked 不能为空"),
        ("holidays", "date,worked,name\n2026-07-01,yes,x\n2026-07-01,否,x\n", "2026-07-01 是否上班与第 2 行相反"),
        ("deadlines", FILES["deadlines.csv"].replace("T-4,,,sign,2,", "T-4,,,sign,-1,"), "应为 1 至 9999 的整数,而不是“-1”"),
        ("cases", "id,received_at,weather,dispatch\nC-1,2026-03-09T09:00,雨,D-1\n", "weather"),
        ("cases", "id,received_at,kind,dispatch\nC-1,2026-03-09T09:00,吐槽,D-1\n", "kind 的值“吐槽”"),
    ],
)
def test_a_fault_anywhere_keeps_the_pack_out_and_says_where(stem: str, text: str | None, said: str) -> None:
    with pytest.raises(RuleError) as refused:
        small(**{stem: text})
    assert said in refused.value.message


def test_faults_of_several_files_are_told_at_once() -> None:
    with pytest.raises(RuleError) as refused:
        small(words="list,term\nvulnerable.tall,x\n", emergency="kind,term,number\nterm,着火,911\n")
    assert ("words" in refused.value.message, "emergency" in refused.value.message) == (True, True)


def test_a_table_that_is_there_as_csv_and_as_xlsx_is_refused_so_that_no_change_is_lost() -> None:
    with pytest.raises(RuleError) as refused:
        load_pack({**files(), "dispatch.xlsx": b""})
    assert "只能保留一个" in refused.value.message


def test_a_setting_that_is_no_longer_used_keeps_an_old_book_readable() -> None:
    pack, findings = read_pack(files(pack=TOML + "\n[handling]\nreopen_limit_share = 0.5\n"))
    assert pack is not None
    assert ("warning", "handling.reopen_limit_share") in [(one.level, one.row) for one in findings]


@pytest.mark.parametrize("said", ["yes", "YES", "是"])
def test_yes_is_said_in_any_case_and_in_chinese(said: str) -> None:
    pack = small(
        units=FILES["units.csv"].replace("always,供热,yes", f"always,供热,{said}"),
        holidays=f"date,worked,name\n2026-03-14,{said},\n",
    )
    assert (pack.units["RL"].gets_orders, pack.calendar.is_working_day(date(2026, 3, 14))) == (True, True)
