"""An order's life over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.domain.roles import Role
from tests.api.city import City

DETAIL = "/api/v1/orders/{}"


def test_an_order_passes_from_the_desk_to_its_end(city: City) -> None:
    order = city.answered("CGJ")
    assert city.as_(Role.REVIEWER).post(f"/api/v1/orders/{order}/review", json={"passed": True}).json()["state"] == "in_callback"
    said = {"reached": True, "responded": True, "solved": "yes", "rating": 5}
    assert city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/callback", json=said).json()["state"] == "closed"
    history = city.as_(Role.AGENT).get(DETAIL.format(order)).json()["history"]
    told = [event["kind"] for event in history]
    assert told == ["registered", "dispatched", "signed", "contacted", "answered", "review_passed", "closed"]
    assert [event["seq"] for event in history] == list(range(1, 8))


def test_a_clear_case_goes_out_without_a_person_where_the_office_switched_its_class_on(city: City) -> None:
    city.switch_automatic_dispatch_on()
    order = city.order(text="中冶世家小区停水三天了")
    detail = city.as_(Role.DISPATCHER).get(DETAIL.format(order)).json()
    assert (detail["state"], detail["why_desk"]) == ("dispatched", "")
    assert detail["unit"] == detail["rule"]["unit"]


def test_an_agents_own_answer_ends_the_order_and_counts_as_having_seen_it(city: City) -> None:
    order = city.order(text="暖气管道旁边着火了", direct_answer="已请来电人拨打119")
    detail = city.as_(Role.DISPATCHER).get(DETAIL.format(order)).json()
    assert (detail["state"], detail["due"], detail["why_desk"]) == ("answered_directly", {}, "")
    assert [event["kind"] for event in detail["history"]] == ["registered", "answered_directly"]
    assert "unacknowledged" not in detail["flags"]


def test_nothing_goes_out_without_a_person_before_the_office_switched_a_class_on(city: City) -> None:
    order = city.order(text="中冶世家小区停水三天了")
    detail = city.as_(Role.DISPATCHER).get(DETAIL.format(order)).json()
    assert (detail["state"], detail["unit"], detail["why_desk"]) == ("on_desk", None, "该类事项未开启自动派单")


def test_an_order_says_what_the_model_and_the_rule_said(city: City) -> None:
    detail = city.as_(Role.DISPATCHER).get(DETAIL.format(city.order(text="少先路街道垃圾没人清"))).json()
    assert detail["model"]["version"] == "words-1"
    assert detail["rule"]["row"].startswith("D-")
    assert detail["evidence"] == [{"word": "垃圾", "start": 5, "end": 7}]
    assert "answer" in detail["due"]


def test_sent_back_by_the_review_the_unit_answers_again(city: City) -> None:
    order = city.answered("CGJ")
    back = city.as_(Role.REVIEWER).post(f"/api/v1/orders/{order}/review", json={"passed": False, "note": "未写明时间"})
    assert (back.json()["state"], back.json()["round"]) == ("signed", 1)


def test_not_solved_is_done_again(city: City) -> None:
    order = city.closed("CGJ", solved="no", rating=1)
    detail = city.as_(Role.AGENT).get(DETAIL.format(order)).json()
    assert (detail["state"], detail["round"]) == ("dispatched", 2)


def test_a_return_waits_for_the_office(city: City) -> None:
    order = city.dispatched("CGJ")
    asked = city.as_("CGJ").post(
        f"/api/v1/orders/{order}/return", json={"reason": "不属本单位职责", "reason_code": "not_our_duty"}
    )
    assert (asked.json()["state"], asked.json()["flags"]) == ("dispatched", ["return_asked"])
    granted = city.as_(Role.DISPATCHER).post(f"/api/v1/orders/{order}/return/decision", json={"granted": True})
    assert (granted.json()["state"], granted.json()["unit"]) == ("on_desk", None)


def test_a_refused_return_leaves_the_order_with_its_unit(city: City) -> None:
    order = city.dispatched("CGJ")
    city.as_("CGJ").post(f"/api/v1/orders/{order}/return", json={"reason": "不属本单位职责"})
    refused = city.as_(Role.SUPERVISOR).post(
        f"/api/v1/orders/{order}/return/decision", json={"granted": False, "reason": "属你单位"}
    )
    assert (refused.json()["unit"], refused.json()["flags"]) == ("CGJ", [])


def test_the_third_return_is_refused(city: City) -> None:
    order = city.dispatched("CGJ")
    for _ in range(2):
        city.as_("CGJ").post(f"/api/v1/orders/{order}/return", json={"reason": "不归我"})
        city.as_(Role.DISPATCHER).post(f"/api/v1/orders/{order}/return/decision", json={"granted": False})
    third = city.as_("CGJ").post(f"/api/v1/orders/{order}/return", json={"reason": "不归我"})
    assert (third.status_code, third.json()["code"]) == (409, "order.return_allowance_spent")


@pytest.mark.parametrize(
    ("role", "act", "body"),
    [
        ("CGJ", "answer", {"text": "已处理"}), (Role.REVIEWER, "review", {"passed": True}),
        (Role.AGENT, "callback", {"reached": True, "solved": "yes"}), (Role.DISPATCHER, "return/decision", {"granted": True}),
    ],
)  # fmt: skip
def test_a_step_that_is_not_in_the_table_is_a_conflict(city: City, role: str, act: str, body: object) -> None:
    order = city.dispatched("CGJ")
    refused = city.as_(role).post(f"/api/v1/orders/{order}/{act}", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "order.not_from_here")


@pytest.mark.parametrize("unit", ["NOBODY", "DESK"])
def test_dispatching_to_an_unknown_unit_is_refused(city: City, unit: str) -> None:
    refused = city.as_(Role.DISPATCHER).post(f"/api/v1/orders/{city.order()}/dispatch", json={"unit": unit})
    assert (refused.status_code, refused.json()["code"]) == (422, "unit.unknown")


@pytest.mark.parametrize(
    "said",
    [
        {"reached": False, "solved": "yes"}, {"reached": True}, {"reached": True, "solved": "maybe"},
        {"reached": True, "solved": "yes", "rating": 6}, {"reached": "yes", "solved": "yes"}, {},
    ],
)  # fmt: skip
def test_a_contradictory_callback_is_refused(small_city: City, said: object) -> None:
    order = small_city.answered("CGJ")
    assert small_city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/callback", json=said).status_code == 422


@pytest.mark.parametrize("number", ["KDL2026112399999", "x", "%00", "..%2F..", "a" * 300, "工单"])
def test_an_unknown_order_is_not_found(city: City, number: str) -> None:
    assert city.as_(Role.AGENT).get(f"/api/v1/orders/{number}").status_code == 404


def test_orders_are_listed_by_state_and_unit(city: City) -> None:
    order = city.dispatched("CGJ")
    city.dispatched("SCJG"), city.order(text="读不出什么")
    listed = city.as_(Role.DISPATCHER).get("/api/v1/orders", params={"state": "dispatched", "unit": "CGJ"}).json()
    assert [one["order_id"] for one in listed["orders"]] == [order]


def test_several_states_may_be_asked_for(city: City) -> None:
    city.dispatched("CGJ"), city.order(text="读不出什么")
    listed = city.as_(Role.DISPATCHER).get("/api/v1/orders", params={"state": ["dispatched", "on_desk"]}).json()
    assert {one["state"] for one in listed["orders"]} == {"dispatched", "on_desk"}


def test_pages_follow_each_other_without_a_gap(city: City) -> None:
    orders = set()
    for _ in range(5):
        city.clock.pass_by(timedelta(minutes=1))
        orders.add(city.order())
    client, seen, cursor = city.as_(Role.AGENT), [], ""
    while cursor is not None:
        page = client.get("/api/v1/orders", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [one["order_id"] for one in page["orders"]]
        cursor = page["cursor"]
    assert sorted(seen) == sorted(orders)


@pytest.mark.parametrize(
    "asked", [{"state": "lost"}, {"limit": 0}, {"limit": 201}, {"cursor": "nonsense"}, {"cursor": "\x00"}, {"unit": "NOBODY"}]
)
def test_a_wrong_question_is_refused(city: City, asked: dict[str, object]) -> None:
    assert city.as_(Role.AGENT).get("/api/v1/orders", params=asked).status_code == 422


def test_actions_are_what_the_asker_may_do_now(city: City) -> None:
    order = city.dispatched("CGJ")
    clerk = set(city.as_("CGJ").get(DETAIL.format(order)).json()["actions"])
    assert clerk & {"sign", "contact", "apply_return", "answer", "dispatch"} == {"sign", "contact", "apply_return"}


def test_what_the_dispatcher_chose_is_counted(small_city: City) -> None:
    order = small_city.order(text="少先路街道垃圾没人清")
    first = small_city.as_(Role.DISPATCHER).get(DETAIL.format(order)).json()["suggestions"][0]["unit"]
    small_city.as_(Role.DISPATCHER).post(f"/api/v1/orders/{order}/dispatch", json={"unit": first})
    assert small_city.registry.get_sample_value("hotline_dispatch_choice_total", {"result": "top1"}) == 1
