"""Work orders, in every store."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.domain.due import TimeLimit
from hotline.domain.order import Order, Provisional, State
from hotline.errors import ChangedMeanwhile
from hotline.services.ports import Store
from tests.store.examples import NOON, a_call, an_order, any_order, keep, keep_order


@given(order=any_order)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_is_read_as_it_was_written(store: Store, order: Order) -> None:
    with store.write() as work:
        work.calls.add([a_call("call-1")])
        assert work.orders.add([order]) == {"KDL1"}
        assert work.orders.get("KDL1") == order


def test_an_order_keeps_its_state_and_only_unfinished_ones_are_open(store: Store) -> None:
    orders = [an_order(f"K{i:02d}", f"c{i}", state=state) for i, state in enumerate(State)]
    keep(store, orders)
    with store.read() as work:
        assert [work.orders.get(order.id) for order in orders] == orders
        assert {order.id for order in work.orders.open()} == {order.id for order in orders if order.open}


def test_open_orders_whose_due_times_wait_for_a_years_holidays_are_found(store: Store) -> None:
    waits = {"answer": Provisional(start=NOON, limit=TimeLimit(5, "working_day"), margin_seconds=3600)}
    found = [
        an_order("K1", "c1", provisional=waits),
        an_order("K2", "c2"),
        an_order("K3", "c3", provisional=waits, state=State.CLOSED),
    ]
    keep(store, found)
    with store.read() as work:
        assert work.orders.provisional() == found[:1]


def test_an_order_that_waits_for_nothing_any_more_is_not_found(store: Store) -> None:
    waits = {"answer": Provisional(start=NOON, limit=TimeLimit(5, "working_day"))}
    order = keep_order(store, provisional=waits)
    with store.write() as work:
        work.orders.save([replace(order, provisional={}, version=2)])
        work.commit()
    with store.read() as work:
        assert work.orders.provisional() == []


def test_a_call_makes_one_order(store: Store) -> None:
    keep_order(store)
    with store.write() as work:
        assert work.orders.add([an_order("KDL2", "call-of-KDL1")]) == set()
        assert work.orders.by_calls(["call-of-KDL1", "unknown"]) == {"call-of-KDL1": "KDL1"}


def test_an_upstream_number_has_one_order(store: Store) -> None:
    first = keep_order(store, upstream_no="S1")
    with store.write() as work:
        work.calls.add([a_call("a"), a_call("b"), a_call("c")])
        late = [an_order("KDL2", "a", upstream_no="S1"), an_order("KDL3", "b", upstream_no="S2"), an_order("KDL4", "c")]
        assert work.orders.add(late) == {"KDL3", "KDL4"}
        assert work.orders.by_upstream(["S1", "S9"]) == {"S1": first}


def test_of_two_orders_of_one_number_in_a_batch_the_first_is_kept(store: Store) -> None:
    with store.write() as work:
        work.calls.add([a_call("a"), a_call("b")])
        batch = [an_order("KDL2", "a", upstream_no="S1"), an_order("KDL1", "b", upstream_no="S1")]
        assert work.orders.add(batch) == {"KDL2"}


def test_the_same_batch_again_adds_nothing(store: Store) -> None:
    with store.write() as work:
        work.calls.add([a_call("a"), a_call("b")])
        batch = [an_order("KDL1", "a"), an_order("KDL2", "b")]
        assert work.orders.add(batch) == {"KDL1", "KDL2"}
        assert work.orders.add(batch) == set()
        assert work.orders.add([]) == set()


def test_what_is_not_there_is_none(store: Store) -> None:
    with store.read() as work:
        assert work.orders.get("KDL1") is None
        assert (work.orders.by_calls([]), work.orders.by_upstream([]), work.orders.open()) == ({}, {}, [])


def test_an_order_is_saved_over_the_version_it_was_read_at(store: Store) -> None:
    order = keep_order(store)
    sent = replace(order, version=2, state=State.DISPATCHED, unit="ZJJ", title="改")
    signed = replace(sent, version=3, state=State.SIGNED)
    with store.write() as work:
        work.orders.save([sent, signed])
        work.commit()
    with store.read() as work:
        assert work.orders.get("KDL1") == signed


@pytest.mark.parametrize("version", [1, 3])
def test_an_order_changed_meanwhile_is_not_overwritten(store: Store, version: int) -> None:
    order = keep_order(store)
    with store.write() as work, pytest.raises(ChangedMeanwhile):
        work.orders.save([replace(order, version=version)])
    with store.read() as work:
        assert work.orders.get("KDL1") == order


def test_an_unknown_order_cannot_be_saved(store: Store) -> None:
    with store.write() as work, pytest.raises(ChangedMeanwhile):
        work.orders.save([an_order("KDL9", "x", version=2)])


def test_order_numbers_of_a_day_go_on_where_they_ended(store: Store) -> None:
    with store.write() as work:
        assert work.orders.numbers({"20261123": 3}) == {"20261123": 1}
        assert work.orders.numbers({"20261124": 1, "20261123": 2}) == {"20261123": 4, "20261124": 1}
        work.commit()
    with store.write() as work:
        assert work.orders.numbers({"20261123": 1}) == {"20261123": 6}


@given(taken=st.lists(st.dictionaries(st.sampled_from(["d1", "d2", "d3"]), st.integers(1, 600)), max_size=6))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_number_is_given_twice(store: Store, taken: list[dict[str, int]]) -> None:
    with store.write() as work:
        given_out = [
            (day, first + i) for days in taken for day, first in work.orders.numbers(days).items() for i in range(days[day])
        ]
    assert len(set(given_out)) == len(given_out)
