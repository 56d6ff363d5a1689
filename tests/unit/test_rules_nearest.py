"""A question to the rules with a name that the pack does not know is refused, with the nearest names that it knows."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.errors import InvalidInput
from routing_rules.asked import due_asked, explain_asked
from tests.unit.packs import FILES, TOML, small

PACK = small()
AT = "2026-03-09T09:00"


def refusal(**facts: Any) -> str:
    with pytest.raises(InvalidInput) as refused:
        explain_asked(PACK, {"received_at": AT, **facts})
    return refused.value.message


@pytest.mark.parametrize(
    ("category", "said"),
    [
        ("城建/供暖", "规则包中没有类别“城建/供暖”,相近的有:城建/供热、城建/物业、城建"),
        ("供热", "规则包中没有类别“供热”,相近的有:城建/供热"),
        ("火星", "规则包中没有类别“火星”"),
    ],
)
def test_a_category_the_pack_does_not_know_is_refused_with_the_nearest(category: str, said: str) -> None:
    assert refusal(category=category) == said


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("15/15009", "规则包中没有地点“15/15009”,相近的有:15/15001(一街道)"),
        ("15001", "规则包中没有地点“15001”,相近的有:15/15001(一街道)"),
        ("一街道", "规则包中没有地点“一街道”,相近的有:15/15001(一街道)"),
        ("15/15001001", "规则包中没有地点“15/15001001”,相近的有:15/15001/15001001(一社区)"),
    ],
)
def test_a_place_the_pack_does_not_know_is_refused_with_the_nearest(place: str, said: str) -> None:
    assert refusal(place=place).startswith(said)


@pytest.mark.parametrize("facts", [{}, {"category": "城建"}, {"category": "民政/低保", "place": "15/15001"}, {"place": "16"}])
def test_what_the_pack_knows_and_what_is_not_said_is_answered(facts: dict[str, str]) -> None:
    assert explain_asked(PACK, {"received_at": AT, **facts})["dispatch"]["rule_id"]


def test_the_nearest_of_thousands_of_categories_are_at_most_three() -> None:
    many = "level1,level2,level3\n" + "".join(f"城建,供热{number},\n" for number in range(3_000))
    pack = small(categories=many + FILES["categories.csv"].partition("\n")[2], pack=TOML)
    with pytest.raises(InvalidInput) as refused:
        explain_asked(pack, {"received_at": AT, "category": "城建/供热x"})
    assert refused.value.message.count("、") == 2


def test_a_wrong_field_of_a_limit_is_named_with_the_fields_there_are() -> None:
    with pytest.raises(InvalidInput) as refused:
        due_asked(PACK.calendar, {"at": "2026-03-09T09:00:00+08:00", "amount": 1, "unti": "hour"})
    fields = "id、at、amount、unit、count_from、ends、rolls、receipt、pauses"
    assert refused.value.message == f"不认识的字段“unti”(可用:{fields})"
