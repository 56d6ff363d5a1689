"""Lists of orders: filters, the two orders they come in, and their pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from hotline.domain.order import Flag, Order, State
from hotline.errors import InvalidInput
from hotline.services.ports import Store, UnitOfWork
from hotline.services.rows import OrderFilter
from hotline.store import migrate
from hotline.store.sql.dialects import make_engine
from hotline.store.sql.order_lists import matching, sorting
from hotline.store.sql.orders import _ALL
from tests.store.examples import HOUR, NOON, a_call, a_leg, an_order, keep

SOME = {
    "KDL01": {"unit": "ZJJ", "category": "城乡建设/物业", "place": "150203/001", "title": "物业费", "upstream_no": "BT-77"},
    "KDL02": {
        "state": State.SIGNED, "unit": "GAJ", "category": "城乡建设", "place": "150203", "urgency": "urgent", "kind": "投诉",
    },
    "KDL03": {"state": State.CLOSED, "unit": "ZJJ", "category": "城乡建设管理", "place": "1502031", "channel": "web"},
    "KDL04": {"urgency": "danger", "flags": frozenset({Flag.RETURN_ASKED})},
    "KDL05": {"state": State.SIGNED, "due": {"answer": NOON + HOUR, "review": NOON - HOUR}},
}  # fmt: skip


@pytest.fixture
def work(store: Store) -> Any:
    orders = [an_order(ident, f"c-{ident}", received_at=NOON + i * HOUR, **SOME[ident]) for i, ident in enumerate(SOME)]
    keep(store, orders, legs=[a_leg("KDL01", "JD1", role="assist"), a_leg("KDL04", "JD1", ended_at=NOON, outcome="returned")])
    with store.read() as work:
        yield work


FOUND = [
    (OrderFilter(), {1, 2, 3, 4, 5}),
    (OrderFilter(states=frozenset({State.SIGNED, State.CLOSED})), {2, 3, 5}),
    (OrderFilter(unit="ZJJ"), {1, 3}),
    (OrderFilter(seen_by="JD1"), {1, 4}),
    (OrderFilter(seen_by="ZJJ"), set()),
    (OrderFilter(category="城乡建设"), {1, 2}),
    (OrderFilter(place="150203"), {1, 2}),
    (OrderFilter(place="150203/001"), {1}),
    (OrderFilter(text="BT-77"), {1}),
    (OrderFilter(text=" kdl02 "), {2}),
    (OrderFilter(text="物业"), set()),
    (OrderFilter(kind="投诉"), {2}),
    (OrderFilter(channel="web"), {3}),
    (OrderFilter(urgency="danger"), {4}),
    (OrderFilter(flags=frozenset({Flag.RETURN_ASKED})), {4}),
    (OrderFilter(flags=frozenset({Flag.RETURN_ASKED, Flag.PAUSED})), set()),
    (OrderFilter(without=frozenset({Flag.RETURN_ASKED, Flag.PAUSED})), {1, 2, 3, 5}),
    (OrderFilter(again=True), {4, 5}),
    (OrderFilter(received_from=NOON + HOUR, received_before=NOON + 3 * HOUR), {2, 3}),
    (OrderFilter(with_unit="ZJJ"), {1}),
    (OrderFilter(with_unit="JD1"), {1}),
    (OrderFilter(due_from=NOON + HOUR, due_before=NOON + 2 * HOUR), {5}),
    (OrderFilter(due_from=NOON + 2 * HOUR), set()),
    (OrderFilter(due_before=NOON + HOUR), set()),
    (OrderFilter(due_before=NOON + 2 * HOUR), {5}),
    (OrderFilter(waiting_return=True), {4}),
    (OrderFilter(open_only=True), {1, 2, 4, 5}),
    (OrderFilter(open_only=True, unit="ZJJ"), {1}),
]


def test_a_filter_finds_what_matches_it_and_nothing_else(work: UnitOfWork) -> None:
    for wanted, found in FOUND:
        page = work.orders.page(wanted, None, 50)
        assert {int(order.id[3:]) for order in page.orders} == found, wanted
        assert (page.cursor, work.orders.count(wanted)) == (None, len(found)), wanted


def test_several_lists_are_counted_at_once_and_no_further_than_asked(work: UnitOfWork) -> None:
    asked = {"all": OrderFilter(), "open": OrderFilter(open_only=True), "none": OrderFilter(unit="XX")}
    assert work.orders.count_each(asked, 4) == {"all": 4, "open": 4, "none": 0}
    assert work.orders.count_each({}, 4) == {}


def test_the_newest_come_first(work: UnitOfWork) -> None:
    assert [order.id for order in work.orders.page(OrderFilter(), None, 3).orders] == ["KDL05", "KDL04", "KDL03"]


def test_the_desk_sees_danger_then_urgent_then_the_oldest(work: UnitOfWork) -> None:
    page = work.orders.page(OrderFilter(by_urgency=True), None, 50)
    assert [order.id for order in page.orders] == ["KDL04", "KDL02", "KDL01", "KDL03", "KDL05"]


NOT_OURS = ("", "x", "AAAA", "W10", "bnVsbA", "W3RydWUsMSwiMjAyNiIsIngiXQ", "中文", "A" * 5000, "\0")


def test_a_cursor_that_is_none_of_ours_is_refused(work: UnitOfWork) -> None:
    for cursor in NOT_OURS:
        with pytest.raises(InvalidInput):
            work.orders.page(OrderFilter(), cursor, 10)


def test_a_cursor_of_the_other_order_is_refused(work: UnitOfWork) -> None:
    cursor = work.orders.page(OrderFilter(by_urgency=True), None, 1).cursor
    with pytest.raises(InvalidInput):
        work.orders.page(OrderFilter(), cursor, 1)


placed = st.lists(st.tuples(st.sampled_from(["danger", "urgent", "normal"]), st.integers(0, 3)), min_size=1, max_size=12)


SORTS = (OrderFilter(), OrderFilter(by_urgency=True), OrderFilter(by_due=True))


def test_the_least_time_left_comes_first_and_no_due_time_last(store: Store) -> None:
    due = {"KDL1": NOON + HOUR, "KDL2": None, "KDL3": NOON - HOUR, "KDL4": None}
    keep(store, [an_order(ident, f"c-{ident}", due={"dispatch": at} if at else {}) for ident, at in due.items()])
    with store.read() as work:
        assert [order.id for order in work.orders.page(OrderFilter(by_due=True), None, 9).orders] == [
            "KDL3",
            "KDL1",
            "KDL2",
            "KDL4",
        ]


@given(placed=placed, limit=st.integers(1, 5), wanted=st.sampled_from(SORTS))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_show_every_order_once_and_in_order(
    store: Store, placed: list[tuple[str, int]], limit: int, wanted: OrderFilter
) -> None:
    orders = [
        an_order(
            f"K{i:02d}", f"c{i}", urgency=urgency, received_at=NOON + timedelta(microseconds=late), title="同一天",
            due={"dispatch": NOON + timedelta(microseconds=late)} if late else {},
        )
        for i, (urgency, late) in enumerate(placed)
    ]  # fmt: skip
    with store.write() as work:
        _add(work, orders)
        seen, cursor = list[Order](), None
        for _ in range(len(orders) // limit + 1):
            page = work.orders.page(wanted, cursor, limit)
            seen += page.orders
            cursor = page.cursor or cursor
        whole = work.orders.page(wanted, None, 50).orders
    assert seen[: len(orders)] == list(whole)
    assert {order.id for order in whole} == {order.id for order in orders}


def _add(work: UnitOfWork, orders: list[Order]) -> None:
    work.calls.add([a_call(order.call_id) for order in orders])
    work.orders.add(orders)


def test_an_order_that_changed_is_found_by_what_it_is_now(store: Store) -> None:
    keep(store, [an_order("KDL1", "c", unit="ZJJ")])
    with store.write() as work:
        order = work.orders.get("KDL1")
        assert order is not None
        work.orders.save([replace(order, version=2, unit="GAJ", state=State.CLOSED, title="新")])
        assert work.orders.count(OrderFilter(unit="ZJJ")) == work.orders.count(OrderFilter(open_only=True)) == 0
        assert work.orders.count(OrderFilter(unit="GAJ", text="KDL1", states=frozenset({State.CLOSED}))) == 1


def test_what_is_to_be_entered_above_is_found_by_its_own_index(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    migrate(url)
    wanted = OrderFilter(to_enter=True)
    query = _ALL.where(*matching(wanted)).order_by(*sorting(wanted)).limit(50)
    engine = make_engine(url)
    with engine.connect() as connection:
        asked = query.compile(engine, compile_kwargs={"literal_binds": True})
        plan = [str(row[-1]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    engine.dispose()
    assert plan == ["SCAN orders USING INDEX ix_orders_to_enter"]
