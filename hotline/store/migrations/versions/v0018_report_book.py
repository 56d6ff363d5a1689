"""``report.monthly_unit`` counts by the own book alone: a month assessed by the official book is not shown as it was frozen.

Its frozen figures stand on the assessment's page; here the month goes on being counted by the own book, as every other line is.
A frozen copy: ``hotline.store.sql.tables`` goes on, this stays.
"""

# ruff: noqa: S608 - statements are put together from names of ours, nothing comes from outside
from __future__ import annotations

from typing import Final

from alembic import op

revision = "0018"
down_revision = "0017"
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
_FLOOR: Final = "coalesce((SELECT CAST(value AS integer) FROM report_settings WHERE name = 'floor'), 0)"


def upgrade() -> None:
    """Put the view in place of the one there was; who may read it stays."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE OR REPLACE VIEW report.monthly_unit AS {_monthly_unit()}")


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


_COLUMNS: Final = ", ".join(f"r.{name}_n, r.{name}_rate" for name in _RATES)


_FROZEN: Final = (
    "assessments a JOIN assessment_editions e ON e.month = a.month AND e.number = a.in_force "
    "WHERE a.stage IN ('frozen', 'published') AND e.basis ->> 'book' = 'own'"
)


def _monthly_unit() -> str:
    """A line a unit and month, by the own book; ``enough`` = the unit was sent so many orders that it may be ranked."""
    live = (
        f"SELECT {_MONTH} AS month, f.unit AS code, {_counts()} FROM figures f "
        "WHERE f.book = 'own' AND f.at <= now() AND f.unit <> '' GROUP BY 1, 2"
    )
    rated = f"SELECT c.month, c.code, {_rates('c')}, c.excluded_good AS excluded FROM ({live}) c"
    return (
        f"SELECT r.month, coalesce(u.name, r.code) AS unit, CAST(r.code AS text) AS code, r.ontime_n AS due, {_COLUMNS}, "
        f"r.excluded, {_score()} AS score, r.return_n >= {_FLOOR} AS enough, false AS frozen "
        f"FROM ({rated}) r LEFT JOIN report_units u ON u.code = r.code "
        f"WHERE NOT EXISTS (SELECT 1 FROM {_FROZEN} AND a.month = r.month) UNION ALL {_frozen()}"
    )


def _frozen() -> str:
    """The edition in force of a month frozen by the own book, for ever as it was; its score has the points given by hand."""
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
        f"JOIN (SELECT a.month, a.in_force FROM {_FROZEN}) i ON i.month = k.month AND i.in_force = k.edition "
        f"LEFT JOIN ({excluded}) x ON x.month = k.month AND x.code = k.unit"
    )
