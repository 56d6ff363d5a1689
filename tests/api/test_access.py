"""No key, no data; each role does its own and nothing else; callers stay masked."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from hotline.domain.order import Flag
from hotline.domain.roles import Role
from hotline.web.app import create_app
from hotline.web.auth import COOKIE, CSRF_HEADER
from hotline.web.doorkeeper import Doorkeeper
from tests.api.city import HEATING, City

CALLER = {"name": "王建国", "phone": "13847212345"}
ANSWERED = {"text": "已处理"}
CALLED = {"reached": True, "solved": "yes", "rating": 5}

ROUTES = [
    ("get", "/api/v1/orders/spot-checks"), ("post", "/api/v1/orders/x/split"), ("post", "/api/v1/orders/x/merge"),
    ("post", "/api/v1/orders/x/unmerge"), ("get", "/api/v1/orders/x/members"), ("get", "/api/v1/orders/x/offered-answer"),
    ("post", "/api/v1/orders/x/ask-above"), ("get", "/api/v1/orders/x/neighbours"), ("post", "/api/v1/orders/x/spot-check"),
    ("post", "/api/v1/orders/x/leave-incident"), ("get", "/api/v1/incidents"), ("post", "/api/v1/incidents"),
    ("get", "/api/v1/incidents/x"), ("get", "/api/v1/incidents/x/waiting"), ("post", "/api/v1/incidents/x/open"),
    ("post", "/api/v1/incidents/x/dismiss"), ("post", "/api/v1/incidents/x/change"), ("post", "/api/v1/incidents/x/join"),
    ("post", "/api/v1/incidents/x/dispatch"), ("post", "/api/v1/incidents/x/report"), ("post", "/api/v1/incidents/x/close"),
    ("post", "/api/v1/incidents/x/reply"), ("get", "/api/v1/unknown-places"), ("get", "/api/v1/unknown-places.csv"),
    ("post", "/api/v1/unknown-places/settle"),
    ("get", "/api/v1/webhooks"), ("post", "/api/v1/webhooks"), ("get", "/api/v1/webhooks/x"), ("post", "/api/v1/webhooks/x/on"),
    ("post", "/api/v1/webhooks/x/off"), ("post", "/api/v1/webhooks/x/secret"), ("get", "/api/v1/webhooks/x/deliveries"),
    ("post", "/api/v1/webhooks/x/deliveries/x/resend"),
    ("get", "/api/v1/callbacks"), ("get", "/api/v1/notices"), ("post", "/api/v1/notices/x/read"),
    ("get", "/api/v1/orders/x/ratings"), ("post", "/api/v1/orders/x/ratings"), ("post", "/api/v1/orders/x/ratings/check"),
    ("post", "/api/v1/orders/x/ratings/rectify"), ("post", "/api/v1/orders/x/acknowledge"),
    ("post", "/api/v1/orders/x/supervision"), ("post", "/api/v1/orders/x/supervision/reply"),
    ("post", "/api/v1/orders/x/accused"), ("post", "/api/v1/orders/x/handling-text"),
    ("post", "/api/v1/orders/x/close-uncalled"), ("post", "/api/v1/orders/x/urge"), ("post", "/api/v1/orders/x/withdraw"),
    ("post", "/api/v1/suggest"), ("post", "/api/v1/calls"), ("post", "/api/v1/calls/batch"), ("get", "/api/v1/calls/x"),
    ("get", "/api/v1/orders"), ("get", "/api/v1/orders/x"), ("get", "/api/v1/orders/x/caller"),
    ("post", "/api/v1/orders/x/caller"),
    ("post", "/api/v1/orders/x/dispatch"), ("post", "/api/v1/orders/x/sign"), ("post", "/api/v1/orders/x/contact"),
    ("post", "/api/v1/orders/x/return"), ("post", "/api/v1/orders/x/return/decision"), ("post", "/api/v1/orders/x/answer"),
    ("post", "/api/v1/orders/x/review"), ("post", "/api/v1/orders/x/callback"), ("get", "/api/v1/indicators"),
    ("post", "/api/v1/orders/x/decline"), ("post", "/api/v1/orders/x/transfer"),
    ("get", "/api/v1/set-aside"), ("post", "/api/v1/set-aside/x/retry"), ("get", "/api/v1/units"), ("get", "/api/v1/anything"),
    ("get", "/api/v1/rules"), ("post", "/api/v1/rules/explain"), ("post", "/api/v1/rules/due"), ("get", "/api/v1/rules/check"),
    ("get", "/api/v1/rules/orders/x/explain"), ("get", "/api/v1/rules/drafts"), ("post", "/api/v1/rules/drafts"),
    ("post", "/api/v1/rules/drafts/from-order"), ("get", "/api/v1/rules/drafts/x"), ("get", "/api/v1/rules/drafts/x/steps"),
    ("post", "/api/v1/rules/drafts/x/rehearse"), ("post", "/api/v1/rules/drafts/x/approve"),
    ("post", "/api/v1/rules/drafts/x/withdraw"),
    ("get", "/api/v1/applications"), ("get", "/api/v1/changes"), ("get", "/api/v1/live"), ("get", "/api/v1/orders/counts"),
    ("post", "/api/v1/orders/sign"), ("post", "/api/v1/orders/hand-down"), ("post", "/api/v1/orders/x/applications"),
    ("post", "/api/v1/orders/x/applications/resume"), ("post", "/api/v1/orders/x/applications/ruling"),
    ("post", "/api/v1/orders/x/applications/ruling/ask"), ("post", "/api/v1/orders/x/applications/x/decide"),
    ("get", "/api/v1/orders/x/attachments"), ("post", "/api/v1/orders/x/attachments"),
    ("get", "/api/v1/orders/x/attachments/x"), ("post", "/api/v1/orders/x/change-read"), ("post", "/api/v1/orders/x/hand-back"),
    ("get", "/api/v1/orders/x/hand-down"), ("post", "/api/v1/orders/x/hand-down"), ("post", "/api/v1/orders/x/handler"),
    ("post", "/api/v1/orders/x/part"), ("post", "/api/v1/orders/x/review/take"), ("post", "/api/v1/orders/x/sign-off"),
    ("post", "/api/v1/orders/x/take-back"), ("get", "/api/v1/phrases"), ("get", "/api/v1/reviews"),
    ("get", "/api/v1/upstream/entries"), ("post", "/api/v1/upstream/entries/filled"), ("post", "/api/v1/upstream/messages"),
    ("get", "/api/v1/views"), ("put", "/api/v1/views/x"), ("delete", "/api/v1/views/x"),
    ("get", "/api/v1/assessments"), ("get", "/api/v1/assessments/official"), ("get", "/api/v1/assessments/x"),
    ("get", "/api/v1/assessments/x/objections/x/effect"), ("get", "/api/v1/assessments/x/restatement"),
    ("get", "/api/v1/assessments/x/restatements/x"), ("get", "/api/v1/assessments/year/x"), ("get", "/api/v1/bulletins/x"),
    ("get", "/api/v1/indicators/calibration"), ("get", "/api/v1/indicators/definitions"),
    ("get", "/api/v1/indicators/differences"), ("get", "/api/v1/indicators/orders"), ("get", "/api/v1/sight"),
    ("post", "/api/v1/assessments/official"), ("post", "/api/v1/assessments/official/look"),
    ("post", "/api/v1/assessments/x/approve"), ("post", "/api/v1/assessments/x/freeze"),
    ("post", "/api/v1/assessments/x/objections"), ("post", "/api/v1/assessments/x/objections/x/agree"),
    ("post", "/api/v1/assessments/x/objections/x/refuse"), ("post", "/api/v1/assessments/x/objections/x/uphold"),
    ("post", "/api/v1/assessments/x/open"), ("post", "/api/v1/assessments/x/points"),
    ("post", "/api/v1/assessments/x/points/x/grant"), ("post", "/api/v1/assessments/x/points/x/refuse"),
    ("post", "/api/v1/assessments/x/publish"), ("post", "/api/v1/assessments/x/restatements"),
    ("post", "/api/v1/assessments/x/restatements/x/grant"), ("post", "/api/v1/assessments/x/restatements/x/refuse"),
    ("post", "/api/v1/assessments/x/send-back"),
]  # fmt: skip

FORBIDDEN = [
    (Role.AGENT, "post", "/orders/{order}/dispatch", {"unit": "CGJ"}),
    (Role.AGENT, "post", "/orders/{order}/sign", None),
    (Role.AGENT, "post", "/orders/{order}/answer", ANSWERED),
    (Role.AGENT, "post", "/orders/{order}/review", {"passed": True}),
    (Role.AGENT, "post", "/orders/{order}/return/decision", {"granted": True}),
    (Role.AGENT, "post", "/orders/{order}/decline", {"route": "请向法院起诉"}),
    (Role.AGENT, "post", "/orders/{order}/transfer", {"number": "119"}),
    ("CGJ", "post", "/orders/{order}/decline", {"route": "请向法院起诉"}),
    (Role.AGENT, "get", "/indicators", None),
    (Role.AGENT, "get", "/set-aside", None),
    (Role.DISPATCHER, "post", "/orders/{order}/sign", None),
    (Role.DISPATCHER, "post", "/orders/{order}/answer", ANSWERED),
    (Role.DISPATCHER, "post", "/orders/{order}/review", {"passed": True}),
    (Role.REVIEWER, "post", "/orders/{order}/dispatch", {"unit": "CGJ"}),
    (Role.REVIEWER, "post", "/calls", {"source": "a", "message_id": "b", "text": "停水"}),
    (Role.REVIEWER, "post", "/suggest", {"text": "停水"}),
    (Role.REVIEWER, "get", "/set-aside", None),
    (Role.SUPERVISOR, "post", "/orders/{order}/caller", {"reason": "核实"}),
    (Role.SUPERVISOR, "post", "/orders/{order}/dispatch", {"unit": "CGJ"}),
    (Role.SUPERVISOR, "post", "/orders/{order}/callback", CALLED),
    (Role.SUPERVISOR, "post", "/suggest", {"text": "停水"}),
    (Role.OPERATIONS, "get", "/orders", None),
    (Role.OPERATIONS, "get", "/orders/{order}", None),
    (Role.OPERATIONS, "get", "/calls/x", None),
    (Role.OPERATIONS, "post", "/orders/{order}/caller", {"reason": "核实"}),
    (Role.OPERATIONS, "post", "/suggest", {"text": "停水"}),
    ("CGJ", "post", "/calls", {"source": "a", "message_id": "b", "text": "停水"}),
    ("CGJ", "post", "/calls/batch", []),
    ("CGJ", "post", "/suggest", {"text": "停水"}),
    ("CGJ", "post", "/orders/{order}/dispatch", {"unit": "SCJG"}),
    ("CGJ", "post", "/orders/{order}/return/decision", {"granted": True}),
    ("CGJ", "post", "/orders/{order}/review", {"passed": True}),
    ("CGJ", "post", "/orders/{order}/callback", CALLED),
    ("CGJ", "get", "/set-aside", None),
    ("CGJ", "get", "/rules", None),
    ("CGJ", "post", "/rules/due", {"items": [{}]}),
    ("CGJ", "get", "/rules/orders/{order}/explain", None),
    (Role.AGENT, "post", "/rules/drafts/from-order", {"order": "KDL1", "lead": "CGJ"}),
    (Role.OPERATIONS, "post", "/rules/drafts/abcd/approve", {}),
    ("CGJ", "post", "/set-aside/x/retry", None),
    ("CGJ", "post", "/assessments/2026-10/open", None),
    ("CGJ", "post", "/assessments/2026-10/approve", None),
    ("CGJ", "get", "/bulletins/2026-10", None),
    (Role.AGENT, "get", "/sight", None),
    (Role.AGENT, "get", "/indicators/orders?rate=on_time", None),
    (Role.OPERATIONS, "get", "/indicators/orders?rate=on_time", None),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_key_there_is_no_data(small_city: City, method: str, path: str) -> None:
    answer = small_city.client().request(method, path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "auth.not_signed_in"


def test_every_route_of_the_document_is_in_that_list(small_city: City) -> None:
    paths = {(method, path) for path, methods in small_city.app.openapi()["paths"].items() for method in methods}
    told = {(method, re.sub(r"\{\w+\}", "x", path)) for method, path in paths if path.startswith("/api/")}
    assert told == {(method, path) for method, path in ROUTES if "anything" not in path}


@pytest.mark.parametrize("key", ["Bearer nonsense", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer " + "x" * 5000, "Bearer \xff"])
def test_a_wrong_key_is_no_key(small_city: City, key: str) -> None:
    answer = small_city.client().get("/api/v1/orders", headers={"Authorization": key.encode("latin-1")})
    assert answer.status_code == 401


@pytest.mark.parametrize(("role", "method", "path", "body"), FORBIDDEN, ids=lambda part: str(part)[:40])
def test_a_role_may_not(small_city: City, role: str, method: str, path: str, body: object) -> None:
    order = small_city.dispatched("CGJ")
    answer = small_city.as_(role).request(method, "/api/v1" + path.format(order=order), json=body)
    assert answer.status_code == 403
    assert answer.json()["code"] == "auth.not_allowed"


def test_a_unit_lists_its_own_orders_only(city: City) -> None:
    ours, theirs = city.dispatched("CGJ"), city.dispatched("SCJG")
    listed = [one["order_id"] for one in city.as_("CGJ").get("/api/v1/orders").json()["orders"]]
    assert ours in listed
    assert theirs not in listed


@pytest.mark.parametrize("act", ["", "/caller"])
def test_another_units_order_is_not_found(city: City, act: str) -> None:
    theirs = city.dispatched("SCJG")
    assert city.as_("CGJ").get(f"/api/v1/orders/{theirs}{act}").status_code == 404


@pytest.mark.parametrize(
    ("act", "body"),
    [("sign", None), ("contact", {}), ("return", {"reason": "不归我"}), ("answer", ANSWERED), ("caller", {"reason": "核实"})],
)
def test_a_unit_cannot_touch_another_units_order(city: City, act: str, body: object) -> None:
    theirs = city.dispatched("SCJG")
    assert city.as_("CGJ").post(f"/api/v1/orders/{theirs}/{act}", json=body).status_code == 404


def test_a_units_filter_does_not_open_another_units_list(city: City) -> None:
    city.dispatched("SCJG")
    assert city.as_("CGJ").get("/api/v1/orders", params={"unit": "SCJG"}).json()["orders"] == []


def test_another_units_call_is_not_found(city: City) -> None:
    theirs = city.dispatched("SCJG")
    call = city.as_(Role.AGENT).get(f"/api/v1/orders/{theirs}").json()["calls"][0]["call_id"]
    assert city.as_("CGJ").get(f"/api/v1/calls/{call}").status_code == 404


def test_a_unit_sees_its_own_rates_only(city: City) -> None:
    city.closed("CGJ"), city.closed("SCJG")
    assert set(city.as_("CGJ").get("/api/v1/indicators").json()) == {"CGJ"}


@pytest.mark.parametrize("role", [Role.AGENT, Role.DISPATCHER, Role.REVIEWER, Role.SUPERVISOR, Role.ADMIN, "CGJ"])
def test_everybody_sees_the_caller_masked(small_city: City, role: str) -> None:
    order = small_city.dispatched("CGJ", caller=CALLER)
    shown = small_city.as_(role).get(f"/api/v1/orders/{order}")
    assert shown.json()["caller"] == {"name": "王**", "phone": "138****2345"}
    assert CALLER["phone"] not in shown.text
    assert CALLER["name"] not in shown.text


def test_unmasking_needs_a_reason(city: City) -> None:
    order = city.order(caller=CALLER)
    refused = city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/caller", json={"reason": "  "})
    assert refused.status_code == 422


def test_unmasking_is_recorded_with_who_and_why(city: City) -> None:
    order = city.order(caller=CALLER)
    shown = city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/caller", json={"reason": "回访核实地址"})
    assert shown.json() == {**CALLER, "text": HEATING}
    with city.store.read() as work:
        (view,) = work.access.views(order)
    assert (view.what, view.reason) == ("caller", "回访核实地址")
    assert view.actor.startswith("agent-")


@pytest.mark.parametrize("role", [Role.AGENT, Role.DISPATCHER, Role.REVIEWER, Role.SUPERVISOR, Role.ADMIN, "CGJ"])
def test_numbers_in_texts_are_masked_for_everybody(small_city: City, role: str) -> None:
    order = small_city.dispatched("CGJ", text="垃圾没人清,电话13847212345,身份证150203198001011234")
    shown = small_city.as_(role).get(f"/api/v1/orders/{order}")
    assert "138****2345" in shown.json()["text"]
    assert "13847212345" not in shown.text
    assert "150203198001011234" not in shown.text


def test_a_unit_that_gave_an_order_back_no_longer_sees_its_caller(city: City) -> None:
    order = city.dispatched("CGJ", caller=CALLER)
    city.as_("CGJ").post(f"/api/v1/orders/{order}/return", json={"reason": "不归我们管"})
    city.as_(Role.DISPATCHER).post(f"/api/v1/orders/{order}/return/decision", json={"granted": True})
    assert city.as_("CGJ").post(f"/api/v1/orders/{order}/caller", json={"reason": "联系"}).status_code == 403


def test_a_unit_never_sees_a_caller_who_asked_for_secrecy(city: City) -> None:
    number = city.dispatched("CGJ", caller=CALLER)
    with city.store.write() as work:
        order = work.orders.get(number)
        assert order is not None
        work.orders.save([replace(order, flags=frozenset({Flag.CONFIDENTIAL}), version=order.version + 1)])
        work.commit()
    assert city.as_("CGJ").post(f"/api/v1/orders/{number}/caller", json={"reason": "联系"}).status_code == 403


def test_a_revoked_key_is_out_within_five_seconds(city: City) -> None:
    ticks = [0.0]
    app = create_app(city.parts)
    app.state.doorkeeper = Doorkeeper(city.access, ticks=lambda: ticks[0])
    client = city.client(app)
    client.headers["Authorization"] = f"Bearer {city.keys[Role.AGENT]}"
    assert client.get("/api/v1/orders").status_code == 200
    (ident,) = [key.id for key in city.access.keys() if key.role is Role.AGENT]  # noqa: SIM118  # a list of rows
    city.access.revoke(ident)
    ticks[0] = 5.0
    assert client.get("/api/v1/orders").status_code == 401


def test_too_many_unknown_keys_must_wait(small_city: City) -> None:
    client = small_city.client()
    client.headers["Authorization"] = "Bearer guess"
    codes = [client.get("/api/v1/orders").status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]
    late = client.get("/api/v1/orders")
    assert 1 <= int(late.headers["Retry-After"]) <= 60
    assert late.json()["code"] == "auth.too_many_attempts"


def test_somebody_elses_guesses_do_not_lock_out_a_good_key(small_city: City) -> None:
    for _ in range(12):
        small_city.client().get("/api/v1/orders", headers={"Authorization": "Bearer guess"})
    assert small_city.as_(Role.AGENT).get("/api/v1/orders").status_code == 200


def test_guesses_are_forgotten_after_a_minute(small_city: City) -> None:
    ticks = [0.0]
    small_city.app.state.doorkeeper = Doorkeeper(small_city.access, ticks=lambda: ticks[0])
    guess = {"Authorization": "Bearer guess"}
    for _ in range(11):
        small_city.client().get("/api/v1/orders", headers=guess)
    ticks[0] = 61.0
    assert small_city.client().get("/api/v1/orders", headers=guess).status_code == 401


def test_a_request_without_a_key_is_answered_before_its_body_is_read(small_city: City) -> None:
    started = time.monotonic()
    answer = small_city.client().post(
        "/api/v1/calls/batch", content=b"[" * 10_000_000, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 401
    assert time.monotonic() - started < 5


def test_a_session_reads_without_a_form_token(city: City) -> None:
    cookie, _ = city.access.sign_in(city.keys[Role.AGENT])
    assert city.client().get("/api/v1/orders", cookies={COOKIE: cookie}).status_code == 200


@pytest.mark.parametrize("token", [None, "", "wrong", "é"])
def test_a_session_does_not_write_without_its_form_token(city: City, token: str | None) -> None:
    cookie, _ = city.access.sign_in(city.keys[Role.AGENT])
    headers = {} if token is None else {CSRF_HEADER: token.encode()}
    answer = city.client().post("/api/v1/calls", json=city.message(), cookies={COOKIE: cookie}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["code"] == "auth.stale_form"


def test_a_session_writes_with_its_form_token(city: City) -> None:
    cookie, session = city.access.sign_in(city.keys[Role.AGENT])
    answer = city.client().post(
        "/api/v1/calls", json=city.message(), cookies={COOKIE: cookie}, headers={CSRF_HEADER: session.csrf}
    )
    assert answer.status_code == 202


def test_an_ended_session_is_nobody(city: City) -> None:
    cookie, _ = city.access.sign_in(city.keys[Role.AGENT])
    city.access.sign_out(cookie)
    assert city.client().get("/api/v1/orders", cookies={COOKIE: cookie}).status_code == 401
