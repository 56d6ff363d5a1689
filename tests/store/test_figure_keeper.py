"""The clock keeps the figures ready: from nothing, after what happened, and when the definitions changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hotline.domain.indicators import RateSettings
from hotline.services.books import Books
from hotline.services.figures import following
from hotline.services.figures.following import ANEW, FigureKeeper
from hotline.services.figures.rows import Asked, Counts
from hotline.services.ports import Store
from hotline.services.positions import Positions
from routing_rules.pack import Pack
from tests.store.examples import HOUR, NOON, an_event, an_order, keep
from tests.unit.packs import small

ASKED = Asked(start=NOON - HOUR, end=NOON + timedelta(days=1), now=NOON + timedelta(days=1))


class OneBook(Books):
    """The same pack all the time, until told otherwise."""

    def __init__(self, book: Pack) -> None:
        self.book = book

    def current(self) -> Pack:
        return self.book


def lived(store: Store, *orders: str) -> None:
    for one in orders:
        dues: dict[str, Any] = {"due": {"answer": (NOON + HOUR).isoformat()}}
        sent = an_event(one, 2, kind="dispatched", unit="ZJJ", data=dues)
        keep(store, [an_order(one, f"call-{one}", unit="ZJJ")], [an_event(one, data={"origin": "own"}), sent])
    Positions(store).settle()


def counts(store: Store) -> Counts:
    with store.read() as work:
        return work.figures.counts(replace(ASKED, by="all", rates=frozenset({"return", "on_time"})))


def keeper(store: Store) -> tuple[FigureKeeper, OneBook]:
    books = OneBook(small())
    return FigureKeeper(store, books), books


def test_everything_there_is_folded_once(store: Store) -> None:
    lived(store, "K1", "K2", "K3")
    one, _ = keeper(store)
    assert (one.follow(), one.follow()) == (3, 0)
    assert counts(store) == {("", "return", False): 3, ("", "on_time", False): 3}


def test_what_happened_since_is_taken_in(store: Store) -> None:
    lived(store, "K1", "K2")
    one, _ = keeper(store)
    one.follow()
    keep(store, [], [an_event("K1", 3, kind="return_granted", unit="ZJJ", data={"decider": "dispatcher"})])
    Positions(store).settle()
    assert one.follow() == 1
    assert counts(store) == {("", "return", True): 1, ("", "return", False): 1, ("", "on_time", False): 1}


def test_other_definitions_fold_everything_anew(store: Store) -> None:
    lived(store, "K1", "K2")
    one, books = keeper(store)
    one.follow()
    settings = books.book.settings
    books.book = replace(books.book, settings=replace(settings, rates=replace(settings.rates, unreached_counts="no")))
    assert (books.book.settings.rates != RateSettings(), one.follow(), one.follow()) == (True, 2, 0)


def test_folding_everything_anew_goes_on_where_it_broke_off(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(store, "K1", "K2", "K3")
    one, books = keeper(store)
    with store.write() as work:
        position = work.events.settled()
        work.marks.set_mark(ANEW, f"{following.basis_of(books.book)} {position} K2")
        work.commit()
    monkeypatch.setattr(following, "ANEW_AT_ONCE", 1)
    assert (one.follow(), one.follow()) == (1, 0)
