"""Split, merge, neighbours, incidents and the sample of what the system sent, through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from classifiers.together import Bursting
from hotline.domain.roles import Role
from hotline.services.bursts import Bursts
from hotline.services.incident_ports import Heard
from tests.api.city import HEATING, City
from tests.automatic import with_automatic

WANG = {"name": "王建国", "phone": "13847210086"}
HEAT = "城乡建设/城市建设和市政管理/冬季采暖"
PARTS = [{"text": "暖气不热"}, {"text": "垃圾没人清运", "title": "垃圾"}]
WATCHED = {"text": "中冶世家小区物业把水泵停了,一上午没有水"}


def post(city: City, path: str, body: Any = None, role: Role | str = Role.DISPATCHER, status: int = 200) -> Any:
    answer = city.as_(role).post(f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def get(city: City, path: str, role: Role | str = Role.DISPATCHER, status: int = 200) -> Any:
    answer = city.as_(role).get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def burst(city: City, calls: int = 6) -> str:
    """So many callers without water in one estate within the hour; the incident that the clock proposes."""
    watch = Bursts(city.store, city.clock, city.parts.together.incidents, Bursting)
    watch.follow()
    for at in range(calls):
        city.order(**WATCHED, caller={"name": "某", "phone": f"1384720{at:04d}"})
        city.clock.pass_by(timedelta(minutes=5))
    city.clock_ticks()
    watch.follow()
    return str(get(city, "incidents")["incidents"][0]["id"])


def opened(city: City, ident: str) -> list[str]:
    """A proposal opened for its orders, which are sent to one unit."""
    orders = get(city, f"incidents/{ident}")["incident"]["offered"]
    body = {"title": "停水", "category": "城乡建设/城市建设和市政管理/小区管理", "units": ["CGJ"], "orders": orders}
    post(city, f"incidents/{ident}/open", body)
    assert post(city, f"incidents/{ident}/dispatch")["left"] == {}
    return list(orders)


def test_a_call_of_two_matters_becomes_two_orders(city: City) -> None:
    number = city.order(text="一是暖气不热,二是垃圾没人清运", caller=WANG)
    assert "多个事项" in get(city, f"orders/{number}")["why_desk"]
    found = post(city, f"orders/{number}/split", {"parts": PARTS})["orders"]
    assert found[0]["order_id"] == number
    second = get(city, f"orders/{found[1]['order_id']}")
    assert (second["text"], second["title"]) == ("垃圾没人清运", "垃圾")
    assert second["caller"]["name"] == "王**"
    assert get(city, f"orders/{number}")["text"] == "暖气不热"
    assert post(city, f"orders/{number}/split", {"parts": PARTS})["orders"] == found


@pytest.mark.parametrize(("role", "status"), [(Role.AGENT, 403), (Role.REVIEWER, 403), ("CGJ", 403)])
def test_who_does_not_dispatch_does_not_split(city: City, role: Role | str, status: int) -> None:
    post(city, f"orders/{city.order()}/split", {"parts": PARTS}, role, status)


def test_orders_of_one_caller_are_handled_as_one_and_each_is_answered(city: City) -> None:
    head, member = city.dispatched(text="这里的事", caller=WANG), city.dispatched(text="那里的事", caller=WANG)
    merged = post(city, f"orders/{member}/merge", {"into": head})
    assert "merged" in merged["flags"]
    assert [one["order_id"] for one in get(city, f"orders/{head}/members")["orders"]] == [member]
    assert get(city, f"orders/{member}/offered-answer", "CGJ") is None
    post(city, f"orders/{head}/sign", role="CGJ")
    post(city, f"orders/{head}/answer", {"text": "已修", "public": "修好了"}, "CGJ")
    assert get(city, f"orders/{member}/offered-answer", "CGJ") == {"order_id": head, "text": "已修", "public": "修好了"}
    assert "merged" not in post(city, f"orders/{member}/unmerge", {"reason": "不是一回事"})["flags"]


def test_different_callers_need_a_word_and_a_reason(city: City) -> None:
    head, member = city.order(text="这里的事", caller=WANG), city.order(text="那里的事")
    post(city, f"orders/{member}/merge", {"into": head}, status=422)
    said = {"into": head, "different_callers": True, "reason": "同一处"}
    assert post(city, f"orders/{member}/merge", said)["order_id"] == member


def test_the_platform_above_is_asked(city: City) -> None:
    number = city.order(text="有一件事想请你们管一管", upstream_no="SJ1")
    post(city, f"orders/{number}/ask-above", {"question": "请补充楼号"})
    assert get(city, f"orders/{number}")["history"][-1]["kind"] == "asked_above"


def test_neighbours_are_the_open_orders_that_say_the_same(city: City) -> None:
    first, again = city.order(caller=WANG), city.order(text=f"{HEATING}。昨天也打过电话", caller=WANG)
    city.order(text="楼下垃圾没人清运")
    assert get(city, f"orders/{again}/neighbours") == {"neighbours": [], "complete": False}
    city.clock_ticks()
    city.parts.together.neighbours.follow()
    found = get(city, f"orders/{again}/neighbours")
    assert [(one["order"]["order_id"], one["same_caller"]) for one in found["neighbours"]] == [(first, True)]
    assert found["complete"]
    assert any("暖气不热" in shared for shared in found["neighbours"][0]["shared"])
    get(city, f"orders/{again}/neighbours", "CGJ", 403)


def test_an_order_that_is_over_is_nobodys_neighbour_and_one_done_again_is(city: City) -> None:
    neighbours = city.parts.together.neighbours
    city.clock_ticks()
    neighbours.follow()
    first = city.closed()
    again = city.order(text="有一件事想请你们管一管")
    city.clock_ticks()
    neighbours.follow()
    assert get(city, f"orders/{again}/neighbours")["neighbours"] == []
    assert len(neighbours) == 1
    post(city, f"orders/{first}/callback", {"reached": True, "solved": "no", "reopen": True}, Role.SUPERVISOR, 403)


def test_many_callers_on_one_thing_are_proposed_once_and_grow(city: City) -> None:
    ident = burst(city)
    shown = get(city, f"incidents/{ident}")
    assert shown["incident"]["state"] == "proposed"
    assert len(shown["incident"]["offered"]) == 6
    assert [step["kind"] for step in shown["steps"]] == ["proposed"]
    later = city.order(**WATCHED, caller=WANG)
    city.clock_ticks()
    Bursts(city.store, city.clock, city.parts.together.incidents, Bursting).follow()
    found = get(city, "incidents")["incidents"]
    assert len(found) == 1
    assert later in found[0]["offered"]


def test_an_incident_is_dispatched_once_closed_and_answered_for_all_and_each_order_keeps_its_duties(city: City) -> None:
    ident = burst(city)
    orders = opened(city, ident)
    assert {get(city, f"orders/{one}")["unit"] for one in orders} == {"CGJ"}
    post(city, f"incidents/{ident}/report", {"text": "正在抢修"}, "CGJ")
    post(city, f"incidents/{ident}/close", {"reply": "已恢复供水"}, "CGJ")
    outcome = post(city, f"incidents/{ident}/reply", {"texts": dict.fromkeys(orders, "已恢复供水")}, "CGJ")
    assert (sorted(outcome["done"]), outcome["left"]) == (sorted(orders), {})
    for one in orders:
        shown = get(city, f"orders/{one}")
        assert [event["kind"] for event in shown["history"]][-2:] == ["signed", "answered"]
        assert shown["state"] == "answered"
        assert shown["contacted_at"] is None
    assert [step["kind"] for step in get(city, f"incidents/{ident}")["steps"]] == [
        "proposed", "opened", "dispatched", "reported", "closed", "replied",
    ]  # fmt: skip
    assert get(city, "incidents?over=true")["incidents"][0]["id"] == ident


def test_new_orders_of_the_matter_and_place_are_offered_to_an_open_incident(city: City) -> None:
    ident = burst(city)
    opened(city, ident)
    later = city.order(**WATCHED, caller=WANG)
    assert [one["order_id"] for one in get(city, f"incidents/{ident}/waiting")["orders"]] == [later]
    assert post(city, f"incidents/{ident}/join", {"orders": [later]})["done"] == [later]
    assert list(post(city, f"incidents/{ident}/join", {"orders": [later]})["left"]) == [later]
    assert get(city, f"orders/{later}")["history"][-1]["kind"] == "joined_incident"
    post(city, f"orders/{later}/leave-incident")
    assert [one["order_id"] for one in get(city, f"incidents/{ident}/waiting")["orders"]] == [later]


def test_a_proposal_that_was_dismissed_is_not_made_again_the_same_day(city: City) -> None:
    ident = burst(city)
    post(city, f"incidents/{ident}/dismiss", {"reason": "计划停水,已公告"})
    city.order(**WATCHED, caller=WANG)
    city.clock_ticks()
    Bursts(city.store, city.clock, city.parts.together.incidents, Bursting).follow()
    assert get(city, "incidents")["incidents"] == []


@pytest.mark.parametrize(
    ("path", "body", "role", "status"),
    [
        ("incidents", {"title": "停热", "category": "无"}, Role.DISPATCHER, 422),
        ("incidents", {"title": " ", "category": HEAT}, Role.DISPATCHER, 422),
        ("incidents", {"title": "停热", "category": HEAT, "place": "无"}, Role.DISPATCHER, 422),
        ("incidents", {"title": "停热", "category": HEAT, "units": ["无"]}, Role.DISPATCHER, 422),
        ("incidents", {"title": "停热", "category": HEAT}, Role.AGENT, 403),
        ("incidents/none/dismiss", {"reason": "x"}, Role.DISPATCHER, 404),
        ("incidents/none/close", {"reply": "x"}, "CGJ", 404),
        ("incidents/none/reply", {"texts": {"a": "b"}}, "CGJ", 404),
    ],
)
def test_what_is_no_incident_is_refused(small_city: City, path: str, body: Any, role: Role | str, status: int) -> None:
    post(small_city, path, body, role, status)


def test_a_unit_that_does_not_handle_an_incident_does_not_see_it(small_city: City) -> None:
    ident = burst(small_city)
    get(small_city, f"incidents/{ident}", "CGJ", 404)
    assert get(small_city, "incidents", "CGJ")["incidents"] == []
    opened(small_city, ident)
    assert len(get(small_city, f"incidents/{ident}", "CGJ")["orders"]) == 6
    get(small_city, f"incidents/{ident}", "SCJG", 404)
    post(small_city, f"incidents/{ident}/close", {"reply": "x"}, "SCJG", 403)


def test_a_share_of_what_the_system_sent_is_looked_at_and_the_verdict_is_kept(small_city: City) -> None:
    text = with_automatic()["pack.toml"].decode()
    small_city.put_in_force(pack_toml=text.replace("[auto]", "[auto]\nspot_check_share = 1.0").encode())
    number = small_city.order()
    shown = get(small_city, f"orders/{number}")
    assert (shown["state"], "spot_check" in shown["flags"]) == ("dispatched", True)
    assert shown["history"][-1]["data"]["auto_class"] == HEAT
    assert [one["order_id"] for one in get(small_city, "orders/spot-checks")["orders"]] == [number]
    post(small_city, f"orders/{number}/spot-check", {"right": False}, status=422)
    done = post(small_city, f"orders/{number}/spot-check", {"right": False, "unit": "SCJG"})
    assert (done["unit"], "spot_check" in done["flags"]) == (shown["unit"], False)
    assert get(small_city, "orders/spot-checks")["orders"] == []
    post(small_city, f"orders/{number}/spot-check", {"right": True}, status=409)


def test_names_of_places_nobody_knows_are_listed_downloaded_and_settled(city: City) -> None:
    number = city.order()
    with city.store.write() as work:
        work.unknown_places.hear([Heard("=香榭花园", number, city.clock.now()), Heard("中冶世家", number, city.clock.now())])
        work.commit()
    assert [one["name"] for one in get(city, "unknown-places")["places"]] == ["=香榭花园"]
    sheet = city.as_(Role.DISPATCHER).get("/api/v1/unknown-places.csv").text
    assert "'=香榭花园" in sheet
    assert post(city, "unknown-places/settle", {"name": "=香榭花园"})["places"] == []
    post(city, "unknown-places/settle", {"name": "=香榭花园"}, status=404)
    get(city, "unknown-places", "CGJ", 403)


def accused(city: City, order: str, unit: str) -> None:
    post(city, f"orders/{order}/accused", {"units": [unit]}, Role.SUPERVISOR)


def test_a_unit_is_not_offered_the_answer_of_an_order_that_complains_about_it(city: City) -> None:
    head, member = city.answered("SCJG", caller=WANG), city.dispatched("CGJ", caller=WANG)
    post(city, f"orders/{member}/sign", role="CGJ")
    post(city, f"orders/{member}/merge", {"into": head})
    accused(city, head, "CGJ")
    assert get(city, f"orders/{member}/offered-answer", "CGJ") is None
    assert get(city, f"orders/{member}/offered-answer")["text"] == "已清理"


def test_an_incident_names_a_unit_no_order_that_complains_about_it(city: City) -> None:
    ident = burst(city)
    first, *others = opened(city, ident)
    accused(city, first, "CGJ")
    found, listed = get(city, f"incidents/{ident}", "CGJ"), get(city, "incidents", "CGJ")
    reported = post(city, f"incidents/{ident}/report", {"text": "正在抢修"}, "CGJ")
    assert first not in f"{found} {listed} {reported}"
    assert set(found["incident"]["offered"]) == set(others)
    assert first in get(city, f"incidents/{ident}")["incident"]["offered"]
