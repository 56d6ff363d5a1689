"""A hotline of another city: the same services and pages, only the pack is another."""

from __future__ import annotations

from datetime import datetime

import pytest

from hotline.domain.roles import Role
from hotline.store.memory import MemoryStore
from tests.api.city import City

PROPERTY = "东直门街道某小区物业长期不清理垃圾,没人管"


@pytest.fixture
def capital() -> City:
    """北京市's hotline on a Monday at 09:30."""
    return City(MemoryStore(), pack="beijing", units=("S009", "RLG"))


def order(city: City, number: str) -> dict[str, object]:
    answer = city.as_(Role.DISPATCHER).get(f"/api/v1/orders/{number}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def test_a_call_is_registered_under_the_citys_own_prefix_and_waits_with_its_streets_name(capital: City) -> None:
    number = capital.order(text=PROPERTY)
    seen = order(capital, number)
    first = seen["suggestions"][0]  # type: ignore[index]
    assert (number[:2], seen["state"], first["unit"], first["row"]) == ("BJ", "on_desk", "S009", "D-0131")


def test_a_call_sent_to_a_street_is_due_in_seven_calendar_days(capital: City) -> None:
    number = capital.dispatched("S009", text=PROPERTY)
    seen = order(capital, number)
    assert (seen["state"], seen["unit"]) == ("dispatched", "S009")
    assert moment(seen["due_at"]) == moment("2026-12-01T00:00:00+08:00")  # 24:00 of 30 November


def test_heating_is_due_within_a_day(capital: City) -> None:
    number = capital.dispatched("RLG", text="东直门街道暖气不热")
    assert moment(order(capital, number)["due_at"]) == moment("2026-11-24T09:30:00+08:00")


def test_the_street_signs_and_answers_with_its_own_key(capital: City) -> None:
    number = capital.answered("S009", text=PROPERTY)
    assert order(capital, number)["state"] == "answered"
