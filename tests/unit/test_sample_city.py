"""The demo's sample city: a month that looks lived in, the same for the same seed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from hotline.bench.sample_calls import month
from hotline.bench.sample_city import feed_city, trickle
from hotline.bench.sample_texts import corpus
from hotline.bench.stepped_clock import Agenda, SteppedClock
from hotline.domain.order import Event, Flag, Order, State
from hotline.domain.roles import Actor, Role
from hotline.services.books import Books
from hotline.services.figures.reading import Figures
from hotline.services.intake import Intake
from hotline.services.ports import Reader, Store
from hotline.services.queries import Queries
from hotline.services.rows import OrderFilter
from hotline.store.memory import MemoryStore
from routing_rules.pack import pack_files
from tests.readers import WordReader
from tests.waiting import wait_until

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # a Monday, 14:30 in 包头
ORDERS = 320
ADMIN = Actor("测试", Role.ADMIN)


@dataclass(frozen=True)
class Fed:
    """A city and what stands in it."""

    store: Store
    books: Books
    reader: Reader

    @property
    def queries(self) -> Queries:
        return Queries(self.store, SteppedClock(NOW), self.books)

    def orders(self) -> list[Order]:
        found: list[Order] = []
        cursor: str | None = None
        while True:
            page = self.queries.orders(OrderFilter(), cursor=cursor, limit=200, by=ADMIN)
            found += page.orders
            if (cursor := page.cursor) is None:
                return found

    def events(self) -> Sequence[Event]:
        with self.store.read() as work:
            return work.events.of_orders(work.events.orders_after(0))


def fed(orders: int, seed: int = 1) -> Fed:
    store = MemoryStore()
    books = Books(store, SteppedClock(NOW))
    books.publish_first(pack_files("kundulun"))
    city = Fed(store, books, WordReader(books.current()))
    feed_city(city, orders=orders, seed=seed, now=NOW)
    return city


@pytest.fixture(scope="module")
def city() -> Fed:
    return fed(ORDERS)


def test_every_first_call_became_one_order(city: Fed) -> None:
    assert len(city.orders()) == len({order.call_id for order in city.orders()}) == ORDERS


def test_orders_stand_in_every_state_that_a_board_shows(city: Fed) -> None:
    wanted = {
        State.ON_DESK,
        State.DISPATCHED,
        State.SIGNED,
        State.ANSWERED,
        State.IN_CALLBACK,
        State.CLOSED,
        State.ANSWERED_DIRECTLY,
    }
    assert wanted <= {order.state for order in city.orders()}


def test_everything_that_can_happen_to_an_order_happened(city: Fed) -> None:
    wanted = {
        "registered", "dispatched", "signed", "contacted", "return_applied", "return_granted", "return_refused", "answered",
        "sent_back", "review_passed", "callback_attempted", "closed", "reopened", "supplemented", "warned", "escalated",
    }  # fmt: skip
    assert wanted <= {event.kind for event in city.events()}


def test_some_orders_are_overdue_and_some_applications_wait(city: Fed) -> None:
    late = [order for order in city.orders() if order.state is State.SIGNED and order.due["answer"] < NOW]
    asked = [order for order in city.orders() if Flag.RETURN_ASKED in order.flags]
    assert (bool(late), bool(asked)) == (True, True)


def test_nothing_happened_after_now_or_before_the_month(city: Fed) -> None:
    times = [event.at for event in city.events()]
    assert NOW - timedelta(days=31) < min(times) <= max(times) <= NOW


def test_the_past_of_an_order_goes_forward(city: Fed) -> None:
    steps = [(before, after) for before, after in pairwise(city.events()) if before.order_id == after.order_id]
    assert [step for step in steps if step[0].at > step[1].at] == []


def test_the_rates_of_several_units_have_a_sample(city: Fed) -> None:
    figures = Figures(city.store, SteppedClock(NOW), city.books)
    rates = figures.within(NOW - timedelta(days=30), NOW, by=ADMIN)
    assert len([unit for unit, row in rates.items() if row["on_time"].denominator >= 5]) >= 10
    whole = {name: sum(row[name].numerator for row in rates.values()) / sum(row[name].denominator for row in rates.values())
             for name in ("response", "resolution", "satisfaction", "on_time")}  # fmt: skip
    assert all(0.7 < rate < 1 for rate in whole.values()), whole


def test_some_messages_are_set_aside_and_none_waits_for_the_broker(city: Fed) -> None:
    with city.store.read() as work:
        kinds = {aside.kind for aside in work.set_asides.page(20)}
        assert (kinds, work.outbox.waiting(), work.calls.untriaged()) == ({"row", "conflict"}, 0, 0)


def test_callers_do_not_exist(city: Fed) -> None:
    with city.store.read() as work:
        phones = {call.new.caller.phone for call in work.calls.get([order.call_id for order in city.orders()]).values()}
    assert all(phone.startswith("1380000") and len(phone) == 11 for phone in phones - {""})


def test_in_november_the_city_speaks_of_heating(city: Fed) -> None:
    of_heat = Counter(order.unit for order in city.orders())
    assert of_heat["RLGS"] + of_heat["BGRD"] > ORDERS / 10


def test_the_same_seed_gives_the_same_city() -> None:
    first, second = fed(40), fed(40)
    assert [story(city) for city in (first, first)] == [story(city) for city in (first, second)]


def test_another_seed_gives_another_city() -> None:
    assert story(fed(40)) != story(fed(40, seed=2))


def story(city: Fed) -> list[tuple[str, datetime, str, str]]:
    return [(event.order_id, event.at, event.kind, event.actor) for event in city.events()]


def test_more_calls_than_texts_begin_the_texts_again() -> None:
    books = fed(1).books
    made = month(books.current(), NOW, len(corpus()) + 5, random.Random(1))
    assert len({one.call.message_id for one in made}) == len(made) >= len(corpus()) + 5


def test_fresh_calls_trickle_in_until_told_to_stop() -> None:
    store, stop = MemoryStore(), threading.Event()
    source = threading.Thread(target=trickle, args=(Intake(store, SteppedClock(NOW)), SteppedClock(NOW), 0.01, stop, 7))
    source.start()
    wait_until(lambda: waiting(store) >= 3, what="three fresh calls")
    stop.set()
    source.join(5)
    assert not source.is_alive()


def waiting(store: Store) -> int:
    with store.read() as work:
        return work.outbox.waiting()


def test_an_agenda_is_done_in_the_order_of_its_times_and_ends_on_time() -> None:
    clock, seen = SteppedClock(NOW), list[tuple[str, datetime]]()
    agenda = Agenda(clock)
    for minutes, name in ((3, "late"), (1, "early"), (9, "never")):
        agenda.at(NOW + timedelta(minutes=minutes), lambda name=name: seen.append((name, clock.now())))
    agenda.run_until(NOW + timedelta(minutes=5))
    assert seen == [("early", NOW + timedelta(minutes=1)), ("late", NOW + timedelta(minutes=3))]
    assert clock.now() == NOW + timedelta(minutes=5)
