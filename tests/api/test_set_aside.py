"""What could not be processed is seen and tried again, and who did it is recorded."""

from __future__ import annotations

import json

from hotline.domain.roles import Role
from hotline.services.messages import CALLS, ORDERS, call_row
from tests.api.city import City


def listed(city: City, **asked: object) -> list[dict[str, object]]:
    page = city.as_(Role.DISPATCHER).get("/api/v1/set-aside", params=asked)
    items: list[dict[str, object]] = page.json()["items"]
    return items


def retry(city: City, ident: object) -> int:
    return city.as_(Role.DISPATCHER).post(f"/api/v1/set-aside/{ident}/retry").status_code


def test_bytes_of_a_topic_are_listed_with_their_reason(city: City) -> None:
    city.parts.set_aside.keep(b"\xff not json", CALLS, "不是 JSON")
    (one,) = listed(city)
    assert (one["kind"], one["reason"], one["ref"]) == ("topic", "不是 JSON", CALLS)


def test_an_id_that_cannot_be_ours_is_kept_and_can_be_retried(city: City) -> None:
    city.parts.set_aside.keep(json.dumps({"call_id": "长" * 5000}).encode(), CALLS, "字段不对")
    (one,) = listed(city)
    assert (one["kind"], one["ref"], retry(city, one["id"])) == ("topic", CALLS, 202)


def test_who_retries_is_not_told_the_citizens_query_code(city: City) -> None:
    city.record(message_id="1")
    city.record(message_id="1", text="完全是另一件事,请处理")
    ident = listed(city)[0]["id"]
    shown = city.as_(Role.OPERATIONS).post(f"/api/v1/set-aside/{ident}/retry").json()
    assert set(shown["call"]) == {"call_id", "order_id"}


def test_the_same_bytes_again_are_the_same_entry(city: City) -> None:
    for _ in range(2):
        city.parts.set_aside.keep(b"{}", ORDERS, "缺少字段")
    assert len(listed(city)) == 1


def test_a_retried_message_goes_back_to_its_topic(city: City) -> None:
    city.parts.set_aside.keep(b'{"order_id": "KDL1"}', ORDERS, "单位接口不可用")
    assert retry(city, listed(city)[0]["id"]) == 202
    with city.store.read() as work:
        (row,) = work.outbox.unsent(10)
    assert (row.topic, row.key, row.value) == (ORDERS, b"KDL1", b'{"order_id": "KDL1"}')
    assert listed(city) == []
    assert len(listed(city, retried=True)) == 1


def test_a_call_that_triage_failed_on_is_an_order_after_its_retry(city: City) -> None:
    call = city.record().json()["call_id"]
    with city.store.write() as work:
        (row,) = work.outbox.unsent(10)
        work.outbox.mark_sent([row.id], city.clock.now())
        work.commit()
    city.parts.set_aside.keep(row.value, CALLS, "分类出错")
    (one,) = listed(city)
    assert (one["kind"], one["ref"]) == ("call", call)
    retry(city, one["id"])
    assert city.triaged() == [call]
    assert city.as_(Role.AGENT).get(f"/api/v1/calls/{call}").json()["order_id"]


def test_a_message_that_fails_again_is_listed_again(city: City) -> None:
    city.parts.set_aside.keep(b"{}", ORDERS, "第一次")
    retry(city, listed(city)[0]["id"])
    city.parts.set_aside.keep(b"{}", ORDERS, "第二次")
    assert [one["reason"] for one in listed(city)] == ["第二次"]


def test_a_retry_is_recorded(city: City) -> None:
    city.parts.set_aside.keep(b"{}", ORDERS, "缺少字段")
    (one,) = listed(city)
    retry(city, one["id"])
    with city.store.read() as work:
        (view,) = work.access.views(str(one["id"]))
    assert view.what == "set_aside.retried"
    assert view.actor.startswith("dispatcher-")


def test_a_retried_conflict_becomes_a_call_of_its_own(city: City) -> None:
    city.record(message_id="m-7", text="停水三天")
    city.record(message_id="m-7", text="停水四天")
    (one,) = listed(city)
    answer = city.as_(Role.DISPATCHER).post(f"/api/v1/set-aside/{one['id']}/retry").json()
    shown = city.as_(Role.AGENT).get(f"/api/v1/calls/{answer['call']['call_id']}").json()
    assert (shown["text"], shown["message_id"]) == ("停水四天", f"m-7~{str(one['id'])[:8]}")


def test_a_conflict_retried_twice_is_one_call(city: City) -> None:
    city.record(message_id="m-8", text="停水三天")
    city.record(message_id="m-8", text="停水四天")
    (one,) = listed(city)
    assert [retry(city, one["id"]), retry(city, one["id"])] == [202, 202]
    assert len(city.triaged()) == 2


def test_a_row_that_is_still_wrong_stays_listed(city: City) -> None:
    city.intake.set_aside_row("file:1", 7, "只有,两列".encode(), "缺少诉求内容")
    (one,) = listed(city)
    assert retry(city, one["id"]) == 422
    assert [left["id"] for left in listed(city)] == [one["id"]]


def test_a_listed_conflict_shows_no_caller(city: City) -> None:
    caller = {"name": "王建国", "phone": "13847212345"}
    city.record(message_id="13847212345", text="停水三天", caller=caller)
    city.record(message_id="13847212345", text="停水四天,电话13847212345", caller=caller)
    shown = json.dumps(listed(city), ensure_ascii=False)
    assert "王建国" not in shown
    assert "13847212345" not in shown


def test_operations_sees_that_something_waits_but_no_words(city: City) -> None:
    city.record(message_id="m-9", text="停水三天")
    city.record(message_id="m-9", text="停水四天")
    page = city.as_(Role.OPERATIONS).get("/api/v1/set-aside").json()
    assert (page["waiting"], page["items"][0]["preview"]) == (1, None)


def test_an_unknown_entry_is_not_found(city: City) -> None:
    assert retry(city, "nothing") == 404


def test_the_key_of_a_retried_call_keeps_its_partition(city: City) -> None:
    city.record()
    with city.store.read() as work:
        (row,) = work.outbox.unsent(10)
        call = work.calls.get([row.ref])[row.ref]
    city.parts.set_aside.keep(row.value, CALLS, "分类出错")
    retry(city, listed(city)[0]["id"])
    with city.store.read() as work:
        assert {one.key for one in work.outbox.unsent(10)} == {call_row(call).key}
