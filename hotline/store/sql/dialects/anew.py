"""Writing a table anew where a database cannot change it: in a migration only."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sqlalchemy import Engine, event, text
from sqlalchemy.engine import Connection

from hotline.errors import SchemaMismatch


def with_constraint(connection: Connection, table: str, old: Sequence[str], new: Sequence[str]) -> None:
    """Give a table a UNIQUE over the ``new`` columns instead of that over the ``old`` ones.

    SQLite takes no constraint away: the table is written anew under its name, with its indexes, while no keys are followed
    (``keys_aside``). Raises ``SchemaMismatch`` when the table has no such constraint.
    """
    was, then = (f"CONSTRAINT uq_{table}_{'_'.join(names)} UNIQUE ({', '.join(names)})" for names in (old, new))
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT uq_{table}_{'_'.join(old)}"))
        connection.execute(text(f"ALTER TABLE {table} ADD {then}"))
        return
    schema = text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    made = [(row.type, str(row.sql)) for row in connection.execute(schema, {"table": table})]
    (whole,) = (sql for kind, sql in made if kind == "table")
    if was not in whole:
        raise SchemaMismatch(f"{table} has no {was}", message=f"表 {table} 的结构与预期不符")
    body = whole.replace(was, then)
    columns = ", ".join(f'"{row.name}"' for row in connection.execute(text(f"PRAGMA table_info({table})")))
    for statement in (
        f"CREATE TABLE {table}_anew {body[body.index('(') :]}",
        f"INSERT INTO {table}_anew ({columns}) SELECT {columns} FROM {table}",  # noqa: S608  # names of ours
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_anew RENAME TO {table}",
        *(sql for kind, sql in made if kind != "table"),
    ):
        connection.exec_driver_sql(statement)


def keys_aside(engine: Engine) -> Engine:
    """Let SQLite follow no foreign keys on this engine: a table that others point at cannot be written anew otherwise.

    Whether all of them hold is asked before the end (``keys_hold``).
    """
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def connected(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA foreign_keys=OFF")

    return engine


def keys_hold(connection: Connection) -> None:
    """Raise ``SchemaMismatch`` when a row points at nothing, after a migration that followed no keys."""
    if connection.dialect.name == "sqlite" and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise SchemaMismatch(f"rows of {lost[0]} point at nothing in {lost[2]}", message="数据库中有无主的记录,未升级")
