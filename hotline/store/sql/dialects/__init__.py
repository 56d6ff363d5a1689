"""What differs between SQLite and PostgreSQL, all of it: types, engines, upserts, triggers, commit order, errors.

Another database (达梦, openGauss) is a branch here and nowhere else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, ColumnElement, DateTime, Engine, Index, Integer, String, Table, create_engine, event, exc, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Dialect, make_url
from sqlalchemy.types import TypeDecorator, TypeEngine

from hotline.errors import HotlineError, InvalidInput, SettingsInvalid, StoreUnavailable
from hotline.store.sql.dialects.bulk import insert_all, insert_new, set_all
from hotline.store.texts import as_json

__all__ = ["insert_all", "insert_new", "set_all"]

LOCK_SECONDS: Final = 10  # how long a writer waits for another (DESIGN §3)
SCHEMES: Final = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"

#: A number the database gives, growing with every row.
GROWING: Final = BigInteger().with_variant(Integer(), "sqlite")

#: ``page_size`` counts for a new file only: with orders of 1.5 kB a commit of 500 is three times faster than at 4096.
_PRAGMAS: Final = (
    "page_size=16384", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-32768",
)  # fmt: skip

_AGAIN_SECONDS: Final = 0.02
_POSITIONS_LOCK: Final = 0x12345 << 40
_MIGRATION_LOCK: Final = 0x12346 << 40
_FIGURES_LOCK: Final = 0x12347 << 40


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, read back in UTC: ``timestamptz`` on PostgreSQL, sortable ISO 8601 text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column's type in the database at hand."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what the driver takes; a time without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise InvalidInput("a time without a time zone", message="时间缺少时区")
        at = value.astimezone(UTC)
        return at.isoformat(timespec="microseconds") if dialect.name == "sqlite" else at

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the instant, aware, in UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


# -- engines -----------------------------------------------------------------------------------------------------------
def parse(url: str) -> URL:
    """Return the address with the driver we use; raises ``SettingsInvalid`` for a database we do not know."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise SettingsInvalid(f"the database address cannot be read, expected {SCHEMES}") from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:" and parsed.query.get("mode") != "memory":
            return parsed
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case _:
            raise SettingsInvalid(f"no such kind of database, expected {SCHEMES}")


def make_engine(url: str) -> Engine:
    """Return an engine whose transactions begin as they should; nothing is connected yet."""
    parsed = parse(url)
    return _sqlite_engine(parsed) if parsed.get_backend_name() == "sqlite" else _postgres_engine(parsed)


def writing(engine: Engine) -> Engine:
    """Return the same engine for writing: on SQLite its transactions take the one write lock as they begin.

    A deferred transaction that reads first and writes then fails at once when another one wrote in between.
    """
    return engine.execution_options(hotline_begin="BEGIN IMMEDIATE")


def reading(engine: Engine) -> Engine:
    """Return the same engine for reading: every answer of a transaction comes out of one state of the store.

    SQLite's transactions do so by themselves; PostgreSQL's would show each statement what was committed up to then. There a
    writing statement is refused, too.
    """
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url, json_serializer=as_json, json_deserializer=orjson.loads, pool_size=10, max_overflow=10, pool_timeout=LOCK_SECONDS,
        connect_args={} if "timeout" in url.query else {"timeout": LOCK_SECONDS}, hide_parameters=True,
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; ``begun`` does
        for pragma in _PRAGMAS:
            _insist(connection, f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("hotline_begin", "BEGIN"))

    return engine


def _insist(connection: sqlite3.Connection, statement: str) -> None:
    """Execute a statement again while another process holds the file, as long as a writer waits.

    A new file's change to WAL fails at once when two processes make it together: SQLite does not wait there by itself.
    """
    end = monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem) or monotonic() > end:
                raise
        sleep(_AGAIN_SECONDS)


def _postgres_engine(url: URL) -> Engine:
    options = {
        "connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
        "options": f"-c timezone=UTC -c lock_timeout={LOCK_SECONDS}s", "application_name": "hotline",
    }  # fmt: skip
    return create_engine(
        url, json_serializer=as_json, json_deserializer=orjson.loads, pool_size=10, max_overflow=10, pool_timeout=LOCK_SECONDS,
        pool_pre_ping=True, connect_args={name: v for name, v in options.items() if name not in url.query}, hide_parameters=True,
    )  # fmt: skip


# -- statements --------------------------------------------------------------------------------------------------------
def insert(table: Table, dialect: Dialect) -> Any:
    """Return an insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


def partial_index(name: str, *columns: str, where: ColumnElement[bool]) -> Index:
    """Return an index over the rows that match ``where``."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def flagged_index(name: str, *columns: str, flag: str) -> Index:
    """Return an index over the rows whose ``flag`` is set, as SQLAlchemy asks for it.

    SQLite takes a partial index only where the question repeats its words: it is asked ``flag = 1``, PostgreSQL ``flag``.
    """
    return Index(name, *columns, sqlite_where=text(f"{flag} = 1"), postgresql_where=text(flag))


def append_only(table: str, dialect: Dialect) -> list[str]:
    """Return the statements that make the database itself refuse to change or delete rows of ``table``."""
    if dialect.name == "sqlite":
        return [_refuse(f"{table}_no_{verb}", f"{verb.upper()} ON {table}", table) for verb in ("update", "delete")]
    return [_REFUSAL, f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} {_REFUSES}"]


def filled_once(table: str, name: str, others: Sequence[str], dialect: Dialect) -> list[str]:
    """Return the statements that let an append-only table's column ``name`` be filled in once, and ``others`` never change."""
    rest = ", ".join(others)
    if dialect.name == "sqlite":
        once = _refuse(f"{table}_{name}_once", f"UPDATE OF {name} ON {table} WHEN OLD.{name} IS NOT NULL", table)
        return [f"DROP TRIGGER {table}_no_update", _refuse(f"{table}_no_update", f"UPDATE OF {rest} ON {table}", table), once]
    return [
        f"DROP TRIGGER {table}_append_only ON {table}",
        f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF {rest} ON {table} {_REFUSES}",
        f"CREATE TRIGGER {table}_{name}_once BEFORE UPDATE OF {name} ON {table} FOR EACH ROW "
        f"WHEN (OLD.{name} IS NOT NULL) EXECUTE FUNCTION hotline_append_only()",
    ]


_REFUSAL: Final = (
    "CREATE OR REPLACE FUNCTION hotline_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
_REFUSES: Final = "FOR EACH STATEMENT EXECUTE FUNCTION hotline_append_only()"


def _refuse(name: str, when: str, table: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"


def one_migration_at_a_time(connection: Connection) -> None:
    """Wait until no other process migrates; on SQLite the transaction holds the write lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})


# -- the order of commits ----------------------------------------------------------------------------------------------
def one_settles(connection: Connection) -> None:
    """Let one process at a time give events their positions: the next one sees all that this one gave.

    PostgreSQL numbers a row when it is inserted but shows it when its transaction commits, so a reader of "number > last" would
    miss what commits late. Positions are given afterwards, to what can be seen; on SQLite there is one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSITIONS_LOCK})


def one_keeps_figures(connection: Connection) -> None:
    """Let one keeper at a time write figures, up to its commit: of two that replace an order's rows at once both would stay.

    Neither sees the rows that the other one is adding, so it does not delete them; on SQLite there is one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIGURES_LOCK})


# -- errors ------------------------------------------------------------------------------------------------------------
_UNREACHABLE = (exc.OperationalError, exc.InterfaceError, exc.InternalError)
_UNFIT = (exc.DataError, UnicodeError)


def named(problem: Exception) -> HotlineError | None:
    """Return the error of ours behind a database error, or None for one that is a mistake of ours.

    Its sentence has the driver's first line and never a value of the statement, which may be a person's.
    """
    first = getattr(problem, "orig", None) or problem
    if isinstance(first, HotlineError):
        return first
    if isinstance(problem, exc.TimeoutError):
        return StoreUnavailable("no free connection to the database")
    if isinstance(problem, _UNFIT) or isinstance(first, UnicodeError) or _too_large(first):
        return InvalidInput("a value the database cannot keep", message="内容含有无法保存的字符")
    lost = isinstance(problem, exc.DBAPIError) and problem.connection_invalidated
    if lost or isinstance(problem, _UNREACHABLE) or type(problem) is exc.DatabaseError:
        said = str(first).strip().splitlines() or [""]
        return StoreUnavailable(f"{type(first).__name__}: {said[0]}")
    return None


def _too_large(first: Exception) -> bool:
    """Whether PostgreSQL refuses a value for ever, "program limit exceeded" (54000), though it says so as if it were away."""
    return str(getattr(first, "sqlstate", None) or "").startswith("54")


def is_duplicate(problem: exc.IntegrityError) -> bool:
    """Whether a row was refused because another one has its key."""
    return getattr(problem.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(problem.orig)


def sqlite_file(url: str) -> str | None:
    """Return the file of an SQLite address, None for another database."""
    parsed = parse(url)
    return parsed.database if parsed.get_backend_name() == "sqlite" else None
