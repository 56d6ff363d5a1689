"""A database that is away: one named error, and work goes on when it is back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.errors import InvalidInput, StoreUnavailable
from hotline.store import SqlStore, open_store
from hotline.store.migrations import migrate
from tests.needs import need
from tests.postgres_server import PostgresServer
from tests.store.conftest import opened
from tests.store.examples import a_call, an_event, keep_order, set_aside


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of the test's own, to stop and start."""
    need("postgres")
    one = PostgresServer()
    try:
        one.start()
        yield one
    finally:
        one.close()


def record(store: SqlStore, ident: str) -> None:
    with store.write() as work:
        work.calls.add([a_call(ident)])
        work.commit()


def untriaged(store: SqlStore) -> int:
    with store.read() as work:
        return work.calls.untriaged()


@pytest.mark.postgres
def test_a_server_that_crashes_is_waited_for_and_nothing_committed_is_lost(server: PostgresServer) -> None:
    url = server.address(server.database())
    migrate(url)
    with opened(url) as store:
        record(store, "before")
        with store.write() as work:
            work.calls.add([a_call("cut off")])
            server.stop()
            with pytest.raises(StoreUnavailable):
                work.commit()
        for act in (store.ping, lambda: untriaged(store), lambda: record(store, "meanwhile"), lambda: open_store(url)):
            with pytest.raises(StoreUnavailable):
                act()
        server.start()
        store.ping()
        record(store, "after")
        assert untriaged(store) == 2


@pytest.mark.postgres
def test_a_server_that_was_restarted_between_two_units_of_work_is_not_noticed(server: PostgresServer) -> None:
    url = server.address(server.database())
    migrate(url)
    with opened(url) as store:
        record(store, "before")
        server.stop()
        server.start()
        record(store, "after")
        assert untriaged(store) == 2


def test_a_server_that_never_was_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable) as away:
        open_store("postgresql://hotline:secret@127.0.0.1:1/none")
    assert "secret" not in str(away.value)


def test_a_file_in_no_folder_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        open_store(f"sqlite:///{tmp_path / 'none' / 'hotline.db'}")


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "hotline.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreUnavailable):
        open_store(f"sqlite:///{tmp_path / 'hotline.db'}")


def test_a_folder_that_is_moved_away_and_back_is_waited_for(migrated_file: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_file, tmp_path / "data" / "hotline.db")
    with opened(f"sqlite:///{tmp_path / 'data' / 'hotline.db'}") as store:
        record(store, "before")
        store.close()
        (tmp_path / "data").rename(tmp_path / "away")
        with pytest.raises(StoreUnavailable):
            record(store, "meanwhile")
        (tmp_path / "away").rename(tmp_path / "data")
        record(store, "after")
        assert untriaged(store) == 2


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgres"])
def test_a_character_that_postgresql_does_not_take_is_named_and_never_repeated(sql_store: SqlStore) -> None:
    keep_order(sql_store)
    with sql_store.write() as work, pytest.raises(InvalidInput) as refused:
        work.calls.add([a_call("x", address="秘密\0")])
    assert "秘密" not in str(refused.value)
    with sql_store.write() as work, pytest.raises(InvalidInput):
        work.calls.get(["\0"])
    with sql_store.write() as work, pytest.raises(InvalidInput):
        work.events.add([an_event("KDL1", actor="\0")])


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgres"])
def test_a_value_too_large_for_an_index_is_refused_and_not_waited_for(sql_store: SqlStore) -> None:
    large = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(3_000))
    with sql_store.write() as work, pytest.raises(InvalidInput):
        work.set_asides.add([set_aside("x", ref=large)])


def test_more_units_of_work_than_connections_are_told_so(migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(f"sqlite:///{migrated_file}") as store:
        store._reading.pool._timeout = 0.05  # type: ignore[attr-defined]
        open_units = [store.read() for _ in range(20)]
        for unit in open_units:
            unit.__enter__()
        with pytest.raises(StoreUnavailable, match="connection"), store.read():
            pytest.fail("a connection too many")
        for unit in open_units:
            unit.__exit__(None, None, None)
        store.ping()
