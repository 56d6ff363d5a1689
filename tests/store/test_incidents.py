"""What many orders have in common: matters of a call, orders under a handling order, incidents, unknown places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from hotline.domain.incident import IncidentState, IncidentStep
from hotline.domain.order import Flag
from hotline.errors import ChangedMeanwhile
from hotline.services.incident_ports import Heard
from hotline.services.ports import Store
from hotline.services.rows import OrderFilter, OrderText
from hotline.store import migrate
from hotline.store.sql.dialects import make_engine
from tests.store.conftest import opened, postgres_too
from tests.store.examples import HOUR, NOON, a_call, an_incident, an_order, keep_order
from tests.store.test_upgrade import fresh, old_order


def two_matters(store: Store) -> None:
    with store.write() as work:
        work.calls.add([a_call("c1")])
        work.orders.add([an_order("KDL2", "c1", matter=2, matter_text="路灯不亮"), an_order("KDL1", "c1")])
        work.commit()


def test_a_call_has_an_order_for_each_matter_and_one_for_each_only(store: Store) -> None:
    two_matters(store)
    with store.write() as work:
        assert work.orders.add([an_order("KDL3", "c1", matter=2), an_order("KDL4", "c1")]) == set()
        assert [order.id for order in work.orders.of_call("c1")] == ["KDL1", "KDL2"]
        assert work.orders.by_calls(["c1", "c2"]) == {"c1": "KDL1"}
        assert work.orders.of_call("c2") == []


def test_what_a_matter_says_is_kept_with_it(store: Store) -> None:
    two_matters(store)
    with store.read() as work:
        assert [(order.matter, order.matter_text) for order in work.orders.of_call("c1")] == [(1, None), (2, "路灯不亮")]


def test_each_matter_is_found_by_its_own_words(store: Store) -> None:
    two_matters(store)
    with store.write() as work:
        first = OrderText(call_id="c1", order_id="KDL1", said="暖气不热")
        for _ in range(2):
            work.texts.add([first, OrderText(call_id="c1", order_id="KDL2", said="路灯不亮")])
        work.commit()
    with store.read() as work:
        found = [[one.id for one in work.orders.page(OrderFilter(text=words), None, 9).orders] for words in ("路灯", "暖气")]
    assert found == [["KDL2"], ["KDL1"]]


def test_orders_are_listed_by_what_they_belong_to(store: Store) -> None:
    keep_order(store, "KDL1")
    keep_order(store, "KDL2", merged_into="KDL1", flags=frozenset({Flag.MERGED}))
    keep_order(store, "KDL3", incident="E1")
    keep_order(store, "KDL4", flags=frozenset({Flag.SPOT_CHECK}))
    asked = (OrderFilter(merged_into="KDL1"), OrderFilter(incident="E1"), OrderFilter(spot_check=True))
    with store.read() as work:
        assert [[one.id for one in work.orders.page(each, None, 9).orders] for each in asked] == [["KDL2"], ["KDL3"], ["KDL4"]]


def test_an_incident_is_kept_once_and_written_at_the_version_that_was_seen(store: Store) -> None:
    incident = an_incident(offered=("KDL1", "KDL2"), expected=0.1)
    with store.write() as work:
        assert [work.incidents.add(incident), work.incidents.add(replace(incident, title="x"))] == [True, False]
        opened_one = replace(
            incident, state=IncidentState.OPEN, version=2, opened_at=NOON, expected_end=NOON + HOUR, units=("CGJ",)
        )
        work.incidents.save(opened_one)
        assert work.incidents.get("E1") == opened_one
        with pytest.raises(ChangedMeanwhile):
            work.incidents.save(opened_one)
        assert work.incidents.get("E2") is None


def test_incidents_that_go_on_and_those_that_are_over_are_two_lists_newest_first(store: Store) -> None:
    with store.write() as work:
        for at, state in enumerate(IncidentState):
            work.incidents.add(an_incident(f"E{at}", state=state, created_at=NOON + at * HOUR, place=None))
        lists = [[one.id for one in work.incidents.listing(going_on=on, limit=9)] for on in (True, False)]
    assert lists == [["E1", "E0"], ["E3", "E2"]]


def test_the_steps_of_an_incident_come_in_order_and_each_number_once(store: Store) -> None:
    steps = [IncidentStep(incident_id="E1", seq=at, at=NOON, actor="a", kind="reported", data={"text": "x"}) for at in (1, 2)]
    with store.write() as work:
        work.incidents.add(an_incident())
        for step in steps:
            work.incidents.add_step(step)
        assert work.incidents.steps("E1") == steps
        work.commit()
    with store.write() as work, pytest.raises(ChangedMeanwhile):
        work.incidents.add_step(steps[0])


def test_names_of_places_are_counted_and_those_dealt_with_are_listed_no_more(store: Store) -> None:
    keep_order(store, "KDL1")
    keep_order(store, "KDL2")
    with store.write() as work:
        work.unknown_places.hear([Heard("甲花园", "KDL1", NOON), Heard("乙苑", "KDL1", NOON)])
        work.unknown_places.hear([Heard("乙苑", "KDL2", NOON + HOUR), Heard("乙苑", "KDL2", NOON)])
        found = work.unknown_places.listing(9)
        assert [(one.name, one.times, one.order_id, one.last_at) for one in found] == [
            ("乙苑", 3, "KDL2", NOON + HOUR), ("甲花园", 1, "KDL1", NOON),
        ]  # fmt: skip
        assert [work.unknown_places.settle("乙苑", NOON, "张") for _ in range(2)] == [True, False]
        work.unknown_places.hear([Heard("乙苑", "KDL2", NOON)])
        assert [one.name for one in work.unknown_places.listing(9)] == ["甲花园"]


@postgres_too
def test_an_upgraded_database_keeps_its_orders_and_may_have_several_of_a_call(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if kind == "sqlite" else fresh(request.getfixturevalue("postgres"))
    migrate(url, to="0001")
    old_order(url, "K1", "on_desk", {"created_at": NOON.isoformat()})
    migrate(url, to="0010")
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO order_texts (call_id, order_id, said) VALUES ('K1', 'K1', '暖气不热')"))
        event = "INSERT INTO events (order_id, seq, at, kind, actor, data) SELECT id, 1, received_at, 'x', 'x', '{}' FROM orders"
        connection.execute(text(event))
    engine.dispose()
    migrate(url)
    with opened(url) as store, store.write() as work:
        assert work.orders.add([an_order("K2", "K1", matter=2)]) == {"K2"}
        assert [order.id for order in work.orders.of_call("K1")] == ["K1", "K2"]
        assert len(work.events.of_order("K1")) == 1
