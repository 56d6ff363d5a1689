"""Running statements inside one transaction, with every database error turned into one of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import Table, exc
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.sql import Executable

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

    def add(self, table: Table, rows: Sequence[Values]) -> None:
        """Insert rows."""
        with translated():
            dialects.insert_all(self.connection, table, rows)

    def add_new(self, table: Table, rows: Sequence[Values]) -> set[str]:
        """Insert what has no conflict; return the ids of the rows inserted."""
        with translated():
            return dialects.insert_new(self.connection, table, rows, "id")

    def set_all(self, table: Table, name: str, values: Mapping[str, Any]) -> None:
        """Set a column of many rows: ``{id: value}``."""
        with translated():
            dialects.set_all(self.connection, table, name, values)

    def insert(self, table: Table) -> Any:
        """Return an insert that knows what to do about a conflict."""
        return dialects.insert(table, self.connection.dialect)


def chunks(values: Iterable[Any], size: int = _AT_ONCE) -> Iterator[list[Any]]:
    """Yield ``values`` in lists of at most ``size``; nothing for no values."""
    left = iter(values)
    while part := list(islice(left, size)):
        yield part


def filled(fields: Mapping[str, Any]) -> Values:
    """Return the fields that say something: a document does not repeat what is empty."""
    return {name: value for name, value in fields.items() if value}
