"""Applications, rulings and their inbox over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from hotline.domain.roles import Role
from tests.api.city import START, City

EXTENSION = {"asks": "extension", "reason": "须现场勘查", "clause": "第十二条", "amount": 3}
EXCLUSION = {"asks": "exclusion", "reason": "不在受理范围", "documents": ["文号〔2026〕5号"]}
PAUSE = {
    "asks": "pause", "reason": "等上级批复", "until": "2026-12-10", "reason_code": "等待上级批复", "public": "批复后继续办理",
}  # fmt: skip


def post(city: City, who: Role | str, order: str, path: str, body: Any = None) -> Any:
    """Ask, and return the answer."""
    return city.as_(who).post(f"/api/v1/orders/{order}/applications{path}", json=body)


def signed(city: City, **fields: Any) -> str:
    order = city.dispatched("CGJ", **fields)
    assert city.as_("CGJ").post(f"/api/v1/orders/{order}/sign").status_code == 200
    return order


def test_an_extension_is_asked_for_shown_with_its_effect_and_granted(city: City) -> None:
    order = signed(city)
    before = post(city, "CGJ", order, "", EXTENSION).json()["due"]["answer"]
    (found,) = city.as_(Role.SUPERVISOR).get("/api/v1/applications").json()["waiting"]
    assert (found["order"]["order_id"], found["asks"], found["name"], found["clause"]) == (order, "extension", "延期", "第十二条")
    assert (found["may_decide"], found["effect"]["before"], found["effect"]["amount"]) == (True, before, 3)
    granted = post(city, Role.SUPERVISOR, order, "/extension/decide", {"granted": True}).json()
    assert granted["due"]["answer"] == found["effect"]["after"] > before
    assert city.as_(Role.SUPERVISOR).get("/api/v1/applications").json() == {"waiting": [], "total": 0}


def test_a_refusal_is_reasoned(city: City) -> None:
    order = signed(city)
    post(city, "CGJ", order, "", EXTENSION)
    assert post(city, Role.SUPERVISOR, order, "/extension/decide", {"granted": False}).status_code == 422
    assert post(city, Role.SUPERVISOR, order, "/extension/decide", {"granted": False, "reason": "理由不足"}).status_code == 200


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.REVIEWER, Role.AGENT, "CGJ"])
def test_who_does_not_decide_is_told_so(city: City, role: Role | str) -> None:
    order = signed(city)
    post(city, "CGJ", order, "", EXTENSION)
    assert post(city, role, order, "/extension/decide", {"granted": True}).status_code in (403, 409)


def test_two_persons_exclude_an_order(city: City) -> None:
    order = signed(city)
    assert post(city, "CGJ", order, "", {**EXCLUSION, "documents": []}).status_code == 422
    post(city, "CGJ", order, "", EXCLUSION)
    first = post(city, Role.DISPATCHER, order, "/exclusion/decide", {"granted": True})
    assert (first.status_code, "excluded" in first.json()["flags"]) == (200, False)
    assert post(city, Role.DISPATCHER, order, "/exclusion/decide", {"granted": True}).status_code == 409
    (found,) = city.as_(Role.SUPERVISOR).get("/api/v1/applications", params={"asks": "exclusion"}).json()["waiting"]
    assert (found["agreed_by"].startswith("dispatcher"), found["decider"]) == (True, "two")
    second = post(city, Role.SUPERVISOR, order, "/exclusion/decide", {"granted": True})
    assert "excluded" in second.json()["flags"]


def test_a_long_matter_stands_still_until_it_is_taken_up(city: City) -> None:
    order = signed(city)
    before = post(city, "CGJ", order, "", PAUSE).json()["due"]["answer"]
    paused = post(city, Role.SUPERVISOR, order, "/pause/decide", {"granted": True}).json()
    assert (paused["band"], paused["flags"]) == ("paused", ["paused"])
    city.clock.pass_by(timedelta(days=3))
    after = post(city, "CGJ", order, "/resume").json()
    assert (after["flags"], after["due"]["answer"] > before) == ([], True)
    assert post(city, "CGJ", order, "/resume").status_code == 409


def test_the_platforms_decision_is_entered_with_who_and_when(city: City) -> None:
    order = signed(city, upstream_no="SJ1", upstream_due=(START + timedelta(days=2)).isoformat())
    post(city, "CGJ", order, "", EXTENSION)
    city.clock.pass_by(timedelta(hours=2))
    said = {"granted": True, "decided_by": "市热线赵六", "decided_at": (START + timedelta(hours=1)).isoformat()}
    due = (START + timedelta(days=9)).isoformat()
    granted = post(city, Role.DISPATCHER, order, "/extension/decide", {**said, "due": due}).json()
    assert datetime.fromisoformat(granted["due"]["upstream"]) == datetime.fromisoformat(due)
    told = city.as_(Role.DISPATCHER).get(f"/api/v1/orders/{order}").json()["history"][-1]["data"]
    assert (told["decided_by"], told["entered_by"].startswith("dispatcher")) == ("市热线赵六", True)


def test_a_dispute_is_ruled_on_and_offered_as_a_row(city: City) -> None:
    order = signed(city)
    assert post(city, "CGJ", order, "/ruling/ask", {"reason": "不归我们"}).status_code == 409
    assert post(city, Role.DISPATCHER, order, "/ruling/ask", {"reason": "两家意见不一"}).json()["state"] == "in_ruling"
    assert post(city, Role.DISPATCHER, order, "/ruling", {"unit": "SCJG", "reason": "主管"}).status_code == 403
    ruled = post(city, Role.SUPERVISOR, order, "/ruling", {"unit": "SCJG", "reason": "谁主管谁负责"}).json()
    assert (ruled["state"], ruled["unit"], ruled["rule_draft"]) == ("dispatched", "SCJG", {"order": order, "lead": "SCJG"})
    drafted = city.as_(Role.SUPERVISOR).post("/api/v1/rules/drafts/from-order", json=ruled["rule_draft"])
    assert drafted.status_code == 200, drafted.text
    back = city.as_("SCJG").post(f"/api/v1/orders/{order}/return", json={"reason": "不归我们"})
    assert (back.status_code, back.json()["title"]) == (409, "裁定为最终决定,不能再退单")


def test_a_unit_sees_its_own_applications_alone(city: City) -> None:
    order = signed(city)
    post(city, "CGJ", order, "", EXTENSION)
    own = city.as_("CGJ").get("/api/v1/applications").json()
    assert [(one["order"]["order_id"], one["may_decide"]) for one in own["waiting"]] == [(order, False)]
    assert city.as_("SCJG").get("/api/v1/applications").json()["total"] == 0
    assert city.as_(Role.REVIEWER).get("/api/v1/applications").status_code == 403


def test_what_was_not_seen_is_not_decided(city: City) -> None:
    order = signed(city)
    post(city, "CGJ", order, "", EXTENSION)
    refused = city.as_(Role.SUPERVISOR).post(
        f"/api/v1/orders/{order}/applications/extension/decide", json={"granted": True}, headers={"If-Match": '"1"'}
    )
    assert refused.status_code == 412


@pytest.mark.parametrize(
    "body",
    [{"asks": "leave", "reason": "x"}, {**EXTENSION, "amount": 0}, {**PAUSE, "until": "soon"}, {**EXTENSION, "reason": " "}, {}],
)
def test_a_wrong_application_names_its_fault(small_city: City, body: dict[str, Any]) -> None:
    order = signed(small_city)
    answer = post(small_city, "CGJ", order, "", body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
