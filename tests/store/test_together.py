"""Several writers at once: nothing is lost, nothing is given twice, nothing is skipped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest

from hotline.domain.order import Event
from hotline.errors import ChangedMeanwhile, StoreUnavailable
from hotline.services.ports import Store
from hotline.services.positions import Positions
from hotline.store import SqlStore
from tests.api.city import City
from tests.store.conftest import opened, postgres_too
from tests.store.examples import NOON, a_call, a_row, an_event, an_order, keep, keep_order, set_aside
from tests.waiting import wait_until

WRITERS = 8


def together(act: Callable[[int], object]) -> list[object]:
    """Run ``act(0)`` … ``act(7)`` in threads that begin at the same moment."""
    gate = threading.Barrier(WRITERS)

    def run(number: int) -> object:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(WRITERS) as threads:
        return list(threads.map(run, range(WRITERS)))


def test_of_many_writers_no_call_is_lost(store: Store) -> None:
    def record(writer: int) -> None:
        for number in range(20):
            with store.write() as work:
                known = work.calls.by_message([("desk", f"{writer}-{number}")])
                work.calls.add([a_call(f"{writer}-{number}")])
                work.outbox.add([a_row(f"{writer}-{number}")] if not known else [])
                work.commit()

    together(record)
    with store.read() as work:
        assert work.calls.untriaged() == work.outbox.waiting() == WRITERS * 20


def test_of_writers_with_the_same_message_one_records_it(store: Store) -> None:
    def record(writer: int) -> set[str]:
        with store.write() as work:
            added = work.calls.add([a_call(f"c{writer}", message_id="m")])
            assert len(work.calls.by_message([("desk", "m")])) == 1
            work.commit()
        return added

    assert sorted(map(bool, together(record))) == [False] * (WRITERS - 1) + [True]


def test_of_writers_with_the_same_upstream_number_one_makes_the_order(store: Store) -> None:
    def make(writer: int) -> str:
        with store.write() as work:
            work.calls.add([a_call(f"c{writer}")])
            work.orders.add([an_order(f"K{writer}", f"c{writer}", upstream_no="S1")])
            order = work.orders.by_upstream(["S1"])["S1"].id
            work.commit()
        return order

    assert len(set(together(make))) == 1


def test_order_numbers_taken_at_once_are_distinct(store: Store) -> None:
    def take(writer: int) -> list[tuple[str, int]]:
        taken = []
        for _ in range(10):
            with store.write() as work:
                first = work.orders.numbers({"20261123": 3, "20261124": 1})
                work.commit()
            taken += [("20261123", first["20261123"] + i) for i in range(3)] + [("20261124", first["20261124"])]
        return taken

    taken = [number for numbers in together(take) for number in numbers]  # type: ignore[attr-defined]
    assert len(taken) == len(set(taken)) == WRITERS * 40


def test_of_writers_of_one_version_one_wins(store: Store) -> None:
    order = keep_order(store)

    def change(writer: int) -> bool:
        try:
            with store.write() as work:
                work.orders.save([replace(order, version=2, title=str(writer))])
                work.events.add([an_event("KDL1", 2)])
                work.commit()
        except ChangedMeanwhile:
            return False
        return True

    assert sorted(together(change)) == [False] * (WRITERS - 1) + [True]  # type: ignore[type-var]


def test_messages_under_one_upstream_number_that_come_at_once_are_all_kept(store: Store) -> None:
    city = City(store)
    order = city.order(upstream_no="SJ1")
    calls = [city.record(upstream_no="SJ1").json()["call_id"] for _ in range(WRITERS)]
    together(lambda writer: city.triage.handle([calls[writer]]))
    with store.read() as work:
        assert len(work.calls.of_order(order)) == WRITERS + 1
        assert [event.kind for event in work.events.of_order(order)].count("supplemented") == WRITERS


def test_a_lease_asked_for_at_once_has_one_holder(store: Store) -> None:
    def take(holder: int) -> bool:
        with store.write() as work:
            held = work.marks.lease("clock", str(holder), NOON, 15)
            work.commit()
        return held

    assert sorted(together(take)) == [False] * (WRITERS - 1) + [True]  # type: ignore[type-var]


def test_the_same_thing_set_aside_at_once_is_kept_once(store: Store) -> None:
    def put(_: int) -> None:
        with store.write() as work:
            work.set_asides.add([set_aside("s1")])
            work.commit()

    together(put)
    with store.read() as work:
        assert work.set_asides.count() == 1


@postgres_too
def test_a_reader_that_follows_writers_sees_every_event_once_and_in_order(sql_store: SqlStore) -> None:
    keep(sql_store, [an_order(f"K{writer}", f"c{writer}") for writer in range(WRITERS)])
    seen: list[tuple[int, Event]] = []

    def follow() -> int:
        Positions(sql_store).settle()
        with sql_store.read() as work:
            seen.extend(work.events.since(seen[-1][0] if seen else 0, 7))
        return len(seen)

    def write(writer: int) -> None:
        for seq in range(1, 31, 2):
            with sql_store.write() as work:
                work.events.add([an_event(f"K{writer}", seq)])
                work.events.add([an_event(f"K{writer}", seq + 1)])
                work.commit()

    writing = threading.Thread(target=together, args=(write,))
    writing.start()
    wait_until(lambda: follow() >= WRITERS * 30, 60)
    writing.join()
    assert follow() == WRITERS * 30
    assert len({(event.order_id, event.seq) for _, event in seen}) == WRITERS * 30
    assert all(earlier[0] < later[0] for earlier, later in pairwise(seen))


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgres"])
def test_an_event_committed_late_is_not_skipped_by_who_follows(sql_store: SqlStore) -> None:
    keep(sql_store, [an_order("K1", "c1"), an_order("K2", "c2")])
    positions = Positions(sql_store)
    with sql_store.write() as slow, sql_store.write() as quick:
        slow.events.add([an_event("K1")])  # inserted first, committed last
        quick.events.add([an_event("K2")])
        quick.commit()
        assert positions.settle() == 1
        with sql_store.read() as work:
            assert [(at, event.order_id) for at, event in work.events.since(0, 10)] == [(1, "K2")]
            assert [one.n for one in work.events.counts()] == [1]
        slow.commit()
    assert positions.settle() == 1
    with sql_store.read() as work:
        assert [(at, event.order_id) for at, event in work.events.since(1, 10)] == [(2, "K1")]
        assert [one.n for one in work.events.counts()] == [2]


@postgres_too
def test_clocks_that_are_active_together_give_each_event_one_position(sql_store: SqlStore) -> None:
    keep(sql_store, [an_order(f"K{writer}", f"c{writer}") for writer in range(WRITERS)])

    def write_and_settle(writer: int) -> int:
        for seq in range(1, 11):
            with sql_store.write() as work:
                work.events.add([an_event(f"K{writer}", seq)])
                work.commit()
            Positions(sql_store).settle()
        return Positions(sql_store).settle()

    together(write_and_settle)
    with sql_store.read() as work:
        seen = work.events.since(0, WRITERS * 10 + 1)
    assert [at for at, _ in seen] == list(range(1, WRITERS * 10 + 1))
    for writer in range(WRITERS):
        assert [event.seq for _, event in seen if event.order_id == f"K{writer}"] == list(range(1, 11))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_writer_that_waits_too_long_is_told_that_the_store_is_away_and_readers_go_on(url: str) -> None:
    with opened(f"{url}?timeout=0.05") as store, store.write() as holding:
        holding.marks.set_mark("m", "1")
        with pytest.raises(StoreUnavailable, match="locked"), store.write():
            pytest.fail("two writers at once")
        with store.read() as reading:
            assert reading.marks.mark("m") is None
        holding.commit()
