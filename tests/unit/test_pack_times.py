"""The settings' faults: all of them at once, in Chinese, with the entry they stand in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from hotline.domain.quiet import QuietHours
from routing_rules.verify.check import check_files
from tests.unit.packs import TOML, files, small

AFTERNOON = '\n[[office.hours]]\nweekdays = {days}\nopens = "{opens}"\ncloses = "{closes}"\n{more}\n'


def faults(text: str) -> list[str]:
    return [str(finding) for finding in check_files(files(pack=text)) if finding.level == "error"]


def afternoon(days: str = "[1]", opens: str = "18:00", closes: str = "20:00", more: str = "") -> str:
    return AFTERNOON.format(days=days, opens=opens, closes=closes, more=more)


def test_every_opening_time_that_cannot_be_read_is_told_at_once() -> None:
    text = (
        TOML.replace('"09:00"', '"nine"').replace('"17:00"', '"25:00"') + afternoon(opens="18.00") + '[quiet]\nfrom="x"\nto="6"\n'
    )
    assert [one.partition(": ")[0] for one in faults(text)] == [
        "pack.toml office.hours.1.opens",
        "pack.toml office.hours.1.closes",
        "pack.toml office.hours.2.opens",
        "pack.toml quiet.from",
        "pack.toml quiet.to",
    ]


def test_opening_times_and_other_settings_are_told_together() -> None:
    found = faults(TOML.replace('"09:00"', '"nine"') + "[bands]\nwarn_share = 3\n")
    assert [one.partition(": ")[0] for one in found] == ["pack.toml office.hours.1.opens", "pack.toml bands.warn_share"]


@pytest.mark.parametrize("day", ["0", "8", '"一"', "1.5"])
def test_a_weekday_is_one_of_seven(day: str) -> None:
    (only,) = faults(TOML + afternoon(days=f"[1, {day}]"))
    assert only.startswith("pack.toml office.hours.2.weekdays.2: ")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (afternoon(opens="20:00", closes="18:00"), "office.hours.2: opens 应早于 closes"),
        (afternoon(more="valid_from = 2026-05-02\nvalid_to = 2026-05-01"), "office.hours.2: valid_from 不能晚于 valid_to"),
        (afternoon(opens="16:59"), "hours 的第 1 项与第 2 项时间重叠"),
    ],
)
def test_an_opening_that_contradicts_itself_or_another_is_told(hours: str, said: str) -> None:
    (only,) = faults(TOML + hours)
    assert only.endswith(said)


def test_openings_that_touch_or_hold_in_other_years_do_not_overlap() -> None:
    touching = afternoon(opens="17:00")
    later = afternoon(days="[2]", opens="20:00", closes="24:00", more="valid_to = 2025-12-31")
    last = afternoon(days="[2]", opens="21:00", closes="23:00", more="valid_from = 2026-01-01")
    assert faults(TOML + touching + later + last) == []


@pytest.mark.parametrize(("since", "to"), [("22:00", "22:00"), ("24:00", "06:00")])
def test_quiet_hours_lie_within_a_day(since: str, to: str) -> None:
    (only,) = faults(TOML + f'[quiet]\nfrom = "{since}"\nto = "{to}"\n')
    assert only.startswith("pack.toml quiet: from 和 to")


def test_quiet_hours_over_midnight_are_read() -> None:
    quiet = small(pack=TOML + '[quiet]\nfrom = "22:00"\nto = "6:30"\n').settings.quiet
    assert quiet == QuietHours(timedelta(hours=22), timedelta(hours=6, minutes=30))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[bands]\nwarn_share = 3\n", "pack.toml bands.warn_share: 3 太大,应不大于 1"),
        ("[bands]\nwarn_hours = -1\n", "pack.toml bands.warn_hours: -1 太小,应不小于 0"),
        ('[bands]\nwarn_hours = "two"\n', "pack.toml bands.warn_hours: “two”不是数字"),
        ("[handling]\nreturns_allowed = 1.5\n", "pack.toml handling.returns_allowed: “1.5”不是整数"),
        ('[handling]\npass_up = "perhaps"\n', "pack.toml handling.pass_up: “perhaps”应为 true 或 false"),
        ('[attachments]\nkinds = ["exe"]\n', "pack.toml attachments.kinds.1: “exe”不认识(可用:jpeg、png、pdf、docx、xlsx)"),
        ("[callback]\nshare = []\n", "pack.toml callback.share: 应为数字"),
        ("[quiet]\nfrom = 22:00:00\nto = \"06:00\"\n", "pack.toml quiet.from: 时间“22:00:00”应写成 09:00(带引号,00:00 至 24:00)"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_says_in_chinese_what_may_stand_there(written: str, said: str) -> None:
    assert faults(TOML + written) == [said]


@pytest.mark.parametrize("name", ["zone", "order_prefix", "title", "district", "name"])
def test_no_setting_is_answered_in_english(name: str) -> None:
    (only,) = faults(re.sub(rf"^{name} = .*$", f"{name} = 7", TOML, flags=re.MULTILINE))
    assert not re.search("[A-Za-z]{3} [a-z]{2}", only.partition(": ")[2])
