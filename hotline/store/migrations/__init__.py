"""The schema's history: brought up to date by ``migrate``, checked at every start by ``schema_problem``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from hotline.errors import SchemaMismatch
from hotline.store.sql import dialects
from hotline.store.sql.dialects import anew
from hotline.store.sql.session import translated

_SCRIPTS: Final = ScriptDirectory(str(Path(__file__).parent))


def newest() -> str:
    """Return the revision this program was written for."""
    return str(_SCRIPTS.get_current_head())


def migrate(url: str, to: str = "head") -> None:
    """Bring a database up to this program's schema, or ``to`` an older revision; makes an SQLite file where there is none.

    One transaction, one process at a time. Raises ``SchemaMismatch`` on a newer schema, ``StoreUnavailable``.
    """
    if (file := dialects.sqlite_file(url)) is not None:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    with _writing(url) as connection:
        dialects.one_migration_at_a_time(connection)
        found = revision(connection)
        if found not in (None, *known()):
            raise _newer(found)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def schema_problem(url: str) -> None:
    """Check that the database has this program's schema; raises ``SchemaMismatch`` on an older or newer one."""
    engine = dialects.make_engine(url)
    try:
        check(engine)
    finally:
        engine.dispose()


def check(engine: Engine) -> None:
    """Do as ``schema_problem`` over an engine."""
    with translated(), engine.connect() as connection:
        found = revision(connection)
    if found == newest():
        return
    if found not in (None, *known()):
        raise _newer(found)
    what = "has no schema yet" if found is None else f"has the older schema {found}"
    detail = f"the database {what}, this program needs {newest()}"
    raise SchemaMismatch(detail, message="数据库结构需要升级,请先运行 hotline migrate")


def revision(connection: Connection) -> str | None:
    """Return the revision a database stands at, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def known() -> set[str]:
    return {script.revision for script in _SCRIPTS.walk_revisions()}


def _newer(found: str | None) -> SchemaMismatch:
    return SchemaMismatch(
        f"the database has the schema {found}, which this program does not know",
        message=f"数据库结构({found})比程序新,请升级程序",
    )


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    engine = anew.keys_aside(dialects.make_engine(url))
    try:
        with translated(), dialects.writing(engine).begin() as connection:
            yield connection
            anew.keys_hold(connection)
    finally:
        engine.dispose()
