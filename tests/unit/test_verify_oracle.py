"""What the check says of a table's rows, against an oracle that asks the real table with every combination of facts."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.domain.facts import Facts
from routing_rules.cells import OneOf, Under, read_cell
from routing_rules.deadlines import deadline_table
from routing_rules.decide import dispatch
from routing_rules.dispatching import dispatch_table
from routing_rules.findings import Finding, Findings
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.verify.coverage import COVERAGE
from routing_rules.verify.prover import Prover
from routing_rules.verify.values import leaves
from tests.unit.verify_tables import PACK, Drawn, everything, tables
from tests.unit.working_time import ZONE

EXAMPLES = int(os.environ.get("HOTLINE_ORACLE_EXAMPLES", "15"))
quick = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LEADS = ("ZJJ", "RL", "JD")
BARE = replace(PACK, deadlines=deadline_table(DecisionTable("deadlines.csv", (), (), ZONE), Findings()))
"""A pack of one table: what others would say is of no interest here."""


@st.composite
def asked(draw: st.DrawFn) -> Drawn:
    """Draw a dispatch table, most often with a fallback, some of its rows written twice."""
    drawn = draw(tables(6))
    rows = [replace(row, outputs={"lead": draw(st.sampled_from(LEADS))}) for row in drawn.table.rows]
    if draw(st.sampled_from([True, False, False])):
        again = draw(st.sampled_from(rows))
        rows.append(replace(again, id="again", outputs={"lead": draw(st.sampled_from(LEADS))}))
    if draw(st.sampled_from([True, True, True, False])):
        rows.append(Row("last", 99, tuple(read_cell(fact, "") for fact in drawn.table.inputs), {"lead": "DESK"}))
    return Drawn(DecisionTable("dispatch.csv", drawn.table.inputs, rows, ZONE), drawn.facts)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the oracle saw: the rows that fit together, and which facts let the rows fit that way."""

    table: DecisionTable
    hits: dict[tuple[int, ...], list[Facts]]

    def first(self, row: int, since: date = date.min) -> list[Facts]:
        """Return facts that the row answers, received on that day or later."""
        found = (facts for hit, known in self.hits.items() if hit[:1] == (row,) for facts in known)
        return [facts for facts in found if facts.received_at.astimezone(ZONE).date() >= since]

    def within(self, one: int, other: int) -> bool:
        """Whether a row fits only where another does."""
        return not any(one in hit and other not in hit for hit in self.hits)

    def meet(self, one: int, other: int) -> bool:
        """Whether some facts fit both rows."""
        return any(one in hit and other in hit for hit in self.hits)

    def same(self, one: int, other: int) -> bool:
        """Whether two rows decide the same; the last row says that there is no rule."""
        rows = self.table.rows
        return rows[one].outputs == rows[other].outputs and other != len(rows) - 1


def seen(drawn: Drawn) -> Seen:
    number = {row.id: at for at, row in enumerate(drawn.table.rows)}
    found: dict[tuple[int, ...], list[Facts]] = {}
    for facts in everything(drawn):
        found.setdefault(tuple(number[row.id] for row in drawn.table.hits(facts)), []).append(facts)
    return Seen(drawn.table, found)


def checked(drawn: Drawn) -> tuple[Pack, list[Finding]]:
    pack = replace(BARE, dispatch=dispatch_table(drawn.table, Findings()))
    prover, findings = Prover(pack), Findings()
    for verify in COVERAGE:
        prover.begin()
        verify(pack, prover, findings)
    assert not [one for one in findings if one.check == "unproved"]
    return pack, list(findings)


def rows_told(findings: list[Finding], check: str, level: str) -> set[str]:
    return {one.row for one in findings if (one.check, one.level) == (check, level)}


def same_condition(findings: list[Finding]) -> set[tuple[str, str]]:
    """The pairs of rows told to have the same condition, the upper one first."""
    alike = [one for one in findings if one.check in ("repeated", "validity") and one.level == "error"]
    return {(other, one.row) for one in alike for other in one.others}


# -- rows never reached ---------------------------------------------------------------------------------------------------
def fires(pack: Pack, drawn: Drawn, row: str) -> bool:
    """Whether some order, returned by any of the units and about any of them, goes by this row."""
    returned = [frozenset(one for one, is_in in zip(LEADS, chosen, strict=True) if is_in) for chosen in product((0, 1), repeat=3)]
    accused = (None, *LEADS)
    for facts in {replace(one, returned_by=frozenset()) for one in everything(drawn)}:
        for units, about in product(returned, accused):
            if dispatch(pack, replace(facts, returned_by=units, accused=about)).row_id == row:
                return True
    return False


def asks_return(drawn: Drawn, row: Row) -> bool:
    cells = zip(drawn.table.inputs, row.inputs, strict=True)
    return any(fact == "returned_by" and not cell.any and not cell.negated for fact, cell in cells)


def never(pack: Pack, drawn: Drawn, oracle: Seen) -> set[str]:
    """The rows that no order goes by, as the check has it: one that only returned orders reach must say so in its cells."""
    found = set()
    for number, row in enumerate(drawn.table.rows):
        if number == len(drawn.table.rows) - 1 and row.unconditional:
            continue
        reached = oracle.first(number)
        easy = any(not facts.returned_by for facts in reached)
        if not easy and not ((reached or asks_return(drawn, row)) and fires(pack, drawn, row.id)):
            found.add(row.id)
    return found


@quick
@given(asked())
def test_the_rows_told_as_never_reached_are_those_that_no_facts_reach(drawn: Drawn) -> None:
    pack, findings = checked(drawn)
    oracle = seen(drawn)
    dead = never(pack, drawn, oracle)
    told = rows_told(findings, "unreachable", "error")
    repeated = rows_told(findings, "repeated", "error") | rows_told(findings, "validity", "error")
    assert told <= dead
    assert dead <= told | repeated


@quick
@given(asked())
def test_the_rows_told_as_not_reached_any_more_are_those_that_only_earlier_days_reach(drawn: Drawn) -> None:
    _, findings = checked(drawn)
    oracle = seen(drawn)
    cuts = [row.valid_from for row in drawn.table.rows] + [
        date.fromordinal(row.valid_to.toordinal() + 1) for row in drawn.table.rows if row.valid_to < date.max
    ]
    late = set()
    for number, row in enumerate(drawn.table.rows):
        fallback = number == len(drawn.table.rows) - 1 and row.unconditional
        open_ended = row.valid_to == date.max and not asks_return(drawn, row) and not fallback
        if open_ended and oracle.first(number) and not oracle.first(number, max(cuts)):
            late.add(row.id)
    told = rows_told(findings, "unreachable", "warning")
    assert told <= late
    assert late <= told | rows_told(findings, "repeated", "error") | rows_told(findings, "validity", "error")


# -- overlaps -------------------------------------------------------------------------------------------------------------
@quick
@given(asked())
def test_the_overlaps_told_are_the_rows_that_cross_and_decide_otherwise(drawn: Drawn) -> None:
    _, findings = checked(drawn)
    oracle, ids = seen(drawn), [row.id for row in drawn.table.rows]
    pairs = {hit[:2] for hit in oracle.hits if len(hit) > 1}
    crossed = {
        (ids[one], ids[other])
        for one, other in pairs
        if not oracle.same(one, other) and not oracle.within(one, other) and not oracle.within(other, one)
    }
    told = {(one.row, other) for one in findings if one.check == "overlap" for other in one.others}
    assert told == crossed - same_condition(findings)


@quick
@given(asked())
def test_the_rows_told_as_needless_are_those_without_which_nothing_changes(drawn: Drawn) -> None:
    _, findings = checked(drawn)
    oracle, rows = seen(drawn), drawn.table.rows
    needless = set()
    for number, row in enumerate(rows):
        heirs = [hit[1:2] for hit in oracle.hits if hit[:1] == (number,)]
        same = [at for at in range(number + 1, len(rows)) if oracle.meet(number, at) and rows[at].outputs == row.outputs]
        if heirs and all(heir and oracle.same(number, heir[0]) for heir in heirs):
            twin = oracle.within(number, same[0]) and oracle.within(same[0], number)
            needless |= set() if twin else {row.id}
    repeated = {one for one, _ in same_condition(findings)}
    told = rows_told(findings, "repeated", "notice")
    assert told <= needless <= told | repeated


# -- gaps -----------------------------------------------------------------------------------------------------------------
def naming(drawn: Drawn, first: str) -> list[Row]:
    """The rows with a cell that names a first-level class or something below it."""
    at = drawn.table.inputs.index("category")
    found = []
    for row in drawn.table.rows:
        paths: list[str] = []
        for term in () if row.inputs[at].negated else row.inputs[at].terms:
            paths += sorted(term.values) if isinstance(term, OneOf) else [term.path] if isinstance(term, Under) else []
        if any(path.partition("/")[0] == first for path in paths):
            found.append(row)
    return found


@quick
@given(asked().filter(lambda drawn: "category" in drawn.facts))
def test_the_gaps_told_are_the_classes_of_which_something_falls_through(drawn: Drawn) -> None:
    _, findings = checked(drawn)
    oracle, rows = seen(drawn), drawn.table.rows
    fallback = len(rows) - 1 if rows[-1].unconditional else len(rows)
    fallen = [facts for hit, known in oracle.hits.items() if not hit or hit[0] == fallback for facts in known]
    ends = leaves(PACK.categories)
    expected = set()
    for first in sorted({path.partition("/")[0] for path in PACK.categories}):
        begun: dict[tuple[str, ...], date] = {}
        for row in naming(drawn, first):
            key = tuple(cell.text for cell in row.inputs)
            begun[key] = min(row.valid_from, begun.get(key, date.max))
        since = max(begun.values(), default=date.min)
        mine = [
            facts.category
            for facts in fallen
            if f"{facts.category}/".startswith(f"{first}/")
            and (facts.place or "place" not in drawn.facts)
            and facts.received_at.astimezone(ZONE).date() >= since
        ]
        if not begun:
            expected.add((first, "error" if any(one in ends for one in mine) else "note"))
        elif mine:
            expected.add((first, "warning" if any(one in ends for one in mine) else "note"))
    levels = {"error": "error", "warning": "warning", "notice": "note"}
    told = {(one.sentence.partition("“")[2].partition("”")[0], levels[one.level]) for one in findings if one.check == "gap"}
    assert told == expected
