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


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("北京市市场监督管理局", "市场监督管理局"),
        ("东城区市场监督管理局", "市场监督管理局"),
        ("广东省生态环境厅", "生态环境厅"),
        ("国家税务总局包头市昆都仑区税务局", "税务局"),
        ("包头市自然资源局昆都仑区分局", "自然资源局"),
        ("包头市住房公积金中心昆都仑区管理部", "住房公积金中心"),
        ("上海市静安区大宁路街道办事处", "大宁路街道办事处"),
    ],
)
def test_an_office_of_any_city_is_known_without_the_place_it_sits_in(name: str, said: str) -> None:
    assert AccusedFinder([Unit("A", name, "department")]).find(f"投诉{said}不作为") == "A"
