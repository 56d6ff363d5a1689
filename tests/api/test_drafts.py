"""Drafts of the rules over HTTP: what was changed is proposed, tried on past orders, approved by somebody else."""

from __future__ import annotations

import pytest
from httpx import Response

from hotline.domain.persons import same_person
from hotline.domain.roles import Role
from hotline.services.turns import Turn
from tests.api.city import City

NOTE = "供暖事项改由住建局牵头"


def proposed(city: City, role: Role = Role.DISPATCHER, old: bytes = b"0.8", new: bytes = b"0.9") -> Response:
    table = city.parts.drafts.files(city.books.now_in_force())["dispatch.csv"]
    sent = {"files": ("dispatch.csv", table.replace(b"," + old + b",", b"," + new + b","), "text/csv")}
    return city.as_(role).post("/api/v1/rules/drafts", files=sent, data={"note": NOTE})


def test_a_changed_table_becomes_a_draft_over_the_book_in_force(small_city: City) -> None:
    draft = proposed(small_city).json()
    assert (draft["state"], draft["errors"], draft["note"]) == ("checked", 0, NOTE)
    assert draft["base"] == small_city.books.now_in_force()


def test_a_draft_goes_into_force_by_another_person_after_its_rehearsal(small_city: City) -> None:
    small_city.order()
    draft = f"/api/v1/rules/drafts/{proposed(small_city).json()['hash']}"
    supervisor = small_city.as_(Role.SUPERVISOR)
    assert supervisor.post(f"{draft}/approve").json()["code"] == "rules.draft_not_rehearsed"
    rehearsal = supervisor.post(f"{draft}/rehearse", json={"since": "2026-11-01"}).json()["rehearsal"]
    assert (rehearsal["orders"], rehearsal["moved"]) == (1, 0)
    approved = supervisor.post(f"{draft}/approve").json()
    assert approved["state"] == "approved"
    assert supervisor.get("/api/v1/rules").json()["in_force"] == approved["hash"]
    assert [one["step"] for one in supervisor.get(f"{draft}/steps").json()] == ["proposed", "checked", "rehearsed", "approved"]


def test_who_proposed_a_draft_cannot_approve_it(small_city: City) -> None:
    digest = proposed(small_city, Role.ADMIN).json()["hash"]
    assert small_city.as_(Role.ADMIN).post(f"/api/v1/rules/drafts/{digest}/approve").json()["code"] == "rules.same_person"


@pytest.mark.parametrize("role", [Role.AGENT, "CGJ"])
def test_others_cannot_propose(small_city: City, role: Role) -> None:
    assert proposed(small_city, role).status_code == 403


def test_a_withdrawn_draft_stays_readable(small_city: City) -> None:
    digest = proposed(small_city).json()["hash"]
    dispatcher = small_city.as_(Role.DISPATCHER)
    dispatcher.post(f"/api/v1/rules/drafts/{digest}/withdraw", json={"reason": "再议"})
    assert dispatcher.get(f"/api/v1/rules/drafts/{digest[:12]}").json()["state"] == "withdrawn"


def test_a_ruling_becomes_a_draft_with_one_request(small_city: City) -> None:
    body = {"order": small_city.dispatched("CGJ"), "lead": "CGJ", "scope": ["category"]}
    draft = small_city.as_(Role.SUPERVISOR).post("/api/v1/rules/drafts/from-order", json=body).json()
    assert draft["order_id"] == body["order"]
    assert "城" in draft["note"]


def test_an_upload_without_a_table_is_refused_in_words(small_city: City) -> None:
    answer = small_city.as_(Role.DISPATCHER).post("/api/v1/rules/drafts", data={"note": NOTE}, files={"files": ("", b"")})
    assert answer.status_code == 422


def test_a_file_of_another_name_is_no_table(small_city: City) -> None:
    sent = {"files": ("表.csv", b"id\n1\n", "text/csv")}
    answer = small_city.as_(Role.DISPATCHER).post("/api/v1/rules/drafts", files=sent)
    assert (answer.status_code, "文件名" in answer.json()["title"]) == (422, True)


@pytest.mark.parametrize("name", ["wang li", "WangLi", "ｗａｎｇ\u200bｌｉ"])
def test_a_name_written_otherwise_is_the_same_person(name: str) -> None:
    assert same_person("WangLi", name)


def test_a_draft_is_tried_as_coming_into_force_at_its_time(small_city: City) -> None:
    small_city.order()
    draft = f"/api/v1/rules/drafts/{proposed(small_city).json()['hash']}"
    supervisor = small_city.as_(Role.SUPERVISOR)
    body = {"since": "2026-11-01", "effective_at": "2027-01-01T00:00:00+08:00"}
    assert supervisor.post(f"{draft}/rehearse", json=body).json()["rehearsal"]["on"] == "2027-01-01"


def test_a_second_heavy_request_too_many_is_told_when_to_come_again(small_city: City) -> None:
    small_city.parts.drafts.turn = Turn(wait_seconds=0.01)
    with small_city.parts.drafts.turn.taken():
        answer = proposed(small_city)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "rules.busy", "5")


def test_the_book_in_force_is_checked_with_past_orders_as_examples(small_city: City) -> None:
    answer = small_city.as_(Role.SUPERVISOR).get("/api/v1/rules/check")
    assert {one["level"] for one in answer.json()} <= {"warning", "notice"}
