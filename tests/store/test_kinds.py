"""Orders to which something happened since a time, a page at a time, with their whole past."""

from __future__ import annotations

import pytest

from hotline.services.ports import Store
from tests.store.examples import HOUR, NOON, an_event, an_order, keep

LATE = NOON + HOUR


@pytest.fixture
def lived(store: Store) -> Store:
    """K1 and K3 were dispatched late, K2 early, K4 never."""
    keep(
        store,
        [an_order(f"K{n}", f"c{n}") for n in (1, 2, 3, 4)],
        [
            an_event("K3"),
            an_event("K1"),
            an_event("K2"),
            an_event("K4", at=LATE),
            an_event("K2", 2, kind="dispatched"),
            an_event("K3", 2, kind="dispatched", at=LATE),
            an_event("K1", 2, kind="dispatched", at=LATE, data={"choice": "other"}),
        ],
    )
    return store


def page(store: Store, kinds: set[str], after: str = "", limit: int = 9) -> list[tuple[str, int]]:
    with store.read() as work:
        return [(event.order_id, event.seq) for event in work.events.with_kinds(kinds, LATE, after, limit)]


def test_orders_come_with_all_their_events_in_order(lived: Store) -> None:
    assert page(lived, {"dispatched"}) == [("K1", 1), ("K1", 2), ("K3", 1), ("K3", 2)]


def test_a_page_holds_so_many_orders_and_the_next_goes_on_behind_it(lived: Store) -> None:
    assert page(lived, {"dispatched"}, limit=1) == [("K1", 1), ("K1", 2)]
    assert page(lived, {"dispatched"}, after="K1") == [("K3", 1), ("K3", 2)]
    assert page(lived, {"dispatched"}, after="K3") == []


def test_any_of_the_kinds_will_do(lived: Store) -> None:
    assert {order for order, _ in page(lived, {"dispatched", "registered"})} == {"K1", "K3", "K4"}
    assert page(lived, set()) == []


def test_events_keep_what_was_said(lived: Store) -> None:
    with lived.read() as work:
        assert work.events.with_kinds({"dispatched"}, LATE, "", 1)[-1].data == {"choice": "other"}
