"""The platform above over HTTP: its messages, what is to be entered there, changes read."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.domain.roles import Role
from tests.api.city import City

NUMBER = "BT2026112300009"
MESSAGES, ENTRIES = "/api/v1/upstream/messages", "/api/v1/upstream/entries"


def message(ident: str, about: str = "", **fields: Any) -> dict[str, Any]:
    return {"source": "city", "message_id": ident, "upstream_no": NUMBER, "about": about, **fields}


def order(city: City, **fields: Any) -> str:
    """An order from above that its unit answered and the office released."""
    number = city.answered("CGJ", upstream_no=NUMBER, **fields)
    assert city.as_(Role.REVIEWER).post(f"/api/v1/orders/{number}/review", json={"passed": True}).status_code == 200
    return number


@pytest.mark.parametrize("role", [Role.UPSTREAM, Role.DISPATCHER])
def test_a_message_is_an_event_and_the_same_again_is_answered_the_same(city: City, role: Role) -> None:
    number = order(city)
    body = message("m1", "redo", data={"reason": "未解决"})
    first, again = (city.as_(role).post(MESSAGES, json=body) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() | {"created": False} == again.json() == {
        "call_id": first.json()["call_id"], "order_id": number, "outcome": "event", "created": False,
    }  # fmt: skip
    assert city.as_(Role.AGENT).get(f"/api/v1/orders/{number}").json()["round"] == 2


def test_another_content_under_the_same_id_is_a_conflict(city: City) -> None:
    order(city)
    sent = [city.as_(Role.UPSTREAM).post(MESSAGES, json=message("m1", about)).status_code for about in ("urge", "recall")]
    assert (sent, city.parts.set_aside.count()) == ([202, 409], 1)


def test_a_message_before_its_order_waits(city: City) -> None:
    taken = city.as_(Role.UPSTREAM).post(MESSAGES, json=message("m1", "urge")).json()
    assert (taken["outcome"], taken["order_id"]) == ("waits", None)


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER, "CGJ"])
def test_others_do_not_speak_for_the_platform(city: City, role: Role | str) -> None:
    assert city.as_(role).post(MESSAGES, json=message("m1", "recall")).status_code == 403


def test_what_is_to_be_entered_is_listed_marked_and_listed_as_such(city: City) -> None:
    number = order(city)
    clerk = city.as_(Role.DISPATCHER)
    (entry,) = clerk.get(ENTRIES).json()
    assert (entry["order_id"], entry["kind"], entry["text"]) == (number, "answer", "已清理")
    marked = [clerk.post(f"{ENTRIES}/filled", json={"keys": [entry["key"]]}).json() for _ in range(2)]
    assert (marked, clerk.get(ENTRIES).json()) == ([{"filled": 1}, {"filled": 0}], [])
    assert [one["key"] for one in clerk.get(ENTRIES, params={"filled": True}).json()] == [entry["key"]]


def test_a_unit_neither_sees_nor_marks_what_is_entered_above(city: City) -> None:
    order(city)
    unit = city.as_("CGJ")
    assert (unit.get(ENTRIES).status_code, unit.post(f"{ENTRIES}/filled", json={"keys": ["x:1"]}).status_code) == (403, 403)


def test_an_unknown_entry_is_not_found(city: City) -> None:
    assert city.as_(Role.DISPATCHER).post(f"{ENTRIES}/filled", json={"keys": ["nobody:1"]}).status_code == 404


def test_a_change_is_read_once(city: City) -> None:
    number = order(city)
    city.as_(Role.UPSTREAM).post(MESSAGES, json=message("m1", "nobody knows", text="请核实"))
    path = f"/api/v1/orders/{number}/change-read"
    answers = [city.as_(Role.DISPATCHER).post(path, json={"note": "已核实"}) for _ in range(2)]
    assert ([one.status_code for one in answers], answers[0].json()["flags"]) == ([200, 409], [])
