"""Rules: a decision beside ``zen-engine`` on the same table, how a decision grows with the table, due times, a calendar's memory.

Times are CPU seconds of this process, so that what else the machine does counts for neither side, and the rounds alternate. No
facts are asked twice: each category and place was asked for once before, the two together never. ``first seen`` = nor were the
category and the place by themselves.
"""

from __future__ import annotations

import gc
import json
import random
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import count, islice
from statistics import median
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

from hotline.domain.calendar import YEARS_KEPT, WorkCalendar
from hotline.domain.due import TimeLimit, due_at
from hotline.domain.facts import KINDS, Facts, Urgency
from hotline.errors import InvalidInput
from routing_rules.findings import Findings
from routing_rules.holidays_cn import year_days
from routing_rules.pack import Pack
from routing_rules.sheets import Line, Sheet
from routing_rules.table import DecisionTable, read_table

ROWS = 4_177
SMALL, LARGE = 500, 50_000
CLASSES, MIDDLE, PLACES = 18, 5, 16
INPUTS = ("category", "place", "kind", "urgency")
_ZONE = ZoneInfo("Asia/Shanghai")
_NOON = datetime(2026, 3, 9, 12, tzinfo=_ZONE)
_SEED, _ROUNDS, _BATCH, _ZEN_BATCH, _COMMUNITIES = 12345, 30, 500, 30, 12
_URGENCIES: tuple[Urgency, ...] = ("normal", "normal", "normal", "urgent", "danger")

Told = Callable[[int, int], None]
Evaluate = Callable[[dict[str, Any]], Any]
_Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """Microseconds of CPU a decision, ``times_zen`` = decisions a second over zen's, ``growth`` = time at 50,000 rows over 500.

    Medians over the rounds. ``agreed`` decisions were asked of both engines and gave the same row. ``due_per_second``: limits in
    working days. ``calendar_mib``: a calendar that holds as many years as it ever does.
    """

    rows: int
    decision_us: float
    first_seen_us: float
    zen_us: float
    times_zen: float
    agreed: int
    small_us: float
    large_us: float
    growth: float
    growth_first_seen: float
    due_per_second: float
    calendar_mib: float

    def as_dict(self) -> dict[str, float]:
        """Return JSON-able values."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def bench_rules(pack: Pack, told: Told) -> RuleFigures:
    """Measure; raises ``InvalidInput`` when zen-engine is not installed or the engines disagree on a row."""
    zen = zen_engine()
    cells = table_cells(ROWS)
    table, evaluate = as_table(cells), zen_decision(zen, cells)
    small, large = (as_table(table_cells(rows)) for rows in (SMALL, LARGE))
    gc.collect()
    gc.freeze()  # as the processes do with what stays
    try:
        (ours, theirs), agreed = _beside(table, evaluate, told)
        (first_seen,) = _spent((table, _strange(ROWS)))
        at_small, at_large = _spent((small, _asked(SMALL)), (large, _asked(LARGE)))
        strange_small, strange_large = _spent((small, _strange(SMALL)), (large, _strange(LARGE)))
    finally:
        gc.unfreeze()
    return RuleFigures(
        rows=len(table), decision_us=ours * 1e6, first_seen_us=first_seen * 1e6, zen_us=theirs * 1e6,
        times_zen=theirs / ours, agreed=agreed, small_us=at_small * 1e6, large_us=at_large * 1e6,
        growth=at_large / at_small, growth_first_seen=strange_large / strange_small,
        due_per_second=_due_rate(pack.calendar), calendar_mib=_calendar_mib(pack),
    )  # fmt: skip


def table_cells(rows: int) -> list[_Cells]:
    """Return a dispatch table's cells (id, ``INPUTS``): leaves of 18 classes of three levels in 16 places, then the fallback.

    Every ninth leaf's rows speak of its whole middle class (``A/B/*``), every fifth row of two kinds, every seventh of danger.
    """
    made: list[_Cells] = []
    for leaf in count():
        path = f"{category(leaf).rpartition('/')[0]}/*" if leaf % 9 == 8 else category(leaf)
        for place in range(PLACES):
            if len(made) == rows - 1:
                return [*made, ("R-LAST", "", "", "", "")]
            kind = "投诉|举报" if (leaf + place) % 5 == 0 else ""
            urgency = "danger" if (leaf + place) % 7 == 0 else ""
            made.append((f"R-{len(made):05d}", path, f"{street(place)}/*", kind, urgency))
    raise AssertionError


def category(leaf: int) -> str:
    """Return the path of a leaf: class, middle class, item."""
    return f"类{leaf % CLASSES:02d}/目{leaf // CLASSES % MIDDLE}/项{leaf // CLASSES // MIDDLE}"


def street(place: int) -> str:
    """Return the path of a place of the table."""
    return f"150203/150203{place:03d}"


def as_table(cells: Sequence[_Cells]) -> DecisionTable:
    """Return our table of the cells."""
    lines = tuple(Line(number, row) for number, row in enumerate(cells, start=2))
    findings = Findings()
    table = read_table(Sheet("bench.csv", ("id", *INPUTS), lines), _ZONE, findings)
    assert not findings, findings  # noqa: S101  # the cells above are sound
    return table


def zen_engine() -> Any:
    """Return the module of zen-engine, or say how to get it."""
    try:
        return import_module("zen")
    except ImportError:
        told = "没有安装对比用的 zen-engine:它随测试依赖安装(make test-unit 会装),也可单独 pip install zen-engine"
        raise InvalidInput("zen-engine is not installed", message=told) from None


def zen_decision(zen: Any, cells: Sequence[_Cells]) -> Evaluate:
    """Return zen's decision over the same cells as a JDM table that answers with its first hit."""
    columns = [{"id": fact, "name": fact, "field": fact} for fact in INPUTS]
    rules = [
        {"_id": row[0], **{fact: zen_cell(text) for fact, text in zip(INPUTS, row[1:], strict=True)}, "row": json.dumps(row[0])}
        for row in cells
    ]
    content = {"hitPolicy": "first", "inputs": columns, "outputs": [{"id": "row", "name": "row", "field": "row"}], "rules": rules}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges})))
    return lambda asked: decision.evaluate(asked)["result"]["row"]


def zen_cell(text: str) -> str:
    """Write a cell as zen's unary test."""
    if text.endswith("/*"):
        path = text.removesuffix("/*")
        return f"$ == {json.dumps(path, ensure_ascii=False)} or startsWith($, {json.dumps(path + '/', ensure_ascii=False)})"
    return ",".join(json.dumps(part, ensure_ascii=False) for part in text.split("|")) if text else ""


def _beside(table: DecisionTable, evaluate: Evaluate, told: Told) -> tuple[tuple[float, float], int]:
    """Return seconds a decision, ours and zen's, and how many decisions both gave alike."""
    asked, agreed = _asked(len(table)), 0
    ours, theirs = [], []
    _meet(table, len(table))
    for number in range(_ROUNDS):
        told(number, _ROUNDS)
        batch = list(islice(asked, _BATCH))
        sent = [{fact: getattr(one, fact) for fact in INPUTS} for one in batch[:_ZEN_BATCH]]
        ours.append(_each(table.first, batch))
        theirs.append(_each(evaluate, sent))
        agreed += _alike(table, evaluate, batch[:_ZEN_BATCH], sent)
    return (median(ours), median(theirs)), agreed


def _alike(table: DecisionTable, evaluate: Evaluate, batch: Sequence[Facts], sent: Sequence[dict[str, Any]]) -> int:
    for facts, one in zip(batch, sent, strict=True):
        row = table.first(facts)
        if row is None or row.id != evaluate(one):
            raise InvalidInput(f"{one}: {row and row.id} here, {evaluate(one)} there", message="两个引擎对同一组条件的答复不同")
    return len(sent)


def _spent(*asking: tuple[DecisionTable, Iterator[Facts]]) -> list[float]:
    """Return seconds a decision over each table, in alternate rounds."""
    spent: list[list[float]] = [[] for _ in asking]
    for table, _ in asking:
        _meet(table, len(table))
    for _ in range(_ROUNDS):
        for told, (table, facts) in zip(spent, asking, strict=True):
            told.append(_each(table.first, list(islice(facts, _BATCH))))
    return [median(rounds) for rounds in spent]


def _meet(table: DecisionTable, rows: int) -> None:
    """Ask for every category and every place once."""
    chance = random.Random(_SEED)  # noqa: S311  # not for secrets: the same run again
    for leaf in range(_leaves(rows)):
        table.first(_facts(category(leaf), "", chance))
    for place in range(PLACES * _COMMUNITIES):
        table.first(_facts("", community(place), chance))


def _asked(rows: int) -> Iterator[Facts]:
    """Yield random facts without end, the same pair of category and place at most once while there are others."""
    chance = random.Random(_SEED)  # noqa: S311  # as above
    leaves, places = range(_leaves(rows)), range(PLACES * _COMMUNITIES)
    seen: set[tuple[int, int]] = set()
    while True:
        pair = chance.choice(leaves), chance.choice(places)
        if pair not in seen or len(seen) == len(leaves) * len(places):
            seen.add(pair)
            yield _facts(category(pair[0]), community(pair[1]), chance)


def _strange(rows: int) -> Iterator[Facts]:
    """Yield random facts whose category (below a middle class of the table) and place no other has."""
    chance = random.Random(_SEED)  # noqa: S311  # as above
    for number in count():
        middle = category(chance.randrange(_leaves(rows))).rpartition("/")[0]
        yield _facts(f"{middle}/新{number}", f"{street(chance.randrange(PLACES))}/新{number}", chance)


def _leaves(rows: int) -> int:
    """Return how many leaves a table of so many rows speaks of."""
    return (rows + PLACES - 2) // PLACES


def community(number: int) -> str:
    """Return the path of one of the communities: 12 in each of the 16 places."""
    return f"{street(number % PLACES)}/{number:06d}"


def _facts(path: str, place: str, chance: random.Random) -> Facts:
    kind, urgency = chance.choice(KINDS), chance.choice(_URGENCIES)
    return Facts(received_at=_NOON, category=path, place=place, kind=kind, urgency=urgency)


def _each(call: Callable[[Any], Any], given: Sequence[Any]) -> float:
    begun = process_time()
    for one in given:
        call(one)
    return (process_time() - begun) / len(given)


def _due_rate(calendar: WorkCalendar) -> float:
    """Return due times of working-day limits a second: random receipts of three years, 1 to 15 days, either way of counting."""
    chance = random.Random(_SEED)  # noqa: S311  # as above
    first = datetime(2024, 1, 1, tzinfo=UTC)
    limits = [TimeLimit(days, "working_day", count_from=how) for days in range(1, 16) for how in ("next_day", "same_day")]
    rounds = []
    for _ in range(_ROUNDS):
        given = [(first + timedelta(seconds=chance.randrange(3 * 365 * 86_400)), chance.choice(limits)) for _ in range(_BATCH)]
        rounds.append(_each(lambda one: due_at(one[0], one[1], calendar), given))
    return 1 / median(rounds)


def _calendar_mib(pack: Pack) -> float:
    """Return what a new calendar holds once it was asked for as many years as it keeps."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    calendar = WorkCalendar(pack.zone, pack.settings.office, year_days(pack.settings.published_years))
    for year in range(2020, 2020 + YEARS_KEPT):
        calendar.published(year)
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return held / 1024 / 1024
