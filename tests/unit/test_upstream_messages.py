"""Messages from above: each acts once, whatever order they come in, and none is lost."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from itertools import count, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.above import About
from hotline.domain.applications import Asks
from hotline.domain.call import Caller, NewCall
from hotline.domain.order import Event, Flag, Order, State
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, MessageConflict
from hotline.services.applications import Applications
from hotline.services.upstream_messages import EARLY, SUPERSEDED, UpstreamMessages
from hotline.store.memory import MemoryStore
from tests.api.city import START, City

DISPATCHER = Actor("派单员", Role.DISPATCHER)
REVIEWER = Actor("审核员", Role.REVIEWER)
CLERK = Actor("经办", Role.CLERK, "CGJ")
NUMBERS = count(1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VAGUE = "有个事情想反映一下,说不太清楚"


@cache
def one_city() -> City:
    """A city that many examples share: each has a number of its own."""
    return City(MemoryStore())


class Hall:
    """A district under a city's platform, and one order of it."""

    def __init__(self, city: City | None = None) -> None:
        self.city, self.number = city or one_city(), f"BT{next(NUMBERS):012d}"
        self.city.clock.time = START
        self.above = UpstreamMessages(self.city.store, self.city.clock, self.city.books)
        self.handling = self.city.parts.handling
        self.sent = 0

    def new(self, about: str = "", *, at: int = 0, ident: str = "", **fields: Any) -> NewCall:
        """A message said ``at`` minutes after the start."""
        self.sent += 1
        text = VAGUE if about == "" else ""
        return NewCall(**{
            "source": "upstream:http",
            "message_id": f"{self.number}-{ident or self.sent}", "received_at": START + timedelta(minutes=at),
            "text": text, "channel": "upstream", "upstream_no": self.number, "about": about,
            "caller": Caller(name="王建国", phone="13847212345"), **fields,
        })  # fmt: skip

    def order(self, state: State = State.ON_DESK, **fields: Any) -> Order:
        """The order as far as its unit and the office have brought it."""
        self.city.intake.record(self.new(**{"upstream_due": START + 5 * DAY, **fields}))
        self.city.triaged()
        ident = self.now().id
        if state is not State.ON_DESK:
            self.handling.dispatch(ident, unit="CGJ", by=DISPATCHER)
        if state in (State.SIGNED, State.ANSWERED, State.IN_CALLBACK):
            self.handling.sign(ident, by=CLERK)
        if state in (State.ANSWERED, State.IN_CALLBACK):
            self.handling.contact(ident, by=CLERK)
            self.handling.answer(ident, text="已清理", by=CLERK)
        if state is State.IN_CALLBACK:
            self.handling.review(ident, passed=True, by=REVIEWER)
        return self.now()

    def now(self) -> Order:
        with self.city.store.read() as work:
            return work.orders.by_upstream([self.number])[self.number]

    def events(self) -> list[Event]:
        with self.city.store.read() as work:
            return work.events.of_order(self.now().id)

    def last(self) -> str:
        return self.events()[-1].kind

    def waiting(self) -> list[str]:
        with self.city.store.read() as work:
            return [aside.reason for aside in work.set_asides.page(1000) if self.number in aside.detail]


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_redo_begins_a_round_with_the_platform_s_due_time(hall: Hall) -> None:
    hall.order(State.IN_CALLBACK)
    hall.city.clock.pass_by(DAY)
    taken = hall.above.receive(hall.new(About.REDO, at=60, upstream_due=START + 3 * DAY, data={"reason": "未解决"}))
    again = hall.now()
    assert (taken.outcome, taken.order_id, again.state, again.round) == ("event", again.id, State.DISPATCHED, 2)
    assert (again.due["upstream"], again.due["answer"] <= START + 3 * DAY) == (START + 3 * DAY, True)


@pytest.mark.parametrize(
    ("state", "about", "kind", "after"),
    [(State.SIGNED, About.URGE, "urged", State.SIGNED), (State.SIGNED, About.RECALL, "recalled", State.RECALLED),
     (State.ANSWERED, About.SEND_BACK, "sent_back", State.SIGNED), (State.IN_CALLBACK, About.CLOSE, "closed", State.CLOSED),
     (State.SIGNED, About.SUPPLEMENT, "supplemented", State.SIGNED)],
)  # fmt: skip
def test_what_the_platform_says_is_an_event_of_the_order(hall: Hall, state: State, about: str, kind: str, after: State) -> None:
    hall.order(state)
    hall.above.receive(hall.new(about))
    assert (hall.last(), hall.now().state) == (kind, after)


@pytest.mark.parametrize("days", [2, 12])
def test_a_changed_deadline_caps_our_answer_anew(hall: Hall, days: int) -> None:
    before = hall.order(State.SIGNED, upstream_due=START + 4 * HOUR)
    hall.above.receive(hall.new(About.CHANGE_DUE, upstream_due=START + days * DAY))
    after = hall.now()
    assert (hall.last(), after.due["upstream"]) == ("due_changed", START + days * DAY)
    assert before.due["answer"] < after.due["answer"] <= START + days * DAY


def test_the_running_leg_moves_with_an_earlier_deadline(hall: Hall) -> None:
    hall.order(State.SIGNED)
    hall.above.receive(hall.new(About.CHANGE_DUE, upstream_due=START + 4 * HOUR))
    with hall.city.store.read() as work:
        (leg,) = work.legs.of_order(hall.now().id)
    assert leg.due_at is not None
    assert leg.due_at <= hall.now().due["answer"] <= START + 4 * HOUR


@pytest.mark.parametrize(("granted", "kind"), [(True, "extension_granted"), (False, "extension_refused")])
def test_a_decision_of_the_platform_decides_the_application(hall: Hall, granted: bool, kind: str) -> None:
    order = hall.order(State.SIGNED)
    applications = Applications(hall.city.store, hall.city.clock, hall.city.books)
    applications.apply(order.id, Asks.EXTENSION, reason="须停气施工", by=CLERK)
    hall.city.clock.pass_by(HOUR)
    hall.above.receive(hall.new(About.DECISION, at=30, data={"asks": "extension", "granted": granted, "reason": "情况属实"}))
    assert hall.last() in (kind, "supplemented")  # decided above only where the pack's approvals say so
    assert (hall.last() == kind) == (order.origin == "upstream" and not hall.now().applications)


def test_the_city_s_callback_closes_and_keeps_its_rating(hall: Hall) -> None:
    order = hall.order(State.IN_CALLBACK)
    hall.above.receive(hall.new(About.CALLBACK, data={"reached": True, "solved": "yes", "rating": 5}))
    with hall.city.store.read() as work:
        (rating,) = work.ratings.of_order(order.id)
    assert (hall.now().state, rating.channel, rating.level) == (State.CLOSED, "upstream", 5)


def test_an_unsolved_callback_keeps_the_order_open_until_the_city_asks_for_it_again(hall: Hall) -> None:
    hall.order(State.IN_CALLBACK)
    hall.above.receive(hall.new(About.CALLBACK, at=1, data={"reached": True, "solved": "no", "rating": 1}))
    assert (hall.last(), hall.now().open) == ("callback_attempted", True)
    hall.above.receive(hall.new(About.REDO, at=2))
    assert (hall.now().state, hall.now().round) == (State.DISPATCHED, 2)


def test_a_bad_rating_from_above_waits_for_its_check(hall: Hall) -> None:
    hall.order(State.IN_CALLBACK)
    hall.above.receive(hall.new(About.RATING, data={"level": 2, "reason": "没修好"}))
    assert (hall.last(), hall.now().rating_check) == ("rated", "waiting")


@pytest.mark.parametrize(
    ("about", "data"),
    [("hold_on", {}), (About.CHANGE_DUE, {}), (About.DECISION, {"asks": "holiday", "granted": True}), (About.DECISION, {}),
     (About.DECISION, {"asks": "pause", "granted": True}), (About.RATING, {"level": "good"}), (About.RATING, {"level": 9}),
     (About.CALLBACK, {}), (About.CALLBACK, {"reached": "yes"}), (About.REDO, {}), (About.CLOSE, {}), (About.SEND_BACK, {}),
     (About.URGE, {"reason": 7})],
)  # fmt: skip
def test_what_is_not_understood_or_not_lawful_goes_to_the_desk(hall: Hall, about: str, data: dict[str, Any]) -> None:
    before = hall.order(State.SIGNED)
    hall.above.receive(hall.new(about, data=data))
    event = hall.events()[-1]
    assert (event.kind, event.data["understood"], bool(event.data["why"])) == ("supplemented", False, True)
    assert Flag.CHANGED_ABOVE in hall.now().flags
    assert (hall.now().state, hall.now().due) == (before.state, before.due)


def test_the_same_message_again_is_answered_the_same_and_does_nothing(hall: Hall) -> None:
    hall.order(State.SIGNED)
    first = hall.above.receive(hall.new(About.URGE, ident="urge"))
    again = hall.above.receive(hall.new(About.URGE, ident="urge"))
    hall.city.triaged()
    assert (again.receipt.call_id, again.order_id, again.outcome) == (first.receipt.call_id, first.order_id, first.outcome)
    assert [event.kind for event in hall.events()].count("urged") == 1


def test_the_same_id_with_another_content_is_refused_and_listed(hall: Hall) -> None:
    hall.order(State.SIGNED)
    hall.above.receive(hall.new(About.RATING, ident="m", data={"level": 5}))
    with pytest.raises(MessageConflict):
        hall.above.receive(hall.new(About.RATING, ident="m", data={"level": 1}))
    assert len(hall.waiting()) == 1


def test_an_older_deadline_after_a_newer_one_changes_nothing(hall: Hall) -> None:
    hall.order(State.SIGNED)
    hall.above.receive(hall.new(About.CHANGE_DUE, at=20, upstream_due=START + 2 * DAY))
    hall.above.receive(hall.new(About.CHANGE_DUE, at=10, upstream_due=START + 9 * DAY))
    assert (hall.last(), hall.events()[-1].data["why"], hall.now().due["upstream"]) == (
        "noted_above", SUPERSEDED, START + 2 * DAY,
    )  # fmt: skip


def test_an_older_redo_does_not_open_what_was_closed_after_it(hall: Hall) -> None:
    hall.order(State.IN_CALLBACK)
    hall.above.receive(hall.new(About.CLOSE, at=20))
    hall.above.receive(hall.new(About.REDO, at=10))
    assert (hall.last(), hall.now().state) == ("noted_above", State.CLOSED)


def test_what_was_recalled_can_be_sent_down_again(hall: Hall) -> None:
    hall.order(State.SIGNED)
    hall.above.receive(hall.new(About.RECALL, at=1))
    hall.above.receive(hall.new(About.REDO, at=2))
    assert (hall.now().state, hall.now().unit, hall.now().round) == (State.DISPATCHED, "CGJ", 2)


def test_a_message_before_its_order_waits_and_acts_when_the_order_is_there(hall: Hall) -> None:
    taken = hall.above.receive(hall.new(About.URGE, at=5))
    assert (taken.outcome, taken.order_id, hall.waiting()) == ("waits", None, [EARLY])
    hall.order()
    assert ([event.kind for event in hall.events()], hall.waiting()) == (["registered", "urged"], [])


def test_a_message_that_triage_did_not_see_is_caught_up_with_by_the_clock(hall: Hall) -> None:
    hall.order()
    hall.city.intake.record(hall.new(About.URGE))
    assert ((hall.above.catch_up(), hall.above.catch_up()), hall.last()) == ((1, 0), "urged")


def test_a_message_without_its_order_s_number_is_refused() -> None:
    with pytest.raises(InvalidInput):
        NewCall(source="s", message_id="m", received_at=START, text="", about="urge")


def test_an_unknown_new_order_from_above_is_an_order_of_its_own(hall: Hall) -> None:
    taken = hall.above.receive(hall.new())
    hall.city.triaged()
    assert (taken.outcome, hall.now().upstream_no) == ("order", hall.number)


@pytest.mark.parametrize("turn", range(6))
def test_three_messages_end_the_same_in_any_order(turn: int) -> None:
    hall = Hall()
    hall.order(State.IN_CALLBACK)
    messages = [
        hall.new(About.CHANGE_DUE, at=10, upstream_due=START + 9 * DAY), hall.new(About.REDO, at=20),
        hall.new(About.RECALL, at=30),
    ]  # fmt: skip
    for message in list(permutations(messages))[turn]:
        hall.above.receive(message)
    assert hall.now().state is State.RECALLED


ABOUTS = st.sampled_from([*About, "nobody knows"])
DATA: dict[str, dict[str, Any]] = {
    About.DECISION: {"asks": "extension", "granted": True}, About.CALLBACK: {"reached": True, "solved": "yes"},
    About.RATING: {"level": 4},
}  # fmt: skip


def a_message(hall: Hall, about: str, at: int) -> NewCall:
    due = START + timedelta(days=2, minutes=at) if about == About.CHANGE_DUE else None
    return hall.new(about, at=at, ident=f"{about}-{at}", upstream_due=due, data=DATA.get(about, {}), text="另有情况")


@given(
    st.lists(st.tuples(ABOUTS, st.integers(1, 30)), min_size=1, max_size=8), st.randoms(),
    st.sampled_from([(0, State.SIGNED), (4, State.ON_DESK)]),
)  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_every_message_is_answered_once_however_often_and_in_whatever_order_it_comes(
    said: list[tuple[str, int]], shuffle: Any, early: tuple[int, State]
) -> None:
    hall = Hall()
    messages = [a_message(hall, about, at) for about, at in said] * 2
    shuffle.shuffle(messages)
    for message in [one for one in messages[: early[0]] if one.about != About.NEW]:
        hall.above.receive(message)
    hall.order(early[1])
    for message in messages:
        hall.above.receive(message)
    answered = [event.data["message"] for event in hall.events() if "message" in event.data]
    assert sorted(answered) == sorted({one.message_id for one in messages})
    assert hall.waiting() == []


KEPT = st.sampled_from([About.URGE, About.CHANGE_DUE, About.SUPPLEMENT, About.RATING, About.REDO, About.SEND_BACK])


@given(st.lists(st.tuples(KEPT, st.integers(1, 30)), min_size=1, max_size=5, unique_by=lambda one: one[1]), st.randoms())
@settings(max_examples=25, deadline=None)
def test_in_any_order_the_newest_deadline_stands_and_the_newest_word_says_where_it_is(
    said: list[tuple[str, int]], shuffle: Any
) -> None:
    orderly, shuffled = Hall(), Hall()
    for hall in (orderly, shuffled):
        hall.order(State.ANSWERED)
    mixed = sorted(said, key=lambda one: one[1])
    for about, at in mixed:
        orderly.above.receive(a_message(orderly, about, at))
    shuffle.shuffle(mixed)
    for about, at in mixed:
        shuffled.above.receive(a_message(shuffled, about, at))
    newest = max((at for about, at in said if about == About.CHANGE_DUE), default=None)
    expected = START + timedelta(days=2, minutes=newest) if newest is not None else START + 5 * DAY
    assert (orderly.now().due["upstream"], shuffled.now().due["upstream"]) == (expected, expected)
