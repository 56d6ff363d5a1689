"""The city of these tests, on each store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hotline.services.ports import Store
from hotline.store.memory import MemoryStore
from hotline.store.sql import SqlStore
from hotline.store.sql.dialects import make_engine
from hotline.store.sql.tables import metadata
from tests.api.city import City


def sqlite(folder: Path) -> Store:
    """An SQLite store in a folder, with its tables."""
    engine = make_engine(f"sqlite:///{folder / 'hotline.db'}")
    metadata.create_all(engine)
    return SqlStore(engine)


STORES: dict[str, Callable[[Path], Store]] = {"memory": lambda _folder: MemoryStore(), "sqlite": sqlite}


@pytest.fixture(params=STORES)
def city(request: pytest.FixtureRequest, tmp_path: Path) -> City:
    """A hotline with a key a role, on memory and on SQLite."""
    return City(STORES[request.param](tmp_path))


@pytest.fixture
def small_city(tmp_path: Path) -> City:
    """A hotline on memory only, for what has nothing to do with the store."""
    return City(MemoryStore())
