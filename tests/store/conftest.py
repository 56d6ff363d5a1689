"""Stores to test: each test gets a fresh one of every kind."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline.services.ports import Store
from hotline.store import MemoryStore, SqlStore, migrate, open_store
from tests.needs import need
from tests.postgres_server import PostgresServer

postgres_too = pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the whole session."""
    need("postgres")
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgresServer) -> str:
    """The name of a database with the schema, which tests empty and share."""
    name = postgres.database()
    migrate(postgres.address(name))
    return name


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema, to be copied."""
    file = tmp_path_factory.mktemp("template") / "hotline.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Return the address of an empty database with the schema, of a kind: ``sqlite`` or ``postgres``; one a test."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "hotline.db")
            return f"sqlite:///{tmp_path / 'hotline.db'}"
        server: PostgresServer = request.getfixturevalue("postgres")
        name: str = request.getfixturevalue("postgres_database")
        server.empty(name)
        return server.address(name)

    return make


@pytest.fixture
def url(kind: str, new_url: Callable[[str], str]) -> str:
    """The address of an empty database of the test's ``kind``."""
    return new_url(kind)


@contextmanager
def opened(address: str) -> Iterator[SqlStore]:
    """Open a store and close it."""
    store = open_store(address)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture
def sql_store(url: str) -> Iterator[SqlStore]:
    """A fresh store in SQL."""
    with opened(url) as store:
        yield store


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Store]:
    """A fresh store, of each kind in turn."""
    if request.param == "memory":
        yield MemoryStore()
        return
    with opened(new_url(request.param)) as store:
        yield store
