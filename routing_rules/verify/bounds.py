"""Values on both sides of each bound of a row's cells."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from hotline.domain.facts import Facts
from routing_rules.cells import FACTS, Cell, Clock, OneOf, Range, Season, Under
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.values import text_values

_NAMES_TRIED = 4  # names of one cell that are tried: a list of fifty classes is not fifty bounds
_TRUTHS = ("confidential", "reply_needed")


def near(pack: Pack, table: DecisionTable, row: Row, facts: Facts) -> Iterator[tuple[str, Any]]:
    """Yield a fact and a value for it, on each side of each bound of the row's cells and of its validity."""
    for fact, cell in zip(table.inputs, row.inputs, strict=True):
        for term in cell.terms:
            match term:
                case Range():
                    yield from ((fact, value) for value in _numbers(fact, term))
                case Clock():
                    yield from ((fact, value) for value in _minutes(term, _moment(facts, fact)))
                case Season():
                    yield from ((fact, value) for value in _dates(term, _moment(facts, fact)))
                case Under(path):
                    yield from ((fact, value) for value in _paths(pack, fact, path))
                case OneOf(values):
                    yield from ((fact, value) for value in _names(fact, cell, values, facts))
    yield from (("received_at", value) for value in _validity(row, facts.received_at.astimezone(table.zone)))


def _moment(facts: Facts, fact: str) -> datetime:
    return getattr(facts, fact) or facts.received_at


def _numbers(fact: str, term: Range) -> Iterator[float]:
    """A whole number on each side of a bound; of a share the bound and the next numbers there are."""
    for bound in (term.low, term.high):
        if bound is None or not math.isfinite(bound):
            continue
        if fact == "round":
            yield from (whole for whole in {math.ceil(bound) - 1, math.floor(bound), math.floor(bound) + 1} if whole >= 1)
        else:
            sides = (math.nextafter(bound, -math.inf), bound, math.nextafter(bound, math.inf))
            yield from (side for side in sides if 0 <= side <= 1)


def _minutes(term: Clock, moment: datetime) -> Iterator[datetime]:
    for bound in (term.since, term.to):
        for minute in (bound - 1, bound):
            yield moment.replace(hour=minute % 1440 // 60, minute=minute % 60, second=59 if minute < bound else 0)


def _dates(term: Season, moment: datetime) -> Iterator[datetime]:
    """The first and the last day of a season, the day before and the day after; 29 February in a leap year."""
    for number, step in ((term.first, -1), (term.last, 1)):
        year = moment.year
        while (number == 229) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
            year += 1
        day = date(year, number // 100, number % 100)
        for one in (day, day + timedelta(days=step)):
            yield moment.replace(year=one.year, month=one.month, day=one.day)


def _paths(pack: Pack, fact: str, path: str) -> Iterator[str | None]:
    """The path itself, something below it, what is above it, and something beside it."""
    known = text_values(pack, fact)
    yield path
    yield from [one for one in known if one.startswith(path + "/")][:1]
    yield path.rpartition("/")[0] or None
    yield from [one for one in known if one != path and not one.startswith(path + "/") and not path.startswith(one + "/")][:1]


def _names(fact: str, cell: Cell, values: frozenset[str], facts: Facts) -> Iterator[Any]:
    """Each name, and none of them."""
    if FACTS[fact].kind == "set":
        held = getattr(facts, fact)
        yield from (held | {name} for name in sorted(values)[:_NAMES_TRIED])
        yield held - values
        return
    for name in sorted(values)[:_NAMES_TRIED]:
        yield name == "yes" if fact in _TRUTHS else name
    allowed = FACTS[fact].values - values
    if allowed:
        other = min(allowed)
        yield other == "yes" if fact in _TRUTHS else other
    elif fact == "category" and cell.negated:
        yield None


def _validity(row: Row, moment: datetime) -> Iterator[datetime]:
    days = []
    if row.valid_from > date.min:
        days += [row.valid_from - timedelta(days=1), row.valid_from]
    if row.valid_to < date.max:
        days += [row.valid_to, row.valid_to + timedelta(days=1)]
    yield from (moment.replace(year=day.year, month=day.month, day=day.day) for day in days)
