"""Webhooks from the order's event to the receiver: a real server, a real store, time that moves when told."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import generate_latest
from standardwebhooks import Webhook

from hotline.domain.roles import Role
from hotline.domain.webhook import TRIED_FOR
from hotline.metrics.registry import new_registry
from hotline.metrics.webhooks import WebhookMetrics
from hotline.services.webhook_queue import BATCH, FAILED, KEPT, LEASE, Outcome, WebhookQueue
from hotline.upstream.webhook_post import WebhookPost
from streams.deliveries import Deliveries, DeliveryThread
from tests.api.city import City
from tests.api.receiver import Receiver
from tests.waiting import wait_until

HOUR = timedelta(hours=1)
DEAD = "http://127.0.0.1:1/hook"  # nobody listens on port 1


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as one:
        yield one


def register(city: City, url: str, **fields: Any) -> dict[str, str]:
    answer = city.as_(Role.ADMIN).post("/api/v1/webhooks", json={"url": url, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def queue(city: City) -> WebhookQueue:
    return WebhookQueue(city.store, city.clock, lambda: 0.5)


def settle(city: City) -> None:
    """Give events their positions and write the deliveries, as the clock process does."""
    with city.store.write() as work:
        work.events.settle(1000)
        work.commit()
    queue(city).derive()


def send(city: City, holder: str = "worker-1", *, private: bool = True, timeout: timedelta = timedelta(seconds=5)) -> int:
    """Send what is due now, once, as the worker does; return to how many endpoints."""

    async def once() -> int:
        post = WebhookPost(private=private, timeout=timeout)
        sending = Deliveries(queue(city), post, holder=holder, now=city.clock.now)
        begun = await sending.once()
        await sending.finish()
        await sending.close()
        return begun

    return asyncio.run(once())


def shown(city: City, ident: str) -> dict[str, Any]:
    return dict(city.as_(Role.OPERATIONS).get(f"/api/v1/webhooks/{ident}").json())


def deliveries(city: City, ident: str, **asked: Any) -> list[dict[str, Any]]:
    answer = city.as_(Role.OPERATIONS).get(f"/api/v1/webhooks/{ident}/deliveries", params=asked)
    return list(answer.json()["items"])


# -- what is sent ------------------------------------------------------------------------------------------------------
def test_a_receiver_is_told_of_each_event_in_a_signed_message(city: City, receiver: Receiver) -> None:
    hook = register(city, receiver.url)
    order = city.dispatched("CGJ", caller={"name": "王建国", "phone": "13847212345"})
    settle(city)
    assert send(city) == 1
    told = [json.loads(one.body) for one in receiver.got]
    assert sorted(one["type"] for one in told) == ["order.dispatched", "order.registered"]
    dispatched = next(one for one in told if one["type"] == "order.dispatched")
    data = dispatched["data"]
    assert (data["order_id"], data["version"], data["event"], data["unit"]) == (order, 2, "dispatched", "CGJ")
    assert data["at"] == dispatched["timestamp"] == city.clock.now().isoformat()
    assert [one["state"] for one in deliveries(city, hook["id"])] == ["delivered"] * 2


def test_a_receivers_own_verifier_accepts_the_signature_and_no_other_secret(city: City, receiver: Receiver) -> None:
    city.clock.time = datetime.now(UTC)  # the verifier refuses what is older than five minutes
    city.books.refresh()
    hook = register(city, receiver.url)
    city.order()
    settle(city)
    send(city)
    one = receiver.got[0]
    assert Webhook(hook["secret"]).verify(one.body, one.headers)["type"] == "order.registered"
    with pytest.raises(Exception, match="No matching signature"):
        Webhook("whsec_" + "A" * 44).verify(one.body, one.headers)
    assert one.headers["webhook-id"].startswith("msg_")
    assert one.headers["content-type"] == "application/json"


def test_nothing_a_citizen_said_or_is_goes_out(city: City, receiver: Receiver) -> None:
    register(city, receiver.url)
    order = city.answered("CGJ", text="中冶世家三号楼漏水", caller={"name": "王建国", "phone": "13847212345"})
    city.as_("CGJ").get(f"/api/v1/orders/{order}")
    settle(city)
    send(city)
    sent = b"".join(one.body for one in receiver.got).decode()
    assert not any(word in sent for word in ("王建国", "13847212345", "漏水", "中冶", "清理"))
    assert {name for one in receiver.got for name in json.loads(one.body)["data"]} == {
        "order_id", "version", "event", "at", "unit",
    }  # fmt: skip


def test_a_unit_is_told_of_its_own_orders_and_only_of_the_kinds_it_wants(city: City, receiver: Receiver) -> None:
    register(city, receiver.url, unit="CGJ", kinds=["dispatched", "signed"])
    mine, other = city.dispatched("CGJ"), city.dispatched("SCJG")
    city.as_("CGJ").post(f"/api/v1/orders/{mine}/sign")
    city.as_("SCJG").post(f"/api/v1/orders/{other}/sign")
    city.as_("CGJ").post(f"/api/v1/orders/{mine}/contact", json={"result": "reached"})
    settle(city)
    send(city)
    told = [json.loads(one.body)["data"] for one in receiver.got]
    assert sorted((one["order_id"], one["event"]) for one in told) == [(mine, "dispatched"), (mine, "signed")]


def test_a_unit_that_lost_an_order_and_one_that_assists_are_told_too(city: City, receiver: Receiver) -> None:
    register(city, receiver.url, unit="SCJG", kinds=["dispatched", "signed"])
    order = city.dispatched("SCJG")
    city.as_(Role.DISPATCHER).post(f"/api/v1/orders/{order}/dispatch", json={"unit": "CGJ"})
    city.as_("CGJ").post(f"/api/v1/orders/{order}/sign")
    settle(city)
    send(city)
    assert [json.loads(one.body)["data"]["version"] for one in receiver.got] == [2, 3, 4]


def test_a_unit_is_not_told_of_an_order_that_complains_about_it(city: City, receiver: Receiver) -> None:
    register(city, receiver.url, unit="CGJ")
    order = city.dispatched("CGJ")
    accuse(city, order, "CGJ")
    settle(city)
    assert (send(city), receiver.got) == (0, [])


def test_what_was_queued_before_a_unit_was_complained_about_is_not_sent_to_it(city: City, receiver: Receiver) -> None:
    mine = register(city, receiver.url, unit="CGJ", kinds=["dispatched"])["id"]
    order, other = city.dispatched("CGJ"), city.dispatched("CGJ")
    settle(city)
    accuse(city, order, "CGJ")
    send(city)
    assert [json.loads(one.body)["data"]["order_id"] for one in receiver.got] == [other]
    assert {one["order_id"]: (one["state"], one["error"]) for one in deliveries(city, mine)} == {
        order: ("gave_up", "recused"), other: ("delivered", ""),
    }  # fmt: skip


def accuse(city: City, order: str, unit: str) -> None:
    named = city.as_(Role.SUPERVISOR).post(f"/api/v1/orders/{order}/accused", json={"units": [unit]})
    assert named.status_code == 200, named.text


def test_what_happened_before_an_endpoint_was_registered_is_not_sent(city: City, receiver: Receiver) -> None:
    city.dispatched("CGJ")
    settle(city)
    register(city, receiver.url)
    order = city.order()
    settle(city)
    send(city)
    assert {json.loads(one.body)["data"]["order_id"] for one in receiver.got} == {order}


def test_events_are_written_out_once_however_often_and_in_how_many_parts_they_are_read(city: City, receiver: Receiver) -> None:
    hook = register(city, receiver.url)
    for _ in range(3):
        city.dispatched("CGJ")
        settle(city)
        settle(city)
    assert (len(deliveries(city, hook["id"])), queue(city).derive()) == (6, 0)


# -- when it does not work ---------------------------------------------------------------------------------------------
def test_a_failed_delivery_comes_again_later_and_later_under_the_same_id(city: City, receiver: Receiver) -> None:
    receiver.answer = lambda _request: 503
    hook = register(city, receiver.url, kinds=["registered"])
    city.order()
    settle(city)
    assert send(city) == 1
    waits = []
    for _ in range(5):
        at = datetime.fromisoformat(deliveries(city, hook["id"])[0]["next_at"])
        waits.append((at - city.clock.now()).total_seconds())
        city.clock.time = at - timedelta(seconds=1)
        assert send(city) == 0
        city.clock.time = at
        assert send(city) == 1
    assert waits == [5, 30, 120, 600, 1800]
    (one,) = deliveries(city, hook["id"])
    assert (one["status"], one["state"], one["attempts"]) == (503, "waiting", 6)
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 1


def test_after_three_days_of_failures_an_endpoint_is_switched_off_and_keeps_what_it_has_not_got(
    city: City, receiver: Receiver
) -> None:
    receiver.answer = lambda _request: 500
    hook = register(city, receiver.url)
    city.dispatched("CGJ")
    settle(city)
    began = city.clock.now()
    while shown(city, hook["id"])["enabled"]:
        send(city)
        city.clock.pass_by(HOUR)
    off = shown(city, hook["id"])
    assert TRIED_FOR <= city.clock.now() - began < TRIED_FOR + timedelta(hours=14)
    assert (off["off_why"], off["waiting"], off["gave_up"]) == (FAILED, 2, 0)
    assert len(receiver.got) < 90
    city.dispatched("CGJ")
    settle(city)
    city.clock.pass_by(timedelta(days=30))
    assert (send(city), queue(city).purge(), len(deliveries(city, hook["id"]))) == (0, 0, 2)
    receiver.answer = lambda _request: 200
    city.as_(Role.ADMIN).post(f"/api/v1/webhooks/{hook['id']}/on")
    settle(city)
    send(city)
    assert {one["state"] for one in deliveries(city, hook["id"])} == {"delivered"}
    assert len(deliveries(city, hook["id"])) == 4
    assert (shown(city, hook["id"])["enabled"], shown(city, hook["id"])["failing_since"]) == (True, None)


def test_an_endpoint_switched_on_again_may_leave_out_what_happened_meanwhile(city: City, receiver: Receiver) -> None:
    hook = register(city, receiver.url)
    admin = city.as_(Role.ADMIN)
    assert admin.post(f"/api/v1/webhooks/{hook['id']}/off").json()["off_why"] == "管理员停用"
    city.dispatched("CGJ")
    settle(city)
    admin.post(f"/api/v1/webhooks/{hook['id']}/on", json={"skip": True})
    order = city.order()
    settle(city)
    send(city)
    assert {json.loads(one.body)["data"]["order_id"] for one in receiver.got} == {order}


def test_one_message_that_is_refused_for_ever_is_given_up_while_the_others_go_on(city: City, receiver: Receiver) -> None:
    receiver.answer = lambda request: 400 if b"order.registered" in request.body else 200
    hook = register(city, receiver.url, kinds=["registered", "signed"])
    order = city.dispatched("CGJ")
    settle(city)
    began = city.clock.now()
    while not deliveries(city, hook["id"], state="gave_up"):
        send(city)
        city.clock.pass_by(HOUR)
        city.as_("CGJ").post(f"/api/v1/orders/{order}/sign")
        city.as_("CGJ").post(f"/api/v1/orders/{order}/contact", json={"result": "reached"})
        other = city.dispatched("CGJ")
        city.as_("CGJ").post(f"/api/v1/orders/{other}/sign")
        settle(city)
        assert city.clock.now() - began < TRIED_FOR * 2
    assert shown(city, hook["id"])["enabled"]
    kept = deliveries(city, hook["id"], state="gave_up")
    assert ({one["event"] for one in kept}, {one["status"] for one in kept}) == ({"registered"}, {400})
    receiver.answer = lambda _request: 200
    again = city.as_(Role.OPERATIONS).post(f"/api/v1/webhooks/{hook['id']}/deliveries/{kept[0]['id']}/resend")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    wait_until(lambda: send(city) == 0, 60.0, what="nothing left to send")
    states = {one["id"]: one["state"] for one in deliveries(city, hook["id"], limit=200)}
    assert states[kept[0]["id"]] == "delivered"


def test_a_dead_endpoint_does_not_slow_the_others(city: City, receiver: Receiver) -> None:
    with Receiver(hold=threading.Event()) as silent:
        register(city, silent.url)
        register(city, DEAD)
        alive = register(city, receiver.url)
        for _ in range(5):
            city.dispatched("CGJ")
        settle(city)
        sending = Deliveries(
            queue(city), WebhookPost(private=True), holder="w", now=city.clock.now, every=timedelta(milliseconds=20)
        )
        with DeliveryThread(sending):
            wait_until(lambda: len(receiver.got) == 10, 4.0, what="ten deliveries while the others are dead")
            city.dispatched("CGJ")
            settle(city)
            wait_until(lambda: len(receiver.got) == 12, 4.0, what="two more, while the silent one is still waited for")
            assert len(silent.got) <= 4
            silent.hold.set()  # type: ignore[union-attr]
    assert {one["state"] for one in deliveries(city, alive["id"])} == {"delivered"}


def test_while_an_endpoint_fails_one_message_at_a_time_tries_it(city: City) -> None:
    with Receiver(answer=lambda _request: 500) as failing:
        hook = register(city, failing.url)
        for _ in range(10):
            city.dispatched("CGJ")
        settle(city)
        send(city)
        first = len(failing.got)
        city.clock.pass_by(HOUR)
        send(city)
        assert (first, len(failing.got)) == (4, 5)
        assert shown(city, hook["id"])["waiting"] == 20


def test_rows_of_a_killed_worker_are_sent_by_another(city: City, receiver: Receiver) -> None:
    hook = register(city, receiver.url)
    city.dispatched("CGJ")
    settle(city)
    (batch,) = queue(city).claim("killed")
    assert len(batch.deliveries) == 2
    assert send(city, "other") == 0
    city.clock.pass_by(LEASE)
    assert send(city, "other") == 1
    queue(city).settle(hook["id"], [(one, None) for one in batch.deliveries], "killed")  # it was only slow
    assert {one["state"] for one in deliveries(city, hook["id"])} == {"delivered"}


def test_two_workers_never_hold_the_same_message(city: City, receiver: Receiver) -> None:
    register(city, receiver.url)
    for _ in range(BATCH):
        city.dispatched("CGJ")
    settle(city)
    held = [one.id for name in ("a", "b", "c") for batch in queue(city).claim(name) for one in batch.deliveries]
    assert (len(held), len(set(held))) == (2 * BATCH, 2 * BATCH)


# -- where it may go ---------------------------------------------------------------------------------------------------
def tried(city: City, url: str, **how: Any) -> tuple[int | None, str]:
    hook = register(city, url, kinds=["registered"])
    city.order()
    settle(city)
    send(city, **how)
    (one,) = deliveries(city, hook["id"])
    return one["status"], one["error"]


def test_a_redirect_is_not_followed(small_city: City) -> None:
    with Receiver() as secret, Receiver(answer=lambda _request: 307, headers={"Location": secret.url}) as door:
        assert tried(small_city, door.url) == (307, "redirect")
        assert secret.got == []


def test_a_receiver_that_says_nothing_is_left_after_the_timeout(small_city: City) -> None:
    with Receiver(hold=threading.Event()) as silent:
        assert tried(small_city, silent.url, timeout=timedelta(milliseconds=300)) == (None, "timeout")


def test_an_endless_answer_is_not_read(small_city: City) -> None:
    with Receiver(answer=lambda _request: 200, endless=True) as talker:
        assert tried(small_city, talker.url) == (200, "")


def test_private_addresses_are_called_only_where_they_may_be(small_city: City, receiver: Receiver) -> None:
    assert tried(small_city, receiver.url, private=False) == (None, "address")
    assert receiver.got == []


@pytest.mark.parametrize(
    ("url", "error"),
    [(DEAD, "connect"), ("http://169.254.169.254/latest", "address"), ("http://nowhere.invalid/", "unknown_host")],
)
def test_why_nothing_was_sent_is_told(small_city: City, url: str, error: str) -> None:
    assert tried(small_city, url) == (None, error)


def test_what_speaks_no_tls_is_told_apart(small_city: City, receiver: Receiver) -> None:
    assert tried(small_city, receiver.url.replace("http:", "https:"))[1] in ("tls", "connect")


@pytest.mark.parametrize(
    "url",
    ["", "ftp://host/x", "//host", "http://", "http://u:p@host/", "http://host/#part", "javascript:alert(1)", "http://ho st/",
     "http://host:99999/", "http://主机/", "http://[::1", "http://host/\n"],
)  # fmt: skip
def test_only_plain_addresses_are_registered(small_city: City, url: str) -> None:
    assert small_city.as_(Role.ADMIN).post("/api/v1/webhooks", json={"url": url}).status_code == 422


# -- who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.AGENT, Role.DISPATCHER, Role.REVIEWER, Role.SUPERVISOR, "CGJ"])
def test_nobody_else_sees_an_endpoint(small_city: City, role: Role | str) -> None:
    assert small_city.as_(role).get("/api/v1/webhooks").status_code == 403


@pytest.mark.parametrize("path", ["", "/{}/off", "/{}/on", "/{}/secret"])
def test_operations_see_and_resend_but_set_up_nothing(small_city: City, path: str) -> None:
    hook = register(small_city, DEAD)
    answer = small_city.as_(Role.OPERATIONS).post(
        "/api/v1/webhooks" + path.format(hook["id"]), json=None if path else {"url": DEAD}
    )
    assert answer.status_code == 403


def test_a_secret_is_shown_once_and_can_be_replaced(city: City) -> None:
    hook = register(city, DEAD)
    admin = city.as_(Role.ADMIN)
    assert hook["secret"] not in admin.get("/api/v1/webhooks").text + admin.get(f"/api/v1/webhooks/{hook['id']}").text
    other = admin.post(f"/api/v1/webhooks/{hook['id']}/secret").json()
    assert other["secret"].startswith("whsec_")
    assert other["secret"] != hook["secret"]


def test_who_set_up_what_is_recorded(city: City) -> None:
    hook = register(city, DEAD)
    for step in ("off", "on", "secret"):
        city.as_(Role.ADMIN).post(f"/api/v1/webhooks/{hook['id']}/{step}")
    with city.store.read() as work:
        assert [one.what for one in work.access.views(hook["id"])] == [
            "webhook.registered", "webhook.off", "webhook.on", "webhook.secret",
        ]  # fmt: skip


@pytest.mark.parametrize("fields", [{"unit": "NOBODY"}, {"kinds": ["exploded"]}, {"extra": 1}])
def test_an_endpoint_for_nobody_is_refused(small_city: City, fields: dict[str, Any]) -> None:
    assert small_city.as_(Role.ADMIN).post("/api/v1/webhooks", json={"url": DEAD, **fields}).status_code == 422


def test_what_is_not_there_is_not_found(small_city: City) -> None:
    hook, admin = register(small_city, DEAD), small_city.as_(Role.ADMIN)
    paths = ("zz/off", "zz/on", "zz/secret", f"{hook['id']}/deliveries/msg_00/resend")
    assert [admin.post(f"/api/v1/webhooks/{path}").status_code for path in paths] == [404] * 4
    assert [admin.get(f"/api/v1/webhooks/{path}").status_code for path in ("zz", "zz/deliveries")] == [404] * 2


def test_deliveries_are_paged_newest_first(city: City) -> None:
    hook = register(city, DEAD)
    for _ in range(3):
        city.dispatched("CGJ")
    settle(city)
    first = city.as_(Role.ADMIN).get(f"/api/v1/webhooks/{hook['id']}/deliveries", params={"limit": 4}).json()
    rest = deliveries(city, hook["id"], limit=4, before=first["before"])
    numbers = [one["number"] for one in (*first["items"], *rest)]
    assert (len(numbers), numbers) == (6, sorted(numbers, reverse=True))


def test_what_was_delivered_is_forgotten_after_thirty_days(city: City, receiver: Receiver) -> None:
    hook = register(city, receiver.url)
    city.dispatched("CGJ")
    settle(city)
    send(city)
    city.clock.pass_by(KEPT)
    assert queue(city).purge() == 0
    city.clock.pass_by(timedelta(seconds=1))
    assert (queue(city).purge(), deliveries(city, hook["id"])) == (2, [])


def test_the_figures_tell_what_waits_and_who_fails(city: City, receiver: Receiver) -> None:
    registry = new_registry()
    metrics = WebhookMetrics(registry, queue(city).state, city.clock.now)
    assert b'hotline_webhook_tries_total{result="failed"} 0.0' in generate_latest(registry)
    register(city, DEAD)
    register(city, receiver.url)
    city.dispatched("CGJ")
    settle(city)
    send(city)
    city.clock.pass_by(HOUR)
    metrics.tried(Outcome(500))
    text = generate_latest(registry).decode()
    for line in (
        'hotline_webhook_tries_total{result="failed"} 1.0', 'hotline_webhook_endpoints{state="failing"} 1.0',
        'hotline_webhook_endpoints{state="ok"} 1.0', "hotline_webhook_waiting 2.0",
        "hotline_webhook_oldest_waiting_seconds 3600.0",
    ):  # fmt: skip
        assert line in text


def test_the_same_registration_sent_twice_is_one_endpoint(city: City) -> None:
    answers: list[httpx.Response] = [
        city.as_(Role.ADMIN).post("/api/v1/webhooks", json={"url": DEAD}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len(city.as_(Role.ADMIN).get("/api/v1/webhooks").json()) == 1
