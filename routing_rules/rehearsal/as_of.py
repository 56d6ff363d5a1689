"""A pack as it stands on one day: rows valid on that day are valid always, the others are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a first-hit table by id: ``valid`` on the day, ``coming`` later, ``fallbacks`` last of their series."""

    valid: tuple[str, ...]
    coming: tuple[str, ...]
    fallbacks: frozenset[str]
    all: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A pack on a day, and which rows of its first-hit tables count then."""

    pack: Pack
    rows: Mapping[str, TableRows]


def standing(pack: Pack, on: date) -> Standing:
    """Return ``pack`` as it stands on the local day ``on``."""
    dispatch, limits, steps = pack.dispatch, pack.deadlines, pack.supervision
    stands = replace(
        pack,
        dispatch=replace(dispatch, table=_on(dispatch.table, on)),
        deadlines=replace(
            limits,
            by_clock={clock: _on(table, on) for clock, table in limits.by_clock.items()},
            upstream=_on(limits.upstream, on),
        ),
        supervision=replace(steps, series={series: _on(table, on) for series, table in steps.series.items()}),
    )
    rows = {
        "dispatch": _rows(dispatch.table.rows, [dispatch.table], on),
        "deadlines": _rows((row for row in limits.whole.rows if row.id in limits.limits), limits.by_clock.values(), on),
        "supervision": _rows((row for row in steps.whole.rows if row.id in steps.rows), steps.series.values(), on),
    }
    return Standing(stands, rows)


def stands_alike(pack: Pack, one: date, other: date) -> bool:
    """Whether the same rows are valid on two local days: a rehearsal on the one then holds for the other."""
    tables = (pack.dispatch.table, pack.deadlines.whole, pack.supervision.whole)
    rows = (row for table in tables for row in table.rows)
    return one == other or all(
        (row.valid_from <= one <= row.valid_to) == (row.valid_from <= other <= row.valid_to) for row in rows
    )


def _on(table: DecisionTable, day: date) -> DecisionTable:
    rows = (replace(row, valid_from=date.min, valid_to=date.max) for row in table.rows if row.valid_from <= day <= row.valid_to)
    return DecisionTable(table.name, table.inputs, rows, table.zone)


def _rows(rows: Iterable[Row], series: Iterable[DecisionTable], day: date) -> TableRows:
    every = tuple(rows)
    return TableRows(
        valid=tuple(row.id for row in every if row.valid_from <= day <= row.valid_to),
        coming=tuple(row.id for row in every if row.valid_from > day),
        fallbacks=frozenset(table.rows[-1].id for table in series if table.rows and table.rows[-1].unconditional),
        all=frozenset(row.id for row in every),
    )
