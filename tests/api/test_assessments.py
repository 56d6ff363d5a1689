"""Assessments over HTTP."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hotline.domain.roles import Actor, Role
from hotline.services.assessment.months import edges
from routing_rules.pack import pack_files
from tests.api.city import City
from tests.api.test_figure_lists import pages
from tests.store.examples import an_event

URL = "/api/v1/assessments"
NOVEMBER = f"{URL}/2026-11"


@pytest.fixture
def december(small_city: City) -> City:
    """A closed and an unsolved order of November, seen from December."""
    small_city.closed("CGJ")
    small_city.closed("CGJ", solved="no", rating=1)
    small_city.clock.pass_by(timedelta(days=9))
    for role, name in ((Role.DISPATCHER, "张三"), (Role.SUPERVISOR, "李四")):
        small_city.keys[role] = small_city.access.new_key(role, name=name)
    return small_city


def post(city: City, who: Role | str, path: str, body: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
    return city.as_(who).post(f"{NOVEMBER}/{path}", json=body, headers=headers)


def unsolved(city: City) -> str:
    start, end = edges(date(2026, 11, 1), city.books.current().zone)
    asked = city.parts.figures.asked(start, end, by=Actor("test"))
    return city.parts.figures.behind(asked, "resolution", key="CGJ", good=False)[0]


def line(city: City, who: Role | str = Role.SUPERVISOR) -> dict[str, Any]:
    lines = city.as_(who).get(NOVEMBER).json()["lines"]
    return next(dict(one) for one in lines if one["unit"] == "CGJ")


def frozen(city: City) -> None:
    assert post(city, Role.DISPATCHER, "open").status_code == 200
    city.clock.pass_by(timedelta(days=10))
    assert post(city, Role.SUPERVISOR, "approve").status_code == 200
    assert post(city, Role.DISPATCHER, "freeze").status_code == 200


def test_a_month_is_shown_with_fractions_definitions_and_what_may_be_done(december: City) -> None:
    answer = december.as_(Role.DISPATCHER).get(NOVEMBER)
    found = answer.json()
    assert (found["month"]["stage"], found["edition"], answer.headers["ETag"]) == ("preview", 0, '"0"')
    assert found["lines"][0]["rates"]["resolution"] == {"numerator": 1, "denominator": 2}
    assert found["definitions"]["resolution"]
    assert found["refusals"]["opened"] == ""
    assert "预览" in found["refusals"]["frozen"]


def test_an_objection_is_brought_by_the_unit_weighed_and_upheld(december: City) -> None:
    order = unsolved(december)
    post(december, Role.DISPATCHER, "open")
    body = {"order_id": order, "rate": "resolution", "reason": "诉求超出职责", "proof": "区函〔2026〕1 号"}
    assert post(december, "SCJG", "objections", body).status_code == 404
    assert post(december, "CGJ", "objections", body).status_code == 200
    effect = december.as_(Role.DISPATCHER).get(f"{NOVEMBER}/objections/2/effect").json()
    assert effect["before"]["rates"]["resolution"] == {"numerator": 1, "denominator": 2}
    assert effect["after"]["rates"]["resolution"] == {"numerator": 1, "denominator": 1}
    assert post(december, "CGJ", "objections/2/uphold", {}).status_code == 403
    assert post(december, Role.DISPATCHER, "objections/2/uphold", {"scope": "rate"}).status_code == 200
    assert line(december) == effect["after"]


def test_the_second_person_is_offered_what_the_first_agreed_to(december: City) -> None:
    two_persons(december)
    post(december, Role.DISPATCHER, "open")
    post(
        december, "CGJ", "objections", {"order_id": unsolved(december), "rate": "resolution", "reason": "超出职责", "proof": "函"}
    )
    assert offered(december) == ["rate", "order"]
    assert post(december, Role.DISPATCHER, "objections/2/agree", {"scope": "order"}).status_code == 200
    assert offered(december) == ["order"]
    refused = post(december, Role.SUPERVISOR, "objections/2/uphold", {"scope": "rate"})
    assert (refused.status_code, "整件剔除" in refused.json()["title"]) == (409, True)
    assert post(december, Role.SUPERVISOR, "objections/2/uphold", {"scope": "order"}).status_code == 200


def two_persons(city: City) -> None:
    settings = pack_files(city.pack)["pack.toml"].decode()
    changed = settings.replace("two_persons = false", "two_persons = true")
    assert changed != settings
    city.put_in_force(pack_toml=changed.encode())


def offered(city: City) -> list[str]:
    page = pages(city, Role.SUPERVISOR).get("/assessment/2026-11").text
    return re.findall('name="scope" value="([a-z]+)"', page)


def test_the_way_of_a_month_is_refused_out_of_order_with_a_sentence(december: City) -> None:
    assert post(december, Role.DISPATCHER, "publish").json()["code"] == "assessment.refused"
    assert post(december, "CGJ", "open").status_code == 403
    post(december, Role.SUPERVISOR, "open")
    refused = post(december, Role.SUPERVISOR, "approve")
    assert (refused.status_code, "申诉期未满" in refused.json()["title"]) == (409, True)


def test_a_unit_sees_its_own_line_until_the_month_is_published(december: City) -> None:
    frozen(december)
    assert december.as_("SCJG").get(NOVEMBER).json()["lines"] == []
    assert post(december, Role.DISPATCHER, "publish").status_code == 200
    assert [one["unit"] for one in december.as_("SCJG").get(NOVEMBER).json()["lines"]] == ["CGJ"]
    assert december.as_(Role.AGENT).get(NOVEMBER).status_code == 403


def test_a_key_that_bears_no_name_opens_and_approves_nothing(december: City) -> None:
    december.keys[Role.ADMIN] = december.access.new_key(Role.ADMIN, name=" ")
    refused = post(december, Role.ADMIN, "open")
    assert (refused.status_code, refused.json()["title"]) == (409, "请使用署名的密钥")
    post(december, Role.DISPATCHER, "open")
    december.clock.pass_by(timedelta(days=10))
    assert post(december, Role.ADMIN, "approve").json()["title"] == "请使用署名的密钥"
    assert post(december, Role.SUPERVISOR, "approve").status_code == 200


def test_an_act_on_another_version_than_the_one_seen_is_not_done(december: City) -> None:
    assert post(december, Role.DISPATCHER, "open", **{"If-Match": '"0"'}).headers["ETag"] == '"1"'
    late = post(december, Role.DISPATCHER, "points", {"unit": "CGJ", "points": 1.0, "basis": "第九条"}, **{"If-Match": '"0"'})
    assert (late.status_code, late.json()["version"]) == (412, 1)


def test_an_act_sent_twice_under_a_key_is_done_once(december: City) -> None:
    post(december, Role.DISPATCHER, "open")
    body, key = {"unit": "CGJ", "points": 1.5, "basis": "第九条"}, {"Idempotency-Key": "once"}
    client = december.as_(Role.DISPATCHER)
    answers = [client.post(f"{NOVEMBER}/points", json=body, headers=key).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(client.get(NOVEMBER).json()["points"]) == 1


def test_a_restatement_shows_what_it_changes_and_leaves_the_first_table_beside(december: City) -> None:
    frozen(december)
    before = line(december)
    assert post(december, Role.DISPATCHER, "restatements", {"reason": "核对"}).status_code == 422
    rate(december)
    assert line(december) == before
    moved = december.as_(Role.DISPATCHER).get(f"{NOVEMBER}/restatement").json()
    assert [one["unit"] for one in moved] == ["CGJ"]
    assert december.as_("CGJ").get(f"{NOVEMBER}/restatement").status_code == 403
    assert post(december, Role.DISPATCHER, "restatements", {"reason": "迟到的评价"}).status_code == 200
    assert december.as_(Role.DISPATCHER).get(f"{NOVEMBER}/restatements/4").json() == moved
    assert post(december, Role.SUPERVISOR, "restatements/4/grant").status_code == 200
    sheet = december.as_(Role.DISPATCHER).get(NOVEMBER).json()
    assert (sheet["edition"], sheet["first"][0], sheet["lines"][0]) == (4, before, moved[0]["after"])


def rate(city: City) -> None:
    """An event dated in November that nobody knew when the month was frozen."""
    order = unsolved(city)
    with city.store.write() as work:
        last = work.events.of_order(order)[-1]
        late = an_event(order, last.seq + 1, at=last.at, kind="rated", unit="CGJ", data={"level": 5, "channel": "phone"})
        work.events.add([late])
        work.commit()


def test_the_year_and_the_citys_score_stand_beside_ours(december: City) -> None:
    frozen(december)
    client, file = december.as_(Role.DISPATCHER), "单位,月份,得分\nCGJ,2026-11,88.5\n没有的局,2026-11,1\n".encode()
    sent = {"file": ("市级.csv", file, "text/csv")}
    plan = client.post(f"{URL}/official/look", files=sent).json()
    assert ([one["unit"] for one in plan["scores"]], [one["row"] for one in plan["left_out"]]) == (["CGJ"], [3])
    assert client.post(f"{URL}/official", files=sent).json()["rows"] == 1
    assert client.post(f"{URL}/official", files=sent).status_code == 422
    beside = client.get(f"{URL}/official", params={"from": "2026-11", "to": "2026-11"}).json()
    assert beside["scores"][0]["difference"] == round(88.5 - line(december)["score"], 2)
    year = client.get(f"{URL}/year/2026").json()
    assert year["lines"][0]["months"]["2026-11"]["official"] == 88.5
    assert december.as_("CGJ").post(f"{URL}/official", files=sent).status_code == 403


def kept_files(city: City) -> list[Path]:
    folder = city.parts.above.imports._folder
    return [*folder.iterdir()] if folder.exists() else []


@pytest.mark.parametrize("path", ["/api/v1/assessments/official/look", "/api/v1/assessments/official", "/assessment/official"])
@pytest.mark.parametrize("who", ["CGJ", Role.OPERATIONS])
def test_a_file_of_somebody_who_may_not_bring_scores_in_is_not_kept(small_city: City, who: Role | str, path: str) -> None:
    sent = {"file": ("市级.csv", "单位,月份,得分\nCGJ,2026-11,88.5\n".encode(), "text/csv")}
    assert pages(small_city, who).post(path, files=sent).status_code == 403
    assert kept_files(small_city) == []


def test_months_are_listed_newest_first(december: City) -> None:
    months = december.as_(Role.SUPERVISOR).get(URL).json()["months"]
    assert [one["month"] for one in months[:2]] == ["2026-12", "2026-11"]
    assert december.as_(Role.SUPERVISOR).get(f"{URL}/2026-13").status_code == 422
