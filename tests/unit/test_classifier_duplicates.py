"""Orders that tell of the same, and bursts of one matter in one place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import corpus
from classifiers.bursts import BurstWatch, Event, Sighting
from classifiers.duplicates import OpenOrder, OpenOrders
from classifiers.sketches import essence, shingles, sketch

PIPE = "佳园小区东门自来水主管道爆裂,水淌了一路,整栋楼都停水了,请尽快派人抢修"
COLD = "明日星城五号楼暖气不热,室温只有十四度,物业说热力公司没有加压"
BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)


def order(ident: str, text: str, caller: str = "") -> OpenOrder:
    return OpenOrder(ident, "", text, caller)


def held() -> OpenOrders:
    return OpenOrders([order("A", PIPE, "c1"), order("B", COLD, "c2")])


def test_the_same_words_are_the_same_matter() -> None:
    (found,) = held().like(order("N", PIPE))
    assert (found.order, found.likeness, found.same_caller) == ("A", 1.0, False)


def test_what_both_say_is_shown() -> None:
    (found,) = held().like(order("N", f"你们好,我要反映{PIPE}。已经打过两次电话了没有人来,家里有老人"))
    assert any("自来水主管道爆裂" in shared for shared in found.shared)


def test_another_matter_is_not_proposed() -> None:
    assert held().like(order("N", "幼儿园门口没有斑马线,家长接孩子很危险,建议增设")) == []


def test_the_formulas_of_an_order_make_nothing_alike() -> None:
    orders = OpenOrders([order("A", "来电人反映:小区电梯坏了,诉求:请相关部门处理")])
    assert orders.like(order("N", "来电人反映:公厕没有人打扫,诉求:请相关部门处理")) == []


def test_one_caller_needs_fewer_words_in_common() -> None:
    again = "上次说的佳园小区东门自来水主管道爆裂的事怎么样了,三天没有水了,孩子老人都没法洗漱做饭"
    assert [one.order for one in held().like(order("N", again, "c1"))] == ["A"]
    assert held().like(order("N", again, "c9")) == []


def test_an_order_is_never_like_itself() -> None:
    orders = held()
    assert orders.like(order("A", PIPE, "c1")) == []


def test_a_closed_order_is_proposed_no_more() -> None:
    orders = held()
    orders.remove("A")
    orders.remove("unknown")
    assert (orders.like(order("N", PIPE)), len(orders)) == ([], 1)


def test_an_order_added_again_is_replaced() -> None:
    orders = held()
    orders.add(order("A", COLD, "c1"))
    assert [one.order for one in orders.like(order("N", PIPE))] == []
    assert len(orders) == 2


@pytest.mark.parametrize("text", ["", "停水", "!!!", "ᠮᠣᠩᠭᠣᠯ"])
def test_texts_without_shingles_are_like_nothing(text: str) -> None:
    assert held().like(order("N", text)) == []


@given(st.text(max_size=300))
def test_a_text_is_as_like_itself_as_can_be(text: str) -> None:
    orders = OpenOrders([order("A", text)])
    found = [one.likeness for one in orders.like(order("N", text))]
    assert found == [1.0] * bool(len(sketch(shingles(essence(f"\n{text}"))[0])))


def test_copies_are_found_among_thousands_after_the_index_was_merged() -> None:
    texts = [one.title + one.text for one in corpus.train_part()]
    many = OpenOrders(
        order(f"{part}-{at}", text[part * 7 :] + texts[at - 1][: 40 * part]) for part in range(4) for at, text in enumerate(texts)
    )
    for at in range(0, len(texts), 97):
        assert f"0-{at}" in [one.order for one in many.like(order("N", texts[at]))]


def calls(place: str, amount: int, *, apart: timedelta, caller: str = "c{}", since: datetime = BEGAN) -> Iterator[Sighting]:
    for at in range(amount):
        yield Sighting(f"{place}-{since:%d%H}-{at}", "供水", place, since + at * apart, caller.format(at))


def events(sightings: Iterator[Sighting], watch: BurstWatch | None = None) -> list[Event]:
    watching = watch or BurstWatch()
    return [event for one in sightings if (event := watching.see(one)) is not None]


def test_many_callers_on_one_matter_in_one_place_are_an_event_with_its_orders() -> None:
    found = events(calls("1/11/111", 5, apart=timedelta(minutes=10)))
    assert (len(found), found[-1].place, len(found[-1].orders)) == (2, "1/11/111", 5)


def test_one_caller_five_times_is_no_event() -> None:
    assert events(calls("1/11/111", 5, apart=timedelta(minutes=10), caller="same")) == []


def test_calls_far_apart_are_no_event() -> None:
    assert events(calls("1/11/111", 8, apart=timedelta(hours=3))) == []


def test_what_comes_all_day_is_no_event_once_that_is_known() -> None:
    found = events(calls("1/11/111", 24 * 10, apart=timedelta(minutes=25)))
    assert [event for event in found if event.until > BEGAN + timedelta(hours=12)] == []


def test_an_event_spread_over_a_street_is_one_of_the_street() -> None:
    spread = [Sighting(f"o{at}", "供水", f"1/11/11{at}", BEGAN + at * timedelta(minutes=5), f"c{at}") for at in range(5)]
    assert [event.place for event in events(iter(spread))] == ["1/11", "1/11"]


def test_calls_without_a_place_raise_nothing() -> None:
    assert events(calls("", 9, apart=timedelta(minutes=1))) == []
