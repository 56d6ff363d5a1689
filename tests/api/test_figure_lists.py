"""The orders behind a figure, as pages: exactly those that the figure counts, to those who may see both."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from hotline.domain.roles import Role
from hotline.web.app import create_app
from hotline.web.console import add_console
from tests.api.city import City

DAYS = {"from": "2026-11-01", "to": "2026-11-30"}


def pages(city: City, who: Role | str) -> TestClient:
    client = city.client(create_app(city.parts, pages=add_console))
    client.headers["Authorization"] = city.as_(who).headers["Authorization"]
    client.headers["Accept"] = "text/html"
    return client


def shown(city: City, who: Role | str = Role.SUPERVISOR, **asked: str) -> str:
    answer = pages(city, who).get("/orders", params={"figure": "resolution", **DAYS, **asked})
    assert answer.status_code == 200, answer.text
    text: str = answer.text
    return text


def listed(page: str) -> set[str]:
    return set(re.findall(r'<td><a href="/orders/([A-Z0-9]+)">', page))


@pytest.fixture
def three(city: City) -> tuple[City, list[str]]:
    """Two orders solved and one not, of one unit; and one of another unit."""
    good = [city.closed("CGJ"), city.closed("CGJ")]
    return city, [*good, city.closed("CGJ", solved="no", rating=1), city.closed("SCJG")]


def test_the_list_of_what_was_missed_has_the_figure_in_words_and_those_orders_alone(three: tuple[City, list[str]]) -> None:
    city, orders = three
    page = shown(city, key="CGJ", good="no")
    assert "昆都仑区城市管理综合执法局 2026-11 解决率 2/3:未解决的 1 件" in page
    assert listed(page) == {orders[2]}


def test_counted_and_missed_together_are_the_denominator(three: tuple[City, list[str]]) -> None:
    city, orders = three
    assert listed(shown(city, key="CGJ", good="yes")) == set(orders[:2])
    assert listed(shown(city, key="CGJ")) == set(orders[:3])
    assert listed(shown(city, by="all")) == set(orders)


def test_the_books_are_never_mixed(three: tuple[City, list[str]]) -> None:
    city, _ = three
    page = shown(city, book="official", key="CGJ")
    assert "解决率 0/0" in page
    assert "上级口径" in page


def test_a_unit_at_a_level_stands_for_what_is_below_it(city: City) -> None:
    below, own = city.dispatched("HWZX"), city.dispatched("CGJ")
    assert listed(shown(city, figure="first_dispatch", key="CGJ", level="1")) == {own, below}
    assert listed(shown(city, figure="first_dispatch", key="CGJ")) == {own}


def test_a_clerk_sees_the_orders_of_the_own_unit_whatever_is_asked(three: tuple[City, list[str]]) -> None:
    city, orders = three
    assert listed(shown(city, "SCJG", by="all")) == {orders[3]}
    assert listed(shown(city, "SCJG", key="CGJ")) == set()


def test_a_clerk_does_not_read_a_rating_in_a_list_before_the_order_is_closed(city: City) -> None:
    order = city.reviewed("CGJ", caller={"name": "王建国", "phone": "13847212345"})
    body = {"reached": True, "responded": True, "solved": "no", "rating": 1, "reopen": True}
    city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/callback", json=body).raise_for_status()
    assert listed(shown(city, "CGJ", good="no")) == set()
    assert "不计入本单位看到的数字" in shown(city, "CGJ", good="no")
    assert listed(shown(city, good="no")) == {order}


def test_a_clerk_cannot_tell_a_rating_from_the_figures_around_a_callback(city: City) -> None:
    order = city.reviewed("CGJ", caller={"name": "王建国", "phone": "13847212345"})
    body = {"reached": True, "responded": True, "solved": "no", "rating": 1, "reopen": True}
    city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/callback", json=body).raise_for_status()
    asked = {"from": DAYS["from"], "to": DAYS["to"]}
    seen = city.as_("CGJ").get("/api/v1/indicators", params=asked).json().get("CGJ", {})
    known = city.as_(Role.SUPERVISOR).get("/api/v1/indicators", params=asked).json()["CGJ"]
    assert seen.get("satisfaction", {"denominator": 0})["denominator"] == 0
    assert known["satisfaction"]["denominator"] == 1


def test_whoever_may_not_read_orders_or_rates_gets_no_list(three: tuple[City, list[str]]) -> None:
    city, _ = three
    for role in (Role.OPERATIONS, Role.AGENT):
        assert pages(city, role).get("/orders", params={"figure": "resolution", **DAYS}).status_code == 403


def test_an_order_that_complains_about_the_unit_is_in_no_list_of_it(city: City) -> None:
    kept, about = city.dispatched("CGJ"), city.dispatched("CGJ")
    body = {"units": ["CGJ"], "persons": []}
    city.as_(Role.DISPATCHER).post(f"/api/v1/orders/{about}/accused", json=body).raise_for_status()
    assert listed(shown(city, "CGJ", figure="first_dispatch")) == {kept}
    assert listed(shown(city, figure="first_dispatch", key="CGJ")) == {kept, about}


@pytest.mark.parametrize(
    "wrong",
    [
        {"figure": "luck"}, {"from": "昨天"}, {"to": ""}, {"from": "2026-12-01"}, {"by": "colour"}, {"good": "perhaps"},
        {"book": "red"}, {"level": "0"}, {"from": "2020-01-01"}, {"key": "\x00"},
    ],
)  # fmt: skip
def test_an_address_of_no_figure_is_told_so(small_city: City, wrong: dict[str, str]) -> None:
    answer = pages(small_city, Role.SUPERVISOR).get("/orders", params={"figure": "resolution", **DAYS, **wrong})
    assert answer.status_code == 422
    assert "这个地址没有对应的指标" in answer.text


def test_the_export_has_the_same_orders_and_is_recorded(three: tuple[City, list[str]]) -> None:
    city, orders = three
    asked = {"figure": "resolution", **DAYS, "key": "CGJ", "good": "no"}
    answer = pages(city, Role.SUPERVISOR).get("/orders/figure.csv", params=asked)
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["工单号", orders[2]]


def test_a_tag_narrows_the_list_to_the_orders_that_bear_it(city: City) -> None:
    tagged, other = city.dispatched("CGJ"), city.dispatched("CGJ")
    with city.store.write() as work:
        order = work.orders.get_many([tagged])[tagged]
        work.orders.save([replace(order, words=frozenset({"heating"}), version=order.version + 1)])
        work.commit()
    assert listed(shown(city, figure="first_dispatch", by="all")) == {tagged, other}
    assert listed(shown(city, figure="first_dispatch", by="all", tag="heating")) == {tagged}
