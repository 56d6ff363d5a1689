"""Search in Chinese, which has no blanks between words: texts are found by their pairs of neighbouring characters.

The pairs only choose the texts that may have a word; ``LIKE`` then says which have it. SQLite: FTS5 over the pairs, written by us
(its own trigrams find no word of two characters, and most have two). PostgreSQL: a GIN index over a function (its parsers and
``pg_trgm`` see no words in Chinese, and the latter may not be installed).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import DDL, ColumnElement, Table, Text, and_, event, literal, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean

INDEX: Final = "order_grams"

_SQLITE: Final = (f"CREATE VIRTUAL TABLE {INDEX} USING fts5(grams, content='', detail=none, tokenize='ascii')",)
_POSTGRES: Final = (
    "CREATE OR REPLACE FUNCTION hotline_grams(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
    "SELECT coalesce(array_agg(DISTINCT pair), '{}') FROM (SELECT one || lead(one) OVER (ORDER BY n) AS pair "
    "FROM unnest(string_to_array(said, NULL)) WITH ORDINALITY AS chars(one, n)) AS pairs WHERE pair IS NOT NULL $$",
    f"CREATE INDEX {INDEX} ON order_texts USING gin (hotline_grams(said))",
)
_INSERT: Final = text(f"INSERT INTO {INDEX} (rowid, grams) VALUES (:id, :grams)")  # noqa: S608  # a name of ours


def index_statements(dialect: Dialect) -> Sequence[str]:
    """Return the statements that make the index of pairs over ``order_texts (id, said)``."""
    return _SQLITE if dialect.name == "sqlite" else _POSTGRES


def index_with(table: Table) -> None:
    """Let the index be made whenever ``table`` is made from the metadata."""
    for name, statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRES)):
        for statement in statements:
            made = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made.execute_if(dialect=name))


def index_texts(connection: Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Put new texts, ``(id, said)``, into the index; PostgreSQL does it by itself."""
    if connection.dialect.name == "sqlite" and (values := [{"id": ident, "grams": _as_tokens(said)} for ident, said in rows]):
        connection.execute(_INSERT, values)


def says(table: Table, term: str) -> ColumnElement[bool]:
    """Return the condition that a text has a term, which is written as texts are (``work_list_words.plain``)."""
    exactly = table.c.said.contains(term, autoescape=True)
    return and_(_HasPairs(table.c.id, table.c.said, term), exactly) if len(term) > 1 else exactly


def _pairs(said: str) -> set[str]:
    return {said[at : at + 2] for at in range(len(said) - 1)}


def _as_tokens(said: str) -> str:
    """Each pair as one word of plain letters: FTS5 would cut others as its own list of letters says."""
    return " ".join(f"{ord(pair[0]):x}x{ord(pair[1]):x}" for pair in _pairs(said))


class _HasPairs(FunctionElement[bool]):
    """Whether a text has every pair of a term."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, ident: ColumnElement[Any], said: ColumnElement[Any], term: str) -> None:
        tokens = " ".join(f'"{token}"' for token in sorted(_as_tokens(term).split()))
        pairs: ColumnElement[Any] = literal(sorted(_pairs(term)), postgresql.ARRAY(Text))
        super().__init__(ident, said, literal(tokens, Text), pairs)


@compiles(_HasPairs, "sqlite")
def _in_sqlite(element: _HasPairs, compiler: Any, **given: Any) -> str:
    ident, _, tokens, _ = (compiler.process(one, **given) for one in element.clauses)
    return f"{ident} IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH {tokens})"  # noqa: S608  # bound values and names of ours


@compiles(_HasPairs, "postgresql")
def _in_postgres(element: _HasPairs, compiler: Any, **given: Any) -> str:
    _, said, _, pairs = (compiler.process(one, **given) for one in element.clauses)
    return f"hotline_grams({said}) @> {pairs}"
