"""Random small tables, and an oracle that knows nothing of the verifier: every combination of facts asked of the real table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, combinations, product
from typing import Any

from hypothesis import strategies as st

from hotline.domain.facts import KINDS, Facts
from routing_rules.cells import FACTS, read_cell
from routing_rules.table import DecisionTable, Row
from tests.unit.packs import files, small
from tests.unit.working_time import ZONE

PACK = small(
    categories="level1,level2,level3\n甲,乙,丁\n甲,乙,午\n甲,丙,\n戊,己,\n",
    words="list,term\nthreat,同归于尽\nleader,领导\nsnow,雪\n",
    dispatch="id,->lead,->auto,confirmed\nD-9,DESK,no,yes\n",
    cases=None,
)
CELLS: dict[str, tuple[str, ...]] = {
    "category": ("甲", "甲/*", "甲/乙/*", "甲/乙/丁", "甲/丙|戊", "not 甲/*", "not 甲/乙|戊/己", "戊/*|甲/乙/午"),
    "place": ("15/*", "not 15|15/*", "15", "15/15001|16", "15/15001/*", "not 15/15001/*"),
    "kind": ("投诉", "投诉|求助", "not 投诉", "not 咨询|求助", "举报"),
    "urgency": ("danger", "urgent|danger", "not normal", "normal"),
    "channel": ("phone", "not phone", "web|app", "not web|app"),
    "confidential": ("yes", "no", "not yes"),
    "estate": ("E1", "not E1", "E1|E2"),
    "round": (">=2", "1", "<2", "1..3", ">1", "2.5..4", "not 2", "<1"),
    "confidence": (">=0.8", "0.5..0.8", "<0.5", "not 0.8..1", "<=0.8", "0.8", ">1"),
    "words": ("threat", "leader|snow", "not threat", "not leader|snow", "threat|snow", "not threat|leader|snow"),
    "returned_by": ("ZJJ", "not ZJJ", "RL|ZJJ"),
    "received_at": (
        "22:00..06:00", "06:00..22:00", "not 08:00..12:00", "10-15..04-15", "04-16..10-14", "not 02-29..02-29",
        "02-29..02-29", "22:00..06:00|10-15..04-15", "not 22:00..06:00|02-29..03-01", "00:00..12:00|12:00..24:00",
    ),
    "upstream_due": ("22:00..06:00", "10-15..04-15", "not 10-15..04-15", "not 22:00..06:00", "02-29..02-29|06:00..22:00"),
}  # fmt: skip
DAYS = tuple(date.fromisoformat(day) for day in ("2024-02-28", "2024-03-01", "2025-01-01", "2025-03-01"))
REPEATABLE = ("words", "returned_by", "received_at")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table and the facts its columns ask."""

    table: DecisionTable
    facts: tuple[str, ...]


@st.composite
def tables(draw: st.DrawFn, most_rows: int = 7) -> Drawn:
    """Draw a table of a few columns; sets and times may stand twice."""
    facts = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=3, unique=True))
    twice = draw(st.sampled_from(["", *(fact for fact in facts if fact in REPEATABLE)]))
    inputs = (*facts, *([twice] if twice else []))
    rows = []
    for number in range(draw(st.integers(1, most_rows))):
        cells = tuple(read_cell(fact, draw(st.sampled_from(("", *CELLS[fact])))) for fact in inputs)
        first, last = draw(st.sampled_from([(date.min, date.max)] * 3 + list(combinations(DAYS, 2))))
        start, end = draw(st.sampled_from([(first, last), (first, date.max), (date.min, last)]))
        rows.append(Row(f"R-{number}", number + 2, cells, {"lead": draw(st.sampled_from("XY"))}, start, end))
    return Drawn(DecisionTable("random", inputs, rows, ZONE), tuple(facts))


def everything(drawn: Drawn) -> Iterator[Facts]:
    """Yield facts of every kind that the table's cells could tell apart, and more."""
    dated = any(row.valid_from > date.min or row.valid_to < date.max for row in drawn.table.rows)
    choices = {fact: _values(fact, drawn.table) for fact in drawn.facts}
    if "received_at" not in choices:
        choices["received_at"] = _moments((), dated=dated, table=drawn.table)
    elif dated:
        choices["received_at"] = _moments(_cells(drawn.table, "received_at"), dated=True, table=drawn.table)
    for chosen in product(*choices.values()):
        yield Facts(**dict(zip(choices, chosen, strict=True)))


def _cells(table: DecisionTable, fact: str) -> tuple[str, ...]:
    return tuple(row.inputs[at].text for row in table.rows for at, head in enumerate(table.inputs) if head == fact)


def _values(fact: str, table: DecisionTable) -> list[Any]:
    match fact:
        case "category":
            return [*PACK.categories, None]
        case "place":
            return [*map(PACK.geography.path, PACK.geography.places), None]
        case "kind":
            return [*KINDS, None]
        case "urgency":
            return sorted(FACTS["urgency"].values)
        case "channel":
            return ["phone", "web", "app", "letter", None]
        case "confidential":
            return [True, False]
        case "estate":
            return ["E1", "E2", None]
        case "round":
            return [1, 2, 3, 4, 5]
        case "confidence":
            return [0.0, 0.3, 0.5, 0.6, 0.8, 0.9, 1.0, None]
        case "words" | "returned_by":
            members = ("threat", "leader", "snow") if fact == "words" else ("ZJJ", "RL")
            return [frozenset(some) for some in chain.from_iterable(combinations(members, size) for size in range(4))]
        case "received_at":
            return _moments(_cells(table, fact), dated=False, table=table)
        case _:
            return [*_moments(_cells(table, fact), dated=False, table=table), None]


def _moments(cells: tuple[str, ...], *, dated: bool, table: DecisionTable) -> list[datetime]:
    """Return moments around every bound: of the times of day and seasons in ``cells``, and of the rows' validity."""
    days = {date(2026, 7, 1)}
    minutes = {600}
    for part in (part for cell in cells for part in cell.removeprefix("not").strip().split("|") if part):
        low, _, high = part.partition("..")
        if ":" in part:
            bounds = (int(bound[:2]) * 60 + int(bound[3:]) for bound in (low, high))
            minutes |= {(bound + shift) % 1440 for bound in bounds for shift in (-1, 0)}
        else:
            days |= set(_around(low)) | set(_around(high))
    if dated:
        for row in table.rows:
            for bound in (row.valid_from, row.valid_to):
                days |= {bound + timedelta(days=shift) for shift in (-1, 0, 1) if date.min < bound < date.max}
        days |= {date(2000, 7, 1), date(2024, 12, 1), date(2024, 7, 1), date(2025, 1, 15), date(2025, 2, 10)}
    return [datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZONE) for day in days for minute in minutes]


def _around(text: str) -> Iterator[date]:
    for year in (2020, 2023, 2024, 2025, 2028):
        month, number = int(text[:2]), int(text[3:])
        if (month, number) != (2, 29) or year % 4 == 0:
            for shift in (-1, 0, 1):
                yield date(year, month, number) + timedelta(days=shift)


__all__ = ["CELLS", "PACK", "Drawn", "everything", "files", "tables"]
