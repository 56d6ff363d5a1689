"""Cases for every row and for both sides of every bound of its cells, with what the tables answer today."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from hotline.domain.facts import Facts
from routing_rules.cases import EXPECTATIONS
from routing_rules.cells import FACTS
from routing_rules.decide import deadlines, dispatch
from routing_rules.pack import Pack
from routing_rules.units import DESK
from routing_rules.verify.bounds import near
from routing_rules.verify.examples import as_json
from routing_rules.verify.ground import series_of
from routing_rules.verify.prover import Claim, Prover

MOST_CASES = 20_000
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Boundary:
    """Facts that a row answers (``bound`` empty) or that lie at a bound of its cells, and the row."""

    row: str
    bound: str
    facts: Facts


def boundary_cases(pack: Pack, told: Told = lambda _done, _total: None) -> list[Boundary]:
    """Return facts for each row that is reached and for each side of each bound of its cells, each facts once."""
    seen: dict[Facts, Boundary] = {}
    for one in islice(_all(pack, told), MOST_CASES * 4):
        seen.setdefault(one.facts, one)
        if len(seen) >= MOST_CASES:
            break
    return list(seen.values())


def _all(pack: Pack, told: Told) -> Iterator[Boundary]:
    prover, series = Prover(pack), [one for one in series_of(pack) if one.table.name != pack.supervision.whole.name]
    total, done = sum(len(one.table.rows) for one in series), 0
    for one in series:
        for row in one.table.rows:
            told(done, total)
            done += 1
            example = prover.example(Claim(one.table, row))
            if example is None:
                continue
            yield Boundary(row.id, "", example.facts)
            for fact, value in near(pack, one.table, row, example.facts):
                yield Boundary(row.id, fact, replace(example.facts, **{fact: value}))
    told(total, total)


def as_csv(pack: Pack, cases: Sequence[Boundary]) -> str:
    """Return the cases as the text of ``cases.csv``."""
    rows = [_cells(pack, number, case) for number, case in enumerate(cases, start=1)]
    asked = [fact for fact in FACTS if fact == "received_at" or any(fact in row for row in rows)]
    heads = ["id", *asked, *(head for head in EXPECTATIONS if head in ("dispatch", "lead", "deadline", "note"))]
    text = io.StringIO()
    writer = csv.DictWriter(text, heads, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _cells(pack: Pack, number: int, case: Boundary) -> dict[str, str]:
    facts = {fact: _cell(value) for fact, value in as_json(case.facts, pack.zone).items()}
    said = dispatch(pack, case.facts)
    limits = ";".join(row.row_id for row in deadlines(pack, case.facts).values())
    note = f"{case.row} 的 {case.bound} 边界" if case.bound else f"{case.row} 的情形"
    answers = {"dispatch": said.row_id, "lead": said.lead or DESK, "deadline": limits, "note": note}
    return {"id": f"G-{number:05}", **facts, **answers}


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "|".join(value) if isinstance(value, list) else str(value)
