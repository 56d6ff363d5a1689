"""Callbacks, ratings, notices, written supervision, the accused and secrecy, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hotline.domain.order import Order
from hotline.domain.roles import Role
from hotline.services.ports import Store
from hotline.services.supervision import Supervision
from hotline.store.memory import MemoryStore
from routing_rules.pack import pack_files
from tests.api.city import City

REPORT = "我举报邻居张三在出租屋内生产假酒,我是王建国,电话13847212345,住在3号楼"
CALLER = {"name": "王建国", "phone": "13847212345"}


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


def post(city: City, role: Role | str, order: str, act: str, **body: Any) -> httpx.Response:
    return city.as_(role).post(f"/api/v1/orders/{order}/{act}", json=body)


def shown(city: City, role: Role | str, order: str) -> dict[str, Any]:
    found: dict[str, Any] = city.as_(role).get(f"/api/v1/orders/{order}").json()
    return found


def stored(store: Store, order: str) -> Order:
    with store.read() as work:
        found = work.orders.get(order)
    assert found is not None
    return found


def secret(city: City) -> str:
    """A report whose kind the reader took for something else: a person says what it is."""

    order = city.order(text=REPORT, caller=CALLER)
    with city.store.write() as work:
        now = work.orders.get(order)
        assert now is not None
        work.orders.save([replace(now, kind="举报", version=now.version + 1)])
        work.commit()
    return order


def passed(city: City) -> str:
    order = city.answered(caller=CALLER)
    assert post(city, Role.REVIEWER, order, "review", passed=True).status_code == 200
    return order


# -- callbacks and ratings ---------------------------------------------------------------------------------------------
def test_the_queue_names_who_is_to_be_called_and_why(city: City) -> None:
    order = passed(city)
    items = city.as_(Role.AGENT).get("/api/v1/callbacks").json()["items"]
    assert [(one["order"]["order_id"], one["why"]) for one in items] == [(order, "sampled")]


def test_a_unit_does_not_see_the_callback_queue(city: City) -> None:
    assert city.as_("CGJ").get("/api/v1/callbacks").status_code == 403


def test_a_bad_rating_is_checked_rectified_and_closed_without_a_second_rating(city: City) -> None:
    order = passed(city)
    closed = post(city, Role.AGENT, order, "callback", reached=True, responded=True, solved="yes", rating=1)
    assert "bad_rating" in closed.json()["flags"]
    assert post(city, Role.REVIEWER, order, "ratings/check", reasonable=True, reason="现场未清理").status_code == 200
    begun = post(city, Role.REVIEWER, order, "ratings/rectify").json()
    assert (begun["state"], begun["round"], "rectification" in begun["due"]) == ("signed", 1, True)
    post(city, "CGJ", order, "answer", text="已重新清理")
    post(city, Role.REVIEWER, order, "review", passed=True)
    again = post(city, Role.AGENT, order, "callback", reached=True, responded=True, solved="yes", rating=5)
    assert (again.status_code, again.json()["code"]) == (409, "order.rating_stands")
    last = post(city, Role.AGENT, order, "callback", reached=True, responded=True, solved="yes").json()
    ratings = city.as_(Role.AGENT).get(f"/api/v1/orders/{order}/ratings").json()
    assert (last["state"], [(one["channel"], one["level"]) for one in ratings]) == ("closed", [("phone", 1)])


def test_an_unreasonable_rating_leaves_the_order_closed_with_the_reason(city: City) -> None:
    order = passed(city)
    post(city, Role.AGENT, order, "callback", reached=True, solved="yes", rating=2)
    found = post(city, Role.SUPERVISOR, order, "ratings/check", reasonable=False, reason="诉求已依法办结").json()
    assert (found["state"], found["flags"]) == ("closed", [])
    assert post(city, Role.SUPERVISOR, order, "ratings/rectify").status_code == 409
    assert shown(city, Role.REVIEWER, order)["history"][-1]["data"]["reason"] == "诉求已依法办结"


def test_a_second_rating_of_a_round_by_a_channel_is_refused_with_the_first(city: City) -> None:
    order = passed(city)
    assert post(city, Role.AGENT, order, "ratings", channel="web", level=4).status_code == 200
    second = post(city, Role.AGENT, order, "ratings", channel="web", level=1)
    assert (second.status_code, "满意" in second.json()["title"]) == (409, True)


def test_a_unit_is_blind_for_the_rating_until_the_order_is_closed(city: City) -> None:
    order = passed(city)
    post(city, Role.AGENT, order, "ratings", channel="web", level=4, solved="partly", reason="慢")
    assert city.as_("CGJ").get(f"/api/v1/orders/{order}/ratings").json() == []
    blind = shown(city, "CGJ", order)["history"][-1]["data"]
    post(city, Role.AGENT, order, "callback", reached=True, solved="yes", rating=5)
    assert not {"level", "solved", "reason"} & blind.keys()
    assert shown(city, "CGJ", order)["history"][-1]["data"]["rating"] == 5


def test_what_must_be_called_is_not_closed_without_a_call(city: City) -> None:
    assert post(city, Role.AGENT, passed(city), "close-uncalled").status_code == 422


def test_outside_the_sample_an_order_is_closed_without_a_call_and_counts_in_no_rate(city: City) -> None:
    city.put_in_force(pack_toml=_nobody(city))
    order = passed(city)
    done = post(city, Role.AGENT, order, "close-uncalled").json()
    assert done["state"] == "closed"
    rates = city.as_(Role.SUPERVISOR).get("/api/v1/indicators").text
    assert '"callback":{"numerator":0,"denominator":0' in rates.replace(" ", "")


def _nobody(city: City) -> bytes:
    city.clock.pass_by(timedelta(seconds=1))
    return pack_files("kundulun")["pack.toml"].replace(b"share = 1.0", b"share = 0.0")


def test_a_reasonable_rating_is_given_back_to_its_unit_in_the_same_step(city: City) -> None:
    order = passed(city)
    post(city, Role.AGENT, order, "callback", reached=True, solved="yes", rating=1)
    found = post(city, Role.REVIEWER, order, "ratings/check", reasonable=True, reason="确未清理", rectify=True).json()
    kinds = [one["kind"] for one in shown(city, Role.REVIEWER, order)["history"]]
    assert (found["state"], "rectifying" in found["flags"]) == ("signed", True)
    assert kinds[-2:] == ["rating_checked", "rectification_begun"]


# -- the caller again ----------------------------------------------------------------------------------------------------
def test_a_caller_who_presses_is_written_down_and_the_unit_is_told(city: City) -> None:
    order = city.dispatched()
    due = shown(city, Role.AGENT, order)["due"]
    assert post(city, Role.AGENT, order, "urge", note=" ").status_code == 422
    done = post(city, Role.AGENT, order, "urge", note="来电人问何时来人").json()
    last = shown(city, Role.AGENT, order)["history"][-1]
    assert (done["state"], done["due"], last["kind"], last["data"]["reason"]) == ("dispatched", due, "urged", "来电人问何时来人")
    told = city.as_("CGJ").get("/api/v1/notices").json()["items"]
    assert [(one["step"], one["why"]) for one in told] == [("urge", "来电人催单")]


def test_a_caller_takes_an_order_back_with_a_reason_and_its_unit_is_told(city: City) -> None:
    order = city.dispatched()
    assert post(city, Role.AGENT, order, "withdraw", reason="").status_code == 422
    done = post(city, Role.AGENT, order, "withdraw", reason="问题已自行解决").json()
    legs = stored_legs(city, order)
    assert (done["state"], legs) == ("withdrawn", ["withdrawn"])
    assert city.as_("CGJ").get("/api/v1/notices").json()["items"][0]["why"] == "来电人撤回诉求"
    assert post(city, Role.AGENT, order, "withdraw", reason="再次").status_code == 409


def test_a_unit_and_a_supervisor_take_no_callers_word_back(city: City) -> None:
    order = city.dispatched()
    refused = [post(city, who, order, "withdraw", reason="x").status_code for who in ("CGJ", Role.SUPERVISOR)]
    assert (refused, post(city, "CGJ", order, "urge", note="x").status_code) == ([403, 403], 403)


def test_what_came_from_above_is_taken_back_there(city: City) -> None:
    order = city.order(text="有一件事", upstream_no="SJ1", channel="upstream")
    refused = post(city, Role.AGENT, order, "withdraw", reason="不要了")
    assert (refused.status_code, "由上级撤回" in refused.json()["title"]) == (409, True)


def test_an_order_under_which_others_are_handled_is_not_taken_back_before_they_are_let_go(city: City) -> None:
    head, member = city.dispatched(caller=CALLER), city.dispatched(caller=CALLER)
    assert post(city, Role.DISPATCHER, member, "merge", into=head).status_code == 200
    assert post(city, Role.AGENT, head, "withdraw", reason="不要了").status_code == 409
    post(city, Role.DISPATCHER, member, "unmerge", reason="分开办理")
    assert post(city, Role.AGENT, head, "withdraw", reason="不要了").status_code == 200


def stored_legs(city: City, order: str) -> list[str]:
    with city.store.read() as work:
        return [leg.outcome for leg in work.legs.of_order(order)]


# -- supervision ---------------------------------------------------------------------------------------------------------
def test_a_written_supervision_is_told_to_the_unit_and_answered(city: City) -> None:
    order = city.dispatched()
    due = (city.clock.now() + timedelta(days=1)).isoformat()
    assert post(city, Role.SUPERVISOR, order, "supervision", text="请今日到场", due=due).status_code == 200
    told = city.as_("CGJ").get("/api/v1/notices").json()
    assert [(one["step"], one["why"]) for one in told["items"]] == [("supervise", "请今日到场")]
    assert post(city, Role.SUPERVISOR, order, "supervision", text="再次督办", due=due).status_code == 409
    assert post(city, "CGJ", order, "supervision/reply", text="已到场").status_code == 200
    assert city.as_(Role.SUPERVISOR).get("/api/v1/notices").json()["items"][0]["step"] == "reply"


def test_a_notice_is_read_once_and_by_whom_it_is_for(city: City) -> None:
    order = city.dispatched()
    due = (city.clock.now() + timedelta(days=1)).isoformat()
    post(city, Role.SUPERVISOR, order, "supervision", text="请今日到场", due=due)
    ident = city.as_("CGJ").get("/api/v1/notices").json()["items"][0]["id"]
    assert city.as_("SCJG").post(f"/api/v1/notices/{ident}/read").status_code == 404
    assert city.as_("CGJ").post(f"/api/v1/notices/{ident}/read").json()["read_at"] is not None
    assert city.as_("CGJ").get("/api/v1/notices?unread=true").json() == {"items": [], "unread": 0}


def test_an_urgent_order_reminds_until_a_person_acknowledges_it(city: City) -> None:
    order = city.order(text="楼下仓库着火,请马上来人", caller=CALLER)
    assert "unacknowledged" in shown(city, Role.DISPATCHER, order)["flags"]
    sweep = Supervision(city.store, city.clock, city.books)
    for _ in range(2):
        city.clock.pass_by(timedelta(minutes=15))
        sweep.sweep()
        sweep.sweep()
    told = [one for one in city.as_(Role.DISPATCHER).get("/api/v1/notices").json()["items"] if one["step"] == "acknowledge"]
    assert len(told) == 2
    done = post(city, Role.DISPATCHER, order, "acknowledge", note="已通知燃气公司")
    assert "unacknowledged" not in done.json()["flags"]
    assert post(city, Role.DISPATCHER, order, "acknowledge").status_code == 409


# -- the accused -----------------------------------------------------------------------------------------------------------
def test_an_accused_unit_neither_gets_nor_sees_the_order(city: City) -> None:
    order = city.dispatched("CGJ")
    assert post(city, Role.DISPATCHER, order, "accused", units=["CGJ"], persons=["李某"]).status_code == 200
    assert city.as_("CGJ").get(f"/api/v1/orders/{order}").status_code == 404
    assert city.as_("CGJ").get("/api/v1/orders").json()["orders"] == []
    assert post(city, "CGJ", order, "sign").status_code == 404
    again = post(city, Role.DISPATCHER, city.order(text="有一件事想请你们管一管"), "dispatch", unit="CGJ")
    other = post(city, Role.DISPATCHER, order, "dispatch", unit="CGJ", assists=["SCJG"])
    assert (again.status_code, other.status_code, other.json()["code"]) == (200, 409, "order.recused")


def test_an_accused_person_does_not_see_the_order_whatever_the_role(city: City) -> None:
    order = city.dispatched("SCJG")
    name = city.as_(Role.REVIEWER).get(f"/api/v1/orders/{order}").status_code
    who = next(key.name for key in city.access.keys() if key.role is Role.REVIEWER)  # noqa: SIM118  # a method of ours
    post(city, Role.DISPATCHER, order, "accused", units=[], persons=[who])
    assert (name, city.as_(Role.REVIEWER).get(f"/api/v1/orders/{order}").status_code) == (200, 404)
    assert city.as_(Role.REVIEWER).get("/api/v1/orders").json()["orders"] == []


def test_somebody_has_to_be_named_and_to_exist(city: City) -> None:
    order = city.dispatched()
    nobody, unknown = (post(city, Role.DISPATCHER, order, "accused", units=units, persons=[]) for units in ([], ["XX"]))
    assert (nobody.status_code, unknown.status_code) == (422, 422)


# -- secrecy ---------------------------------------------------------------------------------------------------------------
def test_a_report_goes_to_no_unit_before_its_text_is_confirmed(city: City) -> None:
    order = secret(city)
    refused = post(city, Role.DISPATCHER, order, "dispatch", unit="SCJG")
    assert (refused.status_code, "办理文本" in refused.json()["title"]) == (409, True)
    sent = post(city, Role.DISPATCHER, order, "dispatch", unit="SCJG", handling_text="有人举报出租屋内生产假酒")
    assert sent.status_code == 200


def test_a_text_in_which_the_caller_still_stands_is_refused(city: City) -> None:
    assert post(city, Role.DISPATCHER, secret(city), "handling-text", text="王建国举报有人造假酒").status_code == 422


def test_a_unit_reads_the_confirmed_text_and_nothing_of_the_reporter(city: City) -> None:
    order = secret(city)
    post(city, Role.DISPATCHER, order, "handling-text", text="有人举报出租屋内生产假酒")
    post(city, Role.DISPATCHER, order, "dispatch", unit="SCJG")
    found = city.as_("SCJG").get(f"/api/v1/orders/{order}")
    listed = city.as_("SCJG").get("/api/v1/orders")
    assert found.json()["text"] == "有人举报出租屋内生产假酒"
    assert not [word for word in ("王", "13847", "2345", "3号楼") for page in (found, listed) if word in page.text]
    assert city.as_("SCJG").post(f"/api/v1/orders/{order}/caller", json={"reason": "联系"}).status_code == 403


def test_every_reading_of_the_original_is_recorded(city: City) -> None:
    order = secret(city)
    shown(city, Role.DISPATCHER, order)
    with city.store.read() as work:
        assert [row.what for row in work.access.views(order)] == ["original"]
