"""The tie to a city's platform that is down, late, says things twice and out of order, and signs wrongly."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from hotline.domain.order import Order, State
from hotline.domain.roles import Actor, Role
from hotline.errors import UpstreamUnavailable
from hotline.services.rows import OrderFilter
from hotline.services.upstream_messages import UpstreamMessages
from hotline.services.upstream_replies import UpstreamReplies
from hotline.store.memory import MemoryStore
from hotline.upstream.http import HttpPlatform
from hotline.upstream.tie import LONGEST_WAIT, Tie
from tests.api.city import City
from tests.upstream.simulated_platform import KEY, SimulatedPlatform

NUMBER = "BT2026112300001"
VAGUE = "有个事情想反映一下,说不太清楚"
DISPATCHER, REVIEWER = Actor("派单员", Role.DISPATCHER), Actor("审核员", Role.REVIEWER)
CLERK = Actor("经办", Role.CLERK, "CGJ")


@pytest.fixture
def platform() -> Iterator[SimulatedPlatform]:
    with SimulatedPlatform() as running:
        yield running


class District:
    """A district tied to a platform."""

    def __init__(self, platform: SimulatedPlatform) -> None:
        self.city = City(MemoryStore())
        self.messages = UpstreamMessages(self.city.store, self.city.clock, self.city.books)
        self.replies = UpstreamReplies(self.city.store, self.city.clock, self.city.books)
        self.client = HttpPlatform(platform.url, KEY, timeout=0.5, wait=0.01)
        self.tie = Tie(self.client, self.messages, self.replies, self.city.store, self.city.clock.now)

    def turn(self) -> bool:
        """One turn of the clock's chore, and the worker's triage."""
        done = self.tie.tick()
        self.city.triaged()
        return done

    def order(self) -> Order:
        with self.city.store.read() as work:
            (order,) = work.orders.page(OrderFilter(), None, 10).orders
        return order

    def kinds(self) -> list[str]:
        with self.city.store.read() as work:
            return [event.kind for event in work.events.of_order(self.order().id)]

    def answered(self) -> None:
        """The unit answers and the office releases it."""
        handling, order = self.city.parts.handling, self.order().id
        handling.dispatch(order, unit="CGJ", by=DISPATCHER)
        handling.sign(order, by=CLERK)
        handling.contact(order, by=CLERK)
        handling.answer(order, text="已清理", by=CLERK)
        handling.review(order, passed=True, by=REVIEWER)

    def pass_by(self, time: timedelta) -> None:
        self.city.clock.pass_by(time)


@pytest.fixture
def district(platform: SimulatedPlatform) -> Iterator[District]:
    made = District(platform)
    yield made
    made.client.close()


def test_what_the_platform_sends_becomes_orders_and_events(platform: SimulatedPlatform, district: District) -> None:
    platform.say("1", NUMBER, text=VAGUE, due="2026-11-27T17:00:00+08:00")
    platform.say("2", NUMBER, "urge", data={"reason": "市民再次来电"})
    assert district.turn()
    district.turn()
    assert (district.kinds(), district.order().upstream_no) == (["registered", "urged"], NUMBER)


def test_messages_twice_and_out_of_order_act_once_each(platform: SimulatedPlatform, district: District) -> None:
    platform.say("3", NUMBER, "recall", at="2026-11-23T12:00:00+08:00")
    platform.say("2", NUMBER, "change_due", at="2026-11-23T11:00:00+08:00", due="2026-11-28T17:00:00+08:00")
    platform.say("1", NUMBER, text=VAGUE)
    platform.messages += platform.messages
    district.turn()
    assert (sorted(district.kinds()), district.order().state) == (["due_changed", "recalled", "registered"], State.RECALLED)


def test_a_platform_that_falters_is_asked_again_at_once(platform: SimulatedPlatform, district: District) -> None:
    platform.say("1", NUMBER, text=VAGUE)
    platform.refusals, platform.late = 1, 1
    assert district.turn()
    assert district.order().upstream_no == NUMBER


def test_a_platform_that_is_down_is_left_alone_longer_each_time(platform: SimulatedPlatform, district: District) -> None:
    platform.refusals = 1000
    waited = []
    for _ in range(8):
        assert not district.turn()
        before, start = len(platform.requests), district.city.clock.now()
        while not district.turn() and len(platform.requests) == before:
            district.pass_by(timedelta(seconds=30))
        waited.append(district.city.clock.now() - start)
    assert waited == sorted(waited)
    assert waited[-1] <= LONGEST_WAIT


def test_after_the_platform_is_back_nothing_is_missing(platform: SimulatedPlatform, district: District) -> None:
    platform.refusals = 3
    platform.say("1", NUMBER, text=VAGUE)
    assert not district.turn()
    district.pass_by(LONGEST_WAIT)
    assert district.turn()
    assert district.kinds() == ["registered"]


@pytest.mark.parametrize("trouble", [{"key": "another"}, {"age": 3600}], ids=["wrong signature", "old answer"])
def test_an_answer_that_is_not_the_platform_s_own_is_not_believed(
    platform: SimulatedPlatform, district: District, trouble: dict[str, str | int]
) -> None:
    platform.say("1", NUMBER, text=VAGUE)
    for name, value in trouble.items():
        setattr(platform, name, value)
    with pytest.raises(UpstreamUnavailable):
        district.client.incoming("")
    assert not district.turn()


def test_a_request_with_another_key_is_refused_and_no_key_is_logged(
    platform: SimulatedPlatform, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    client = HttpPlatform(platform.url, "a-secret-nobody-may-read", wait=0.01)
    with pytest.raises(UpstreamUnavailable) as refused:
        client.incoming("")
    client.close()
    assert "a-secret-nobody-may-read" not in f"{refused.value} {caplog.text} {capsys.readouterr()}"


def test_what_is_no_message_is_set_aside_and_the_rest_goes_on(platform: SimulatedPlatform, district: District) -> None:
    platform.messages.append({"id": "odd", "number": NUMBER, "sent_at": "yesterday", "text": "?"})
    platform.say("1", NUMBER, text=VAGUE)
    district.turn()
    with district.city.store.read() as work:
        assert [aside.detail for aside in work.set_asides.page(10)] == ["市级平台 消息 odd"]
    assert district.kinds() == ["registered"]


def test_a_message_id_with_another_content_is_listed_once_and_stops_nothing(
    platform: SimulatedPlatform, district: District
) -> None:
    platform.say("1", NUMBER, text=VAGUE)
    platform.say("1", NUMBER, text="完全是另一件事")
    platform.say("2", NUMBER, "urge")
    district.turn()
    assert (district.city.parts.set_aside.count(), district.kinds()) == (1, ["registered", "urged"])


def test_more_messages_than_one_answer_holds_are_all_received(platform: SimulatedPlatform, district: District) -> None:
    platform.say("0", NUMBER, text=VAGUE)
    for number in range(1, 131):
        platform.say(str(number), NUMBER, "urge")
    district.turn()
    assert district.kinds().count("urged") == 130


def test_a_released_answer_is_entered_above_once_and_marked(platform: SimulatedPlatform, district: District) -> None:
    platform.say("1", NUMBER, text=VAGUE)
    district.turn()
    district.answered()
    district.turn()
    district.turn()
    (entry,) = platform.entries.values()
    assert (entry["number"], entry["kind"], entry["text"]) == (NUMBER, "answer", "已清理")
    assert (platform.entered, district.kinds()[-1]) == ([entry["key"]], "filled_in")
    assert district.replies.waiting() == []


def test_an_entry_whose_answer_was_lost_is_entered_again_and_is_still_one(
    platform: SimulatedPlatform, district: District
) -> None:
    platform.say("1", NUMBER, text=VAGUE)
    district.turn()
    district.answered()
    platform.lost = 2
    assert district.turn()
    assert (len(platform.entries), len(platform.entered), district.replies.waiting()) == (1, 3, [])
