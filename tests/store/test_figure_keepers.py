"""Two keepers at once, as when a clock comes back to a lease it has lost: every order's rows are kept once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from threading import Event as Signal

import pytest
from sqlalchemy import text

from hotline.services.figures import following
from hotline.services.figures.following import FigureKeeper
from hotline.services.positions import Positions
from hotline.store import SqlStore
from hotline.store.sql import SqlWork
from hotline.store.sql.dialects import make_engine
from tests.store.conftest import postgres_too
from tests.store.examples import an_event, keep
from tests.store.test_figure_keeper import OneBook, counts, keeper, lived
from tests.unit.packs import small
from tests.waiting import wait_until

Meanwhile = Callable[[], object]


@contextmanager
def another(url: str, books: OneBook, kind: str) -> Iterator[tuple[Meanwhile, Callable[[], int]]]:
    """Yield what lets a second process follow until it waits for the first one, and what tells how many it folded."""
    found: list[Future[int]] = []
    begun, engine = Signal(), make_engine(url)
    waits = {"sqlite": begun.is_set, "postgres": lambda: begun.is_set() and blocked()}

    def blocked() -> bool:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with engine.connect() as connection:
            return bool(connection.execute(text(asked)).scalar())

    with closing(Telling(url, begun)) as store, ThreadPoolExecutor(1) as threads:

        def meanwhile() -> None:
            found.append(threads.submit(FigureKeeper(store, books).follow))
            wait_until(waits[kind], what="the second keeper waits for the first")

        yield meanwhile, lambda: found[0].result(10)
    engine.dispose()


class Telling(SqlStore):
    """A store that tells when a writing unit is about to begin."""

    def __init__(self, url: str, begun: Signal) -> None:
        super().__init__(make_engine(url))
        self._begun = begun

    def write(self) -> SqlWork:
        self._begun.set()
        return super().write()


def before_first_commit(store: SqlStore, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do something while the store's next writing unit has written and not committed."""
    write, once = store.write, iter([meanwhile])

    def begun() -> SqlWork:
        work = write()
        commit = work.commit

        def committed() -> None:
            for do in once:
                do()
            commit()

        monkeypatch.setattr(work, "commit", committed)
        return work

    monkeypatch.setattr(store, "write", begun)


@postgres_too
def test_what_happened_since_is_kept_once_by_two_keepers(
    sql_store: SqlStore, url: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(sql_store, "K1", "K2")
    one, books = keeper(sql_store)
    one.follow()
    keep(sql_store, [], [an_event("K1", 3, kind="return_granted", unit="ZJJ", data={"decider": "dispatcher"})])
    Positions(sql_store).settle()
    with another(url, books, kind) as (meanwhile, folded):
        before_first_commit(sql_store, meanwhile, monkeypatch)
        assert (one.follow(), folded()) == (1, 0)
    assert counts(sql_store) == {("", "return", True): 1, ("", "return", False): 1, ("", "on_time", False): 1}


@postgres_too
def test_everything_is_folded_anew_once_by_two_keepers(
    sql_store: SqlStore, url: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(sql_store, "K1", "K2", "K3")
    one, books = keeper(sql_store)
    monkeypatch.setattr(following, "ANEW_AT_ONCE", 1)
    with another(url, books, kind) as (meanwhile, folded):
        before_first_commit(sql_store, meanwhile, monkeypatch)
        assert one.follow() + folded() == 3
    assert counts(sql_store) == {("", "return", False): 3, ("", "on_time", False): 3}


@postgres_too
def test_a_keeper_of_older_definitions_gives_up_when_another_one_began_anew(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(sql_store, "K1", "K2")
    one, books = keeper(sql_store)
    one.follow()
    lived(sql_store, "K3")
    settings = small().settings
    newer = replace(books.book, settings=replace(settings, rates=replace(settings.rates, unreached_counts="no")))
    other, fold_of = FigureKeeper(sql_store, OneBook(newer)), following.fold_of
    orders = iter([other.follow])

    def fold(*asked: object) -> object:
        rows = fold_of(*asked)  # type: ignore[arg-type]
        for follow in orders:
            follow()
        return rows

    monkeypatch.setattr(following, "fold_of", fold)
    assert one.follow() == 0
    assert counts(sql_store)[("", "return", False)] == 3
