"""The rules over HTTP: the same answers as on the command line."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.domain.roles import Role
from hotline.web.app import create_app
from hotline.web.console import add_console
from routing_rules.asked import due_asked, explain_asked
from tests.api.city import City

FACTS = {"received_at": "2026-01-20T22:40", "category": "城乡建设/城市建设和市政管理/冬季采暖", "kind": "投诉", "estate": "E003"}


def asked(city: City, *items: dict[str, Any], role: Role = Role.DISPATCHER, **more: Any) -> Any:
    return city.as_(role).post("/api/v1/rules/explain", json={"items": list(items), **more})


def test_facts_are_answered_as_on_the_command_line(small_city: City) -> None:
    (item,) = asked(small_city, {"id": 7, **FACTS}).json()["items"]
    assert item == {"id": 7, **explain_asked(small_city.books.current(), FACTS)}
    assert item["dispatch"]["rule_id"] == "D-0102"
    assert {one["clock"] for one in item["deadline"]} >= {"dispatch", "sign", "answer"}


def test_an_item_that_cannot_be_answered_says_why_and_the_others_are_answered(small_city: City) -> None:
    first, second = asked(small_city, {"id": 1, "weather": "雨"}, {"id": 2, **FACTS}).json()["items"]
    assert "weather" in first["error"]
    assert second["dispatch"]["lead"] == "RLGS"


def test_a_trace_tells_the_rows_that_nearly_fitted(small_city: City) -> None:
    (item,) = asked(small_city, {"id": 1, **FACTS}, trace=True).json()["items"]
    assert item["dispatch"]["near"]


def test_due_times_are_counted_as_on_the_command_line(small_city: City) -> None:
    items = [{"id": 1, "at": "2026-02-13T16:00:00+08:00", "unit": "working_day", "amount": 3}, {"id": 2, "at": "soon"}]
    first, second = small_city.as_(Role.DISPATCHER).post("/api/v1/rules/due", json={"items": items}).json()["items"]
    assert first == {"id": 1, **due_asked(small_city.books.current().calendar, items[0])}
    assert (first["due"], "amount" in second["error"]) == ("2026-02-25T17:00:00+08:00", True)


@pytest.mark.parametrize("path", ["/api/v1/rules/explain", "/api/v1/rules/check"])
def test_a_units_clerk_does_not_see_the_rules(small_city: City, path: str) -> None:
    client = small_city.as_("CGJ")
    answer = client.get(path) if path.endswith("check") else client.post(path, json={"items": [FACTS]})
    assert answer.status_code == 403


def test_the_check_of_the_book_in_force_is_told(small_city: City) -> None:
    found = small_city.as_(Role.SUPERVISOR).get("/api/v1/rules/check").json()
    assert not [one for one in found if one["level"] == "error"]
    assert {"level", "file", "row", "check", "sentence", "others", "example", "order"} == set(found[0])


def test_an_orders_decisions_are_explained_with_the_book_of_their_day(small_city: City) -> None:
    order = small_city.dispatched("CGJ")
    told = small_city.as_(Role.DISPATCHER).get(f"/api/v1/rules/orders/{order}/explain").json()
    assert [one["kind"] for one in told["decisions"]] == ["registered", "dispatched"]
    assert told["decisions"][0]["book"] == small_city.books.hash


def test_a_limit_is_counted_on_the_calendar_in_force(small_city: City) -> None:
    limit = {"id": "a", "at": "2026-02-13T16:00:00+08:00", "unit": "working_day", "amount": 2}
    (item,) = small_city.as_(Role.AGENT).post("/api/v1/rules/due", json={"items": [limit]}).json()["items"]
    assert item["counted"] == ["2026-02-14", "2026-02-24"]  # Saturday the 14th is a make-up day, then the Spring Festival
    assert item["due"] == "2026-02-24T17:00:00+08:00"


def test_a_box_without_its_tick_asks_about_an_order_that_needs_no_reply(small_city: City) -> None:
    table = "id,reply_needed,->lead,->auto\nD-SILENT,no,CGJ,no\nD-9999,,DESK,no\n"
    small_city.put_in_force(dispatch_csv=table.encode(), cases_csv=None)
    pages = create_app(small_city.parts, pages=add_console)
    client = small_city.client(pages)
    client.headers["Authorization"] = small_city.as_(Role.DISPATCHER).headers["Authorization"]
    assert "D-SILENT" in client.post("/rules/try", data={"received_at": "2026-03-05T09:30"}).text


def test_a_table_with_a_chinese_name_is_sent_like_any_other(small_city: City) -> None:
    small_city.put_in_force(**{"说明_csv": "甲,乙\n1,2\n".encode()})
    client = small_city.client(create_app(small_city.parts, pages=add_console))
    client.headers["Authorization"] = small_city.as_(Role.DISPATCHER).headers["Authorization"]
    assert client.get("/rules/files/说明.csv").status_code == 200


def test_a_request_that_would_take_too_long_is_answered_in_time_and_says_what_was_left(small_city: City) -> None:
    pause = [["1990-01-01T00:00:00+08:00", "2040-01-01T00:00:00+08:00"]]
    limit = {"at": "2000-02-13T16:00:00+08:00", "unit": "calendar_day", "amount": 9999, "pauses": pause}
    items = [{"id": number, **limit} for number in range(1000)]
    answered = small_city.as_(Role.AGENT).post("/api/v1/rules/due", json={"items": items}).json()["items"]
    assert [one["id"] for one in answered] == list(range(1000))
    assert "分批" in answered[-1]["error"]
