"""Legs and events, in every store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.domain.order import LegDues
from hotline.errors import ChangedMeanwhile, InvalidInput
from hotline.services.ports import Store
from hotline.services.positions import Positions
from hotline.services.rows import EventCount
from tests.store.examples import HOUR, NOON, a_leg, an_event, an_order, keep, keep_order


def test_running_legs_move_by_their_role_and_ended_ones_stay(store: Store) -> None:
    keep_order(store)
    gone, lead, assist = a_leg("KDL1", "A", due_at=NOON), a_leg("KDL1", "B", due_at=NOON), a_leg("KDL1", "C", role="assist")
    with store.write() as work:
        work.legs.add([gone])
        work.legs.end("KDL1", NOON, "returned")
        work.legs.add([lead, assist])
        work.legs.move("KDL1", LegDues(NOON + 2 * HOUR, NOON + HOUR))
        work.commit()
    with store.read() as work:
        assert [leg.due_at for leg in work.legs.of_order("KDL1")] == [NOON, NOON + 2 * HOUR, NOON + HOUR]


def test_running_legs_end_and_ended_ones_stay(store: Store) -> None:
    keep_order(store)
    lead, assist, next_one = (
        a_leg("KDL1", "ZJJ", due_at=NOON + HOUR),
        a_leg("KDL1", "JD1", role="assist"),
        a_leg("KDL1", "GAJ", round=2),
    )
    with store.write() as work:
        work.legs.add([lead, assist])
        work.legs.end("KDL1", NOON + HOUR, "returned")
        work.legs.add([next_one])
        work.legs.add([])
        ended = [replace(leg, ended_at=NOON + HOUR, outcome="returned") for leg in (lead, assist)]
        assert work.legs.of_order("KDL1") == [*ended, next_one]
        assert work.legs.of_order("KDL9") == []


def test_one_units_leg_ends_and_the_others_go_on(store: Store) -> None:
    keep_order(store)
    lead, inner = a_leg("KDL1", "ZJJ"), a_leg("KDL1", "SZZX", role="inner", due_at=NOON)
    with store.write() as work:
        work.legs.add([lead, inner])
        work.legs.move("KDL1", LegDues(NOON + HOUR, NOON))
        work.legs.end("KDL1", NOON + HOUR, "handed_back", "SZZX")
        work.commit()
    with store.read() as work:
        found = [(leg.unit, leg.due_at, leg.outcome) for leg in work.legs.of_order("KDL1")]
    assert found == [("ZJJ", NOON + HOUR, ""), ("SZZX", NOON + HOUR, "handed_back")]


def test_an_event_is_read_as_it_was_written(store: Store) -> None:
    keep_order(store)
    event = an_event("KDL1", unit="ZJJ", data={"text": "已修复😀\n", "n": [1, 2.5, None, True], "due": {"answer": "2026"}})
    with store.write() as work:
        work.events.add([event])
        assert work.events.of_order("KDL1") == [event]


def test_events_of_an_order_come_by_number(store: Store) -> None:
    keep_order(store)
    with store.write() as work:
        work.events.add([an_event("KDL1", 2, kind="signed"), an_event("KDL1", 1)])
        assert [event.seq for event in work.events.of_order("KDL1")] == [1, 2]


def test_an_event_of_a_number_that_is_taken_is_refused_and_the_order_stays(store: Store) -> None:
    order = keep_order(store)
    keep(store, [], [an_event("KDL1")])
    with store.write() as work:
        work.orders.save([replace(order, version=2)])
        with pytest.raises(ChangedMeanwhile):
            work.events.add([an_event("KDL1", 2), an_event("KDL1", 1)])
    with store.read() as work:
        assert [event.seq for event in work.events.of_order("KDL1")] == [1]
        assert work.orders.get("KDL1") == order


def test_what_is_no_json_is_refused(store: Store) -> None:
    keep_order(store)
    with pytest.raises(InvalidInput), store.write() as work:
        work.events.add([an_event("KDL1", data={"text": "\ud800"})])


def test_events_are_followed_by_position(store: Store) -> None:
    keep_order(store)
    assert_since(store, 0, [])
    keep(store, [], [an_event("KDL1", seq) for seq in (1, 2, 3)])
    assert_since(store, 0, [])
    Positions(store).settle()
    with store.read() as work:
        assert (work.events.settled(), work.events.unsettled()) == (3, False)
        first = work.events.since(0, 2)
        assert [event.seq for _, event in first] == [1, 2]
        assert [event.seq for _, event in work.events.since(first[-1][0], 2)] == [3]
        assert work.events.since(10**9, 5) == []


def assert_since(store: Store, position: int, seqs: list[int]) -> None:
    with store.read() as work:
        assert [event.seq for _, event in work.events.since(position, 10)] == seqs


def test_events_that_were_not_committed_are_not_followed(store: Store) -> None:
    keep_order(store)
    with store.write() as work:
        work.events.add([an_event("KDL1")])
    assert Positions(store).settle() == 0
    assert_since(store, 0, [])


def test_positions_are_given_a_part_at_a_time_and_none_twice(store: Store) -> None:
    keep_order(store)
    keep(store, [], [an_event("KDL1", seq) for seq in (1, 2, 3)])
    for given in (2, 1, 0):
        with store.write() as work:
            assert work.events.settle(2) == given
            work.commit()
    with store.read() as work:
        assert [(at, event.seq) for at, event in work.events.since(0, 10)] == [(1, 1), (2, 2), (3, 3)]


def test_orders_with_something_new_are_named_with_those_that_have_no_position_yet(store: Store) -> None:
    keep(
        store,
        [an_order("K3", "c3"), an_order("K2", "c2"), an_order("K1", "c1")],
        [an_event("K3"), an_event("K1")],
    )
    with store.write() as work:
        work.events.settle(1)
        work.events.add([an_event("K2")])
        work.commit()
    with store.read() as work:
        assert (work.events.orders_after(0), work.events.orders_after(1)) == (["K1", "K2", "K3"], ["K1", "K2"])


def test_events_of_many_orders_come_by_order_then_in_their_own_sequence(store: Store) -> None:
    keep(
        store,
        [an_order("K3", "c3"), an_order("K2", "c2"), an_order("K1", "c1")],
        [an_event("K3"), an_event("K1"), an_event("K2"), an_event("K1", 2)],
    )
    with store.read() as work:
        found = [(event.order_id, event.seq) for event in work.events.of_orders(["K3", "K1"])]
        assert found == [("K1", 1), ("K1", 2), ("K3", 1)]


def test_events_are_counted_by_kind_unit_channel_and_kind_of_order(store: Store) -> None:
    keep(
        store,
        [an_order("K1", "c1", channel="web", kind="投诉"), an_order("K2", "c2")],
        [an_event("K1"), an_event("K2"), an_event("K1", 2, kind="signed", unit="ZJJ"), an_event("K2", 2, kind="registered")],
    )
    first = {
        EventCount("registered", None, "web", "投诉", 1),
        EventCount("registered", None, "phone", "求助", 2),
        EventCount("signed", "ZJJ", "web", "投诉", 1),
    }
    Positions(store).settle()
    with store.read() as work:
        assert set(work.events.counts()) == first
    keep(store, [], [an_event("K1", 3, kind="signed", unit="ZJJ")])
    Positions(store).settle()
    with store.read() as work:
        assert EventCount("signed", "ZJJ", "web", "投诉", 2) in work.events.counts()
        assert len(work.events.counts()) == 3


def test_events_that_were_not_committed_are_not_counted(store: Store) -> None:
    keep_order(store)
    with store.write() as work:
        work.events.add([an_event("KDL1")])
    Positions(store).settle()
    with store.read() as work:
        assert work.events.counts() == []
