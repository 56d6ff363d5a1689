"""The schema ``report`` on a real PostgreSQL: its figures are the services' own, and its role sees them and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Json

from hotline.domain.indicators import RATES, Book, Rate, score
from hotline.domain.order import Event
from hotline.services.assessment.months import edges, moved
from hotline.services.figures.rows import Grouping
from tests.ops.boards import sheets
from tests.ops.city import ADMIN
from tests.ops.conftest import Reported, make_role

pytestmark = pytest.mark.postgres
PREFIXES: Mapping[Rate, str] = {rate: rate for rate in RATES} | {"on_time": "ontime", "signed_on_time": "signed"}
Said = tuple[int, float | None]
Table = dict[tuple[date, str], dict[str, Said]]
VIEWS = ("monthly_unit", "monthly_category", "monthly_street", "daily")


def months(reported: Reported) -> list[date]:
    """Return the first days of the months that the simulated one touches."""
    this = reported.city.clock.at.date().replace(day=1)
    return [moved(this, -back) for back in range(4)]


def counted(reported: Reported, by: Grouping) -> Table:
    """Return what the services count, by month and key: each rate's sample and value."""
    figures, zone = reported.city.figures, reported.city.books.current().zone
    asked = {month: replace(figures.asked(*edges(month, zone), by=ADMIN), by=by) for month in months(reported)}
    return {
        (month, key): {PREFIXES[rate]: (ratio.denominator, ratio.value) for rate, ratio in row.items()}
        for month, one in asked.items()
        for key, row in figures.rates(one).items()
    }


def shown(reported: Reported, view: str, key: str) -> Table:
    """Return what a view shows, without lines that have no sample of any rate."""
    found = {
        (row["month"], row[key]): {prefix: (row[f"{prefix}_n"], row[f"{prefix}_rate"]) for prefix in PREFIXES.values()}
        for row in reported.ask(f"SELECT * FROM report.{view}")
    }
    return {at: said for at, said in found.items() if any(n for n, _ in said.values())}


@pytest.mark.parametrize(
    ("view", "key", "by"),
    [("monthly_unit", "code", "unit"), ("monthly_category", "category", "category"), ("monthly_street", "street", "street")],
)
def test_a_month_is_shown_exactly_as_the_services_count_it(reported: Reported, view: str, key: str, by: Grouping) -> None:
    known = counted(reported, by)
    assert len(known) >= 4
    assert shown(reported, view, key) == known


def test_the_score_in_sql_is_the_domains(reported: Reported) -> None:
    pack, figures = reported.city.books.current(), reported.city.figures
    weights: Any = pack.settings.weights
    known = {
        (month, unit): score(row, weights)
        for month in months(reported)
        for unit, row in figures.within(*edges(month, pack.zone), by=ADMIN).items()
    }
    found = {(row["month"], row["code"]): row["score"] for row in reported.ask("SELECT * FROM report.monthly_unit")}
    scored = {at: one for at, one in known.items() if one is not None}
    assert len(set(scored.values())) > 10
    assert {at: found[at] for at in scored} == pytest.approx(scored, rel=1e-12)
    assert {found[at] for at in known.keys() - scored.keys()} <= {None}


def test_units_bear_their_names_and_say_whether_they_were_sent_enough(reported: Reported) -> None:
    pack = reported.city.books.current()
    rows = reported.ask("SELECT * FROM report.monthly_unit")
    assert all(row["unit"] == pack.unit_name(str(row["code"])) for row in rows)
    assert all(row["enough"] == (int(str(row["return_n"])) >= pack.settings.floor) for row in rows)
    assert {row["due"] == row["ontime_n"] for row in rows} == {True}
    assert {row["frozen"] for row in rows} == {False}


def test_days_begin_at_local_midnight_and_none_is_left_out(reported: Reported) -> None:
    events, zone = _events(reported), reported.city.books.current().zone
    kinds = {"registered": "accepted", "closed": "closed", "answered_directly": "closed"}
    known = Counter((event.at.astimezone(zone).date(), kinds[event.kind]) for event in events if event.kind in kinds)
    rows = reported.ask("SELECT * FROM report.daily ORDER BY day")
    assert [row["day"] for row in rows] == [rows[0]["day"] + timedelta(days=n) for n in range(len(rows))]  # type: ignore[operator]
    assert Counter({(row["day"], what): row[what] for row in rows for what in ("accepted", "closed")}) == known


def _events(reported: Reported) -> list[Event]:
    with reported.city.store.read() as work:
        return [event for _, event in work.events.since(0, 100_000)]


def test_the_days_rates_add_up_to_the_months(reported: Reported) -> None:
    month = months(reported)[1]
    said = f"date '{month}'"
    sums = f"SELECT sum(due) AS due, sum(return_n) AS sent FROM report.daily WHERE date_trunc('month', day) = {said}"
    whole = f"SELECT sum(due) AS due, sum(return_n) AS sent FROM report.monthly_category WHERE month = {said}"
    assert reported.ask(sums) == reported.ask(whole)


@pytest.mark.parametrize("view", VIEWS)
def test_no_text_of_a_view_is_a_persons(reported: Reported, view: str) -> None:
    texts = {
        str(row["column_name"])
        for row in reported.ask(
            f"SELECT column_name FROM information_schema.columns WHERE table_schema = 'report' AND table_name = '{view}' "
            "AND data_type IN ('text', 'character varying', 'json')"
        )
    }
    assert texts <= {"unit", "code", "category", "street"}


# -- frozen months -----------------------------------------------------------------------------------------------------
def test_a_frozen_month_is_shown_as_it_was_frozen_and_a_restatement_takes_its_place(reported: Reported) -> None:
    month = moved(months(reported)[0], -1)
    with psycopg.connect(reported.owner) as connection:
        _freeze(connection, month, edition=3, satisfied=8)
        first = _line(connection, month)
        connection.execute("UPDATE assessments SET in_force = 5 WHERE month = %s", (month,))
        _edition(connection, month, edition=5, satisfied=6)
        second = _line(connection, month)
        connection.rollback()
    assert first == [("甲局", 10, 0.8, 91.5, True)]
    assert second == [("甲局", 10, 0.6, 91.5, True)]


@pytest.mark.parametrize("stage", ["frozen", "published"])
def test_a_month_frozen_by_the_official_book_is_counted_live_by_our_own(reported: Reported, stage: str) -> None:
    month = moved(months(reported)[0], -1)
    with psycopg.connect(reported.owner) as connection:
        live = _line(connection, month)
        _freeze(connection, month, edition=3, satisfied=8, book="official")
        connection.execute("UPDATE assessments SET stage = %s WHERE month = %s", (stage, month))
        assert _line(connection, month) == live
        connection.rollback()
    assert len(live) > 10


@pytest.mark.parametrize("stage", ["open", "approved"])
def test_a_month_that_is_not_frozen_yet_is_live(reported: Reported, stage: str) -> None:
    month = moved(months(reported)[0], -1)
    with psycopg.connect(reported.owner) as connection:
        live = _line(connection, month)
        _freeze(connection, month, edition=3, satisfied=8)
        connection.execute("UPDATE assessments SET stage = %s WHERE month = %s", (stage, month))
        assert _line(connection, month) == live
        connection.rollback()
    assert len(live) > 10


def _freeze(connection: psycopg.Connection, month: date, *, edition: int, satisfied: int, book: Book = "own") -> None:
    head = "INSERT INTO assessments (month, stage, version, edition, in_force) VALUES (%s, 'frozen', 9, %s, %s)"
    connection.execute(head, (month, edition, edition))
    _edition(connection, month, edition=edition, satisfied=satisfied, book=book)


def _edition(connection: psycopg.Connection, month: date, *, edition: int, satisfied: int, book: Book = "own") -> None:
    basis = Json({"pack": "aa", "book": book})
    head = "INSERT INTO assessment_editions (month, number, at, actor, pack, basis) VALUES (%s, %s, now(), '李四', 'aa', %s)"
    connection.execute(head, (month, edition, basis))
    counts = {f"{rate}_{part}": 10 for rate in RATES for part in ("num", "den")} | {"satisfaction_num": satisfied}
    row: dict[str, Any] = {
        **counts, "month": month, "edition": edition, "unit": "AAA", "place": 1, "name": "甲局", "sort": "department",
        "volume": 10, "period_volume": 30, "points": 1.5, "period_points": 1.5, "rated": 90.0, "score": 91.5, "ranking": 91.5,
        "tier": 1, "rank": 1, "period": "{}",
    }  # fmt: skip
    names = ", ".join(row)
    connection.execute(f"INSERT INTO assessment_units ({names}) VALUES ({', '.join(['%s'] * len(row))})", tuple(row.values()))


def _line(connection: psycopg.Connection, month: date) -> list[tuple[object, ...]]:
    asked = "SELECT unit, satisfaction_n, satisfaction_rate, score, frozen FROM report.monthly_unit WHERE month = %s ORDER BY 1"
    return list(connection.execute(asked, (month,)).fetchall())


# -- the role ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("view", VIEWS)
def test_the_role_reads_the_views(reported: Reported, view: str) -> None:
    assert reported.ask(f"SELECT * FROM report.{view} LIMIT 1")


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM public.calls", "SELECT * FROM public.orders", "SELECT * FROM public.events", "SELECT * FROM public.figures",
     "SELECT * FROM public.keys", "DELETE FROM report.monthly_unit", "SELECT pg_read_file('/etc/hostname')",
     "SELECT * FROM pg_authid"],
)  # fmt: skip
def test_the_role_sees_nothing_else(reported: Reported, statement: str) -> None:
    with psycopg.connect(reported.reader) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)):
            connection.execute(statement.encode())


@pytest.mark.parametrize(
    "statement", ["CREATE TEMP TABLE t (n int)", "CREATE TABLE report.t (n int)", "CREATE TABLE public.t (n int)"]
)
def test_the_role_makes_nothing(reported: Reported, statement: str) -> None:
    with psycopg.connect(reported.reader) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_the_role_begins_reading_only_and_gives_up_after_ten_seconds(reported: Reported) -> None:
    (row,) = reported.ask(
        "SELECT current_setting('transaction_read_only') AS only, current_setting('statement_timeout') AS gives_up"
    )
    assert row == {"only": "on", "gives_up": "10s"}


def test_the_role_has_five_connections_and_a_password(reported: Reported) -> None:
    with psycopg.connect(reported.owner) as connection:
        found = connection.execute(
            "SELECT rolconnlimit, rolpassword IS NOT NULL, rolsuper, rolcreaterole, rolcreatedb FROM pg_authid "
            "WHERE rolname = 'hotline_report'"
        ).fetchall()
    assert found == [(5, True, False, False, False)]


def test_making_the_role_again_changes_nothing_but_its_password(reported: Reported) -> None:
    make_role(reported.owner)
    assert reported.ask("SELECT count(*) AS n FROM report.daily")


def test_a_view_of_a_later_version_is_the_roles_too(reported: Reported) -> None:
    with psycopg.connect(reported.owner, autocommit=True) as connection:
        connection.execute("CREATE VIEW report.later AS SELECT 1 AS n")
        try:
            assert reported.ask("SELECT n FROM report.later") == [{"n": 1}]
        finally:
            connection.execute("DROP VIEW report.later")


# -- the boards --------------------------------------------------------------------------------------------------------
def as_grafana(reported: Reported, sql: str) -> str:
    """Return a query with Grafana's macros filled in: a range of 90 days that ends with the last whole month."""
    month = months(reported)[0]
    ends = edges(moved(month, -1), reported.city.books.current().zone)[1] - timedelta(seconds=1)
    begins = ends - timedelta(days=90)
    return sql.replace("$__timeTo()", f"'{ends:%Y-%m-%dT%H:%M:%SZ}'").replace("$__timeFrom()", f"'{begins:%Y-%m-%dT%H:%M:%SZ}'")


@pytest.mark.parametrize(("where", "sql"), sheets(), ids=[where for where, _ in sheets()])
def test_every_table_of_the_boards_has_rows(reported: Reported, where: str, sql: str) -> None:
    filled = as_grafana(reported, sql)
    assert "$" not in filled
    assert reported.ask(f"EXPLAIN {filled}")
    assert reported.ask(filled)


def test_the_months_table_of_the_board_is_found_by_an_index(reported: Reported) -> None:
    sql = next(sql for where, sql in sheets() if "月度考核表" in where)
    with psycopg.connect(reported.owner) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {as_grafana(reported, sql)}".encode()))
    assert "report_figures_month" in plan
    assert "Seq Scan on figures" not in plan
