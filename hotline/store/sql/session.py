"""Running statements inside one transaction, with every database error turned into one of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from sqlalchemy import Row as SqlRow
from sqlalchemy import Table, exc
from sqlalchemy.engine import Connection, CursorResult, Dialect
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from hotline.store.sql import dialects

_AT_ONCE = 5000  # values in one statement, well below both databases' limits

Values = dict[str, Any]
Row = SqlRow[*tuple[Any, ...]]
Rows = CursorResult[*tuple[Any, ...]]


@contextmanager
def translated() -> Iterator[None]:
    """Turn a database's errors into ours (``dialects.named``)."""
    try:
        yield
    except (exc.SQLAlchemyError, UnicodeError) as problem:
        ours = dialects.named(problem)
        if ours is None:
            raise
        raise ours from problem


class Session:
    """One transaction's connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def run(self, statement: Executable, rows: Sequence[Values] | Values | None = None) -> Rows:
        """Execute a statement, once for each of ``rows`` when these are many."""
        try:
            return self.connection.execute(statement, rows)
        except (exc.SQLAlchemyError, UnicodeError) as problem:
            ours = dialects.named(problem)
            if ours is None:
                raise
            raise ours from problem

    def rows(self, statement: Executable, values: Values | None = None) -> Sequence[Row]:
        """Return all rows of a query, fetched at once."""
        return self.run(statement, values).all()

    def many(self, statement: UpdateBase, rows: Sequence[Values]) -> int:
        """Execute a statement of this module's constants once for each of ``rows``; return how many rows it changed.

        The values are bound here: for hundreds of rows that is a third of what SQLAlchemy takes for them.
        """
        with translated():
            bulk = _bulk(statement, self.connection.dialect, tuple(rows[0]))
            return self.connection.exec_driver_sql(bulk.sql, bulk.bound(rows)).rowcount

    def add(self, table: Table, rows: Sequence[Values], *, returning: str) -> set[str]:
        """Insert what has no conflict; return that column of the rows inserted.

        Nearly always all are new, and counting them is enough; else they are inserted again by the slower way that says which.
        """
        with self.connection.begin_nested() as before:
            if self.many(_new_rows(table, self.connection.dialect), rows) == len(rows):
                return {row[returning] for row in rows}
            before.rollback()
        new = self.insert(table).on_conflict_do_nothing().returning(table.c[returning])
        return set(self.run(new, rows).scalars())

    def insert(self, table: Table) -> Any:
        """Return an insert that knows what to do about a conflict."""
        return dialects.insert(table, self.connection.dialect)


class Bulk:
    """A statement compiled once for many rows: its text, and how each value is bound."""

    def __init__(self, statement: UpdateBase, dialect: Dialect, names: tuple[str, ...]) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(names))
        self.sql = str(compiled)
        self._positional = bool(compiled.positional)
        order = compiled.positiontup if compiled.positiontup is not None else list(compiled.binds)
        types = ((name, compiled.binds[name].type.dialect_impl(dialect)) for name in order)
        self._binders = [(name, bound_by.bind_processor(dialect)) for name, bound_by in types]

    def bound(self, rows: Sequence[Values]) -> Any:
        """Return the rows as the driver takes them."""
        if self._positional:
            return [tuple([bind(row[name]) if bind else row[name] for name, bind in self._binders]) for row in rows]
        return [{name: bind(row[name]) if bind else row[name] for name, bind in self._binders} for row in rows]


@lru_cache(maxsize=64)
def _bulk(statement: UpdateBase, dialect: Dialect, names: tuple[str, ...]) -> Bulk:
    return Bulk(statement, dialect, names)


@lru_cache(maxsize=16)
def _new_rows(table: Table, dialect: Dialect) -> UpdateBase:
    return cast(UpdateBase, dialects.insert(table, dialect).on_conflict_do_nothing())


def chunks(values: Iterable[Any], size: int = _AT_ONCE) -> Iterator[list[Any]]:
    """Yield ``values`` in lists of at most ``size``; nothing for no values."""
    left = iter(values)
    while part := list(islice(left, size)):
        yield part


def filled(fields: Mapping[str, Any]) -> Values:
    """Return the fields that say something: a document does not repeat what is empty."""
    return {name: value for name, value in fields.items() if value}
