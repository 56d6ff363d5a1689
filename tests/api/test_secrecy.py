"""What the clerk of a unit reads of a report over HTTP: nothing of who spoke, whatever it does and whatever happened before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from hotline.domain.actions import Action
from hotline.domain.applications import Asks
from hotline.domain.lifecycle import apply
from hotline.domain.order import Order
from hotline.domain.roles import Actor, Role
from hotline.services import change
from hotline.store.memory import MemoryStore
from tests.api.city import City

TEXT = "我举报邻居在出租屋内生产假酒,我是王建国,电话13847212345,住在3号楼"
CALLER = {"name": "王建国", "phone": "13847212345"}
CONFIRMED = "有人举报出租屋内生产假酒"
TRACES = ("王建国", "王**", "13847", "2345", "3号楼")
PLATFORM, ZHANG = Actor("市热线", Role.UPSTREAM), Actor("张三", Role.DISPATCHER)
ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sign", {}),
    ("handler", {"person": "赵六"}),
    ("contact", {"result": "no_answer"}),
    ("acknowledge", {"note": "已收到"}),
    ("applications", {"asks": "extension", "reason": "需要检验"}),
    ("answer", {"text": "已查封"}),
    ("take-back", {"reason": "补充材料"}),
)


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


def report(city: City) -> str:
    """A report that lies with a unit; its title is the reporter's own words."""
    number = city.order(text=TEXT, title=TEXT[:30], caller=CALLER)
    with city.store.write() as work:
        now = work.orders.get(number)
        assert now is not None
        work.orders.save([replace(now, kind="举报", origin="upstream", version=now.version + 1)])
        work.commit()
    return number


def sent(city: City) -> str:
    number = report(city)
    body = {"unit": "SCJG", "handling_text": CONFIRMED}
    assert city.as_(Role.DISPATCHER).post(f"/api/v1/orders/{number}/dispatch", json=body).status_code == 200
    return number


def happened(city: City, number: str, action: Action, data: Mapping[str, Any], by: Actor = PLATFORM) -> None:
    with city.store.write() as work:
        order = work.orders.get(number)
        assert order is not None
        change.write(work, [apply(order, action, at=city.clock.now(), by=by, data=data)])
        work.commit()


def told(answer: httpx.Response) -> list[str]:
    """The traces that an answer to a clerk bears."""
    assert answer.status_code == 200, answer.text
    return [word for word in TRACES if word in answer.text]


def test_no_answer_to_an_act_of_a_clerk_tells_who_spoke(city: City) -> None:
    number, clerk = sent(city), city.as_("SCJG")
    answers = [clerk.post(f"/api/v1/orders/{number}/{act}", json=body) for act, body in ACTS]
    assert [(act, told(answer)) for (act, _), answer in zip(ACTS, answers, strict=True)] == [(act, []) for act, _ in ACTS]
    assert {answer.json()["title"] for answer in answers} == {CONFIRMED}


def test_the_list_of_what_waits_tells_a_clerk_nothing_of_who_spoke(city: City) -> None:
    number, clerk = sent(city), city.as_("SCJG")
    clerk.post(f"/api/v1/orders/{number}/sign")
    clerk.post(f"/api/v1/orders/{number}/applications", json={"asks": str(Asks.EXTENSION), "reason": "需要检验"})
    found = clerk.get("/api/v1/applications")
    assert (told(found), [one["order"]["title"] for one in found.json()["waiting"]]) == ([], [CONFIRMED])
    assert city.as_(Role.DISPATCHER).get("/api/v1/applications").json()["waiting"][0]["order"]["title"] != CONFIRMED


def test_an_attempt_to_contact_keeps_no_digit_of_the_reporters_number(city: City) -> None:
    number, clerk = sent(city), city.as_("SCJG")
    clerk.post(f"/api/v1/orders/{number}/sign")
    clerk.post(f"/api/v1/orders/{number}/contact", json={"result": "no_answer"})
    found = city.as_(Role.DISPATCHER).get(f"/api/v1/orders/{number}").json()["history"][-1]
    assert (found["kind"], found["data"]["number"]) == ("contacted", "")


@pytest.mark.parametrize(
    ("action", "data", "by"),
    [
        (Action.SUPPLEMENT, {"column": "诉求人", "before": "王建国", "after": "王建国", "channel": "upstream"}, PLATFORM),
        (Action.NOTE_ABOVE, {"column": "诉求内容", "before": TEXT, "after": TEXT, "why": "王建国"}, PLATFORM),
        (Action.URGE, {"reason": "王建国再次来电"}, PLATFORM),
        (Action.MERGE, {"into": "X", "reason": "王建国一人反映", "one_caller": True}, ZHANG),
        (Action.HIDE_REPORTER, {"text": "住3号楼的王建国举报"}, ZHANG),
    ],
)
def test_the_past_tells_a_clerk_nothing_of_who_spoke(city: City, action: Action, data: dict[str, Any], by: Actor) -> None:
    number = sent(city)
    happened(city, number, action, data, by)
    found = city.as_("SCJG").get(f"/api/v1/orders/{number}")
    assert told(found) == []
    assert (found.json()["history"][-1]["kind"], "王建国" in found.text) == (kind_of(city, number), False)
    assert "王建国" in city.as_(Role.DISPATCHER).get(f"/api/v1/orders/{number}").text


def kind_of(city: City, number: str) -> str:
    with city.store.read() as work:
        return work.events.of_order(number)[-1].kind


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("ask-above", {"question": "王建国住哪一户?"}),
        ("split", {"parts": [{"text": "王建国举报造假酒"}, {"text": "王建国反映垃圾没人清运"}]}),
    ],
)
def test_what_was_done_on_the_desk_tells_a_clerk_nothing_of_who_spoke(city: City, act: str, body: dict[str, Any]) -> None:
    number, desk = report(city), city.as_(Role.DISPATCHER)
    assert desk.post(f"/api/v1/orders/{number}/{act}", json=body).status_code == 200
    kind_again(city, number)
    assert desk.post(f"/api/v1/orders/{number}/handling-text", json={"text": CONFIRMED}).status_code == 200
    assert desk.post(f"/api/v1/orders/{number}/dispatch", json={"unit": "SCJG"}).status_code == 200
    assert told(city.as_("SCJG").get(f"/api/v1/orders/{number}")) == []


def kind_again(city: City, number: str) -> Order:
    """A split reads its parts anew; a person says again that it is a report."""
    with city.store.write() as work:
        now = work.orders.get(number)
        assert now is not None
        work.orders.save([again := replace(now, kind="举报", version=now.version + 1)])
        work.commit()
    return again


def test_of_a_split_a_unit_reads_its_own_part_only(city: City) -> None:
    number, desk = city.order(text="一是暖气不热,二是垃圾没人清运", caller=CALLER), city.as_(Role.DISPATCHER)
    body = {"parts": [{"text": "暖气不热"}, {"text": "垃圾没人清运"}]}
    made = desk.post(f"/api/v1/orders/{number}/split", json=body).json()["orders"]
    assert desk.post(f"/api/v1/orders/{number}/dispatch", json={"unit": "SCJG"}).status_code == 200
    found = city.as_("SCJG").get(f"/api/v1/orders/{number}")
    split = next(one for one in found.json()["history"] if one["kind"] == "split")
    assert [one["text"] for one in split["data"]["parts"]] == ["暖气不热"]
    assert ("垃圾" in found.text, made[1]["order_id"] in found.text) == (False, False)
