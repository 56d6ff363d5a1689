"""Inside a unit and at the review, over the API: handing down, parts, sign-off, contact records, files, phrases."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from starlette.testclient import TestClient

from hotline.domain.roles import Role
from routing_rules.pack import pack_files
from tests.api.city import City

PHRASES = "act,title,text\nsend_back,缺依据,请补充处理依据和现场照片。\nanswer,已办结,已到现场处理完毕。\n"


def photo(width: int = 20) -> bytes:
    written, said = io.BytesIO(), Image.Exif()
    said[0x010F] = "某手机"
    Image.new("RGB", (width, 10), "red").save(written, "JPEG", exif=said)
    return written.getvalue()


def post(client: TestClient, order: str, act: str, **body: object) -> dict[str, object]:
    answer = client.post(f"/api/v1/orders/{order}/{act}", json=body or None)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def attached(city: City, order: str, name: str = "现场.jpg", content: bytes | None = None, unit: str = "CGJ") -> str:
    files = {"files": (name, content or photo(), "application/octet-stream")}
    answer = city.as_(unit).post(f"/api/v1/orders/{order}/attachments", files=files)
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["hash"])


def test_several_orders_are_handed_down_at_once_and_one_that_cannot_be_does_not_keep_the_others(city: City) -> None:
    mine, strange = [city.dispatched("CGJ"), city.dispatched("CGJ")], city.dispatched("SCJG")
    body = {"order_ids": [*mine, strange], "to": "HWZX", "note": "请环卫办理"}
    told = city.as_("CGJ").post("/api/v1/orders/hand-down", json=body).json()["results"]
    assert [(one["order_id"], one["handed_down"]) for one in told] == [(mine[0], True), (mine[1], True), (strange, False)]
    with city.store.read() as work:
        assert [order.holder for order in work.orders.get_many(mine).values()] == ["HWZX", "HWZX"]
    assert city.as_("CGJ").post("/api/v1/orders/hand-down", json={**body, "order_ids": []}).status_code == 422


def test_an_application_names_files_of_its_own_order_and_papers_by_their_number(city: City) -> None:
    order, other = city.dispatched("CGJ"), city.dispatched("CGJ")
    own, strange = attached(city, order), attached(city, other, content=photo(30))
    asked = {"asks": "exclusion", "reason": "不在受理范围", "documents": ["昆政办〔2026〕5号"]}
    path = f"/api/v1/orders/{order}/applications"
    refused = [city.as_("CGJ").post(path, json={**asked, "evidence": [one]}).status_code for one in (strange, "文号")]
    taken = city.as_("CGJ").post(path, json={**asked, "evidence": [own]})
    (waiting,) = city.as_(Role.SUPERVISOR).get("/api/v1/applications").json()["waiting"]
    assert (refused, taken.status_code) == ([422, 422], 200)
    assert (waiting["evidence"], waiting["documents"]) == ([own], ["昆政办〔2026〕5号"])


def with_leaders(city: City, **levels: int) -> None:
    """Let leaders of some units release their answers."""
    heads, *lines = pack_files(city.pack)["units.csv"].decode("utf-8-sig").strip().splitlines()
    rows = [f"{line},{levels.get(line.split(',')[0], 0)}" for line in lines]
    city.put_in_force(units_csv="\n".join([heads + ",signoffs", *rows]).encode())


@pytest.fixture
def held(city: City) -> str:
    """An order that lies with 城管局, which has two bodies below it."""
    city.clerks["HWZX"] = city.access.new_key(Role.CLERK, unit="HWZX")
    return city.dispatched("CGJ")


def test_an_order_goes_down_to_a_named_person_and_back_one_level(city: City, held: str) -> None:
    down = post(city.as_("CGJ"), held, "hand-down", to="HWZX", person="王工", note="今天去看")
    back = post(city.as_("HWZX"), held, "hand-back", reason="不在我们的路段")
    assert (down["unit"], down["holder"], down["handler"]) == ("CGJ", "HWZX", "王工")
    assert (back["unit"], back["holder"], back["state"]) == ("CGJ", "CGJ", "dispatched")


def test_the_units_it_may_go_down_to_are_listed(city: City, held: str) -> None:
    listed = city.as_("CGJ").get(f"/api/v1/orders/{held}/hand-down").json()
    assert {one["code"] for one in listed} == {"HWZX", "YLZX"}


def test_handed_to_a_unit_outside_the_tree_is_refused_in_chinese(city: City, held: str) -> None:
    answer = city.as_("CGJ").post(f"/api/v1/orders/{held}/hand-down", json={"to": "SCJG"})
    assert (answer.status_code, answer.json()["title"]) == (422, "只能转办给本单位下属的科室、单位或企业")


def test_the_unit_below_sees_the_order_in_its_list_only_while_it_had_it(city: City, held: str) -> None:
    below = city.as_("HWZX")
    before = below.get(f"/api/v1/orders/{held}").status_code
    post(city.as_("CGJ"), held, "hand-down", to="HWZX")
    listed = [one["order_id"] for one in below.get("/api/v1/orders").json()["orders"]]
    assert (before, listed) == (404, [held])


def test_a_named_handler_is_shown(city: City, held: str) -> None:
    assert post(city.as_("CGJ"), held, "handler", person="李工")["handler"] == "李工"


def test_an_assisting_unit_gives_its_part(city: City) -> None:
    order = city.order(text="有一件事想请你们管一管")
    post(city.as_(Role.DISPATCHER), order, "dispatch", unit="CGJ", assists=["SCJG"])
    post(city.as_("SCJG"), order, "part", text="已查,商户证照齐全")
    legs = city.as_(Role.DISPATCHER).get(f"/api/v1/orders/{order}").json()["legs"]
    assert [(leg["unit"], leg["outcome"]) for leg in legs] == [("CGJ", ""), ("SCJG", "answered")]


def test_an_answer_waits_for_its_leader_and_then_for_the_office(city: City) -> None:
    with_leaders(city, CGJ=1)
    order = city.answered("CGJ")
    leader = city.client()
    leader.headers["Authorization"] = f"Bearer {city.access.new_key(Role.LEADER, unit='CGJ')}"
    reviewer = city.as_(Role.REVIEWER)
    waiting = [[one["order"]["order_id"] for one in reviewer.get("/api/v1/reviews").json()]]
    post(leader, order, "sign-off", note="同意")
    waiting.append([one["order"]["order_id"] for one in reviewer.get("/api/v1/reviews").json()])
    assert waiting == [[], [order]]


def test_an_answer_is_taken_back_to_mend_it(city: City) -> None:
    order = city.answered("CGJ")
    assert post(city.as_("CGJ"), order, "take-back", reason="补充照片")["state"] == "signed"


# -- contact -----------------------------------------------------------------------------------------------------------
def test_an_attempt_is_a_record_with_the_number_masked(city: City) -> None:
    order = city.dispatched("CGJ", caller={"name": "王建国", "phone": "13847212345"})
    evidence = attached(city, order)
    post(city.as_("CGJ"), order, "contact", result="no_answer", note="两次无人接", evidence=[evidence])
    event = city.as_("CGJ").get(f"/api/v1/orders/{order}").json()["history"][-1]
    assert (event["data"]["number"], event["data"]["evidence"], event["data"]["counts"]) == ("138****2345", [evidence], "")


def test_tried_in_three_half_days_the_citizen_counts_as_contacted(city: City) -> None:
    settings = pack_files(city.pack)["pack.toml"].decode().replace("contact_attempts = 3", "")
    city.put_in_force(pack_toml=settings.replace("[handling]", "[handling]\ncontact_attempts = 3").encode())
    order, clerk = city.dispatched("CGJ"), city.as_("CGJ")
    contacted = []
    for hours in (0, 1, 4, 20):  # 09:30, 10:30, 14:30, and the next day's morning
        city.clock.pass_by(timedelta(hours=hours))
        contacted.append(post(clerk, order, "contact", result="no_answer")["contacted_at"] is not None)
    event = clerk.get(f"/api/v1/orders/{order}").json()["history"][-1]
    assert (contacted, event["data"]["counts"]) == ([False, False, False, True], "attempts")


# -- files -------------------------------------------------------------------------------------------------------------
def test_a_file_is_given_out_for_saving_only(city: City, held: str) -> None:
    digest = attached(city, held)
    answer = city.as_("CGJ").get(f"/api/v1/orders/{held}/attachments/{digest}")
    headers = answer.headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"
    assert b"Exif" not in answer.content


def test_who_does_not_see_the_order_gets_no_file(city: City, held: str) -> None:
    digest = attached(city, held)
    assert city.as_("SCJG").get(f"/api/v1/orders/{held}/attachments/{digest}").status_code == 404


@pytest.mark.parametrize(("name", "content"), [("病毒.jpg", b"MZ\x90"), ("网页.png", b"<html>"), ("图.exe", photo())])
def test_what_a_file_is_called_does_not_make_it_that(city: City, held: str, name: str, content: bytes) -> None:
    answer = city.as_("CGJ").post(f"/api/v1/orders/{held}/attachments", files={"files": (name, content)})
    assert answer.status_code == 422
    assert city.as_("CGJ").get(f"/api/v1/orders/{held}/attachments").json() == []


def test_an_answer_names_its_files(city: City, held: str) -> None:
    clerk, digest = city.as_("CGJ"), attached(city, held)
    post(clerk, held, "sign")
    post(clerk, held, "answer", text="已清理", attachments=[digest])
    assert clerk.get(f"/api/v1/orders/{held}").json()["history"][-1]["data"]["attachments"] == [digest]


# -- the review --------------------------------------------------------------------------------------------------------
def test_a_reviewer_takes_an_answer_and_colleagues_see_who(city: City) -> None:
    order = city.answered("CGJ")
    post(city.as_(Role.REVIEWER), order, "review/take")
    waiting = city.as_(Role.REVIEWER).get("/api/v1/reviews").json()
    assert [(one["order"]["order_id"], one["taken_by"][:8]) for one in waiting] == [(order, "reviewer")]


def test_an_answer_that_misses_the_question_does_not_pass(city: City) -> None:
    order = city.answered("CGJ")
    body = {"passed": True, "checklist": {"answers": False, "tone": True}}
    assert city.as_(Role.REVIEWER).post(f"/api/v1/orders/{order}/review", json=body).status_code == 422


def test_sent_back_the_unit_reads_what_is_missing(city: City) -> None:
    order = city.answered("CGJ")
    sent = {"passed": False, "note": "请补充依据", "checklist": {"grounds": False}}
    body = post(city.as_(Role.REVIEWER), order, "review", **sent)
    event = city.as_("CGJ").get(f"/api/v1/orders/{order}").json()["history"][-1]
    assert (body["state"], event["kind"], event["data"]["checklist"]) == ("signed", "sent_back", {"grounds": False})


def test_passed_an_anonymous_order_is_closed_by_the_reviewer_without_a_callback(city: City) -> None:
    order = city.answered("CGJ", caller=None)
    body = post(city.as_(Role.REVIEWER), order, "review", passed=True, close=True, checklist={"contacted": False, "tone": True})
    last = city.as_(Role.REVIEWER).get(f"/api/v1/orders/{order}").json()["history"][-1]
    assert body["state"] == "closed"
    assert (last["actor"][:8], last["data"]["why"]) == ("reviewer", "none")


def test_an_order_whose_citizen_must_be_called_is_not_closed_with_the_review(city: City) -> None:
    order = city.answered("CGJ", caller={"name": "王建国", "phone": "13847212345"})
    body = {"passed": True, "close": True}
    assert city.as_(Role.REVIEWER).post(f"/api/v1/orders/{order}/review", json=body).status_code == 422


def test_phrases_of_the_pack_are_offered_by_act(city: City) -> None:
    city.put_in_force(phrases_csv=PHRASES.encode())
    found = city.as_(Role.REVIEWER).get("/api/v1/phrases", params={"act": "send_back"}).json()
    assert found == [{"act": "send_back", "title": "缺依据", "text": "请补充处理依据和现场照片。"}]
