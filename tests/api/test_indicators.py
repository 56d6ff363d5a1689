"""The rates over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.domain.roles import Role
from tests.api.city import City

URL = "/api/v1/indicators"


def asked(city: City, **period: str) -> dict[str, dict[str, dict[str, int]]]:
    answer = city.as_(Role.SUPERVISOR).get(URL, params=period)
    assert answer.status_code == 200, answer.text
    found: dict[str, dict[str, dict[str, int]]] = answer.json()
    return found


def test_a_closed_order_counts_in_all_four_rates(city: City) -> None:
    city.closed("CGJ")
    rates = asked(city, by="unit")["CGJ"]
    for rate in ("response", "resolution", "satisfaction", "on_time"):
        assert rates[rate] == {"numerator": 1, "denominator": 1}


def test_an_unsolved_order_counts_against_its_unit(city: City) -> None:
    city.closed("CGJ")
    city.closed("CGJ", solved="no", rating=1)
    rates = asked(city)["CGJ"]
    assert rates["resolution"] == {"numerator": 1, "denominator": 2}
    assert rates["satisfaction"] == {"numerator": 1, "denominator": 2}


def test_units_stand_apart(city: City) -> None:
    city.closed("CGJ"), city.closed("SCJG")
    assert set(asked(city)) == {"CGJ", "SCJG"}


def test_dates_are_local_and_inclusive(city: City) -> None:
    city.clock.pass_by(timedelta(hours=15))  # 2026-11-24, 00:30 in 包头, still the 23rd in UTC
    city.closed("CGJ")
    assert asked(city, **{"from": "2026-11-24", "to": "2026-11-24"})["CGJ"]["resolution"]["denominator"] == 1
    assert asked(city, **{"from": "2026-11-23", "to": "2026-11-23"}) == {}


def test_instants_are_taken_as_they_are(city: City) -> None:
    city.closed("CGJ")
    assert asked(city, **{"from": "2026-11-23T01:30:00Z", "to": "2026-11-23T01:31:00Z"})["CGJ"]
    assert asked(city, **{"from": "2026-11-23T09:31:00+08:00", "to": "2026-11-23T10:00:00+08:00"}) == {}


@pytest.mark.parametrize(
    "period",
    [
        {"from": "昨天"}, {"from": "2026-13-01"}, {"to": "9999-12-31"}, {"from": "2026-11-23", "to": "2026-11-22"},
        {"from": "0001-01-01"}, {"by": "street"},
    ],
)  # fmt: skip
def test_a_wrong_period_is_refused(small_city: City, period: dict[str, str]) -> None:
    assert small_city.as_(Role.SUPERVISOR).get(URL, params=period).status_code == 422
