"""Idempotency-Key: sent twice, done once, and the second caller gets the first answer."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hotline.domain.refusals import StillRunning
from hotline.domain.roles import Actor, Role
from hotline.services.api_rows import Repeat
from hotline.services.one_commit import joined
from hotline.services.repeats import KEPT, LEASE
from tests.api.city import City

CONTACT = {"result": "no_answer"}
CLERK = Actor("clerk", Role.CLERK, "CGJ")


def post(city: City, who: Role | str, path: str, key: str, body: Any = None, **headers: str) -> httpx.Response:
    return city.as_(who).post(f"/api/v1/{path}", json=body, headers={"Idempotency-Key": key, **headers})


def kinds(city: City, order: str) -> list[str]:
    return [event["kind"] for event in city.as_(Role.ADMIN).get(f"/api/v1/orders/{order}").json()["history"]]


def begin(city: City, order: str) -> Repeat:
    """Begin the contact that ``post`` sends under k-1, and go no further."""
    key_id = next(key.id for key in reversed(city.access.keys()) if key.unit == "CGJ")
    sent = b"\n" + json.dumps(CONTACT, separators=(",", ":")).encode()
    return city.parts.repeats.begin(key_id=key_id, path=f"/api/v1/orders/{order}/contact", key="k-1", sent=sent)


def test_the_same_request_again_gets_the_first_answer_and_is_not_done_again(city: City) -> None:
    order = city.dispatched("CGJ")
    first, again = (post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT) for _ in range(2))
    assert (first.status_code, "Idempotent-Replayed" in first.headers) == (200, False)
    assert (again.status_code, again.content, again.headers["Idempotent-Replayed"]) == (200, first.content, "true")
    assert (again.headers["content-type"], again.headers["ETag"]) == (first.headers["content-type"], first.headers["ETag"])
    assert kinds(city, order).count("contacted") == 1


def test_another_body_under_the_same_key_is_refused_and_not_done(city: City) -> None:
    order = city.dispatched("CGJ")
    post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT)
    other = post(city, "CGJ", f"orders/{order}/contact", "k-1", {"result": "off"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.key_reused")
    assert kinds(city, order).count("contacted") == 1


def test_a_new_call_is_still_new_when_it_is_answered_again(city: City) -> None:
    message = city.message()
    first, again = (post(city, Role.AGENT, "calls", "k-1", message) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (202, 202, first.json())


@pytest.mark.parametrize("order", ["KDL1", "KDL2"])
def test_a_key_stands_for_one_path_and_one_callers_requests(city: City, order: str) -> None:
    one, two = city.dispatched("CGJ"), city.dispatched("SCJG")
    answers = [post(city, unit, f"orders/{ident}/contact", order, CONTACT) for unit, ident in (("CGJ", one), ("SCJG", two))]
    answers.append(post(city, Role.ADMIN, f"orders/{one}/contact", order, CONTACT))
    assert ["Idempotent-Replayed" in answer.headers for answer in answers] == [False] * 3
    assert (kinds(city, one).count("contacted"), kinds(city, two).count("contacted")) == (2, 1)


def test_a_session_repeats_what_its_key_has_sent(city: City) -> None:
    order = city.dispatched("CGJ")
    first = post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT)
    cookie, session = city.access.sign_in(city.clerks["CGJ"])
    browser = city.client()
    browser.cookies.set("hotline_session", cookie)
    headers = {"Idempotency-Key": "k-1", "X-CSRF-Token": session.csrf}
    again = browser.post(f"/api/v1/orders/{order}/contact", json=CONTACT, headers=headers)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")


def test_after_24_hours_the_key_is_free_again(city: City) -> None:
    order = city.dispatched("CGJ")
    post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT)
    city.clock.pass_by(KEPT - timedelta(seconds=1))
    assert city.parts.repeats.purge() == 0
    assert "Idempotent-Replayed" in post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT).headers
    city.clock.pass_by(timedelta(seconds=1))
    assert "Idempotent-Replayed" not in post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT).headers
    city.clock.pass_by(KEPT + timedelta(seconds=1))
    assert (city.parts.repeats.purge(), city.parts.repeats.purge()) == (1, 0)


def test_a_refusal_that_changed_nothing_may_be_tried_again_under_its_key(city: City) -> None:
    order = city.dispatched("CGJ")
    refused = post(city, "CGJ", f"orders/{order}/answer", "k-1", {"text": "已清理"})
    city.as_("CGJ").post(f"/api/v1/orders/{order}/sign")
    done = post(city, "CGJ", f"orders/{order}/answer", "k-1", {"text": "已清理"})
    assert (refused.status_code, done.status_code, "Idempotent-Replayed" in done.headers) == (409, 200, False)


def test_a_refusal_that_left_something_behind_is_kept(city: City) -> None:
    message = city.message()
    post(city, Role.AGENT, "calls", "k-1", message)
    other = {**message, "text": "路灯不亮"}
    first, again = (post(city, Role.AGENT, "calls", "k-2", other) for _ in range(2))
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (409, 409, "true")
    assert city.as_(Role.ADMIN).get("/api/v1/set-aside").json()["waiting"] == 1


def test_a_stale_condition_is_no_answer_of_the_key(city: City) -> None:
    order = city.dispatched("CGJ")
    assert post(city, "CGJ", f"orders/{order}/sign", "k-1", None, **{"If-Match": '"99"'}).status_code == 412
    assert post(city, "CGJ", f"orders/{order}/sign", "k-1", None, **{"If-Match": '"2"'}).status_code == 200
    assert post(city, "CGJ", f"orders/{order}/sign", "k-1", None, **{"If-Match": '"2"'}).headers["Idempotent-Replayed"] == "true"


def test_a_quoted_key_is_the_bare_one(city: City) -> None:
    order = city.dispatched("CGJ")
    post(city, "CGJ", f"orders/{order}/contact", "8e03978e-40d5", CONTACT)
    again = post(city, "CGJ", f"orders/{order}/contact", '"8e03978e-40d5"', CONTACT)
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", '""', "a b", '"a', "x" * 256, "a\tb", "é"])
def test_what_is_no_key_is_refused(small_city: City, key: str) -> None:
    order = small_city.dispatched("CGJ")
    answer = small_city.as_("CGJ").post(f"/api/v1/orders/{order}/sign", headers={"Idempotency-Key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency.key_unreadable")
    assert kinds(small_city, order) == ["registered", "dispatched"]


def test_two_keys_in_one_request_are_none(small_city: City) -> None:
    order = small_city.dispatched("CGJ")
    headers = [("Idempotency-Key", '"a"'), ("Idempotency-Key", '"b"')]
    assert small_city.as_("CGJ").post(f"/api/v1/orders/{order}/sign", headers=headers).status_code == 400


def test_files_sent_again_with_a_new_boundary_are_the_same_request(city: City) -> None:
    files = {"files": ("supervision.csv", b"not,a,table\n", "text/csv")}
    first, again = (
        city.as_(Role.SUPERVISOR).post("/api/v1/rules/drafts", files=files, headers={"Idempotency-Key": "k-1"}) for _ in range(2)
    )
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.json().get("code") != "idempotency.key_reused"


def test_each_look_at_a_caller_is_recorded_whatever_the_key(city: City) -> None:
    order = city.dispatched("CGJ", caller={"name": "王建国", "phone": "13847212345"})
    answers = [post(city, Role.AGENT, f"orders/{order}/caller", "k-1", {"reason": "回访"}) for _ in range(2)]
    assert [answer.json()["phone"] for answer in answers] == ["13847212345"] * 2
    with city.store.read() as work:
        assert len(work.access.views(order)) == 2


def test_a_stranger_learns_nothing_of_a_key(city: City) -> None:
    order = city.dispatched("CGJ")
    post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT)
    answer = city.client().post(f"/api/v1/orders/{order}/contact", json=CONTACT, headers={"Idempotency-Key": "k-1"})
    assert answer.status_code == 401


def test_of_many_at_once_one_is_done(city: City) -> None:
    order = city.dispatched("CGJ")
    with ThreadPoolExecutor(8) as several:
        asked = list(several.map(lambda _: post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT), range(8)))
    assert {answer.status_code for answer in asked} <= {200, 409}
    assert {answer.json()["code"] for answer in asked if answer.status_code == 409} <= {"idempotency.still_running"}
    assert kinds(city, order).count("contacted") == 1


def test_a_request_that_still_runs_keeps_the_second_one_away(city: City) -> None:
    order = city.dispatched("CGJ")
    begin(city, order)
    second = post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT)
    assert (second.status_code, second.json()["code"], second.headers["Retry-After"]) == (409, "idempotency.still_running", "1")
    assert kinds(city, order) == ["registered", "dispatched"]


def test_a_process_that_dies_before_it_has_answered_has_done_nothing(city: City) -> None:
    order = city.dispatched("CGJ")
    begin(city, order)
    dying = city.parts.repeats.one_commit()
    with joined(dying):
        city.parts.handling.contact(order, result="no_answer", by=CLERK)
    dying.abandon()  # what the database does with the transaction of a process that is gone
    assert kinds(city, order).count("contacted") == 0
    assert post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT).status_code == 409
    city.clock.pass_by(LEASE)
    assert post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT).status_code == 200
    assert kinds(city, order).count("contacted") == 1


def test_an_attempt_that_was_overtaken_undoes_itself(city: City) -> None:
    order = city.dispatched("CGJ")
    slow = begin(city, order)
    city.clock.pass_by(LEASE)
    assert post(city, "CGJ", f"orders/{order}/contact", "k-1", CONTACT).status_code == 200
    late = city.parts.repeats.one_commit()
    with joined(late):
        city.parts.handling.contact(order, result="no_answer", by=CLERK)
    with pytest.raises(StillRunning):
        city.parts.repeats.settle(slow, late, status=200, headers=(), body=b"{}")
    assert kinds(city, order).count("contacted") == 1


def test_an_act_that_is_refused_midway_leaves_nothing_of_itself(city: City) -> None:
    order = city.dispatched("CGJ")
    one = city.parts.repeats.one_commit()
    with joined(one):
        city.parts.handling.contact(order, result="no_answer", by=CLERK)
        with city.store.write() as work:
            work.marks.set_mark("half", "done")
        with city.store.read() as work:
            assert work.marks.mark("half") is None
    assert one.finish(lambda _work: True)
    assert kinds(city, order).count("contacted") == 1
