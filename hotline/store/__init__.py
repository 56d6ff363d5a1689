"""The store: one contract (``services.ports``), kept in SQL and in memory."""

from __future__ import annotations

from hotline.store.memory import MemoryStore
from hotline.store.migrations import check, migrate, schema_problem
from hotline.store.sql import SqlStore
from hotline.store.sql.dialects import make_engine

__all__ = ["MemoryStore", "SqlStore", "migrate", "open_store", "schema_problem"]


def open_store(url: str) -> SqlStore:
    """Return the store at an address (``sqlite:///FILE``, ``postgresql://…``).

    Raises ``SchemaMismatch`` when its schema is older or newer than this program, ``StoreUnavailable`` when it does not
    answer, ``SettingsInvalid`` when the address cannot be used.
    """
    engine = make_engine(url)
    try:
        check(engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine)
