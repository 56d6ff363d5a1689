"""Recording calls over HTTP: once for ever, and what cannot be recorded is named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hotline.domain.roles import Role
from tests.api.city import HEATING, City

LONGEST = "我" * 100_000
ODD_TEXTS = {
    "100,000 characters": LONGEST,
    "control characters": "暖气\x00不热\x07,\x1b[31m请处理",
    "Mongolian script": "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ ᠤᠨ ᠭᠣᠮᠳᠠᠯ",
    "Cyrillic and Latin": "Дулаан алга, no heating at all",
    "emoji": "暖气不热😡🥶👨‍👩‍👧",
    "right to left and zero width": "\u202e停水\u200b三天",
}


def test_a_new_call_is_accepted_with_its_id_and_code_and_no_order_yet(city: City) -> None:
    answer = city.record()
    assert answer.status_code == 202
    assert answer.json().keys() == {"call_id", "order_id", "code"}
    assert answer.json()["order_id"] is None
    assert len(answer.json()["code"]) == 6


def test_the_same_message_again_gets_the_first_answer(city: City) -> None:
    first = city.record(message_id="m-1")
    again = city.record(message_id="m-1")
    assert again.status_code == 200
    assert again.json() == first.json()


def test_the_same_message_after_triage_names_its_order(city: City) -> None:
    order = city.order(message_id="m-2")
    assert city.record(message_id="m-2").json()["order_id"] == order


def test_the_same_message_makes_one_order(city: City) -> None:
    for _ in range(3):
        city.order(message_id="m-3")
    assert len(city.as_(Role.DISPATCHER).get("/api/v1/orders").json()["orders"]) == 1


def test_twenty_senders_of_one_message_at_once_make_one_call(city: City) -> None:
    body = city.message()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: city.as_(Role.AGENT).post("/api/v1/calls", json=body), range(20)))
    assert sorted(one.status_code for one in answers) == [200] * 19 + [202]
    assert len({one.json()["call_id"] for one in answers}) == 1


def test_the_same_id_with_other_content_is_refused_and_listed(city: City) -> None:
    city.record(message_id="m-4", text="停水三天")
    refused = city.record(message_id="m-4", text="停水四天")
    assert refused.status_code == 409
    assert refused.json()["code"] == "call.message_conflict"
    listed = city.as_(Role.DISPATCHER).get("/api/v1/set-aside").json()
    assert [(one["kind"], one["ref"], one["preview"]) for one in listed["items"]] == [("conflict", "m-4", "停水四天")]


def test_a_refused_message_leaves_the_first_as_it_was(city: City) -> None:
    order = city.order(message_id="m-5", text="停水三天")
    city.record(message_id="m-5", text="停水四天")
    city.triaged()
    assert city.as_(Role.AGENT).get(f"/api/v1/orders/{order}").json()["text"] == "停水三天"


def test_a_known_upstream_number_in_a_new_message_is_an_event_of_that_order(city: City) -> None:
    order = city.order(upstream_no="BT20261123001")
    assert city.order(upstream_no="BT20261123001", text="补充:今天又停暖了") == order
    detail = city.as_(Role.DISPATCHER).get(f"/api/v1/orders/{order}").json()
    assert [event["kind"] for event in detail["history"]][-1] == "supplemented"
    assert len(detail["calls"]) == 2


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_text_becomes_an_order(city: City, text: str) -> None:
    order = city.order(text=text)
    assert city.as_(Role.AGENT).get(f"/api/v1/orders/{order}").status_code == 200


def test_a_long_text_is_kept_whole(city: City) -> None:
    order = city.order(text=LONGEST)
    assert city.as_(Role.AGENT).get(f"/api/v1/orders/{order}").json()["text"] == LONGEST


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_text_is_refused_in_words(city: City, text: str) -> None:
    refused = city.record(text=text)
    assert refused.status_code == 422
    assert "诉求内容为空" in refused.json()["title"]


def test_a_title_alone_is_enough(city: City) -> None:
    assert city.record(text="", title="暖气不热").status_code == 202


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("received_at", "昨天上午"), ("received_at", "2026-13-45T99:00:00"), ("received_at", 1764000000), ("text", None),
        ("text", 12345), ("upstream_due", "soon"), ("message_id", ""), ("message_id", "a\x00b"), ("source", " "),
        ("channel", "telepathy"), ("caller", "王先生"), ("surprise", 1),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(small_city: City, field: str, value: object) -> None:
    refused = small_city.record(**{field: value})
    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == [field]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "2026-11-23T17:30:00+08:00"])
def test_a_time_that_cannot_be_is_refused(small_city: City, time: str) -> None:
    refused = small_city.record(received_at=time)
    assert refused.status_code == 422
    assert "received_at" in refused.json()["title"]


def test_a_time_without_a_zone_is_local(small_city: City) -> None:
    call = small_city.record(received_at="2026-11-20 08:15:00").json()["call_id"]
    shown = small_city.as_(Role.AGENT).get(f"/api/v1/calls/{call}").json()
    assert shown["received_at"] == "2026-11-20T00:15:00Z"


def test_an_unknown_chosen_unit_is_refused(small_city: City) -> None:
    refused = small_city.record(chosen_unit="NOBODY")
    assert refused.status_code == 422
    assert refused.json()["code"] == "unit.unknown"


def test_an_agents_choice_dispatches_the_order(small_city: City) -> None:
    order = small_city.order(chosen_unit="CGJ")
    detail = small_city.as_(Role.DISPATCHER).get(f"/api/v1/orders/{order}").json()
    assert (detail["state"], detail["unit"]) == ("dispatched", "CGJ")


def test_a_direct_answer_ends_the_order(small_city: City) -> None:
    order = small_city.order(direct_answer="供热热线为 96111")
    assert small_city.as_(Role.DISPATCHER).get(f"/api/v1/orders/{order}").json()["state"] == "answered_directly"


def test_a_batch_takes_the_good_rows_and_names_the_bad(city: City) -> None:
    good, again = city.message(), city.message(message_id="m-6")
    city.as_(Role.AGENT).post("/api/v1/calls", json=again)
    rows = [good, again, {**again, "text": "别的内容"}, {"source": "x"}, "not a row", city.message(text=""), city.message()]
    answer = city.as_(Role.AGENT).post("/api/v1/calls/batch", json={"calls": rows})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [one["row"] for one in results] == [1, 2, 3, 4, 5, 6, 7]
    assert [one["status"] for one in results] == [202, 200, 409, 422, 422, 422, 202]
    assert {fault["field"] for fault in results[3]["problem"]["errors"]} == {"message_id", "text"}


def test_a_batch_may_be_a_bare_list(city: City) -> None:
    answer = city.as_(Role.AGENT).post("/api/v1/calls/batch", json=[city.message(), city.message()])
    assert [one["status"] for one in answer.json()["results"]] == [202, 202]


def test_a_thousand_rows_are_one_batch(city: City) -> None:
    answer = city.as_(Role.AGENT).post("/api/v1/calls/batch", json=[city.message() for _ in range(1000)])
    assert {one["status"] for one in answer.json()["results"]} == {202}


def test_more_than_a_thousand_rows_are_refused(small_city: City) -> None:
    rows = [small_city.message() for _ in range(1001)]
    assert small_city.as_(Role.AGENT).post("/api/v1/calls/batch", json={"calls": rows}).status_code == 422


def test_a_recorded_call_shows_its_caller_masked(city: City) -> None:
    call = city.record(caller={"name": "王建国", "phone": "13847212345"}).json()["call_id"]
    shown = city.as_(Role.AGENT).get(f"/api/v1/calls/{call}").json()
    assert shown["caller"] == {"name": "王**", "phone": "138****2345"}
    assert shown["text"] == HEATING


def test_an_unknown_call_is_not_found(small_city: City) -> None:
    assert small_city.as_(Role.AGENT).get("/api/v1/calls/nothing").status_code == 404
