"""If-Match: an act on another version than the one there is refused, and nothing is overwritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from hotline.domain.roles import Role
from tests.api.city import City

CONTACT = {"result": "no_answer"}
SAID = {"reached": True, "responded": True, "solved": "yes", "rating": 5}


def detail(city: City, order: str) -> httpx.Response:
    return city.as_(Role.ADMIN).get(f"/api/v1/orders/{order}")


def act(city: City, who: Role | str, path: str, body: dict[str, Any] | None, match: str) -> httpx.Response:
    return city.as_(who).post(f"/api/v1/orders/{path}", json=body, headers={"If-Match": match})


def test_an_orders_tag_is_its_version(city: City) -> None:
    seen = detail(city, city.dispatched("CGJ"))
    assert seen.headers["ETag"] == f'"{seen.json()["version"]}"'


def test_an_act_on_the_version_seen_is_done_and_answers_with_the_new_tag(city: City) -> None:
    order = city.dispatched("CGJ")
    done = act(city, "CGJ", f"{order}/sign", None, detail(city, order).headers["ETag"])
    assert (done.status_code, done.json()["state"]) == (200, "signed")
    assert done.headers["ETag"] == detail(city, order).headers["ETag"] == f'"{done.json()["version"]}"'


def test_an_act_on_an_older_version_is_refused_with_the_current_one(city: City) -> None:
    order = city.dispatched("CGJ")
    before = detail(city, order).headers["ETag"]
    city.as_("CGJ").post(f"/api/v1/orders/{order}/sign")
    now = detail(city, order)
    refused = act(city, "CGJ", f"{order}/contact", CONTACT, before)
    assert (refused.status_code, refused.json()["code"]) == (412, "order.version_differs")
    assert (refused.json()["version"], refused.headers["ETag"]) == (now.json()["version"], now.headers["ETag"])
    assert refused.headers["content-type"] == "application/problem+json"
    assert detail(city, order).json() == now.json()


@pytest.mark.parametrize(
    ("who", "step", "body"),
    [
        (Role.DISPATCHER, "dispatch", {"unit": "SCJG"}),
        (Role.DISPATCHER, "decline", {"route": "法院诉讼"}),
        (Role.DISPATCHER, "transfer", {"number": "119"}),
        ("CGJ", "sign", None),
        ("CGJ", "contact", CONTACT),
        ("CGJ", "return", {"reason": "不归我"}),
        (Role.DISPATCHER, "return/decision", {"granted": True}),
        ("CGJ", "answer", {"text": "已清理"}),
        (Role.REVIEWER, "review", {"passed": True}),
        (Role.AGENT, "callback", SAID),
        (Role.ADMIN, "caller", {"reason": "核对"}),
    ],
)
def test_every_step_is_held_to_the_version(small_city: City, who: Role | str, step: str, body: dict[str, Any] | None) -> None:
    order = small_city.dispatched("CGJ")
    assert act(small_city, who, f"{order}/{step}", body, '"99"').status_code == 412


def test_of_several_who_saw_the_same_version_one_acts(city: City) -> None:
    order = city.dispatched("CGJ")
    tag = detail(city, order).headers["ETag"]
    with ThreadPoolExecutor(6) as several:
        answers = list(several.map(lambda _: act(city, "CGJ", f"{order}/contact", CONTACT, tag).status_code, range(6)))
    assert sorted(answers) == [200, *[412] * 5]


@pytest.mark.parametrize("match", ["*", '"1", "2","3"', 'W/"9", "2"'])
def test_any_version_named_will_do(city: City, match: str) -> None:
    assert act(city, "CGJ", f"{city.dispatched('CGJ')}/sign", None, match).status_code == 200


@pytest.mark.parametrize("match", ['W/"2"', '"x"', '""', '"99999999999999999999"', '"²"'.encode().decode("latin-1")])
def test_a_tag_that_is_weak_or_not_ours_fits_nothing(city: City, match: str) -> None:
    order = city.dispatched("CGJ")
    answer = city.as_("CGJ").post(f"/api/v1/orders/{order}/sign", headers={"If-Match": match.encode("latin-1")})
    assert answer.status_code == 412


@pytest.mark.parametrize("match", ["2", '"2', "", ",", '"2" "3"'])
def test_what_is_no_tag_is_named(city: City, match: str) -> None:
    order = city.dispatched("CGJ")
    answer = act(city, "CGJ", f"{order}/sign", None, match or " , ")
    assert (answer.status_code, "ETag" in answer.json()["title"]) == (422, True)


def test_a_strangers_order_is_not_found_whatever_its_version(city: City) -> None:
    assert act(city, "SCJG", f"{city.dispatched('CGJ')}/sign", None, '"99"').status_code == 404


def test_a_condition_on_one_order_says_nothing_of_another(city: City) -> None:
    order, other = city.dispatched("CGJ"), city.dispatched("CGJ")
    assert act(city, "CGJ", f"{order}/sign", None, '"99"').status_code == 412
    assert city.as_("CGJ").post(f"/api/v1/orders/{other}/sign").status_code == 200
