"""A PostgreSQL that holds a simulated month, with the role that reports are read with: one a session."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest

from hotline.store import migrate, open_store
from tests.needs import need
from tests.ops.boards import DEPLOY
from tests.ops.city import City, a_month, copied
from tests.postgres_server import PostgresServer

PASSWORD = "a pass'word"


@dataclass(frozen=True)
class Reported:
    """A city's month in PostgreSQL; ``owner`` and ``reader`` are addresses of its database."""

    city: City
    owner: str
    reader: str

    def ask(self, sql: str) -> list[dict[str, object]]:
        """Return the rows of a query as Grafana's role sees them."""
        with psycopg.connect(self.reader, row_factory=psycopg.rows.dict_row) as connection:
            return connection.execute(sql.encode()).fetchall()


@pytest.fixture(scope="session")
def month() -> City:
    """A simulated month up to this minute, in memory; for copies and for what comes on top of it."""
    return a_month(datetime.now(UTC))


@pytest.fixture(scope="session")
def reported(month: City) -> Iterator[Reported]:
    """The simulated month in PostgreSQL."""
    need("postgres")
    server = PostgresServer()
    try:
        server.start()
        owner = server.address(server.database())
        migrate(owner)
        store = open_store(owner)
        city = copied(month, store)
        city.clock.at = datetime.now(UTC)  # the views ask the database's own
        make_role(owner)
        yield Reported(city, owner, owner.replace("//hotline@", "//hotline_report@"))
        store.close()
    finally:
        server.close()


def make_role(owner: str) -> None:
    """Do as deploy/postgres/report_role.sql says."""
    command = ["psql", "--no-psqlrc", "--quiet", f"--file={DEPLOY / 'postgres/report_role.sql'}", owner]
    done = subprocess.run(
        command, env={**os.environ, "REPORT_PASSWORD": PASSWORD}, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
