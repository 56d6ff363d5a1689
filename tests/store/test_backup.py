"""Backup while the database runs, and restore."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from hotline.errors import InvalidInput, RestoreRefused, SchemaMismatch, StoreUnavailable, UnreadableFile
from hotline.services.ports import Store
from hotline.store import open_store
from hotline.store.backup import backup, restore
from tests.store.conftest import opened
from tests.store.examples import HOUR, NOON, a_call, a_row
from tests.waiting import wait_until

pytestmark = pytest.mark.parametrize("kind", ["sqlite"])


def a_folder(tmp_path: Path) -> Path:
    """A folder for backups alone."""
    folder = tmp_path / "b"
    folder.mkdir(exist_ok=True)
    return folder


def record(store: Store, ident: str, at: object = NOON) -> None:
    with store.write() as work:
        work.calls.add([a_call(ident, recorded_at=at)])
        work.outbox.add([a_row(ident)])
        work.commit()


def recorded(url: str) -> set[str]:
    with opened(url) as store, store.read() as work:
        return {row.ref for row in work.outbox.unsent(100_000)}


@contextmanager
def a_writer(store: Store) -> Iterator[list[str]]:
    """Record calls in another thread, without a pause, as long as the block runs; yields what was committed."""
    over, done = threading.Event(), list[str]()

    def write() -> None:
        while not over.is_set():
            record(store, f"w{len(done)}")
            done.append(f"w{len(done)}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


def test_a_backup_taken_while_a_writer_runs_restores_all_that_was_committed_before(url: str, tmp_path: Path) -> None:
    with opened(url) as store, a_writer(store) as done:
        wait_until(lambda: len(done) > 50)
        before = set(done)
        backup(url, a_folder(tmp_path) / "hotline.bak")
        after = set(done)
        wait_until(lambda: len(done) > len(after) + 20)
    restore(a_folder(tmp_path) / "hotline.bak", f"sqlite:///{tmp_path / 'new' / 'hotline.db'}")
    restored = recorded(f"sqlite:///{tmp_path / 'new' / 'hotline.db'}")
    assert before <= restored
    assert restored < recorded(url)


def test_a_backup_is_one_sound_file(url: str, tmp_path: Path) -> None:
    with opened(url) as store:
        record(store, "a")
        backup(url, a_folder(tmp_path) / "copy.bak")
    assert [file.name for file in a_folder(tmp_path).iterdir()] == ["copy.bak"]
    with closing(sqlite3.connect(a_folder(tmp_path) / "copy.bak")) as copied:
        assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copied.execute("SELECT count(*) FROM calls").fetchone() == (1,)


def test_a_backup_overwrites_nothing(url: str, tmp_path: Path) -> None:
    (a_folder(tmp_path) / "copy.bak").write_text("mine")
    with pytest.raises(InvalidInput):
        backup(url, a_folder(tmp_path) / "copy.bak")
    assert (a_folder(tmp_path) / "copy.bak").read_text() == "mine"


def test_a_database_that_is_not_there_cannot_be_backed_up(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        backup(f"sqlite:///{tmp_path / 'none.db'}", a_folder(tmp_path) / "copy.bak")
    assert not (tmp_path / "none.db").exists()


def test_a_damaged_database_leaves_no_backup(url: str, tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    with pytest.raises(StoreUnavailable):
        backup(f"sqlite:///{tmp_path / 'bad.db'}", a_folder(tmp_path) / "copy.bak")
    assert list(a_folder(tmp_path).iterdir()) == []


def test_a_database_in_use_is_not_restored_over_even_by_force(url: str, tmp_path: Path) -> None:
    with opened(url) as store:
        backup(url, a_folder(tmp_path) / "copy.bak")
        record(store, "a")
        for force in (False, True):
            with pytest.raises(RestoreRefused):
                restore(a_folder(tmp_path) / "copy.bak", url, force=force)
        record(store, "b")
    assert recorded(url) == {"a", "b"}


def test_newer_data_is_overwritten_by_force_only(url: str, tmp_path: Path) -> None:
    with opened(url) as store:
        record(store, "a")
        backup(url, a_folder(tmp_path) / "copy.bak")
        record(store, "b", NOON + HOUR)
    with pytest.raises(RestoreRefused):
        restore(a_folder(tmp_path) / "copy.bak", url)
    assert recorded(url) == {"a", "b"}
    restore(a_folder(tmp_path) / "copy.bak", url, force=True)
    assert recorded(url) == {"a"}


def test_a_restored_database_takes_new_work(url: str, tmp_path: Path) -> None:
    with opened(url) as store:
        record(store, "a")
    backup(url, a_folder(tmp_path) / "copy.bak")
    restore(a_folder(tmp_path) / "copy.bak", url)
    with opened(url) as store:
        record(store, "b")
    assert recorded(url) == {"a", "b"}


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_no_backup_is_refused(url: str, tmp_path: Path, content: bytes) -> None:
    (a_folder(tmp_path) / "copy.bak").write_bytes(content)
    with pytest.raises(UnreadableFile):
        restore(a_folder(tmp_path) / "copy.bak", url, force=True)
    open_store(url).close()


def test_a_backup_of_a_newer_program_is_refused(url: str, tmp_path: Path) -> None:
    backup(url, a_folder(tmp_path) / "copy.bak")
    with closing(sqlite3.connect(a_folder(tmp_path) / "copy.bak")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(SchemaMismatch):
        restore(a_folder(tmp_path) / "copy.bak", url, force=True)


def test_the_database_itself_is_no_backup(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        restore(Path(url.removeprefix("sqlite:///")), url, force=True)


def test_postgresql_has_its_own_tools(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="pg_dump"):
        backup("postgresql://h/d", a_folder(tmp_path) / "copy.bak")
    with pytest.raises(InvalidInput, match="pg_restore"):
        restore(a_folder(tmp_path) / "copy.bak", "postgresql://h/d")


def test_a_folder_that_is_not_there_is_not_made_up(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no folder"):
        backup(url, tmp_path / "mounted" / "hotline.db")
