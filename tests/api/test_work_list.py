"""The work list through the API: tabs, filters, words, pages, views, and several orders signed for at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotline.domain.roles import Role
from tests.api.city import City

ORDERS = "/api/v1/orders"


def ids(city: City, role: Role | str, **asked: Any) -> list[str]:
    answer = city.as_(role).get(ORDERS, params=asked)
    assert answer.status_code == 200, answer.text
    return [one["order_id"] for one in answer.json()["orders"]]


def test_a_unit_sees_what_lies_with_it_by_tabs_with_counts(city: City) -> None:
    new, signed, strange = city.dispatched("CGJ"), city.dispatched("CGJ"), city.dispatched("SCJG")
    city.as_("CGJ").post(f"{ORDERS}/{signed}/sign")
    answered = city.answered("CGJ")
    assert (ids(city, "CGJ", tab="sign"), ids(city, "CGJ", tab="handling")) == ([new], [signed])
    assert ids(city, "CGJ", tab="answered") == [answered]
    assert strange not in ids(city, "CGJ")
    counts = city.as_("CGJ").get(f"{ORDERS}/counts").json()["counts"]
    assert {tab: n for tab, n in counts.items() if n} == {"sign": 1, "handling": 1, "answered": 1}
    assert list(counts) == ["sign", "handling", "soon", "late", "again", "answered", "closed"]


def test_what_a_unit_gave_back_is_no_longer_work_of_its_but_still_to_be_seen(city: City) -> None:
    order = city.dispatched("CGJ")
    city.as_("CGJ").post(f"{ORDERS}/{order}/return", json={"reason": "不属本单位职责"})
    assert ids(city, "CGJ", tab="again") == [order]
    city.as_(Role.SUPERVISOR).post(f"{ORDERS}/{order}/return/decision", json={"granted": True, "reason": "同意"})
    city.as_(Role.DISPATCHER).post(f"{ORDERS}/{order}/dispatch", json={"unit": "SCJG"})
    assert (ids(city, "CGJ", tab="sign"), ids(city, "CGJ")) == ([], [order])
    assert ids(city, "SCJG", tab="sign") == [order]


def test_an_assisting_unit_has_the_order_on_its_list(city: City) -> None:
    order = city.order(text="有一件事想请你们管一管")
    city.as_(Role.DISPATCHER).post(f"{ORDERS}/{order}/dispatch", json={"unit": "CGJ", "assists": ["SCJG"]})
    assert ids(city, "SCJG", tab="sign") == [order]


def test_the_least_time_left_comes_first_and_what_is_late_has_its_tab(city: City) -> None:
    later = city.dispatched("CGJ")
    city.clock.pass_by(timedelta(days=1))
    latest = city.dispatched("CGJ")
    assert ids(city, "CGJ", tab="sign") == [later, latest]
    assert ids(city, "CGJ", tab="sign", sort="received") == [latest, later]
    due = city.as_("CGJ").get(f"{ORDERS}/{latest}").json()["due_at"]
    assert ids(city, "CGJ", due_before=due) == [later]
    city.clock.pass_by(timedelta(days=30))
    assert (set(ids(city, "CGJ", tab="late")), ids(city, "CGJ", tab="soon")) == ({later, latest}, [])


def test_what_is_due_within_a_day_has_its_tab(city: City) -> None:
    order = city.dispatched("CGJ", upstream_no="BT-1", upstream_due="2026-11-24T09:00:00+08:00")
    assert ids(city, "CGJ", tab="soon") == [order]


def test_a_list_is_narrowed(city: City) -> None:
    web, phone = city.dispatched("CGJ", channel="web"), city.dispatched("CGJ", channel="phone")
    detail = city.as_("CGJ").get(f"{ORDERS}/{web}").json()
    assert ids(city, "CGJ", channel="web") == [web]
    assert set(ids(city, "CGJ", kind=detail["kind"])) == {web, phone}
    assert ids(city, "CGJ", kind="表扬") == ids(city, "CGJ", flag="escalated") == ids(city, "CGJ", urgency="danger") == []
    assert set(ids(city, "CGJ", received_from="2026-11-23T00:00:00")) == {web, phone}
    assert ids(city, "CGJ", received_before="2026-11-23T00:00:00") == []
    assert set(ids(city, Role.DISPATCHER, unit="CGJ", tab="sign")) == {web, phone}
    assert ids(city, Role.DISPATCHER, unit="SCJG") == []


def test_an_order_is_found_by_its_words_its_number_and_the_citys_number(city: City) -> None:
    order = city.order(text="友谊大街路灯坏了三盏,我叫张伟国,电话13847212345", upstream_no="BT-77")
    assert ids(city, Role.AGENT, text=order) == ids(city, Role.AGENT, text="BT-77") == [order]
    assert ids(city, Role.AGENT, text="路灯") == []  # until the clock has written it down
    city.clock_ticks()
    assert ids(city, Role.AGENT, text="路灯") == ids(city, Role.AGENT, text="三盏 友谊大街") == [order]
    assert ids(city, Role.AGENT, text="张伟国") == ids(city, Role.AGENT, text="13847212345") == []
    assert ids(city, "SCJG", text="路灯") == []


def test_what_came_later_under_the_citys_number_finds_the_order_too(city: City) -> None:
    order = city.order(upstream_no="BT-78", text="路灯坏了")
    city.clock_ticks()
    city.record(upstream_no="BT-78", text="井盖也缺失了")
    city.triaged()
    city.clock_ticks()
    assert ids(city, Role.AGENT, text="井盖") == [order]


def test_pages_follow_each_other_with_a_total_and_who_signed(city: City) -> None:
    orders = [city.dispatched("CGJ") for _ in range(5)]
    city.as_("CGJ").post(f"{ORDERS}/{orders[0]}/sign")
    first = city.as_("CGJ").get(ORDERS, params={"limit": 3}).json()
    second = city.as_("CGJ").get(ORDERS, params={"limit": 3, "cursor": first["cursor"]}).json()
    seen = [one["order_id"] for one in (*first["orders"], *second["orders"])]
    assert (seen, first["total"], second["cursor"]) == (orders, 5, None)
    assert list(first["signers"]) == orders[:1]


@pytest.mark.parametrize(
    "asked",
    [
        {"tab": "nothing"}, {"kind": "x"}, {"channel": "x"}, {"urgency": "x"}, {"flag": "x"}, {"unit": "NOBODY"},
        {"received_from": "x"}, {"due_before": "1900-01-01T00:00:00"}, {"sort": "x"}, {"tab": "sign", "state": "closed"},
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_is_refused(small_city: City, asked: dict[str, str]) -> None:
    assert small_city.as_(Role.ADMIN).get(ORDERS, params=asked).status_code == 422


def test_several_orders_are_signed_for_and_each_tells_what_came_of_it(city: City) -> None:
    new, done, strange = city.dispatched("CGJ"), city.answered("CGJ"), city.dispatched("SCJG")
    body = {"order_ids": [new, done, strange, "KDL0", new]}
    told = city.as_("CGJ").post(f"{ORDERS}/sign", json=body).json()["results"]
    assert [(one["order_id"], one["signed"], one["code"]) for one in told] == [
        (new, True, None), (done, False, "order.not_from_here"), (strange, False, "not_found"), ("KDL0", False, "not_found"),
    ]  # fmt: skip
    assert ids(city, "CGJ", tab="handling") == [new]


@pytest.mark.parametrize("order_ids", [[], ["KDL1"] * 51, ["x" * 65], "KDL1"])
def test_nothing_and_too_much_are_not_signed_for(small_city: City, order_ids: object) -> None:
    assert small_city.as_("CGJ").post(f"{ORDERS}/sign", json={"order_ids": order_ids}).status_code == 422


def test_only_a_unit_signs(small_city: City) -> None:
    assert small_city.as_(Role.AGENT).post(f"{ORDERS}/sign", json={"order_ids": ["KDL1"]}).status_code == 403


def test_views_belong_to_a_key_and_keep_what_a_list_has(city: City) -> None:
    clerk = city.as_("CGJ")
    kept = clerk.put("/api/v1/views/我的投诉", json={"query": "tab=late&kind=投诉&cursor=abc&strange=1&q="})
    assert kept.json() == {"name": "我的投诉", "query": "tab=late&kind=%E6%8A%95%E8%AF%89"}
    assert clerk.get("/api/v1/views").json() == {"views": [kept.json()]}
    assert city.as_("SCJG").get("/api/v1/views").json() == {"views": []}
    assert city.as_("SCJG").delete("/api/v1/views/我的投诉").status_code == 404
    assert clerk.delete("/api/v1/views/我的投诉").status_code == 204
    assert clerk.get("/api/v1/views").json() == {"views": []}


@pytest.mark.parametrize(
    ("query", "named"),
    [("tab=nothing", "分栏"), ("kind=x", "类型"), ("channel=x", "来源"), ("urgency=x", "紧急程度"), ("flag=x", "标记"),
     ("from=yesterday", "受理起始日期"), ("due=20261124", "到期日期"), ("sort=x", "排序")],
)  # fmt: skip
def test_a_view_of_what_no_list_has_is_refused_with_its_name(small_city: City, query: str, named: str) -> None:
    refused = small_city.as_("CGJ").put("/api/v1/views/我的", json={"query": query})
    assert (refused.status_code, refused.json()["title"]) == (422, f"视图中的{named}不是可用的筛选条件")


def test_nobody_keeps_more_than_thirty_views(small_city: City) -> None:
    clerk = small_city.as_("CGJ")
    answers = [clerk.put(f"/api/v1/views/{number}", json={"query": "tab=late"}).status_code for number in range(31)]
    assert answers == [200] * 30 + [422]
    assert clerk.put("/api/v1/views/7", json={"query": "tab=soon"}).status_code == 200


@pytest.mark.parametrize("path", [ORDERS, f"{ORDERS}/counts", "/api/v1/views", "/api/v1/changes"])
def test_a_key_that_reads_no_orders_has_no_list(small_city: City, path: str) -> None:
    assert small_city.as_(Role.OPERATIONS).get(path).status_code == 403
