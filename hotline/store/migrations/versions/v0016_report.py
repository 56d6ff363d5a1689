"""The read-only schema ``report`` for Grafana and for auditors: exact tables of months and days, by SQL over the figures.

On PostgreSQL only: a district on SQLite has the same figures on the pages and by ``hotline indicators``. The views hold no person
and no text; ``deploy/postgres/report_role.sql`` makes the role that sees them and nothing else. A frozen copy:
``hotline.store.sql.tables`` goes on, this stays.

A month that was frozen is shown as it was frozen, every other one as its figures are now (own book, settled by now).
``excluded`` counts the orders excluded so far, in a frozen month too.
"""

# ruff: noqa: S608 - statements are put together from names of ours, nothing comes from outside
from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, String, Text

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_RATES: Final = {
    "response": "response", "resolution": "resolution", "satisfaction": "satisfaction", "ontime": "on_time",
    "signed": "signed_on_time", "callback": "callback", "return": "return", "reopening": "reopening",
    "first_dispatch": "first_dispatch",
}  # fmt: skip
"""Columns of the views by the rate they are."""
_WEIGHED: Final = ("response", "resolution", "satisfaction")
#: immutable, so that there may be an index over it
_MONTH: Final = 'make_date(CAST("left"(f.month, 4) AS integer), CAST("right"(f.month, 2) AS integer), 1)'
_ZONE: Final = "(SELECT value FROM report_settings WHERE name = 'zone')"
_FLOOR: Final = "coalesce((SELECT CAST(value AS integer) FROM report_settings WHERE name = 'floor'), 0)"


def upgrade() -> None:
    """Make the tables everywhere, schema and views on PostgreSQL."""
    op.create_table(
        "report_units",
        Column("code", String(64), primary_key=True),
        Column("name", Text, nullable=False),
    )
    op.create_table("report_settings", Column("name", String(32), primary_key=True), Column("value", Text, nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        for statement in _statements():
            op.execute(statement)


def _statements() -> list[str]:
    return [
        f"CREATE INDEX report_figures_month ON figures (({_MONTH})) WHERE book = 'own'".replace("f.month", "month"),
        "CREATE SCHEMA report",
        f"CREATE VIEW report.monthly_unit AS {_monthly_unit()}",
        f"CREATE VIEW report.monthly_category AS {_grouped('category', 'f.category')}",
        f"CREATE VIEW report.monthly_street AS {_grouped('street', _STREET)}",
        f"CREATE VIEW report.daily AS {_daily()}",
    ]


# -- what all of them have ---------------------------------------------------------------------------------------------
_STREET: Final = "concat_ws('/', nullif(split_part(f.place, '/', 1), ''), nullif(split_part(f.place, '/', 2), ''))"


def _counts() -> str:
    """How many observations of each rate there are, and how many count for the numerator."""
    return ", ".join(
        f"count(*) FILTER (WHERE f.rate = '{rate}') AS {name}_n, "
        f"count(*) FILTER (WHERE f.rate = '{rate}' AND f.good) AS {name}_good"
        for name, rate in (*_RATES.items(), ("excluded", "excluded"))
    )


def _rates(of: str) -> str:
    """Sample and rate of each; NULL without a sample."""
    return ", ".join(
        f"{of}.{name}_n AS {name}_n, CAST({of}.{name}_good AS double precision) / nullif({of}.{name}_n, 0) AS {name}_rate"
        for name in _RATES
    )


def _weight(name: str) -> str:
    return f"coalesce((SELECT CAST(value AS double precision) FROM report_settings WHERE name = 'weight.{name}'), 0)"


def _score() -> str:
    """``hotline.domain.indicators.score``: a rate without a sample leaves its weight to the others."""
    upper = " + ".join(f"coalesce({_weight(name)} * r.{name}_rate, 0)" for name in _WEIGHED)
    lower = " + ".join(f"CASE WHEN r.{name}_rate IS NULL THEN 0 ELSE {_weight(name)} END" for name in _WEIGHED)
    return f"100 * ({upper}) / nullif({lower}, 0)"


# -- the views ---------------------------------------------------------------------------------------------------------
_COLUMNS: Final = ", ".join(f"r.{name}_n, r.{name}_rate" for name in _RATES)


def _monthly_unit() -> str:
    """A line a unit and month; ``enough`` = the unit was sent so many orders that it may be ranked."""
    live = (
        f"SELECT {_MONTH} AS month, f.unit AS code, {_counts()} FROM figures f "
        "WHERE f.book = 'own' AND f.at <= now() AND f.unit <> '' GROUP BY 1, 2"
    )
    rated = f"SELECT c.month, c.code, {_rates('c')}, c.excluded_good AS excluded FROM ({live}) c"
    frozen_months = "SELECT 1 FROM assessments a WHERE a.month = r.month AND a.stage IN ('frozen', 'published')"
    return (
        f"SELECT r.month, coalesce(u.name, r.code) AS unit, CAST(r.code AS text) AS code, r.ontime_n AS due, {_COLUMNS}, "
        f"r.excluded, {_score()} AS score, r.return_n >= {_FLOOR} AS enough, false AS frozen "
        f"FROM ({rated}) r LEFT JOIN report_units u ON u.code = r.code "
        f"WHERE NOT EXISTS ({frozen_months}) UNION ALL {_frozen()}"
    )


def _frozen() -> str:
    """The edition in force of a frozen month, for ever as it was; its score has the points given by hand in it."""
    known = ", ".join(
        f"CAST(k.{rate}_den AS bigint), CAST(k.{rate}_num AS double precision) / nullif(k.{rate}_den, 0)"
        for rate in _RATES.values()
    )
    excluded = (
        f"SELECT {_MONTH} AS month, f.unit AS code, count(*) AS n FROM figures f "
        "WHERE f.book = 'own' AND f.at <= now() AND f.rate = 'excluded' AND f.good GROUP BY 1, 2"
    )
    return (
        f"SELECT k.month, k.name, CAST(k.unit AS text), CAST(k.on_time_den AS bigint), {known}, coalesce(x.n, 0), k.score, "
        f"k.volume >= {_FLOOR}, true FROM assessment_units k "
        "JOIN assessments a ON a.month = k.month AND a.in_force = k.edition "
        f"LEFT JOIN ({excluded}) x ON x.month = k.month AND x.code = k.unit WHERE a.stage IN ('frozen', 'published')"
    )


def _grouped(name: str, key: str) -> str:
    """A line a month and key, of orders of all units."""
    live = (
        f"SELECT {_MONTH} AS month, {key} AS {name}, {_counts()} FROM figures f "
        "WHERE f.book = 'own' AND f.at <= now() GROUP BY 1, 2"
    )
    return f"SELECT c.month, c.{name}, c.ontime_n AS due, {_rates('c')}, c.excluded_good AS excluded FROM ({live}) c"


def _daily() -> str:
    """A line a local day since the first event: what came, what was closed, and the rates settled that day."""
    begins = f"CAST(d.day AS timestamp) AT TIME ZONE {_ZONE}"
    ends = f"CAST(d.day + 1 AS timestamp) AT TIME ZONE {_ZONE}"
    first, last = (f"CAST({at} AT TIME ZONE {_ZONE} AS date)" for at in ("(SELECT min(at) FROM events)", "now()"))
    days = f"SELECT {first} + n AS day FROM generate_series(0, {last} - {first}) AS n"
    closing = "'closed', 'answered_directly'"
    events = (
        "SELECT count(*) FILTER (WHERE v.kind = 'registered') AS accepted, "
        f"count(*) FILTER (WHERE v.kind IN ({closing})) AS closed FROM events v WHERE v.at >= {begins} AND v.at < {ends}"
    )
    live = f"SELECT {_counts()} FROM figures f WHERE f.book = 'own' AND f.at >= {begins} AND f.at < {ends} AND f.at <= now()"
    return (
        f"SELECT d.day, e.accepted, e.closed, c.ontime_n AS due, {_rates('c')}, c.excluded_good AS excluded "
        f"FROM ({days}) d CROSS JOIN LATERAL ({events}) e CROSS JOIN LATERAL ({live}) c"
    )
