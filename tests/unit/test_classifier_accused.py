"""Whose conduct a text complains of."""

from __future__ import annotations

import pytest

from classifiers.accused import AccusedFinder
from routing_rules.units import Unit

FINDER = AccusedFinder(
    [
        Unit("CGJ", "昆都仑区城市管理综合执法局", "department"),
        Unit("SXL", "少先路街道办事处", "street"),
        Unit("GAFJ", "包头市公安局昆都仑区分局", "department"),
        Unit("GSGS", "包头市供水公司昆都仑营业所", "company"),
    ]
)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("投诉城市管理综合执法局不作为,占道两年没人管", "CGJ"),
        ("少先路街道办事处工作人员态度恶劣", "SXL"),
        ("举报昆都仑区城市管理综合执法局选择性执法", "CGJ"),
    ],
)
def test_an_office_accused_of_its_conduct_is_named(text: str, unit: str) -> None:
    assert FINDER.find(text) == unit


@pytest.mark.parametrize(
    "text",
    [
        "希望城市管理综合执法局清理占道",
        "少先路街道办事处让我打12345,邻居态度恶劣",
        "投诉包头市供水公司昆都仑营业所乱收费",
        "谢谢少先路街道办事处",
    ],
)
def test_naming_an_office_or_complaining_of_a_company_accuses_nobody(text: str) -> None:
    assert FINDER.find(text) is None
