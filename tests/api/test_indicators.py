"""The rates over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotline.domain.indicators import FURTHER, OFFICIAL, RATES
from hotline.domain.roles import Role
from tests.api.city import City

URL = "/api/v1/indicators"


def asked(city: City, **period: str) -> dict[str, dict[str, tuple[int, int]]]:
    answer = city.as_(Role.SUPERVISOR).get(URL, params=period)
    assert answer.status_code == 200, answer.text
    return {
        key: {rate: (one["numerator"], one["denominator"]) for rate, one in row.items()} for key, row in answer.json().items()
    }


def test_a_closed_order_counts_in_all_four_rates(city: City) -> None:
    city.closed("CGJ")
    rates = asked(city, by="unit")["CGJ"]
    for rate in ("response", "resolution", "satisfaction", "on_time"):
        assert rates[rate] == (1, 1)


def test_an_unsolved_order_counts_against_its_unit(city: City) -> None:
    city.closed("CGJ")
    city.closed("CGJ", solved="no", rating=1)
    rates = asked(city)["CGJ"]
    assert rates["resolution"] == (1, 2)
    assert rates["satisfaction"] == (1, 2)


def test_units_stand_apart(city: City) -> None:
    city.closed("CGJ"), city.closed("SCJG")
    assert set(asked(city)) == {"CGJ", "SCJG"}


def test_dates_are_local_and_inclusive(city: City) -> None:
    city.clock.pass_by(timedelta(hours=15))  # 2026-11-24, 00:30 in 包头, still the 23rd in UTC
    city.closed("CGJ")
    assert asked(city, **{"from": "2026-11-24", "to": "2026-11-24"})["CGJ"]["resolution"] == (1, 1)
    assert asked(city, **{"from": "2026-11-23", "to": "2026-11-23"}) == {}


def test_instants_are_taken_as_they_are(city: City) -> None:
    city.closed("CGJ")
    assert asked(city, **{"from": "2026-11-23T01:30:00Z", "to": "2026-11-23T01:31:00Z"})["CGJ"]
    assert asked(city, **{"from": "2026-11-23T09:31:00+08:00", "to": "2026-11-23T10:00:00+08:00"}) == {}


def test_a_rate_has_its_interval(city: City) -> None:
    city.closed("CGJ")
    found = city.as_(Role.SUPERVISOR).get(URL).json()["CGJ"]
    assert found["resolution"] == {"numerator": 1, "denominator": 1, "low": 0.2065, "high": 1.0}
    assert found["return"]["low"] == 0.0
    assert found["reopening"]["denominator"] == 1


def test_a_rate_without_a_sample_has_no_interval(city: City) -> None:
    city.dispatched("CGJ")
    found = city.as_(Role.SUPERVISOR).get(URL).json()["CGJ"]
    assert found["resolution"] == {"numerator": 0, "denominator": 0, "low": None, "high": None}


def test_every_published_rate_is_there_and_the_explaining_ones_when_asked_for(city: City) -> None:
    city.closed("CGJ")
    assert set(asked(city)["CGJ"]) == set(RATES)
    assert set(asked(city, further="true")["CGJ"]) == {*RATES, *FURTHER}


@pytest.mark.parametrize(
    ("by", "keys"), [("all", {""}), ("channel", {"phone"}), ("month", {"2026-11"}), ("street", {""}), ("tag", set())]
)
def test_figures_are_grouped_as_asked(city: City, by: str, keys: set[str]) -> None:
    city.closed("CGJ")
    assert set(asked(city, by=by)) == keys


def test_a_level_gathers_units_under_the_one_above(city: City) -> None:
    city.dispatched("CGJ"), city.dispatched("HWZX")  # 环卫中心, below 城管局
    assert set(asked(city)) == {"CGJ", "HWZX"}
    assert {unit: rates["return"] for unit, rates in asked(city, level="1").items()} == {"CGJ": (0, 2)}


def test_a_question_is_narrowed_to_a_unit_with_those_below_it(city: City) -> None:
    city.closed("CGJ"), city.closed("SCJG"), city.dispatched("HWZX")
    assert set(asked(city, unit="CGJ")) == {"CGJ", "HWZX"}
    assert asked(city, unit="CGJ", by="all")[""]["resolution"] == (1, 1)


def test_a_unit_asks_of_itself_alone(city: City) -> None:
    city.closed("CGJ"), city.closed("SCJG")
    clerk = city.as_("CGJ")
    assert set(clerk.get(URL).json()) == {"CGJ"}
    assert clerk.get(URL, params={"unit": "SCJG"}).json() == {}


def test_an_agent_may_not_see_the_rates(small_city: City) -> None:
    assert small_city.as_(Role.AGENT).get(URL).status_code == 403


def test_the_books_are_never_mixed(city: City) -> None:
    city.closed("CGJ")
    assert asked(city, book="official") == {}


def test_definitions_say_how_every_rate_is_counted(small_city: City) -> None:
    said = small_city.as_(Role.SUPERVISOR).get(f"{URL}/definitions").json()
    assert set(said["books"]["own"]) == {*RATES, *FURTHER}
    assert set(said["books"]["official"]) == set(OFFICIAL)
    assert said["books"]["own"]["resolution"]["definition"].startswith("回访答“已解决”的")
    assert (said["floor"], said["weights"]["response"]) == (10, 0.3)
    assert said["left_out"].startswith("不计入考核的工单:已剔除的;")


@pytest.mark.parametrize(
    "period",
    [
        {"from": "昨天"}, {"from": "2026-13-01"}, {"to": "9999-12-31"}, {"from": "2026-11-23", "to": "2026-11-22"},
        {"from": "0001-01-01"}, {"by": "weather"}, {"level": "0"}, {"book": "both"}, {"unit": "NONE"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(small_city: City, period: dict[str, str]) -> None:
    assert small_city.as_(Role.SUPERVISOR).get(URL, params=period).status_code == 422


def opened(city: City, who: Role | str = Role.SUPERVISOR, **figure: str) -> dict[str, Any]:
    answer = city.as_(who).get(f"{URL}/orders", params={"rate": "resolution", **figure})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_figure_opens_the_orders_behind_it(city: City) -> None:
    good, bad = city.closed("CGJ"), city.closed("CGJ", solved="no", rating=1)
    found = opened(city, key="CGJ", good="false")
    assert [one["order_id"] for one in found["orders"]] == [bad]
    assert ((found["figure"]["numerator"], found["figure"]["denominator"]), found["counted"]) == ((1, 2), 1)
    assert {one["order_id"] for one in opened(city, key="CGJ")["orders"]} == {good, bad}


def test_the_orders_behind_a_figure_come_in_pages(city: City) -> None:
    orders = [city.closed("CGJ") for _ in range(3)]
    first = opened(city, limit="2")
    last = opened(city, limit="2", cursor=str(first["cursor"]))
    assert [one["order_id"] for page in (first, last) for one in page["orders"]] == sorted(orders)
    assert last["cursor"] is None


def test_a_unit_opens_its_own_orders_alone(city: City) -> None:
    own, _ = city.closed("CGJ"), city.closed("SCJG")
    assert [one["order_id"] for one in opened(city, "CGJ", by="all")["orders"]] == [own]


def test_the_orders_on_which_the_books_differ_say_what_each_counts(city: City) -> None:
    order = city.reviewed("CGJ", upstream_no="BT2026112300009", caller={"name": "王建国", "phone": "13847212345"})
    heard = {"reached": True, "responded": True, "solved": "yes", "rating": 5}
    city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/callback", json=heard)
    rated = {"source": "city", "message_id": "m1", "upstream_no": "BT2026112300009", "about": "rating"}
    said = {**rated, "data": {"level": 1, "solved": "no"}}
    assert city.as_(Role.UPSTREAM).post("/api/v1/upstream/messages", json=said).status_code == 202
    city.closed("CGJ")
    asked = {"rate": "resolution", "contrary": "true"}
    (found,) = city.as_(Role.SUPERVISOR).get(f"{URL}/differences", params=asked).json()["orders"]
    parts = [(found[book]["numerator"], found[book]["denominator"]) for book in ("own", "official")]
    assert (found["order"]["order_id"], parts, found["contrary"]) == (order, [(1, 1), (0, 1)], True)
    blind = city.as_(Role.SUPERVISOR).get(f"{URL}/differences", params={"rate": "signed_on_time"})
    assert blind.status_code == 422


def test_the_calibration_has_ten_deciles(city: City) -> None:
    city.closed("CGJ")
    found = city.as_(Role.SUPERVISOR).get(f"{URL}/calibration").json()["deciles"]
    assert (len(found), found[0]["low"], found[9]["high"]) == (10, 0.0, 1.0)


def test_the_citys_callback_counts_in_its_book_also_when_we_had_closed_the_order(city: City) -> None:
    order = city.reviewed("CGJ", upstream_no="BT2026112300009", caller={"name": "王建国", "phone": "13847212345"})
    heard = {"reached": True, "responded": True, "solved": "yes", "rating": 5}
    city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/callback", json=heard)
    said = {"source": "city", "message_id": "m1", "upstream_no": "BT2026112300009", "about": "callback"}
    city.as_(Role.UPSTREAM).post("/api/v1/upstream/messages", json={**said, "data": {**heard, "solved": "no", "rating": 1}})
    assert [asked(city, book=book)["CGJ"]["resolution"] for book in ("own", "official")] == [(1, 1), (0, 1)]
    assert city.as_(Role.SUPERVISOR).get(f"/api/v1/orders/{order}").json()["state"] == "closed"
