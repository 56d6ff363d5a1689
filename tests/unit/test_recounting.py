"""A due time in a year without published holidays is counted again once, when a book in force publishes the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotline.domain.order import Order
from hotline.domain.roles import Actor, Role
from hotline.services.ports import Store
from hotline.services.recounting import Recounting
from hotline.store.memory import MemoryStore
from routing_rules.pack import pack_files
from tests.api.city import City, StoppedClock

VAGUE = "有一件事想请你们管一管"
DISPATCHER = Actor("派单员", Role.DISPATCHER)
YEARS = b"published_years = [2024, 2025, 2026]"
NEW_YEAR = "date,worked,name,source\n2027-01-04,no,元旦,放假通知\n2027-01-05,no,元旦,放假通知\n2027-01-09,yes,调休,放假通知\n"
LAST_DAYS = datetime(2026, 12, 30, 1, 30, tzinfo=UTC)  # a Wednesday, 09:30 in 包头
GUESSED = datetime(2027, 1, 7, 9, 0, tzinfo=UTC)  # five working days with New Year's Day off
PUBLISHED = datetime(2027, 1, 9, 9, 0, tzinfo=UTC)  # two more days off, Saturday worked


@pytest.fixture
def city() -> City:
    return City(MemoryStore(), StoppedClock(LAST_DAYS))


def publish_2027(city: City) -> str:
    toml = pack_files("kundulun")["pack.toml"].replace(YEARS, YEARS.replace(b"2026]", b"2026, 2027]"))
    return city.put_in_force(pack_toml=toml, holidays_csv=NEW_YEAR.encode())


def recounting(city: City) -> Recounting:
    return Recounting(city.store, city.clock, city.books)


def stored(store: Store, order: str) -> Order:
    with store.read() as work:
        found = work.orders.get(order)
    assert found is not None
    return found


def changes(city: City, order: str) -> list[dict[str, Any]]:
    with city.store.read() as work:
        return [dict(event.data) for event in work.events.of_order(order) if event.kind == "due_changed"]


def sent(city: City) -> str:
    order = city.order(text=VAGUE)
    city.parts.handling.dispatch(order, unit="CGJ", assists=("SCJG",), by=DISPATCHER)
    return order


def test_an_order_knows_which_of_its_clocks_are_provisional(city: City) -> None:
    order = stored(city.store, sent(city))
    assert (order.due["answer"], set(order.provisional)) == (GUESSED, {"answer", "leg", "return_window"})


def test_the_api_tells_which_clocks_are_provisional(city: City) -> None:
    found = city.as_(Role.DISPATCHER).get(f"/api/v1/orders/{sent(city)}").json()
    assert found["provisional"] == ["answer", "leg", "return_window"]


def test_nothing_is_counted_again_while_the_year_is_not_published(city: City) -> None:
    order = sent(city)
    city.put_in_force(pack_toml=pack_files("kundulun")["pack.toml"] + b"\n# another book\n")
    assert (recounting(city).recount(), changes(city, order)) == (0, [])


def test_a_published_year_moves_the_due_time_by_an_event_with_old_new_and_why(city: City) -> None:
    order = sent(city)
    book = publish_2027(city)
    recounting(city).recount()
    (change,) = changes(city, order)
    moved = change["changed"]["answer"]
    assert (moved["old"], moved["new"], change["book"]) == (GUESSED.isoformat(), PUBLISHED.isoformat(), book)
    assert ("01-04(元旦)" in moved["why"], "已公布" in change["why"]) == (True, True)
    assert (stored(city.store, order).due["answer"], stored(city.store, order).provisional) == (PUBLISHED, {})


def test_it_is_counted_again_exactly_once(city: City) -> None:
    order = sent(city)
    publish_2027(city)
    assert [recounting(city).recount() for _ in range(3)] == [1, 0, 0]
    assert len(changes(city, order)) == 1


def test_a_restart_of_the_clock_counts_nothing_again(city: City) -> None:
    order = sent(city)
    assert [recounting(city).recount(), recounting(city).recount(), stored(city.store, order).version] == [0, 0, 2]


def test_the_legs_move_with_the_order(city: City) -> None:
    order = sent(city)
    publish_2027(city)
    recounting(city).recount()
    with city.store.read() as work:
        due = {leg.role: leg.due_at for leg in work.legs.of_order(order)}
    margin = city.books.current().deadlines.limits[stored(city.store, order).due_rows["answer"]].leg_margin
    assert due == {"lead": PUBLISHED - margin, "assist": PUBLISHED - 2 * margin}


def test_a_due_time_that_has_passed_stays_as_it_was(city: City) -> None:
    order = sent(city)
    city.clock.pass_by(timedelta(days=30))
    publish_2027(city)
    assert (recounting(city).recount(), stored(city.store, order).due["answer"]) == (0, GUESSED)


def test_rates_are_measured_against_the_due_time_as_it_was_changed(city: City) -> None:
    order = sent(city)
    publish_2027(city)
    recounting(city).recount()
    clerk = Actor("经办", Role.CLERK, "CGJ")
    city.parts.handling.sign(order, by=clerk)
    city.clock.time = GUESSED + timedelta(hours=1)
    city.parts.handling.answer(order, text="已处理", by=clerk)
    window = (city.clock.now() - timedelta(days=60), city.clock.now() + timedelta(days=1))
    found = city.parts.figures.within(*window, by=Actor("主管", Role.SUPERVISOR))["CGJ"]["on_time"]
    assert (found.numerator, found.denominator) == (1, 1)


def test_a_due_time_of_published_years_waits_for_nothing() -> None:
    city = City(MemoryStore())
    assert stored(city.store, sent(city)).provisional == {}
