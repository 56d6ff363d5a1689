"""A copy of an SQLite database while it runs, and the way back; PostgreSQL has its own tools for this."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from hotline.errors import InvalidInput, RestoreRefused, SchemaMismatch, StoreUnavailable, UnreadableFile
from hotline.store import migrations
from hotline.store.sql import dialects

_GROWING: Final = (("calls", "recorded_at"), ("events", "at"), ("books", "published_at"), ("views", "at"), ("keys", "created_at"))
_WAIT_SECONDS: Final = 2.0


def backup(url: str, file: Path) -> None:
    """Copy the database at ``url`` into ``file``, which must not exist; writers go on meanwhile.

    The copy is checked, complete and on the disk when this returns; a copy that failed leaves no file. Raises
    ``InvalidInput`` for a file that is there or a database that is not SQLite, ``StoreUnavailable`` when it cannot be read.
    """
    source = _database(url, "pg_dump")
    if not source.is_file():
        raise StoreUnavailable(f"there is no database {source.name} yet")
    if file.exists():
        raise InvalidInput(f"{file} exists", message=f"{file} 已存在,请换一个文件名")
    if not file.absolute().parent.is_dir():
        raise InvalidInput(f"no folder {file.parent}", message=f"文件夹 {file.parent} 不存在,请先建好或检查路径")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        with _named("backup"):
            _copy(source, unfinished)
            unfinished.rename(file)
            _sync(file.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(file: Path, url: str, *, force: bool = False) -> None:
    """Put the database in ``file`` in the place of the one at ``url``, in one transaction that a crash undoes.

    Raises ``RestoreRefused`` while any process has the database open, and, unless ``force``, when it has something the backup
    has not; ``UnreadableFile`` for a file that is no sound backup; ``SchemaMismatch`` for one of a newer program.
    An older backup needs ``hotline migrate`` afterwards.
    """
    target = _database(url, "pg_restore")
    kept = _newest_in(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and target.samefile(file):
        raise InvalidInput("the backup is the database itself", message="备份文件就是数据库本身")
    with _named("restore"), closing(sqlite3.connect(target, timeout=_WAIT_SECONDS, isolation_level=None)) as into:
        _take_alone(into)
        if not force and (there := _newest(into)) > kept:
            refusal = f"the database has data of {there}, the backup ends at {kept or 'nothing'}"
            raise RestoreRefused(refusal, message=f"现有数据({there})比备份({kept or '空'})新;确要覆盖请加 --force")
        with closing(_read_only(file)) as source:
            source.backup(into)
        _sync(target.parent)


def _database(url: str, instead: str) -> Path:
    found = dialects.sqlite_file(url)
    if found is None:
        raise InvalidInput(f"use {instead} for PostgreSQL", message=f"PostgreSQL 数据库请使用 {instead} 备份或恢复")
    return Path(found)


def _copy(source: Path, into: Path) -> None:
    into.unlink(missing_ok=True)
    with closing(_read_only(source)) as running, closing(sqlite3.connect(into, isolation_level=None)) as copied:
        running.backup(copied)  # in one step: one snapshot, however much is written meanwhile
        copied.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        _check(copied, into)
    with into.open("rb+") as written:
        os.fsync(written.fileno())


def _take_alone(into: sqlite3.Connection) -> None:
    """Lock out everybody else; every open connection of a running process stands in the way."""
    try:
        into.execute("PRAGMA journal_mode=DELETE")
        into.execute("PRAGMA locking_mode=EXCLUSIVE")
        into.execute("BEGIN EXCLUSIVE")
        into.execute("COMMIT")  # the lock stays
    except sqlite3.OperationalError as problem:
        message = "数据库正在使用,请先停止 hotline 的所有进程"
        raise RestoreRefused(f"the database is in use: {problem}", message=message) from problem


def _newest_in(file: Path) -> str:
    """Check a backup and return the moment of the last thing in it."""
    try:
        with closing(_read_only(file)) as source:
            _check(source, file)
            found = source.execute("SELECT version_num FROM alembic_version").fetchone()
            if found is None or found[0] not in migrations.known():
                raise SchemaMismatch(f"{file.name} was written by a newer program", message="备份来自更新的程序版本,请先升级程序")
            return _newest(source)
    except sqlite3.Error as problem:
        raise UnreadableFile(f"{file.name}: {problem}", message=f"{file.name} 不是可用的备份文件") from problem


def _newest(database: sqlite3.Connection) -> str:
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    latest = (f"SELECT max({column}) FROM {table}" for table, column in _GROWING if table in tables)  # noqa: S608  # our own names
    return max((database.execute(query).fetchone()[0] or "" for query in latest), default="")


def _check(database: sqlite3.Connection, file: Path) -> None:
    found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise UnreadableFile(f"{file.name} is damaged: {found}", message=f"{file.name} 已损坏")


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=dialects.LOCK_SECONDS, isolation_level=None)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _named(what: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as problem:
        raise StoreUnavailable(f"{what} failed: {problem}") from problem
