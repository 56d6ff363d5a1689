"""What waits for a decision: kept with the order, and found by its sort."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hotline.domain.applications import Application, Asks
from hotline.domain.due import TimeLimit
from hotline.domain.order import Flag, Provisional, State
from hotline.services.ports import Store
from hotline.services.rows import OrderFilter
from tests.store.examples import HOUR, NOON, an_order, keep

PLAIN: dict[str, Any] = {
    "at": NOON, "unit": "ZJJ", "person": "经办", "decider": "two", "reason": "不归我们管", "clause": "三定方案第五条",
    "evidence": ("ab12",), "documents": ("5号",), "amount": 3, "until": "2026-12-01", "due_at": NOON + HOUR,
    "agreed_by": "督办员", "code": "other", "public": "等待上级批复", "unanswered": "refuse", "row": "A-1",
}  # fmt: skip


def asked(*sorts: Asks) -> tuple[Application, ...]:
    return tuple(Application(asks=sort, **PLAIN) for sort in sorts)


def test_orders_are_found_by_what_waits_of_them(store: Store) -> None:
    waiting: dict[str, dict[str, Any]] = {
        "KDL1": {},
        "KDL2": {"applications": asked(Asks.EXTENSION, Asks.EXCLUSION)},
        "KDL3": {"flags": frozenset({Flag.RETURN_ASKED})},
        "KDL4": {"state": State.IN_RULING},
        "KDL5": {"state": State.CLOSED, "applications": asked(Asks.EXCLUSION)},
    }
    keep(store, [an_order(ident, f"c-{ident}", **fields) for ident, fields in waiting.items()])
    wanted = {"*": {2, 3, 4, 5}, "return": {3}, "extension": {2}, "exclusion": {2, 5}, "ruling": {4}, "pause": set()}
    with store.read() as work:
        found = {sort: work.orders.page(OrderFilter(waits=sort), None, 50).orders for sort in wanted}
    assert {sort: {int(order.id[3:]) for order in orders} for sort, orders in found.items()} == wanted


def test_what_was_decided_waits_no_more(store: Store) -> None:
    order = an_order("KDL1", "c-1", applications=asked(Asks.PAUSE))
    keep(store, [order])
    with store.write() as work:
        work.orders.save([replace(order, version=2, applications=())])
        work.commit()
    with store.read() as work:
        assert work.orders.count(OrderFilter(waits="*")) == 0


def test_an_application_comes_back_as_it_was_kept(store: Store) -> None:
    how = Provisional(start=NOON, limit=TimeLimit(5, "working_day"), extensions=(10, 3))
    order = an_order(
        "KDL1", "c-1", applications=asked(Asks.RETURN, Asks.PAUSE), pauses=((NOON, NOON + HOUR), (NOON + 2 * HOUR, None)),
        provisional={"answer": how}, extensions=2, ruled_unit="ZJJ",
    )  # fmt: skip
    keep(store, [order])
    with store.read() as work:
        assert work.orders.get("KDL1") == order
