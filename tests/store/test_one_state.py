"""A reading unit of work sees one state of the store, in both databases, however much the clock commits meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from hotline.domain.indicators import Rate
from hotline.errors import StoreUnavailable
from hotline.services.figures.at_once import AtOnce
from hotline.services.figures.rows import Asked, Counts
from hotline.services.ports import Store
from hotline.services.positions import Positions
from hotline.services.webhooks import Webhooks
from hotline.store import SqlStore
from tests.ops.city import ADMIN, HandClock
from tests.store.conftest import postgres_too
from tests.store.examples import NOON, an_event, an_order, keep
from tests.store.test_figure_keeper import ASKED, OneBook, keeper, lived
from tests.store.test_webhooks import LAST, row
from tests.store.test_webhooks import keep as keep_hooks
from tests.unit.packs import small

WANTED: Final[tuple[Rate, ...]] = ("return", "on_time")
QUESTION = replace(ASKED, by="all", rates=frozenset(WANTED))


def returned(store: Store, order: str) -> None:
    """Let a unit's return of an order be granted: the order counts for one rate more and for one less."""
    keep(store, [], [an_event(order, 3, kind="return_granted", unit="ZJJ", data={"decider": "dispatcher"})])
    Positions(store).settle()


@postgres_too
def test_a_reading_unit_does_not_see_what_is_committed_after_its_first_question(sql_store: SqlStore) -> None:
    keep(sql_store, [an_order("K1", "call-1")])
    with sql_store.read() as work:
        before = sorted(work.orders.get_many(["K1", "K2"]))
        keep(sql_store, [an_order("K2", "call-2")])
        after = sorted(work.orders.get_many(["K1", "K2"]))
    assert before == after == ["K1"]


@postgres_too
def test_two_questions_of_one_state_agree_though_the_clock_took_in_an_event_between_them(sql_store: SqlStore) -> None:
    lived(sql_store, "K1", "K2", "K3")
    clock, books = keeper(sql_store)
    clock.follow()
    returned(sql_store, "K1")
    with sql_store.read() as work:
        now = AtOnce(work, books.current())
        first = now.rates(QUESTION, wanted=WANTED)
        returned(sql_store, "K2")
        clock.follow()
        second = now.rates(QUESTION, wanted=WANTED)
    assert first == second


@postgres_too
def test_a_figure_is_right_though_the_clock_takes_in_its_late_orders_while_it_is_counted(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(sql_store, "K1", "K2", "K3")
    clock, books = keeper(sql_store)
    clock.follow()
    returned(sql_store, "K1")
    with sql_store.read() as work:
        now, count = AtOnce(work, books.current()), work.figures.counts

        def counts(asked: Asked, only: Sequence[str] | None = None) -> Counts:
            found = count(asked, only)
            clock.follow()
            return found

        monkeypatch.setattr(work.figures, "counts", counts)
        found = now.rates(QUESTION, wanted=WANTED)[""]
    assert (found["return"].numerator, found["return"].denominator) == (1, 3)
    assert (found["on_time"].numerator, found["on_time"].denominator) == (0, 2)


@postgres_too
def test_a_figure_is_whole_though_the_rows_are_forgotten_while_it_is_asked_for(sql_store: SqlStore) -> None:
    lived(sql_store, "K1", "K2", "K3")
    clock, books = keeper(sql_store)
    clock.follow()
    with sql_store.read() as work:
        now = AtOnce(work, books.current())
        _forgotten(sql_store)
        found = now.rates(QUESTION, wanted=WANTED)
    assert found[""]["return"].denominator == 3


def _forgotten(store: Store) -> None:
    """Begin anew, as the clock does for other definitions."""
    with store.write() as work:
        work.figures.forget()
        work.marks.set_mark("figures:basis", "")
        work.commit()


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgres"])
def test_postgresql_refuses_to_write_in_a_reading_unit(sql_store: SqlStore) -> None:
    with sql_store.read() as work, pytest.raises(StoreUnavailable, match="read-only"):
        work.marks.set_mark("anything", "at all")


@postgres_too
def test_the_deliveries_of_an_endpoint_are_read_without_a_lock(sql_store: SqlStore) -> None:
    keep_hooks(sql_store, row("d1"))
    hooks = Webhooks(sql_store, HandClock(NOON), OneBook(small()))
    assert [one.id for one in hooks.deliveries("h1", before=LAST, by=ADMIN)] == ["d1"]
