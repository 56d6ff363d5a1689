"""The schema's history equals the tables, and a start on another schema is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import exc, text

from hotline.domain.incident import IncidentStep
from hotline.domain.ratings import Rating
from hotline.errors import SchemaMismatch, SettingsInvalid
from hotline.services.assessment.rows import OfficialFile, OfficialScore
from hotline.services.rows import DraftStep, Viewed
from hotline.store import SqlStore, migrate, open_store, schema_problem
from hotline.store.migrations import newest
from hotline.store.sql.dialects import make_engine
from hotline.store.sql.dialects.grams import INDEX
from hotline.store.sql.tables import APPEND_ONLY, metadata
from tests.postgres_server import PostgresServer
from tests.store.conftest import postgres_too
from tests.store.examples import NOON, an_event, an_incident, keep_order
from tests.store.test_assessments import OPENED, a_head, an_edition

OWN = {"assessment_units": "unit", "official_scores": "unit"}
"""A text column of the tables whose rows name no actor."""


@postgres_too
def test_the_migrations_make_the_tables_and_nothing_else(url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        asked = {"compare_type": True, "compare_server_default": True, "include_object": _compared}
        context = MigrationContext.configure(connection, opts=asked)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def _compared(_object: object, name: str | None, _kind: str, reflected: bool, _other: object) -> bool:
    """The index of the words is made by hand in each database (``dialects.grams``), that of the report by its migration."""
    return not (reflected and str(name).startswith((INDEX, "report_figures_month")))


@postgres_too
def test_migrating_again_changes_nothing(url: str) -> None:
    migrate(url)
    schema_problem(url)


@postgres_too
@pytest.mark.parametrize("found", ["0000", "9999"])
def test_a_start_on_a_schema_we_do_not_know_is_refused(url: str, found: str) -> None:
    set_revision(url, found)
    for start in (open_store, schema_problem, migrate):
        with pytest.raises(SchemaMismatch):
            start(url)
    set_revision(url, newest())
    open_store(url).close()


@postgres_too
def test_a_start_on_an_older_schema_is_refused_until_it_is_migrated(
    url: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    old = f"sqlite:///{tmp_path / 'sub' / 'old.db'}" if kind == "sqlite" else fresh(request.getfixturevalue("postgres"))
    (tmp_path / "sub").mkdir()
    with pytest.raises(SchemaMismatch, match="no schema"):
        open_store(old)
    migrate(old)
    open_store(old).close()


def fresh(server: PostgresServer) -> str:
    return server.address(server.database())


def set_revision(url: str, revision: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    engine.dispose()


@pytest.mark.postgres
def test_processes_that_start_together_migrate_once_on_postgresql(postgres: PostgresServer) -> None:
    url = fresh(postgres)
    with ThreadPoolExecutor(4) as several:
        assert list(several.map(migrate, [url] * 4)) == [None] * 4
    schema_problem(url)


def test_processes_that_start_together_migrate_once_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with ThreadPoolExecutor(4) as several:
        assert list(several.map(migrate, [url] * 4)) == [None] * 4
    schema_problem(url)


@pytest.mark.parametrize(
    "url", ["", "hotline.db", "mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:", "sqlite:///f?mode=memory"]
)
def test_an_address_of_no_database_of_ours_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        open_store(url)
    assert "secret" not in str(refused.value)


@postgres_too
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = 'x'", "DELETE FROM {0}"])
def test_the_database_itself_refuses_to_change_the_past(sql_store: SqlStore, url: str, statement: str) -> None:
    keep_order(sql_store)
    with sql_store.write() as work:
        work.events.add([an_event("KDL1")])
        work.access.viewed(Viewed(at=NOON, actor="a", what="caller", ref="K1"))
        work.drafts.add_step(DraftStep(hash="aa", at=NOON, actor="a", step="proposed"))
        work.incidents.add(an_incident())
        work.incidents.add_step(IncidentStep(incident_id="E1", seq=1, at=NOON, actor="a", kind="proposed"))
        work.ratings.add(Rating(order_id="KDL1", round=1, channel="phone", level=5, at=NOON, actor="a"))
        work.assessments.add_step(OPENED, a_head())
        work.assessments.add_edition(an_edition())
        scores = [OfficialScore(file="f", month=OPENED.month, unit="CGJ", score=90.0)]
        work.official_scores.add(OfficialFile(hash="f", name="f.csv", at=NOON, actor="a", rows=1), scores)
        work.commit()
    engine = make_engine(url)
    for table in APPEND_ONLY:
        with pytest.raises(exc.IntegrityError), engine.begin() as connection:
            connection.execute(text(statement.format(table, OWN.get(table, "actor"))))
    engine.dispose()


@postgres_too
def test_the_database_itself_lets_a_position_be_given_once(sql_store: SqlStore, url: str) -> None:
    keep_order(sql_store)
    with sql_store.write() as work:
        work.events.add([an_event("KDL1")])
        work.events.settle(1)
        work.commit()
    engine = make_engine(url)
    for statement in ("UPDATE events SET position = 7", "UPDATE events SET position = NULL", "UPDATE events SET id = 7"):
        with pytest.raises(exc.IntegrityError), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()


@postgres_too
def test_the_index_of_words_is_there(url: str) -> None:
    engine = make_engine(url)
    catalogue = "sqlite_master" if engine.dialect.name == "sqlite" else "pg_class"
    named = "name" if engine.dialect.name == "sqlite" else "relname"
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {catalogue} WHERE {named} = '{INDEX}'")).scalar_one() == 1
    engine.dispose()
