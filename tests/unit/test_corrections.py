"""What people decided on orders becomes rows to learn from: the last word on each, without the people in the text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.call import Caller, NewCall
from hotline.domain.order import Event
from hotline.domain.strangers import without_people
from hotline.services.corrections import Decision, Source, decision, decisions
from tests.ops.city import DISPATCHER, City

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
SAID = {"category": "城乡建设", "kind": "求助", "units": [["CGJ", 0.8], ["ZJJ", 0.1]]}
CALL = NewCall(
    source="t", message_id="1", received_at=NOON, title="路灯", text="路灯不亮", caller=Caller(name="欧阳娜", phone="1")
)


def decided(*told: tuple[str, Mapping[str, Any]], call: NewCall = CALL) -> Decision | None:
    """Return what comes of an order that was registered and then told of."""
    kinds = [("registered", SAID), *told]
    events = [
        Event(order_id="K1", seq=at, at=NOON + timedelta(hours=at), kind=kind, actor="x", data=data)
        for at, (kind, data) in enumerate(kinds, start=1)
    ]
    return decision(events, call)


def sent(unit: str, choice: str = "other") -> tuple[str, Mapping[str, Any]]:
    return "dispatched", {"unit": unit, "choice": choice}


def test_another_choice_is_a_correction() -> None:
    made = decided(sent("ZJJ", "top2"))
    assert made is not None
    assert (made.unit, made.source, made.corrects, made.category, made.weight) == ("ZJJ", Source.CHOICE, True, "", 1.0)


def test_taking_the_models_first_is_nothing_to_learn_but_something_to_judge_by() -> None:
    made = decided(sent("CGJ", "top1"))
    assert made is not None
    assert (made.source, made.corrects) == (Source.CONFIRMED, False)


def test_what_the_machine_sent_out_says_nothing() -> None:
    assert decided(sent("CGJ", "machine")) is None


def test_a_granted_return_teaches_the_unit_it_went_to_in_the_end() -> None:
    made = decided(sent("CGJ", "top1"), ("return_applied", {}), ("return_granted", {}), sent("ZJJ"))
    assert made is not None
    assert (made.unit, made.source, made.weight) == ("ZJJ", Source.RETURN, 1.5)


def test_a_return_that_found_no_unit_yet_teaches_nothing() -> None:
    assert decided(sent("ZJJ"), ("return_applied", {}), ("return_granted", {})) is None


def test_while_a_return_is_asked_for_the_unit_is_contested() -> None:
    assert decided(sent("ZJJ"), ("return_applied", {})) is None
    refused = decided(sent("ZJJ"), ("return_applied", {}), ("return_refused", {}))
    assert refused is not None
    assert (refused.unit, refused.source) == ("ZJJ", Source.CHOICE)


def test_a_ruling_counts_twice() -> None:
    made = decided(sent("ZJJ"), ("ruled", {"unit": "JYJ"}))
    assert made is not None
    assert (made.unit, made.source, made.weight) == ("JYJ", Source.RULING, 2.0)


def test_the_last_word_wins_and_a_contradicted_one_is_not_learned() -> None:
    made = decided(sent("ZJJ"), sent("JYJ"))
    assert made is not None
    assert made.unit == "JYJ"
    back = decided(sent("ZJJ"), sent("CGJ", "top1"))
    assert back is not None
    assert (back.unit, back.corrects) == ("CGJ", False)


def test_a_changed_class_is_learned_and_one_changed_back_is_not() -> None:
    made = decided(("reclassified", {"category": "教育文体", "kind": "投诉"}))
    assert made is not None
    assert (made.category, made.kind, made.unit, made.source) == ("教育文体", "投诉", "", Source.CHANGED)
    assert decided(("reclassified", {"category": "教育文体"}), ("reclassified", {"category": "城乡建设"})) is None


@pytest.mark.parametrize("end", ["not_accepted", "transferred", "withdrawn", "recalled"])
def test_an_order_that_no_unit_kept_teaches_no_unit(end: str) -> None:
    assert decided(sent("ZJJ"), (end, {})) is None


def test_nothing_comes_of_nothing() -> None:
    assert decision([], CALL) is None
    assert decided() is None


def test_people_are_not_in_what_is_learned() -> None:
    text = "我叫王小明,身份证150203199001011234,电话13912345678,欧阳娜家路灯不亮,找过李先生"
    call = NewCall(source="t", message_id="1", received_at=NOON, title="欧阳娜:路灯", text=text, caller=CALL.caller)
    made = decided(sent("ZJJ"), call=call)
    assert made is not None
    assert (made.title, made.text) == ("某:路灯", "我叫某,身份证*,电话*,某家路灯不亮,找过某先生")


@given(st.text(max_size=60), st.from_regex(r"1[3-9]\d{9}", fullmatch=True))
def test_no_number_of_a_person_survives(around: str, phone: str) -> None:
    assert phone not in without_people(f"{around} {phone} {around}")


def test_the_store_gives_one_row_an_order_page_by_page() -> None:
    city = City(NOON)
    orders = city.calls(7, text="楼前没人管")
    city.dispatched(orders[:5], "GSGS")
    city.handling.dispatch(orders[0], unit="CGJ", by=DISPATCHER)
    found = list(decisions(city.store, NOON, page=2))
    assert [one.order for one in found] == orders[:5]
    assert [one.unit for one in found] == ["CGJ", *["GSGS"] * 4]
    assert list(decisions(city.store, NOON + timedelta(days=1))) == []
