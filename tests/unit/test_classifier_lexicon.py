"""Emergencies, urgency, secrecy, replies and word lists."""

from __future__ import annotations

import pytest

from classifiers.lexicon import LexiconReader
from routing_rules.lexicon import Lexicon

READER = LexiconReader(
    Lexicon(
        emergency={"着火": "119", "跳楼": "110"},
        vulnerable={"elderly": ("老人",)},
        words={"threat": ("炸了",), "snow": ("扫雪",)},
    )
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三单元四楼着火了,快来人", "119"),
        ("家里一股煤气味,媳妇头晕", "119"),
        ("有人拿着刀在楼下砍人", "110"),
        ("楼顶有人要跳楼", "110"),
        ("老人晕倒在路边叫不醒", "120"),
        ("撞车了,黄河大街,老汉起不来了", "122"),
        ("上个月着过火,现在又着火了", "119"),
        ("电梯困人了,三号楼", "119"),
    ],
)
def test_an_emergency_gives_the_number_to_put_the_caller_through_to(text: str, number: str) -> None:
    said = READER.read("", text)
    assert said.emergency is not None
    assert said.urgency == "danger"
    assert number in {said.emergency, "119"}


@pytest.mark.parametrize(
    "text",
    [
        "屋里热死人了,空调不开",
        "上个月着火的那家饭店又开业了吗",
        "楼道堆满纸箱,万一着火怎么跑",
        "担心着火,飞线充电没人管",
        "没有着火,就是烟囱味大",
        "物业气得我想跳楼",
        "跳楼价清仓是虚假宣传",
        "去年发生过车祸,希望装红绿灯",
        "灶台打不着火",
        "存在火灾隐患",
    ],
)
def test_worries_memories_and_figures_of_speech_are_no_emergency(text: str) -> None:
    assert READER.read("", text).emergency is None


def test_a_figure_of_speech_is_no_threat() -> None:
    assert READER.read("", "我肺都气炸了").words == frozenset()


def test_word_lists_and_vulnerable_people_are_named() -> None:
    said = READER.read("没人扫雪", "老人滑倒了")
    assert said.words == {"snow"}
    assert said.vulnerable == {"elderly"}


def test_secrecy_and_no_reply_are_heard() -> None:
    said = READER.read("", "别说是我反映的,不用回复")
    assert said.confidential
    assert not said.reply_needed


def test_an_empty_text_says_nothing() -> None:
    assert READER.read("", "").urgency == "normal"
