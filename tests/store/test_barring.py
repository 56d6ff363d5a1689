"""Orders of an older program that named an accused unit, hidden from it by the clock's one-time chore, in every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from hotline.domain.order import Order, State
from hotline.services import barring
from hotline.services.barring import DONE, MARK, Barring
from hotline.services.books import Books
from hotline.services.ports import Store
from hotline.services.rows import OrderFilter
from hotline.store import migrate
from routing_rules.pack import pack_files
from tests.store.conftest import opened, postgres_too
from tests.store.examples import NOON, a_leg, an_order, keep, keep_order
from tests.store.test_upgrade import fresh, old_order

CGJ = frozenset({"CGJ"})


class Noon:
    def now(self) -> datetime:
        return NOON


def chore(store: Store) -> Barring:
    books = Books(store, Noon())
    books.publish_first(pack_files("kundulun"))
    return Barring(store, Noon(), books)


def stored(store: Store, ident: str) -> Order:
    with store.read() as work:
        found = work.orders.get(ident)
    assert found is not None
    return found


def mark(store: Store) -> str | None:
    with store.read() as work:
        return work.marks.mark(MARK)


def seen(store: Store, unit: str) -> list[str]:
    """The orders in a list that leaves out what ``unit`` may not know of."""
    with store.read() as work:
        return [order.id for order in work.orders.page(OrderFilter(hidden_from=frozenset({unit})), None, 50).orders]


def test_orders_that_accuse_and_bar_nobody_are_found_by_id_a_part_at_a_time(store: Store) -> None:
    told = [an_order(f"K{n}", f"c{n}", accused="CGJ") for n in range(4)]
    keep(store, [*told, an_order("K8", "c8"), an_order("K9", "c9", accused="CGJ", accused_units=CGJ, recused=CGJ)])
    with store.read() as work:
        first, then, none = work.orders.unbarred("", 3), work.orders.unbarred("K2", 3), work.orders.unbarred("K3", 3)
    assert ([one.id for one in first], [one.id for one in then], none) == (["K0", "K1", "K2"], ["K3"], [])


def test_barring_writes_whom_it_bars_and_nothing_else(store: Store) -> None:
    order = keep_order(store, accused="CGJ", title="公厕")
    with store.write() as work:
        assert work.orders.bar([replace(order, accused_units=CGJ, recused=CGJ)]) == 1
        work.commit()
    assert stored(store, "KDL1") == replace(order, accused_units=CGJ, recused=CGJ)
    assert (seen(store, "CGJ"), seen(store, "SCJG")) == ([], ["KDL1"])


def test_an_order_that_somebody_changed_meanwhile_is_not_barred_over_it(store: Store) -> None:
    order = keep_order(store, accused="CGJ")
    with store.write() as work:
        work.orders.save([replace(order, version=2, title="新")])
        assert work.orders.bar([replace(order, accused_units=CGJ, recused=CGJ)]) == 0
        work.commit()
    assert (stored(store, "KDL1").title, seen(store, "CGJ")) == ("新", ["KDL1"])


def test_the_chore_hides_old_orders_from_the_accused_and_those_below_once(store: Store) -> None:
    keep(store, [an_order(f"K{n}", f"c{n}", accused="CGJ", state=State.CLOSED) for n in range(3)])
    filling = chore(store)
    assert (filling.fill(), filling.fill(), mark(store)) == (3, 0, DONE)
    assert {"CGJ", "HWZX", "YLZX"} <= stored(store, "K1").recused
    assert (seen(store, "HWZX"), stored(store, "K1").version) == ([], 1)
    keep(store, [an_order("K9", "c9", accused="CGJ")])
    assert chore(store).fill() == 0  # a new process finds the mark


def test_what_lies_with_a_unit_below_the_accused_goes_back_to_the_desk_with_an_event(store: Store) -> None:
    held = an_order("K1", "c1", accused="CGJ", state=State.SIGNED, unit="HWZX")
    keep(store, [held], legs=[a_leg("K1", "HWZX")])
    assert chore(store).fill() == 1
    after = stored(store, "K1")
    assert (after.state, after.unit, "HWZX" in after.recused, after.version) == (State.ON_DESK, None, True, 2)
    with store.read() as work:
        assert [(event.kind, event.actor) for event in work.events.of_order("K1")] == [("accused_named", "clock")]
        assert [leg.outcome for leg in work.legs.of_order("K1")] == ["recused"]


def test_killed_between_two_parts_it_goes_on_where_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(barring, "AT_ONCE", 2)
    keep(store, [an_order(f"K{n}", f"c{n}", accused="CGJ", state=State.CLOSED) for n in range(5)])
    with store.read() as work:
        part = work.orders.unbarred("", 2)
    assert chore(store)._written(part)
    assert (mark(store), chore(store).fill(), mark(store)) == ("K1", 3, DONE)


@postgres_too
def test_an_upgraded_databases_accused_units_do_not_see_what_accuses_them(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if kind == "sqlite" else fresh(request.getfixturevalue("postgres"))
    migrate(url, to="0001")
    old_order(url, "K1", "on_desk", {"accused": "CGJ", "created_at": NOON.isoformat()})
    old_order(url, "K2", "closed", {"created_at": NOON.isoformat()})
    migrate(url)
    with opened(url) as store:
        assert chore(store).fill() == 1
        assert seen(store, "CGJ") == ["K2"]
